//! A small world of certificates, lists, signatures and timestamps, written byte by byte and apart from the library's own
//! builders, so that a test can break one thing at a time.

#![allow(dead_code, reason = "each test file uses a part")]

pub mod certificate;
pub mod list;
pub mod signed;
pub mod world;

use pki::oid;
use pki::sm2::{DEFAULT_ID, PrivateKey};

/// 2027-01-15T08:00:00Z: everything is issued then.
pub const START: i64 = 1_800_000_000;
pub const DAY: i64 = 86_400;
pub const YEAR: i64 = 365 * DAY;

/// One element.
pub fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let body = parts.concat();
    let length = match body.len() {
        short @ ..0x80 => vec![u8::try_from(short).unwrap()],
        long @ 0x80..0x100 => vec![0x81, u8::try_from(long).unwrap()],
        long => [&[0x82][..], &u16::try_from(long).unwrap().to_be_bytes()].concat(),
    };
    [&[tag][..], &length, &body].concat()
}

pub fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, parts)
}

pub fn set(parts: &[&[u8]]) -> Vec<u8> {
    tlv(0x31, parts)
}

/// An INTEGER below 128.
pub fn small(value: u8) -> Vec<u8> {
    tlv(0x02, &[&[value]])
}

pub fn octets(body: &[u8]) -> Vec<u8> {
    tlv(0x04, &[body])
}

pub fn oid_der(oid: const_oid::ObjectIdentifier) -> Vec<u8> {
    tlv(0x06, &[oid.as_bytes()])
}

/// An OBJECT IDENTIFIER of dotted numbers.
pub fn dotted(text: &str) -> Vec<u8> {
    oid_der(const_oid::ObjectIdentifier::new(text).unwrap())
}

/// An AlgorithmIdentifier of dotted numbers, without parameters.
pub fn dotted_algorithm(text: &str) -> Vec<u8> {
    sequence(&[&dotted(text)])
}

/// The parameters of an algorithm.
#[derive(Clone, Copy)]
pub enum Parameters {
    Absent,
    Null,
}

pub fn algorithm(oid: const_oid::ObjectIdentifier, parameters: Parameters) -> Vec<u8> {
    let null: &[u8] = if matches!(parameters, Parameters::Null) { &[5, 0] } else { &[] };
    sequence(&[&oid_der(oid), null])
}

/// A name of one country and one common name.
pub fn name(common: &str) -> Vec<u8> {
    let part = |oid: &str, tag, text: &str| set(&[&sequence(&[&dotted(oid), &tlv(tag, &[text.as_bytes()])])]);
    sequence(&[&part("2.5.4.6", 0x13, "CN"), &part("2.5.4.3", 0x0c, common)])
}

/// GeneralizedTime.
pub fn generalized(at: i64) -> Vec<u8> {
    let text: String = civil(at).to_string();
    tlv(0x18, &[text.as_bytes(), b"Z"])
}

/// UTCTime.
pub fn utc(at: i64) -> Vec<u8> {
    tlv(0x17, &[&civil(at).as_bytes()[2..], b"Z"])
}

/// `YYYYMMDDhhmmss`.
fn civil(at: i64) -> String {
    let since = std::time::Duration::from_secs(u64::try_from(at).unwrap());
    let at = der::DateTime::from_unix_duration(since).unwrap();
    let (date, time) = ((at.year(), at.month(), at.day()), (at.hour(), at.minutes(), at.seconds()));
    format!("{:04}{:02}{:02}{:02}{:02}{:02}", date.0, date.1, date.2, time.0, time.1, time.2)
}

/// The key with this number.
pub fn key(number: u8) -> PrivateKey {
    PrivateKey::from_bytes(&[number; 32]).unwrap()
}

/// `SIGNED{}` of X.509, with the algorithm that it names.
pub fn sealed(content: &[u8], by: u8, algorithm: &[u8]) -> Vec<u8> {
    let signature = key(by).sign(DEFAULT_ID, content).unwrap();
    sequence(&[content, algorithm, &tlv(0x03, &[&[0], &signature])])
}

/// An extension; its value in DER.
pub fn extension(oid: const_oid::ObjectIdentifier, critical: bool, value: &[u8]) -> Vec<u8> {
    let flag: &[u8] = if critical { &[1, 1, 0xff] } else { &[] };
    sequence(&[&oid_der(oid), flag, &octets(value)])
}
