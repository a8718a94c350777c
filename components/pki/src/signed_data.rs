//! SignedData, as GB/T 35275 (GM/T 0010) and as RFC 5652 (CMS) name its parts: read, verified, built.
//!
//! Strict DER throughout, with one allowance: certificates, lists and signers may come in any order, since no signature
//! covers it and signers in the field write them as they come. The order of signed attributes is judged.

mod attributes;
mod build;
mod embedded;
mod error;
mod parse;
mod verify;

use crate::certificate::Certificate;
use crate::oid;
use const_oid::ObjectIdentifier;
use std::fmt;

pub use attributes::Attributes;
pub use build::{Builder, Unbuilt};
pub use embedded::embedded;
pub use error::Error;
pub use verify::{Expected, Verified};

/// A SignedData may have this many bytes, its content included.
pub const MAX_BYTES: usize = 16 << 20;
/// So many signers.
pub const MAX_SIGNERS: usize = 8;
/// So many certificates, and as many lists.
pub const MAX_CERTIFICATES: usize = 16;

/// Which standard's object identifiers it has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// GB/T 35275: 1.2.156.10197.6.1.4.2.x.
    Gm,
    /// RFC 5652: 1.2.840.113549.1.7.x.
    Cms,
}

impl Form {
    /// signedData in this form.
    #[must_use]
    pub const fn signed_data(self) -> ObjectIdentifier {
        match self {
            Self::Gm => oid::GM_SIGNED_DATA,
            Self::Cms => oid::SIGNED_DATA,
        }
    }

    /// Plain data in this form.
    #[must_use]
    pub const fn data(self) -> ObjectIdentifier {
        match self {
            Self::Gm => oid::GM_DATA,
            Self::Cms => oid::DATA,
        }
    }
}

/// A SignedData that was read, not yet believed.
#[derive(Clone, Debug)]
pub struct SignedData {
    /// Which object identifiers it has.
    pub form: Form,
    /// What the content is.
    pub content_type: ObjectIdentifier,
    /// The content, where it is attached.
    pub content: Option<Vec<u8>>,
    /// Certificates that came along.
    pub certificates: Vec<Certificate>,
    /// Revocation lists that came along, in DER.
    pub crls: Vec<Vec<u8>>,
    /// At least one.
    pub signers: Vec<Signer>,
}

/// One signer's part (SignerInfo).
#[derive(Clone, Debug)]
pub struct Signer {
    /// How the certificate is named.
    pub id: SignerId,
    /// The signed attributes, where there are any.
    pub attributes: Option<Attributes>,
    /// The signature in DER.
    pub signature: Vec<u8>,
    /// A timestamp over the signature (RFC 3161, appendix A), in DER.
    pub timestamp: Option<Vec<u8>>,
    digest: Algorithm,
    signed_with: Algorithm,
}

/// How a signer's certificate is named.
#[derive(Clone, PartialEq, Eq)]
pub enum SignerId {
    /// By issuer (in DER) and serial number.
    IssuerAndSerial(Vec<u8>, Vec<u8>),
    /// By subject key identifier; CMS only.
    KeyIdentifier(Vec<u8>),
}

impl SignerId {
    /// Whether it names this certificate.
    #[must_use]
    pub fn names(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerAndSerial(issuer, serial) => certificate.is(issuer, serial),
            Self::KeyIdentifier(id) => certificate.key_identifier().as_ref() == Some(id),
        }
    }
}

impl fmt::Debug for SignerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignerId")
    }
}

/// An algorithm, and whether its parameters are NULL or absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Algorithm {
    oid: ObjectIdentifier,
    plain: bool,
}

/// The form whose signedData this is.
fn form(content_type: ObjectIdentifier) -> Option<Form> {
    [Form::Gm, Form::Cms].into_iter().find(|form| form.signed_data() == content_type)
}
