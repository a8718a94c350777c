//! Reading a SignedData (RFC 5652, 5; GB/T 35275, 8).

use super::{
    Algorithm, Attributes, Error, Form, MAX_BYTES, MAX_CERTIFICATES, MAX_SIGNERS, SignedData, Signer, SignerId,
};
use crate::asn1::{RawAttribute, RawSet, elements, integer, plain, sequence};
use crate::certificate::Certificate;
use crate::oid;
use const_oid::ObjectIdentifier;
use der::asn1::{AnyRef, OctetStringRef};
use der::{Decode, Encode, Sequence, Tag, TagNumber, Tagged};
use spki::AlgorithmIdentifierRef;

const SEQUENCE: u8 = 0x30;
const MAX_UNSIGNED: usize = 32;

#[derive(Sequence)]
struct ContentInfo<'a> {
    content_type: ObjectIdentifier,
    #[asn1(context_specific = "0", tag_mode = "EXPLICIT", optional = "true")]
    content: Option<AnyRef<'a>>,
}

#[derive(Sequence)]
struct RawSignedData<'a> {
    version: u8,
    digests: RawSet<'a>,
    content: ContentInfo<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    certificates: Option<RawSet<'a>>,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    crls: Option<RawSet<'a>>,
    signers: RawSet<'a>,
}

#[derive(Sequence)]
struct RawSigner<'a> {
    version: u8,
    id: AnyRef<'a>,
    digest: AlgorithmIdentifierRef<'a>,
    #[asn1(context_specific = "0", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    attributes: Option<RawSet<'a>>,
    signed_with: AlgorithmIdentifierRef<'a>,
    signature: &'a OctetStringRef,
    #[asn1(context_specific = "1", tag_mode = "IMPLICIT", constructed = "true", optional = "true")]
    unsigned: Option<RawSet<'a>>,
}

impl SignedData {
    /// Reads one SignedData in its ContentInfo.
    ///
    /// # Errors
    /// When it is something else, is not in DER, something follows it, or it is larger than allowed.
    pub fn parse(der: &[u8]) -> Result<Self, Error> {
        if der.len() > MAX_BYTES {
            return Err(Error::TooLarge);
        }
        let outer = ContentInfo::from_der(der).map_err(|_| Error::Malformed)?;
        let form = super::form(outer.content_type).ok_or(Error::NotSignedData)?;
        let content = outer.content.ok_or(Error::Malformed)?;
        let raw: RawSignedData<'_> = content.decode_as().map_err(|_| Error::Malformed)?;
        let versions: &[u8] = if form == Form::Gm { &[1] } else { &[1, 3, 4, 5] };
        if !versions.contains(&raw.version) {
            return Err(Error::Version);
        }
        let announced = algorithms(raw.digests)?;
        let content = raw.content.content.map(|any| any.decode_as::<&OctetStringRef>()).transpose();
        let content = content.map_err(|_| Error::ContentForm)?;
        let parts = |set: Option<RawSet<'_>>, most| {
            let found = elements(set.map(|set| set.0).unwrap_or_default(), most).map_err(|_| Error::Malformed)?;
            Ok::<_, Error>(found.into_iter().map(<[u8]>::to_vec).collect::<Vec<_>>())
        };
        let certificates = parts(raw.certificates, MAX_CERTIFICATES)?;
        let certificates = certificates.iter().map(|der| Certificate::from_der(der).map_err(Error::Certificate));
        let signers = parts(Some(raw.signers), MAX_SIGNERS)?;
        if signers.is_empty() {
            return Err(Error::NoSigner);
        }
        Ok(Self {
            form,
            content_type: raw.content.content_type,
            content: content.map(|content| content.as_bytes().to_vec()),
            certificates: certificates.collect::<Result<_, _>>()?,
            crls: parts(raw.crls, MAX_CERTIFICATES)?,
            signers: signers.iter().map(|der| signer(der, form, &announced)).collect::<Result<_, _>>()?,
        })
    }
}

fn algorithms(set: RawSet<'_>) -> Result<Vec<ObjectIdentifier>, Error> {
    let found = elements(set.0, MAX_SIGNERS).map_err(|_| Error::Malformed)?;
    let read = |der: &&[u8]| AlgorithmIdentifierRef::from_der(der).map(|one| one.oid).map_err(|_| Error::Malformed);
    found.iter().map(read).collect()
}

fn signer(der: &[u8], form: Form, announced: &[ObjectIdentifier]) -> Result<Signer, Error> {
    let raw = RawSigner::from_der(der).map_err(|_| Error::Malformed)?;
    if !announced.contains(&raw.digest.oid) {
        return Err(Error::DigestNotListed);
    }
    let id = signer_id(raw.id)?;
    let version = match id {
        SignerId::IssuerAndSerial(..) => 1,
        SignerId::KeyIdentifier(_) if form == Form::Cms => 3,
        SignerId::KeyIdentifier(_) => return Err(Error::Malformed),
    };
    if raw.version != version {
        return Err(Error::Version);
    }
    let unsigned = elements(raw.unsigned.map(|set| set.0).unwrap_or_default(), MAX_UNSIGNED);
    Ok(Signer {
        id,
        attributes: raw.attributes.map(|set| Attributes::parse(set.0)).transpose()?,
        signature: raw.signature.as_bytes().to_vec(),
        timestamp: timestamp(&unsigned.map_err(|_| Error::Malformed)?)?,
        digest: algorithm(&raw.digest),
        signed_with: algorithm(&raw.signed_with),
    })
}

fn signer_id(id: AnyRef<'_>) -> Result<SignerId, Error> {
    if id.tag() == (Tag::ContextSpecific { constructed: false, number: TagNumber(0) }) {
        return Ok(SignerId::KeyIdentifier(id.value().to_vec()));
    }
    let der = id.to_der().map_err(|_| Error::Malformed)?;
    let read = || {
        let parts = elements(sequence(&der)?, 2)?;
        let [issuer, serial] = parts.as_slice() else { return Err(Tag::Sequence.length_error().into()) };
        Ok::<_, der::Error>((issuer.to_vec(), integer(serial)?.to_vec()))
    };
    match read() {
        Ok((issuer, serial)) if issuer.first() == Some(&SEQUENCE) => Ok(SignerId::IssuerAndSerial(issuer, serial)),
        _ => Err(Error::Malformed),
    }
}

fn timestamp(unsigned: &[&[u8]]) -> Result<Option<Vec<u8>>, Error> {
    let mut found = None;
    for der in unsigned {
        let attribute = RawAttribute::from_der(der).map_err(|_| Error::Malformed)?;
        if attribute.oid == oid::TIME_STAMP_TOKEN {
            let values = elements(attribute.values.0, 1).map_err(|_| Error::Malformed)?;
            let value = values.first().ok_or(Error::Malformed)?;
            if found.replace(value.to_vec()).is_some() {
                return Err(Error::Malformed);
            }
        }
    }
    Ok(found)
}

fn algorithm(found: &AlgorithmIdentifierRef<'_>) -> Algorithm {
    Algorithm { oid: found.oid, plain: plain(found, found.oid) }
}
