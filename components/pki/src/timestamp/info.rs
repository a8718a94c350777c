//! What a timestamp says and what one is asked for (RFC 3161, 2.4).

use super::Error;
use crate::asn1::{elements, integer, seconds, sequence, tlv, unsigned};
use const_oid::ObjectIdentifier;
use der::asn1::{AnyRef, GeneralizedTime, OctetStringRef};
use der::{Decode, Tag, Tagged};
use spki::AlgorithmIdentifierRef;
use x509_cert::time::Time;

/// What was stamped (MessageImprint).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Imprint {
    /// The digest's algorithm.
    pub algorithm: ObjectIdentifier,
    /// The digest.
    pub digest: Vec<u8>,
}

/// What a timestamp says (TSTInfo).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Info {
    /// The authority's policy.
    pub policy: ObjectIdentifier,
    /// What was stamped.
    pub imprint: Imprint,
    /// The authority's number of this timestamp: the contents of an INTEGER.
    pub serial: Vec<u8>,
    /// When: whole seconds since 1970; a fraction is cut off.
    pub time: i64,
    /// The nonce that was sent: the contents of an INTEGER.
    pub nonce: Option<Vec<u8>>,
}

/// What an authority is asked for (TimeStampReq).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    /// What is to be stamped.
    pub imprint: Imprint,
    /// The policy, where the asker cares.
    pub policy: Option<ObjectIdentifier>,
    /// The contents of an INTEGER.
    pub nonce: Option<Vec<u8>>,
    /// Whether the authority's certificate is to go along.
    pub certificate: bool,
}

impl Info {
    /// None where it is something else, or has an extension that is critical.
    pub(super) fn parse(der: &[u8]) -> Option<Self> {
        let parts = elements(sequence(der).ok()?, 10).ok()?;
        let [version, policy, imprint, serial, time, rest @ ..] = parts.as_slice() else { return None };
        if u8::from_der(version) != Ok(1) {
            return None;
        }
        let mut nonce = None;
        let mut place = 0;
        for der in rest {
            let any = AnyRef::from_der(der).ok()?;
            // accuracy, ordering, nonce, tsa, extensions: each once at most, in this order.
            let found = match any.tag() {
                Tag::Sequence => 1,
                // DEFAULT FALSE: written only when true.
                Tag::Boolean if any.value() == [0xff] => 2,
                Tag::Integer => 3,
                Tag::ContextSpecific { constructed: true, number } if number.value() == 0 => 4,
                Tag::ContextSpecific { constructed: true, number } if number.value() == 1 => 5,
                _ => return None,
            };
            if found <= place || (found == 5 && critical(any.value())?) {
                return None;
            }
            place = found;
            if found == 3 {
                nonce = Some(integer(der).ok()?.to_vec());
            }
        }
        Some(Self {
            policy: ObjectIdentifier::from_der(policy).ok()?,
            imprint: Imprint::parse(imprint)?,
            serial: integer(serial).ok()?.to_vec(),
            time: moment(time)?,
            nonce,
        })
    }

    /// Whether the nonce is the number that these big-endian bytes are.
    #[must_use]
    pub fn has_nonce(&self, bytes: &[u8]) -> bool {
        self.nonce.as_ref().is_some_and(|nonce| integer(&unsigned(bytes)).is_ok_and(|sent| sent == nonce))
    }
}

impl Query {
    /// Reads a TimeStampReq.
    ///
    /// # Errors
    /// When it is something else, or has extensions.
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        Self::read(der).ok_or(Error::QueryMalformed)
    }

    fn read(der: &[u8]) -> Option<Self> {
        let parts = elements(sequence(der).ok()?, 6).ok()?;
        let [version, imprint, rest @ ..] = parts.as_slice() else { return None };
        if u8::from_der(version) != Ok(1) {
            return None;
        }
        let mut made = Self { imprint: Imprint::parse(imprint)?, policy: None, nonce: None, certificate: false };
        let mut rest = rest.iter().copied().peekable();
        let mut next = |tag| rest.next_if(|der| AnyRef::from_der(der).is_ok_and(|any| any.tag() == tag));
        if let Some(der) = next(Tag::ObjectIdentifier) {
            made.policy = Some(ObjectIdentifier::from_der(der).ok()?);
        }
        if let Some(der) = next(Tag::Integer) {
            made.nonce = Some(integer(der).ok()?.to_vec());
        }
        made.certificate = next(Tag::Boolean).is_some_and(|der| der == [1, 1, 0xff]);
        rest.next().is_none().then_some(made)
    }
}

impl Imprint {
    fn parse(der: &[u8]) -> Option<Self> {
        let parts = elements(sequence(der).ok()?, 2).ok()?;
        let [algorithm, digest] = parts.as_slice() else { return None };
        let algorithm = AlgorithmIdentifierRef::from_der(algorithm).ok()?;
        let digest = <&OctetStringRef>::from_der(digest).ok()?.as_bytes().to_vec();
        algorithm.parameters.is_none_or(AnyRef::is_null).then_some(Self { algorithm: algorithm.oid, digest })
    }
}

/// GeneralizedTime in UTC, with a fraction of a second or without (RFC 3161, 2.4.2).
fn moment(der: &[u8]) -> Option<i64> {
    let any = AnyRef::from_der(der).ok()?;
    any.tag().assert_eq(Tag::GeneralizedTime).ok()?;
    let text = any.value().strip_suffix(b"Z")?;
    let (whole, fraction) = text.split_at_checked(14)?;
    // DER: no fraction of zero, no zeros at its end.
    let fits = match fraction {
        [] => true,
        [b'.', digits @ .., last] => [digits, &[*last]].concat().iter().all(u8::is_ascii_digit) && *last != b'0',
        _ => false,
    };
    let whole = tlv(0x18, &[whole, b"Z"]);
    let time = GeneralizedTime::from_der(&whole).ok().filter(|_| fits)?;
    Some(seconds(&Time::GeneralTime(time)))
}

/// Whether one of these extensions is critical; none where they cannot be read.
fn critical(extensions: &[u8]) -> Option<bool> {
    let all = elements(extensions, 16).ok()?;
    let read = |der: &&[u8]| x509_cert::ext::Extension::from_der(der).ok();
    Some(all.iter().map(read).collect::<Option<Vec<_>>>()?.iter().any(|extension| extension.critical))
}
