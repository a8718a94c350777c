//! What the gateway takes and answers, as JSON over private HTTP. Its caller declares the same types for itself.
//!
//! An answer of 200 names the outcome. A 4xx means that the vendor was not asked: the request or the credential is
//! wrong. After a 5xx, or without an answer that can be read, the message may have been sent.

use common::problem::Problem;
use serde::{Deserialize, Serialize};

/// `POST submit`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Submit {
    /// The caller's name for this submission, 1 to 32 of `A-Z a-z 0-9 _`; each submission has its own.
    pub reference: String,
    /// E.164.
    pub phone: String,
    /// The registered signature, without brackets.
    pub signature: String,
    /// The vendor's template; null for free text.
    pub template: Option<Template>,
    /// The text as the phone is to show it, without the signature.
    pub text: String,
}

/// A template that the vendor has approved.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The vendor's id of it.
    pub id: String,
    /// In the order of the placeholders.
    pub params: Vec<Param>,
}

/// A value for a placeholder.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Param {
    /// The placeholder's name.
    pub name: String,
    /// What stands there.
    pub value: String,
}

/// `POST query`.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// As in the submission.
    pub reference: String,
    /// The vendor's id; absent when the answer to the submission was lost.
    pub id: Option<String>,
    /// E.164.
    pub phone: String,
    /// When it was submitted, in milliseconds since the epoch.
    pub submitted_at_ms: i64,
}

/// `POST receipts`: a callback as it came in.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Callback {
    /// Its media type; empty where it had none.
    pub content_type: String,
    /// Its body in base64.
    pub body: String,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
pub enum Outcome {
    /// The vendor has it.
    Submitted {
        /// The vendor's id.
        id: String,
        /// How many parts it counts, where it says.
        #[serde(skip_serializing_if = "Option::is_none")]
        parts: Option<u32>,
    },
    /// The vendor will not send it: another vendor may.
    Rejected(Rejection),
    /// Certainly not sent.
    Busy {
        /// When to try again.
        retry_after_ms: u32,
    },
    /// Certainly not sent, or (to a query) cannot be asked.
    Unavailable {
        /// Why.
        detail: String,
    },
    /// Perhaps sent: ask before sending again.
    Lost {
        /// Why that is not known.
        detail: String,
    },
    /// The call or the callback is malformed, or the account is not configured.
    Invalid {
        /// What is wrong.
        detail: String,
    },
}

/// A refusal or a failure in the vendor's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Rejection {
    /// `intercepted`, `bad_number`, `limit`, `balance`, `template`, `signature`, `opted_out`, `unreachable`, `account`
    /// or `other`.
    pub reason: &'static str,
    /// The vendor's code.
    pub code: String,
    /// The vendor's sentence.
    pub detail: String,
}

/// What the vendor says of a message, in answer to `query` and `receipts`.
///
/// To a query without id the vendor may answer with every message to that phone since; one whose `reference` is absent
/// is the message asked after only when its `id` belongs to no other submission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Receipt {
    /// The vendor's id; empty where a query does not give it.
    pub id: String,
    /// Ours, where the vendor gives it back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// E.164; empty where the vendor does not name it.
    pub phone: String,
    /// From 1, of how many, where parts are reported one by one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub part: Option<[u32; 2]>,
    /// `delivered`, `failed` or `pending`.
    pub fate: &'static str,
    /// With `failed`: why.
    #[serde(flatten, skip_serializing_if = "Option::is_none")]
    pub rejection: Option<Rejection>,
    /// When, in milliseconds since the epoch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_ms: Option<i64>,
}

/// The answer to `query`; none when the vendor knows nothing of the message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Found {
    /// What the vendor says.
    pub receipts: Vec<Receipt>,
}

/// The answer to `receipts`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Received {
    /// What the callback says.
    pub receipts: Vec<Receipt>,
    /// What to answer the vendor once they are kept.
    pub kept: Acknowledgement,
    /// What to answer so that it pushes them again.
    pub again: Acknowledgement,
}

/// An answer to a callback.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Acknowledgement {
    /// HTTP status.
    pub status: u16,
    /// Media type.
    pub content_type: String,
    /// Body in base64.
    pub body: String,
}

impl Submit {
    /// Checks what every vendor takes for granted.
    ///
    /// # Errors
    /// 400, naming the field.
    pub fn check(&self) -> Result<(), Problem> {
        reference(&self.reference)?;
        phone(&self.phone)?;
        length("signature", &self.signature, 1..=40)?;
        length("text", &self.text, 0..=1_000)?;
        let Some(template) = &self.template else { return length("text", &self.text, 1..=1_000) };
        length("template.id", &template.id, 1..=64)?;
        if template.params.len() > 30 {
            return Err(Problem::bad_field("template.params", "超过 30 个", "more than 30"));
        }
        template.params.iter().try_for_each(|param| {
            length("template.params.name", &param.name, 1..=64)?;
            length("template.params.value", &param.value, 0..=500)
        })
    }
}

impl Query {
    /// Checks the same.
    ///
    /// # Errors
    /// 400, naming the field.
    pub fn check(&self) -> Result<(), Problem> {
        reference(&self.reference)?;
        phone(&self.phone)?;
        self.id.as_deref().map_or(Ok(()), |id| length("id", id, 1..=128))
    }
}

fn reference(text: &str) -> Result<(), Problem> {
    let plain = (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    plain.then_some(()).ok_or_else(|| {
        Problem::bad_field("reference", "须为 1 至 32 个字母、数字或下划线", "1 to 32 letters, digits or underscores")
    })
}

fn phone(text: &str) -> Result<(), Problem> {
    let digits = text.strip_prefix('+').unwrap_or_default();
    let e164 =
        (5..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    e164.then_some(()).ok_or_else(|| Problem::bad_field("phone", "不是 E.164 号码", "not an E.164 number"))
}

fn length(field: &str, text: &str, range: std::ops::RangeInclusive<usize>) -> Result<(), Problem> {
    let (least, most) = (range.start(), range.end());
    range.contains(&text.chars().count()).then_some(()).ok_or_else(|| {
        Problem::bad_field(field, &format!("须为 {least} 至 {most} 个字符"), &format!("{least} to {most} characters"))
    })
}
