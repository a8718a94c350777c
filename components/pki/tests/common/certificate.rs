//! Certificates.

use super::*;
use pki::Certificate;

/// Bits of keyUsage as RFC 5280 counts them.
pub const DIGITAL_SIGNATURE: u16 = 1 << 15;
pub const NON_REPUDIATION: u16 = 1 << 14;
pub const KEY_ENCIPHERMENT: u16 = 1 << 13;
pub const KEY_CERT_SIGN: u16 = 1 << 10;
pub const CRL_SIGN: u16 = 1 << 9;

/// What a certificate says.
#[derive(Clone)]
pub struct Spec {
    pub subject: &'static str,
    pub issuer: &'static str,
    pub serial: u8,
    pub key: u8,
    pub signer: u8,
    pub not_before: i64,
    pub not_after: i64,
    /// 0: no extension.
    pub usage: u16,
    /// cA and pathLenConstraint.
    pub authority: Option<(bool, Option<u8>)>,
    /// Critical or not, and the purposes.
    pub purposes: Option<(bool, Vec<&'static str>)>,
    pub further: Vec<Vec<u8>>,
    pub parameters: Parameters,
    /// The algorithm of the signature, inside and outside.
    pub signed_with: (const_oid::ObjectIdentifier, const_oid::ObjectIdentifier),
    /// The algorithm of the key, where it is not the usual one.
    pub key_algorithm: Option<Vec<u8>>,
}

pub fn root() -> Spec {
    Spec {
        subject: "Root",
        issuer: "Root",
        serial: 1,
        key: 1,
        signer: 1,
        not_before: START,
        not_after: START + 10 * YEAR,
        usage: KEY_CERT_SIGN | CRL_SIGN,
        authority: Some((true, None)),
        purposes: None,
        further: Vec::new(),
        parameters: Parameters::Absent,
        signed_with: (oid::SM2_WITH_SM3, oid::SM2_WITH_SM3),
        key_algorithm: None,
    }
}

pub fn authority() -> Spec {
    Spec { subject: "Authority", serial: 2, key: 2, authority: Some((true, Some(0))), ..root() }
}

pub fn doctor() -> Spec {
    Spec {
        subject: "Doctor",
        issuer: "Authority",
        serial: 0x11,
        key: 3,
        signer: 2,
        not_after: START + YEAR,
        usage: DIGITAL_SIGNATURE | NON_REPUDIATION,
        authority: None,
        ..root()
    }
}

pub fn pharmacist() -> Spec {
    Spec { subject: "Pharmacist", serial: 0x12, key: 4, ..doctor() }
}

pub fn stamper() -> Spec {
    let purposes = Some((true, vec!["1.3.6.1.5.5.7.3.8"]));
    Spec { subject: "Time", serial: 0x13, key: 5, purposes, ..doctor() }
}

impl Spec {
    pub fn issue(&self) -> Certificate {
        Certificate::from_der(&self.der()).unwrap()
    }

    pub fn der(&self) -> Vec<u8> {
        let (inner, outer) = self.signed_with;
        let usual = sequence(&[&oid_der(oid::EC_PUBLIC_KEY), &oid_der(oid::SM2)]);
        let point = tlv(0x03, &[&[0], &key(self.key).public().to_point()]);
        let content = sequence(&[
            &tlv(0xa0, &[&small(2)]),
            &small(self.serial),
            &algorithm(inner, self.parameters),
            &name(self.issuer),
            &sequence(&[&utc(self.not_before), &utc(self.not_after)]),
            &name(self.subject),
            &sequence(&[self.key_algorithm.as_ref().unwrap_or(&usual), &point]),
            &tlv(0xa3, &[&sequence(&[&self.extensions().concat()])]),
        ]);
        sealed(&content, self.signer, &algorithm(outer, self.parameters))
    }

    fn extensions(&self) -> Vec<Vec<u8>> {
        let mut made = self.further.clone();
        if self.usage != 0 {
            let unused = u8::try_from(self.usage.trailing_zeros().min(15) - if self.usage & 0xff == 0 { 8 } else { 0 });
            let bytes = self.usage.to_be_bytes();
            let bytes = if self.usage & 0xff == 0 { &bytes[..1] } else { &bytes[..] };
            made.push(extension(oid::KEY_USAGE, true, &tlv(0x03, &[&[unused.unwrap()], bytes])));
        }
        if let Some((is, most)) = self.authority {
            let flag: &[u8] = if is { &[1, 1, 0xff] } else { &[] };
            let most = most.map(small).unwrap_or_default();
            made.push(extension(oid::BASIC_CONSTRAINTS, true, &sequence(&[flag, &most])));
        }
        if let Some((critical, purposes)) = &self.purposes {
            let purposes: Vec<_> = purposes.iter().map(|purpose| dotted(purpose)).collect();
            made.push(extension(oid::EXTENDED_KEY_USAGE, *critical, &sequence(&[&purposes.concat()])));
        }
        made
    }
}
