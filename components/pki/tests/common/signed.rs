//! SignedData.

use super::certificate::Spec;
use super::*;
use const_oid::ObjectIdentifier;
use sm3::{Digest, Sm3};

/// What a SignedData says.
#[derive(Clone)]
pub struct SignedSpec {
    pub outer: ObjectIdentifier,
    pub content_type: ObjectIdentifier,
    pub version: u8,
    pub content: Vec<u8>,
    pub attached: bool,
    pub certificates: Vec<Spec>,
    pub announced: ObjectIdentifier,
    pub signers: Vec<SignerSpec>,
}

/// What one signer says.
#[derive(Clone)]
pub struct SignerSpec {
    pub certificate: Spec,
    /// The key that really signs.
    pub key: u8,
    pub user_id: &'static str,
    pub digest: Vec<u8>,
    pub signed_with: Vec<u8>,
    /// Attributes; none where the content itself is signed.
    pub attributes: Option<Vec<Vec<u8>>>,
    /// Whether they are sorted as DER wants it.
    pub sorted: bool,
    /// Attributes that are sent instead of those that were signed.
    pub sent: Option<Vec<Vec<u8>>>,
    /// Unsigned attributes.
    pub unsigned: Vec<u8>,
}

pub fn attribute(oid: ObjectIdentifier, value: &[u8]) -> Vec<u8> {
    sequence(&[&oid_der(oid), &set(&[value])])
}

/// contentType, signingTime, messageDigest.
pub fn attributes(content_type: ObjectIdentifier, content: &[u8], at: i64) -> Vec<Vec<u8>> {
    vec![
        attribute(oid::CONTENT_TYPE, &oid_der(content_type)),
        attribute(oid::SIGNING_TIME, &utc(at)),
        attribute(oid::MESSAGE_DIGEST, &octets(&Sm3::digest(content))),
    ]
}

pub fn signer(certificate: &Spec, attributes: Vec<Vec<u8>>) -> SignerSpec {
    SignerSpec {
        certificate: certificate.clone(),
        key: certificate.key,
        user_id: DEFAULT_ID,
        digest: algorithm(oid::SM3, Parameters::Absent),
        signed_with: algorithm(oid::SM2_SIGN, Parameters::Absent),
        attributes: Some(attributes),
        sorted: true,
        sent: None,
        unsigned: Vec::new(),
    }
}

impl SignedSpec {
    pub fn der(&self) -> Vec<u8> {
        let content = tlv(0xa0, &[&octets(&self.content)]);
        let certificates: Vec<_> = self.certificates.iter().map(Spec::der).collect();
        let signers: Vec<_> = self.signers.iter().map(|signer| signer.der(&self.content)).collect();
        let body = sequence(&[
            &small(self.version),
            &set(&[&algorithm(self.announced, Parameters::Absent)]),
            &sequence(&[&oid_der(self.content_type), if self.attached { &content } else { &[] }]),
            &tlv(0xa0, &[&certificates.concat()]),
            &set(&[&signers.concat()]),
        ]);
        sequence(&[&oid_der(self.outer), &tlv(0xa0, &[&body])])
    }
}

impl SignerSpec {
    /// The attributes in the order in which they are written.
    fn body(&self, mut attributes: Vec<Vec<u8>>) -> Vec<u8> {
        attributes.sort();
        if !self.sorted {
            attributes.reverse();
        }
        attributes.concat()
    }

    pub fn signature(&self, content: &[u8]) -> Vec<u8> {
        let signed = self.attributes.clone().map(|attributes| set(&[&self.body(attributes)]));
        key(self.key).sign(self.user_id, signed.as_deref().unwrap_or(content)).unwrap()
    }

    fn der(&self, content: &[u8]) -> Vec<u8> {
        let sent = self.sent.clone().or(self.attributes.clone()).filter(|attributes| !attributes.is_empty());
        sequence(&[
            &small(1),
            &sequence(&[&name(self.certificate.issuer), &small(self.certificate.serial)]),
            &self.digest,
            &sent.map(|attributes| tlv(0xa0, &[&self.body(attributes)])).unwrap_or_default(),
            &self.signed_with,
            &octets(&self.signature(content)),
            &if self.unsigned.is_empty() { Vec::new() } else { tlv(0xa1, &[&self.unsigned]) },
        ])
    }
}
