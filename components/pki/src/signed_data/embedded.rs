//! A SignedData for where nothing can lie beside it: with its timestamp inside (RFC 3161, appendix A).

use super::{Error, SignedData};
use crate::asn1::{SEQUENCE, SET, elements, oid as identifier, sequence, tlv};
use crate::oid;
use der::asn1::AnyRef;
use der::{Decode, ErrorKind};

/// Parts of a SignedData, and of a signer.
const MOST: usize = 8;

/// The SignedData of one signer as a PDF has it (ISO 32000-1, 12.8.3.3): without the content, which no signature covers there
/// but by its digest, and with a token over the signature among the unsigned attributes.
///
/// # Errors
/// When it is none or has not exactly one signer, or has unsigned attributes where a token is to be added.
pub fn embedded(signed_data: &[u8], token: Option<&[u8]>) -> Result<Vec<u8>, Error> {
    let parsed = SignedData::parse(signed_data)?;
    if parsed.signers.len() != 1 {
        return Err(Error::NoSigner);
    }
    rebuilt(signed_data, token).map_err(|_| Error::Malformed)
}

fn rebuilt(signed_data: &[u8], token: Option<&[u8]>) -> der::Result<Vec<u8>> {
    let wrong = || der::Error::from(ErrorKind::Failed);
    let outer = elements(sequence(signed_data)?, MOST)?;
    let [content_type, explicit] = outer.as_slice() else { return Err(wrong()) };
    let parts = elements(sequence(AnyRef::from_der(explicit)?.value())?, MOST)?;
    let [version, digests, content, between @ .., signers] = parts.as_slice() else { return Err(wrong()) };
    let content = elements(sequence(content)?, MOST)?;
    let content = tlv(SEQUENCE, &[content.first().ok_or_else(wrong)?]);
    let (explicit_tag, unsigned_tag) = (0xa0, 0xa1);
    let signers = match token {
        None => signers.to_vec(),
        Some(token) => {
            let signer = elements(sequence(AnyRef::from_der(signers)?.value())?, MOST)?;
            if signer.last().and_then(|part| part.first()) == Some(&unsigned_tag) {
                return Err(wrong());
            }
            let attribute = tlv(SEQUENCE, &[&identifier(oid::TIME_STAMP_TOKEN), &tlv(SET, &[token])]);
            let unsigned = tlv(unsigned_tag, &[&attribute]);
            tlv(SET, &[&tlv(SEQUENCE, &[&signer.concat(), &unsigned])])
        }
    };
    let inner = tlv(SEQUENCE, &[version, digests, &content, &between.concat(), &signers]);
    Ok(tlv(SEQUENCE, &[content_type, &tlv(explicit_tag, &[&inner])]))
}
