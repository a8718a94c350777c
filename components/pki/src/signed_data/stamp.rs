//! A timestamp into a SignedData that was made (RFC 3161, appendix A), for where nothing can lie beside it.

use super::{Error, SignedData};
use crate::asn1::{SEQUENCE, SET, elements, oid as identifier, sequence, tlv};
use crate::oid;
use der::asn1::AnyRef;
use der::{Decode, ErrorKind};

/// Parts of a SignedData, and of a signer.
const MOST: usize = 8;

/// The SignedData of one signer with a token over its signature among the unsigned attributes.
///
/// # Errors
/// When it is none, has not exactly one signer, or has unsigned attributes.
pub fn with_timestamp(signed_data: &[u8], token: &[u8]) -> Result<Vec<u8>, Error> {
    let parsed = SignedData::parse(signed_data)?;
    if parsed.signers.len() != 1 {
        return Err(Error::NoSigner);
    }
    rebuilt(signed_data, token).map_err(|_| Error::Malformed)
}

fn rebuilt(signed_data: &[u8], token: &[u8]) -> der::Result<Vec<u8>> {
    let wrong = || der::Error::from(ErrorKind::Failed);
    let outer = elements(sequence(signed_data)?, MOST)?;
    let [content_type, explicit] = outer.as_slice() else { return Err(wrong()) };
    let parts = elements(sequence(AnyRef::from_der(explicit)?.value())?, MOST)?;
    let (signers, before) = parts.split_last().ok_or_else(wrong)?;
    let signer = elements(sequence(AnyRef::from_der(signers)?.value())?, MOST)?;
    let (explicit_tag, unsigned_tag) = (0xa0, 0xa1);
    if signer.last().and_then(|part| part.first()) == Some(&unsigned_tag) {
        return Err(wrong());
    }
    let attribute = tlv(SEQUENCE, &[&identifier(oid::TIME_STAMP_TOKEN), &tlv(SET, &[token])]);
    let unsigned = tlv(unsigned_tag, &[&attribute]);
    let signer = tlv(SEQUENCE, &[&signer.concat(), &unsigned]);
    let inner = tlv(SEQUENCE, &[&before.concat(), &tlv(SET, &[&signer])]);
    Ok(tlv(SEQUENCE, &[content_type, &tlv(explicit_tag, &[&inner])]))
}
