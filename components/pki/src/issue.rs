//! Issuing certificates and revocation lists (RFC 5280, GM/T 0015). The key stays with the caller, who is handed the bytes
//! to sign.
//!
//! The same order gets the same bytes, given a signer that does the same. What was made is read again before it is handed
//! out: nothing is issued that this library would not read.

mod certificate;
mod list;

use crate::asn1::{SEQUENCE, algorithm, oid as identifier, tlv};
use crate::oid;
use const_oid::AssociatedOid;
use der::Encode;
use std::fmt;

pub use certificate::{Notice, Order, Role, certificate, name};
pub use list::{List, Revoked, list};

/// Why nothing was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unissued<E> {
    /// A part of what was ordered cannot be written: which one.
    Part(&'static str),
    /// The caller did not sign.
    Signing(E),
}

impl<E> Unissued<E> {
    /// The stable name of this failure.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Part(_) => "order_not_writable",
            Self::Signing(_) => "issuer_did_not_sign",
        }
    }
}

impl<E> fmt::Display for Unissued<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Part(part) => write!(f, "cannot be written: {part}"),
            Self::Signing(_) => f.write_str("the issuer did not sign"),
        }
    }
}

impl<E: fmt::Debug> std::error::Error for Unissued<E> {}

/// `SIGNED{}` of X.509.
fn signed<E>(content: &[u8], sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>) -> Result<Vec<u8>, Unissued<E>> {
    let signature = sign(content).map_err(Unissued::Signing)?;
    Ok(tlv(SEQUENCE, &[content, &algorithm(oid::SM2_WITH_SM3), &tlv(0x03, &[&[0], &signature])]))
}

/// An extension; None where its value cannot be written.
fn extension<T: AssociatedOid + Encode>(critical: bool, value: &T) -> Option<Vec<u8>> {
    let flag: &[u8] = if critical { &[1, 1, 0xff] } else { &[] };
    Some(tlv(SEQUENCE, &[&identifier(T::OID), flag, &tlv(0x04, &[&value.to_der().ok()?])]))
}

/// The contents of an INTEGER as a serial number has it: positive, at most 20 bytes (RFC 5280, 4.1.2.2).
fn serial(bytes: &[u8]) -> Option<Vec<u8>> {
    let made = crate::asn1::unsigned(bytes);
    (3..=22).contains(&made.len()).then_some(made).filter(|made| made.get(2..) != Some(&[0]))
}
