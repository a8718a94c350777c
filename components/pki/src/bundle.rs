//! All that proves a document, in one file: to be verified without the hospital, the authority or a network.
//!
//! Whom to trust is for whoever verifies. What a bundle says of itself is not believed where that could make a verdict milder:
//! only a list from after the time that a timestamp proves can tell that a certificate stood then, by what its authority
//! signed of its age ([`Newness::AsIssued`]), and where there is no timestamp, all must stand today. Who must have signed follows from the signed
//! content ([`signers`]).

mod encoding;
mod error;
pub mod signers;
mod verify;

use serde::{Deserialize, Serialize};

pub use encoding::{Bytes, Time};
pub use error::Error;
pub use verify::{Judged, Newness, self_issued, verify};

/// A bundle may have this many bytes as JSON.
pub const MAX_BYTES: usize = 64 << 20;
/// So many signatures.
pub const MAX_SIGNATURES: usize = 8;
/// So many certificates.
pub const MAX_CERTIFICATES: usize = 16;
/// So many lists: of several times, and in parts.
pub const MAX_LISTS: usize = 48;

/// A document and its evidence.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// Which form this is.
    pub format: Format,
    /// What it is about.
    pub document: Document,
    /// What was signed, byte by byte.
    pub content: Bytes,
    /// In the order of signing.
    pub signatures: Vec<Signature>,
    /// Authorities' certificates in DER, roots included.
    pub certificates: Vec<Bytes>,
    /// Authorities' revocation lists.
    pub lists: Vec<List>,
    /// The part of the audit log that is about the document: lines of JSON as they are chained there. Not judged here.
    pub audit: Vec<String>,
    /// What the hospital asked of the signatures.
    pub policy: Policy,
}

/// The form of a bundle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
pub enum Format {
    /// This one.
    #[default]
    #[serde(rename = "yunzhen-evidence-1")]
    One,
}

/// What a bundle is about.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// Its id.
    pub id: String,
    /// Its kind, in `snake_case`.
    pub kind: String,
    /// Its version.
    pub version: u32,
}

/// A signature and what came with it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Signature {
    /// As what somebody signed: `doctor`, `pharmacist`, `hospital`.
    pub role: String,
    /// The certificate that was to sign, in DER.
    pub signer: Bytes,
    /// The SignedData in DER.
    pub signed_data: Bytes,
    /// A timestamp over the signature, where it is not inside the SignedData: a token, or the authority's answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub timestamp: Option<Bytes>,
    /// When it was signed, as the hospital has it.
    pub signed_at: Time,
}

/// An authority's lists.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct List {
    /// The complete one, in DER.
    pub complete: Bytes,
    /// The newest delta, in DER.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delta: Option<Bytes>,
    /// When they were fetched, as whoever made the bundle says.
    pub fetched_at: Time,
}

/// What the hospital asked of the signatures.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// Whether a signature without a timestamp counts for nothing.
    pub timestamp_required: bool,
    /// The user id that the signers signed with.
    pub user_id: String,
}

impl Bundle {
    /// Reads a bundle; nothing in it is believed yet.
    ///
    /// # Errors
    /// For anything but one bundle of this form, and for one that is too large.
    pub fn from_json(json: &[u8]) -> Result<Self, Error> {
        if json.len() > MAX_BYTES {
            return Err(Error::TooLarge);
        }
        let bundle: Self =
            serde_json::from_slice(json).map_err(|error| Error::Malformed(error.line(), error.column()))?;
        let few = bundle.certificates.len() <= MAX_CERTIFICATES && bundle.lists.len() <= MAX_LISTS;
        if few && bundle.signatures.len() <= MAX_SIGNATURES { Ok(bundle) } else { Err(Error::TooLarge) }
    }
}
