//! Asking for a timestamp, and an authority of one's own (RFC 3161, 2.4). The key stays with the caller.

use super::Query;
use crate::asn1::{INTEGER, OCTET_STRING, SEQUENCE, algorithm, generalized, oid as identifier, tlv, unsigned};
use crate::certificate::Certificate;
use crate::oid;
use crate::signed_data::{Builder, Form, Unbuilt};
use const_oid::ObjectIdentifier;
use sm3::{Digest, Sm3};

const TRUE: [u8; 3] = [0x01, 0x01, 0xff];
/// PKIStatus rejection.
const REJECTION: u8 = 2;

/// A TimeStampReq for an SM3 digest; it asks for the authority's certificate. The nonce is random, big-endian.
#[must_use]
pub fn request(digest: &[u8; 32], nonce: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&tlv(INTEGER, &[&[1]]), &imprint(oid::SM3, digest), &unsigned(nonce), &TRUE])
}

/// What an authority puts into a timestamp besides what it was asked for.
#[derive(Clone, Debug)]
pub struct Order<'a> {
    /// The authority's certificate.
    pub certificate: &'a Certificate,
    /// Its policy.
    pub policy: ObjectIdentifier,
    /// Its number of this timestamp, big-endian; never used twice.
    pub serial: &'a [u8],
    /// When.
    pub time: i64,
}

/// A TimeStampToken. `sign` gets the bytes to be signed with SM2 and returns a signature in DER.
///
/// # Errors
/// When `sign` fails, or the time cannot be written.
pub fn token<E>(
    query: &Query,
    order: &Order<'_>,
    sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>,
) -> Result<Vec<u8>, Unbuilt<E>> {
    let nonce = query.nonce.as_ref().map(|nonce| tlv(INTEGER, &[nonce])).unwrap_or_default();
    let info = tlv(
        SEQUENCE,
        &[
            &tlv(INTEGER, &[&[1]]),
            &identifier(order.policy),
            &imprint(query.imprint.algorithm, &query.imprint.digest),
            &unsigned(order.serial),
            &generalized(order.time).ok_or(Unbuilt::Time)?,
            &nonce,
        ],
    );
    let hash = tlv(OCTET_STRING, &[&Sm3::digest(order.certificate.der())]);
    let named = tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&algorithm(oid::SM3), &hash])])]);
    let builder = Builder::new(Form::Cms, &info).content_type(oid::TST_INFO);
    let builder = if query.certificate { builder.certificate(order.certificate) } else { builder };
    let further = [(oid::SIGNING_CERTIFICATE_V2, named)];
    Ok(builder.sign(order.certificate, order.time, &further, sign)?.finish())
}

/// A TimeStampResp that grants this token.
#[must_use]
pub fn answer(token: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&tlv(INTEGER, &[&[0]])]), token])
}

/// A TimeStampResp that refuses: the bit of PKIFailureInfo, below 32.
#[must_use]
pub fn refusal(failure: u8) -> Vec<u8> {
    let bits = 0x8000_0000_u32.checked_shr(failure.into()).unwrap_or_default().to_be_bytes();
    let bytes = usize::from(failure / 8) + 1;
    let failure = tlv(0x03, &[&[7 - failure % 8], bits.get(..bytes).unwrap_or(&bits)]);
    tlv(SEQUENCE, &[&tlv(SEQUENCE, &[&tlv(INTEGER, &[&[REJECTION]]), &failure])])
}

fn imprint(of: ObjectIdentifier, digest: &[u8]) -> Vec<u8> {
    tlv(SEQUENCE, &[&algorithm(of), &tlv(OCTET_STRING, &[digest])])
}
