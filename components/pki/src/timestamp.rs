//! Timestamps of an authority (RFC 3161, GM/T 0033) over SM3, signed with SM2: read, verified, built.
//!
//! A token with another digest or signature is read, so that it can be shown, but it never verifies.

mod build;
mod error;
mod info;
mod verify;

use crate::asn1::{elements, sequence};
use crate::oid;
use crate::signed_data::{self, SignedData};
use der::asn1::AnyRef;
use der::{Decode, Tag, Tagged};

pub use build::{Order, answer, refusal, request, token};
pub use error::Error;
pub use info::{Imprint, Info, Query};
pub use verify::{Expected, Verified};

/// A token that was read, not yet believed.
#[derive(Clone, Debug)]
pub struct Token {
    /// The token as it came, without the answer around it.
    pub der: Vec<u8>,
    /// Who signed it.
    pub signed: SignedData,
    /// What it says.
    pub info: Info,
}

impl Token {
    /// Reads a TimeStampToken.
    ///
    /// # Errors
    /// When it is something else.
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        let signed = SignedData::parse(der).map_err(Error::SignedData)?;
        if signed.content_type != oid::TST_INFO {
            return Err(Error::SignedData(signed_data::Error::ContentTypeUnexpected));
        }
        let content = signed.content.as_deref().ok_or(Error::SignedData(signed_data::Error::ContentMissing))?;
        let info = Info::parse(content).ok_or(Error::InfoMalformed)?;
        Ok(Self { der: der.to_vec(), signed, info })
    }

    /// Reads a TimeStampResp (RFC 3161, 2.4.2).
    ///
    /// # Errors
    /// When the authority refused, or it is something else.
    pub fn from_answer(der: &[u8]) -> Result<Self, Error> {
        let read = || {
            let parts = elements(sequence(der)?, 2)?;
            let (status, token) = parts.split_first().ok_or_else(|| Tag::Sequence.length_error())?;
            let details = elements(sequence(status)?, 3)?;
            let (status, details) = details.split_first().ok_or_else(|| Tag::Sequence.length_error())?;
            let failure =
                details.iter().filter_map(|der| AnyRef::from_der(der).ok()).find(|any| any.tag() == Tag::BitString);
            Ok::<_, der::Error>((
                u8::from_der(status)?,
                failure.and_then(|any| bit(any.value())),
                token.first().copied(),
            ))
        };
        match read().map_err(|_| Error::AnswerMalformed)? {
            // granted, grantedWithMods
            (0 | 1, _, Some(token)) => Self::parse(token),
            (0 | 1, _, None) => Err(Error::AnswerMalformed),
            (_, failure, _) => Err(Error::Refused(failure)),
        }
    }
}

/// The first bit that is set, of the contents of a BIT STRING.
fn bit(contents: &[u8]) -> Option<u8> {
    let bytes = contents.get(1..)?;
    let (at, byte) = bytes.iter().enumerate().find(|(_, byte)| **byte != 0)?;
    u8::try_from(at * 8).ok()?.checked_add(u8::try_from(byte.leading_zeros()).ok()?)
}
