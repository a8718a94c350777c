//! The types of `yunzhen:sms/sender`, without WIT; what each means is said there.

use outbound::Broken;
use serde::{Deserialize, Serialize};

/// A value for a placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Param {
    /// The placeholder's name.
    pub name: String,
    /// What stands there.
    pub value: String,
}

/// A template that the vendor has approved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The vendor's id of it.
    pub id: String,
    /// In the order of the placeholders.
    pub params: Vec<Param>,
}

/// One message to one phone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// At most 32 of `A-Z a-z 0-9 _`.
    pub reference: String,
    /// E.164.
    pub phone: String,
    /// Without brackets.
    pub signature: String,
    /// Absent for free text.
    pub template: Option<Template>,
    /// As the phone is to show it, without the signature.
    pub text: String,
}

/// What the vendor took over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Submission {
    /// The vendor's id.
    pub id: String,
    /// How many parts it counts, where it says.
    pub parts: Option<u32>,
}

/// Why a message does not arrive.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the interface says it")]
pub enum Reason {
    Intercepted,
    BadNumber,
    Limit,
    Balance,
    Template,
    Signature,
    OptedOut,
    Unreachable,
    Account,
    Other,
}

/// A refusal or a failure in the vendor's words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// In ours.
    pub reason: Reason,
    /// The vendor's code.
    pub code: String,
    /// The vendor's sentence.
    pub detail: String,
}

impl Rejection {
    /// With code and sentence cut to a length fit for keeping.
    #[must_use]
    pub fn new(reason: Reason, code: &str, detail: &str) -> Self {
        Self { reason, code: cut(code, 64), detail: cut(detail, 200) }
    }
}

/// What became of a message, or of one part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub enum Fate {
    Delivered,
    Failed(Rejection),
    Pending,
}

/// What the vendor says of one message or part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt {
    /// The vendor's id; empty where a query does not give it.
    pub id: String,
    /// Ours, where the vendor gives it back.
    pub reference: Option<String>,
    /// E.164; empty where it is not named.
    pub phone: String,
    /// From 1, of how many.
    pub part: Option<(u32, u32)>,
    /// What happened.
    pub fate: Fate,
    /// When, in milliseconds since the epoch.
    pub at_ms: Option<i64>,
}

/// A message that is asked after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Ours.
    pub reference: String,
    /// The vendor's, unless the answer to the submission was lost.
    pub id: Option<String>,
    /// E.164.
    pub phone: String,
    /// Milliseconds since the epoch.
    pub submitted_at_ms: i64,
}

/// A callback as it came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Callback {
    /// Media type.
    pub content_type: String,
    /// Body.
    pub body: Vec<u8>,
}

/// The answer to a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acknowledgement {
    /// HTTP status.
    pub status: u16,
    /// Media type.
    pub content_type: String,
    /// Body.
    pub body: Vec<u8>,
}

impl Acknowledgement {
    /// In JSON.
    #[must_use]
    pub fn json(status: u16, body: &str) -> Self {
        Self { status, content_type: "application/json".to_owned(), body: body.as_bytes().to_vec() }
    }
}

/// What the caller can do about a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// Another vendor may send it.
    Rejected(Rejection),
    /// Certainly not sent; again after so many milliseconds.
    Busy(u32),
    /// Certainly not sent.
    Unavailable(String),
    /// Perhaps sent.
    Lost(String),
    /// Malformed or not configured.
    Invalid(String),
}

impl From<Broken> for Error {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Unsent(why) => Self::Unavailable(why),
            Broken::Lost(why) => Self::Lost(why),
        }
    }
}

impl Error {
    /// Free text at a vendor that takes templates only.
    #[must_use]
    pub fn templates_only() -> Self {
        let detail = "this vendor sends by its own templates only";
        Self::Rejected(Rejection::new(Reason::Template, "free_text", detail))
    }
}

/// At most so many characters.
#[must_use]
pub fn cut(text: &str, characters: usize) -> String {
    text.chars().take(characters).collect()
}
