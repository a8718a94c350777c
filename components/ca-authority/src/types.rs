//! The types of `yunzhen:ca/signer`, without WIT, and their limits; what each means is said there.

use outbound::Broken;
use serde::{Deserialize, Serialize};

/// An id of the authority's may have so many bytes.
pub const ID_BYTES: usize = 2_048;
/// A reference.
pub const REFERENCE_BYTES: usize = 64;
/// What is signed.
pub const CONTENT_BYTES: usize = 4 << 20;
/// A title may have so many characters.
pub const TITLE_CHARS: usize = 128;
/// A callback: SignedData in base64, among other fields.
pub const CALLBACK_BYTES: usize = 8 << 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub enum Role {
    Doctor,
    Pharmacist,
    Hospital,
}

#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub struct Person {
    pub employee_no: String,
    pub name: String,
    pub id_number: String,
    pub phone: String,
    pub role: Role,
    pub pin: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub enum Standing {
    Pending,
    Active,
    Suspended,
    Revoked,
    Expired,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub struct Enrolment {
    pub id: String,
    pub standing: Standing,
    pub certificate: Option<Vec<u8>>,
    pub invitation: Option<String>,
}

#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub enum Approval {
    Code,
    Authorised(String),
    Pin(String),
}

#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize)]
#[expect(missing_docs, reason = "the interface says it")]
pub enum Form {
    Gm,
    Cms,
}

#[derive(Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub struct Job {
    pub reference: String,
    pub person: String,
    pub approval: Approval,
    pub title: String,
    pub content: Vec<u8>,
    pub form: Form,
    pub expires_at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub enum Fate {
    Waiting(Option<String>),
    Signed(Vec<u8>),
    Refused(String),
    Expired,
    Voided,
    Failed(String),
    Unknown,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub struct Outcome {
    pub id: String,
    pub reference: Option<String>,
    pub fate: Fate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub struct Authorisation {
    pub id: String,
    pub standing: Standing,
    pub invitation: Option<String>,
    pub until_ms: i64,
    pub most: u32,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub struct Revocation {
    pub serial: Vec<u8>,
    pub at_ms: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub enum Notice {
    Job(Outcome),
    Person(String),
    Authorisation(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub struct Callback {
    pub content_type: String,
    pub body: Vec<u8>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub struct Acknowledgement {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
}

/// Texts begin with a stable code and a colon where a caller may want to tell cases apart.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the interface says it")]
pub enum Error {
    Invalid(String),
    Rejected(String),
    Busy(u32),
    Lost(String),
    Unavailable(String),
}

impl Error {
    /// `invalid`.
    pub fn invalid(why: impl Into<String>) -> Self {
        Self::Invalid(why.into())
    }

    /// `rejected`.
    pub fn rejected(why: impl Into<String>) -> Self {
        Self::Rejected(why.into())
    }
}

/// For what changes something; who only asks may ask again.
impl From<Broken> for Error {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Unsent(_) => Self::Unavailable(broken.to_string()),
            Broken::Lost(_) => Self::Lost(broken.to_string()),
        }
    }
}

/// Whether an id of the authority's can be one.
///
/// # Errors
/// `invalid`.
pub fn check_id(id: &str) -> Result<(), Error> {
    let fits = (1..=ID_BYTES).contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_graphic());
    fits.then_some(()).ok_or_else(|| Error::invalid("id_malformed: not 1 to 2048 printable ASCII characters"))
}

/// Whether a reference can be one.
///
/// # Errors
/// `invalid`.
pub fn check_reference(reference: &str) -> Result<(), Error> {
    let known = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
    let fits = (1..=REFERENCE_BYTES).contains(&reference.len()) && reference.bytes().all(known);
    fits.then_some(()).ok_or_else(|| Error::invalid("reference_malformed: not 1 to 64 of A-Z a-z 0-9 _ -"))
}

impl Job {
    /// Whether it is within the interface's limits.
    ///
    /// # Errors
    /// `invalid`.
    pub fn check(&self) -> Result<(), Error> {
        check_reference(&self.reference)?;
        check_id(&self.person)?;
        if let Approval::Authorised(id) = &self.approval {
            check_id(id)?;
        }
        if !(1..=CONTENT_BYTES).contains(&self.content.len()) {
            return Err(Error::invalid("content_size: not 1 byte to 4 MB"));
        }
        if self.title.chars().count() > TITLE_CHARS || self.title.chars().any(char::is_control) {
            return Err(Error::invalid("title_malformed: more than 128 characters, or control characters"));
        }
        Ok(())
    }
}

impl Acknowledgement {
    /// In JSON.
    #[must_use]
    pub fn json(status: u16, body: &str) -> Self {
        Self { status, content_type: "application/json".to_owned(), body: body.as_bytes().to_vec() }
    }
}
