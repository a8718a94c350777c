//! What is said to a gateway and what it answers: the JSON of `POST /v1/sms-gateway/{submit,query,receipts}`.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A call to a gateway takes no longer than this, else its answer counts as lost; the gateway's own patience with its
/// vendor is to be shorter.
pub const CALL_MS: i64 = 15_000;

/// One message to one phone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Submit {
    /// Unique for each time a message is handed over; the vendor gives it back in receipts.
    pub reference: String,
    /// E.164.
    pub phone: String,
    /// Without brackets.
    pub signature: String,
    /// Absent for free text.
    pub template: Option<VendorTemplate>,
    /// As the phone is to show it, without the signature.
    pub text: String,
}

/// A template as the vendor knows it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct VendorTemplate {
    /// The vendor's id of it.
    pub id: String,
    /// In the order in which they occur in the text.
    pub params: Vec<Param>,
}

/// A value for a placeholder.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Param {
    /// Without braces.
    pub name: String,
    /// As it is to be shown.
    pub value: String,
}

/// Why a message does not arrive, the same list for every vendor; see `yunzhen:sms/sender`.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "as in the interface")]
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

impl Reason {
    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Intercepted => "intercepted",
            Self::BadNumber => "bad_number",
            Self::Limit => "limit",
            Self::Balance => "balance",
            Self::Template => "template",
            Self::Signature => "signature",
            Self::OptedOut => "opted_out",
            Self::Unreachable => "unreachable",
            Self::Account => "account",
            Self::Other => "other",
        }
    }

    /// Whether another vendor would say the same: it lies in the text or in the number, not in the account.
    #[must_use]
    pub const fn holds_everywhere(self) -> bool {
        matches!(self, Self::Intercepted | Self::BadNumber | Self::OptedOut | Self::Unreachable)
    }
}

/// What became of handing a message over.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
#[serde(tag = "outcome", rename_all = "snake_case")]
#[expect(missing_docs, reason = "as in the interface")]
pub enum Outcome {
    /// The vendor has it, under this id.
    Submitted { id: String, parts: Option<u32> },
    /// The vendor will not send it.
    Rejected { reason: Reason, code: String, detail: String },
    /// Certainly not sent; try again later.
    Busy { retry_after_ms: u32 },
    /// Certainly not sent.
    Unavailable { detail: String },
    /// Perhaps sent.
    Lost { detail: String },
    /// Certainly not sent: malformed, or the account is not configured.
    Invalid { detail: String },
}

impl Outcome {
    /// As stored with the submission.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Submitted { .. } => "submitted",
            Self::Rejected { .. } => "rejected",
            Self::Busy { .. } => "busy",
            Self::Unavailable { .. } => "unavailable",
            Self::Lost { .. } => "lost",
            Self::Invalid { .. } => "invalid",
        }
    }
}

/// A message that is asked after.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Question {
    /// Ours.
    pub reference: String,
    /// The vendor's; absent when the answer was lost.
    pub id: Option<String>,
    /// E.164.
    pub phone: String,
    /// When it was handed over, in milliseconds since 1970-01-01T00:00:00Z.
    pub submitted_at_ms: i64,
}

/// What the vendor says of one message or part.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Receipt {
    /// The vendor's id.
    pub id: String,
    /// Ours, where the vendor gives it back.
    pub reference: Option<String>,
    /// E.164; empty where the vendor does not name it.
    #[serde(default)]
    pub phone: String,
    /// From 1, with the number of parts, where they are reported one by one.
    pub part: Option<[u32; 2]>,
    /// What became of it.
    pub fate: Fate,
    /// When it failed.
    pub reason: Option<Reason>,
    /// The vendor's own code.
    pub code: Option<String>,
    /// The vendor's own sentence.
    pub detail: Option<String>,
    /// When it happened, in milliseconds since 1970-01-01T00:00:00Z, where the vendor says.
    pub at_ms: Option<i64>,
}

/// What became of a message or part.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Fate {
    Delivered,
    Failed,
    Pending,
}

/// A vendor's callback as it came in.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Callback {
    /// Its content type.
    pub content_type: String,
    /// Its body.
    pub body: Bytes,
}

/// What the vendor expects in answer to a callback.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Acknowledgement {
    /// HTTP status.
    pub status: u16,
    /// Content type.
    pub content_type: String,
    /// Body.
    pub body: Bytes,
}

/// A callback as the gateway understood it.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub struct Parsed {
    /// What it says.
    pub receipts: Vec<Receipt>,
    /// The answer when they were kept.
    pub kept: Acknowledgement,
    /// The answer that has them pushed again.
    pub again: Acknowledgement,
}

/// Base64 in JSON (RFC 4648, section 4).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bytes(pub Vec<u8>);

impl Serialize for Bytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&BASE64.encode(&self.0))
    }
}

impl<'de> Deserialize<'de> for Bytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        BASE64.decode(text).map(Self).map_err(serde::de::Error::custom)
    }
}

/// The gateways, by name. Every call ends within [`CALL_MS`].
#[expect(async_fn_in_trait, reason = "guests run on one thread: no Send bound is wanted")]
pub trait Gateway {
    /// Hands a message over.
    async fn submit(&self, gateway: &str, message: &Submit) -> Outcome;

    /// Asks after a message; an empty list means that the vendor knows nothing of it.
    async fn query(&self, gateway: &str, question: &Question) -> Result<Vec<Receipt>, Outcome>;

    /// Has a callback read.
    async fn receipts(&self, gateway: &str, callback: &Callback) -> Result<Parsed, Outcome>;
}
