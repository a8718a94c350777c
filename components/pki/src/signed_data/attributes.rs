//! The signed attributes (RFC 5652, 5.3 and 11; authenticatedAttributes in GB/T 35275).

use super::Error;
use crate::asn1::{RawAttribute, SET, elements, seconds, tlv};
use crate::oid;
use const_oid::ObjectIdentifier;
use der::asn1::OctetStringRef;
use der::{Decode, Tag, Tagged};
use x509_cert::time::Time;

const MAX_ATTRIBUTES: usize = 32;

/// Signed attributes: those that are judged, and all of them as they were signed.
#[derive(Clone, Debug)]
pub struct Attributes {
    /// contentType.
    pub content_type: Option<ObjectIdentifier>,
    /// messageDigest.
    pub message_digest: Option<Vec<u8>>,
    /// signingTime: what the signer's clock, or the signer, claims.
    pub signing_time: Option<i64>,
    all: Vec<(ObjectIdentifier, Vec<u8>)>,
    signed: Vec<u8>,
}

impl Attributes {
    /// From the contents of the SET.
    pub(super) fn parse(body: &[u8]) -> Result<Self, Error> {
        let found = elements(body, MAX_ATTRIBUTES).map_err(|_| Error::AttributesNotDer)?;
        if !found.is_sorted() || found.is_empty() {
            return Err(Error::AttributesNotDer);
        }
        let mut made = Self {
            content_type: None,
            message_digest: None,
            signing_time: None,
            all: Vec::new(),
            // They are signed with the tag of a SET instead of [0] (RFC 5652, 5.4).
            signed: tlv(SET, &[body]),
        };
        for attribute in found {
            let attribute = RawAttribute::from_der(attribute).map_err(|_| Error::AttributeMalformed)?;
            if made.value(attribute.oid).is_some() {
                return Err(Error::AttributesNotDer);
            }
            made.read(attribute.oid, attribute.values.0).ok_or(Error::AttributeMalformed)?;
        }
        Ok(made)
    }

    /// The one value of an attribute, in DER.
    #[must_use]
    pub fn value(&self, oid: ObjectIdentifier) -> Option<&[u8]> {
        self.all.iter().find(|(found, _)| *found == oid).map(|(_, value)| value.as_slice())
    }

    /// What is signed.
    #[must_use]
    pub fn signed(&self) -> &[u8] {
        &self.signed
    }

    fn read(&mut self, oid: ObjectIdentifier, values: &[u8]) -> Option<()> {
        let values = elements(values, MAX_ATTRIBUTES).ok()?;
        let value = *values.first()?;
        let judged = [oid::CONTENT_TYPE, oid::MESSAGE_DIGEST, oid::SIGNING_TIME, oid::SIGNING_CERTIFICATE_V2];
        if judged.contains(&oid) && values.len() != 1 {
            return None;
        }
        match oid {
            oid::CONTENT_TYPE => self.content_type = Some(ObjectIdentifier::from_der(value).ok()?),
            oid::MESSAGE_DIGEST => {
                self.message_digest = Some(<&OctetStringRef>::from_der(value).ok()?.as_bytes().to_vec());
            }
            oid::SIGNING_TIME => {
                let time = Time::from_der(value).ok()?;
                // RFC 5652, 11.3: years up to 2049 are UTCTime.
                let early = seconds(&time) < 2_524_608_000;
                let tag = if early { Tag::UtcTime } else { Tag::GeneralizedTime };
                self.signing_time = (time.tag() == tag).then(|| seconds(&time));
                self.signing_time?;
            }
            _ => {}
        }
        self.all.push((oid, value.to_vec()));
        Some(())
    }
}
