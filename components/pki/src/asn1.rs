//! DER (X.690) that the types of the `der` crate do not cover: raw elements, so that what was signed is hashed as it came.
//!
//! `SetOfVec` of that crate sorts what it reads; here the order that came is seen, and judged where it was signed.

use const_oid::ObjectIdentifier;
use der::asn1::{AnyRef, GeneralizedTime, IntRef, UtcTime};
use der::{
    DateTime, Decode, DecodeValue, EncodeValue, ErrorKind, FixedTag, Header, Length, Reader, Sequence, SliceReader,
    Tag, Writer,
};
use spki::AlgorithmIdentifierRef;
use std::time::Duration;
use x509_cert::time::Time;

pub(crate) const SEQUENCE: u8 = 0x30;
pub(crate) const SET: u8 = 0x31;
pub(crate) const INTEGER: u8 = 0x02;
pub(crate) const OCTET_STRING: u8 = 0x04;

/// The contents of a SET, still encoded.
#[derive(Clone, Copy)]
pub(crate) struct RawSet<'a>(pub &'a [u8]);

impl FixedTag for RawSet<'_> {
    const TAG: Tag = Tag::Set;
}

impl<'a> DecodeValue<'a> for RawSet<'a> {
    type Error = der::Error;

    fn decode_value<R: Reader<'a>>(reader: &mut R, header: Header) -> der::Result<Self> {
        reader.read_slice(header.length()).map(Self)
    }
}

impl EncodeValue for RawSet<'_> {
    fn value_len(&self) -> der::Result<Length> {
        self.0.len().try_into()
    }

    fn encode_value(&self, writer: &mut impl Writer) -> der::Result<()> {
        writer.write(self.0)
    }
}

/// The elements of a SET or SEQUENCE one after the other, each with its header; at most `most`.
pub(crate) fn elements(body: &[u8], most: usize) -> der::Result<Vec<&[u8]>> {
    let mut reader = SliceReader::new(body)?;
    let mut found = Vec::new();
    while !reader.is_finished() {
        if found.len() == most {
            return Err(ErrorKind::Overlength.into());
        }
        found.push(reader.tlv_bytes()?);
    }
    Ok(found)
}

/// The contents of a SEQUENCE that is all of `der`.
pub(crate) fn sequence(der: &[u8]) -> der::Result<&[u8]> {
    let any = AnyRef::from_der(der)?;
    any.header().tag().assert_eq(Tag::Sequence)?;
    Ok(any.value())
}

/// The contents of an INTEGER that is all of `der`.
pub(crate) fn integer(der: &[u8]) -> der::Result<&[u8]> {
    IntRef::from_der(der)?;
    Ok(AnyRef::from_der(der)?.value())
}

/// `SIGNED{}` of X.509: what is signed as it came, by which algorithm, and the signature.
pub(crate) struct Signed<'a> {
    pub content: &'a [u8],
    pub algorithm: AlgorithmIdentifierRef<'a>,
    pub signature: &'a [u8],
}

impl<'a> Signed<'a> {
    pub fn parse(der: &'a [u8]) -> der::Result<Self> {
        let parts = elements(sequence(der)?, 3)?;
        let [content, algorithm, signature] = parts.as_slice() else {
            return Err(ErrorKind::Incomplete { expected_len: Length::new(3), actual_len: Length::ZERO }.into());
        };
        let signature = der::asn1::BitStringRef::from_der(signature)?;
        Ok(Self {
            content,
            algorithm: AlgorithmIdentifierRef::from_der(algorithm)?,
            signature: signature.as_bytes().ok_or_else(|| Tag::BitString.value_error())?,
        })
    }
}

/// Whether this names the algorithm without parameters or with NULL: both are in the field.
pub(crate) fn plain(algorithm: &AlgorithmIdentifierRef<'_>, oid: ObjectIdentifier) -> bool {
    algorithm.oid == oid && algorithm.parameters.is_none_or(AnyRef::is_null)
}

/// One element: tag (below 31), length, contents.
pub(crate) fn tlv(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let bytes = length.to_be_bytes();
    let significant = bytes.iter().skip_while(|byte| **byte == 0);
    let mut made = vec![tag];
    if length < 0x80 {
        made.extend(significant.chain([0].iter().filter(|_| length == 0)));
    } else {
        // At most 8 bytes of length.
        made.push(0x80 | significant.clone().fold(0, |count, _| count + 1));
        made.extend(significant);
    }
    parts.iter().for_each(|part| made.extend_from_slice(part));
    made
}

/// An OBJECT IDENTIFIER.
pub(crate) fn oid(oid: ObjectIdentifier) -> Vec<u8> {
    tlv(0x06, &[oid.as_bytes()])
}

/// An INTEGER that is not negative, of big-endian bytes.
pub(crate) fn unsigned(bytes: &[u8]) -> Vec<u8> {
    let start = bytes.iter().take_while(|byte| **byte == 0).count();
    let rest = bytes.get(start..).unwrap_or_default();
    match rest.first() {
        Some(first) if *first < 0x80 => tlv(INTEGER, &[rest]),
        _ => tlv(INTEGER, &[&[0], rest]),
    }
}

/// An AlgorithmIdentifier without parameters.
pub(crate) fn algorithm(named: ObjectIdentifier) -> Vec<u8> {
    tlv(SEQUENCE, &[&oid(named)])
}

/// Elements as the contents of a SET OF in DER: sorted.
pub(crate) fn sorted(mut elements: Vec<Vec<u8>>) -> Vec<u8> {
    elements.sort();
    elements.concat()
}

/// A time as RFC 5280 and RFC 5652 write it: UTCTime up to 2049. None before 1970 and after 9999.
pub(crate) fn time(at: i64) -> Option<Vec<u8>> {
    let since = Duration::from_secs(u64::try_from(at).ok()?);
    match UtcTime::from_unix_duration(since) {
        Ok(time) => der::Encode::to_der(&time).ok(),
        Err(_) => generalized(at),
    }
}

/// A time as GeneralizedTime, as RFC 3161 writes it.
pub(crate) fn generalized(at: i64) -> Option<Vec<u8>> {
    let since = Duration::from_secs(u64::try_from(at).ok()?);
    der::Encode::to_der(&GeneralizedTime::from_unix_duration(since).ok()?).ok()
}

/// Seconds since 1970.
pub(crate) fn seconds(time: &Time) -> i64 {
    i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX)
}

/// A time for people (RFC 3339).
pub(crate) fn text(at: i64) -> String {
    let since = Duration::from_secs(u64::try_from(at).unwrap_or_default());
    DateTime::from_unix_duration(since).map(|at| at.to_string()).unwrap_or_default()
}

/// The parts of an Attribute (RFC 5652, 5.3), its values still encoded.
#[derive(Sequence)]
pub(crate) struct RawAttribute<'a> {
    pub oid: ObjectIdentifier,
    pub values: RawSet<'a>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_the_shortest() {
        assert_eq!(tlv(4, &[]), [4, 0]);
        assert_eq!(tlv(4, &[&[1], &[2]]), [4, 2, 1, 2]);
        assert_eq!(tlv(4, &[&[0; 127]])[..2], [4, 127]);
        assert_eq!(tlv(4, &[&[0; 128]])[..3], [4, 0x81, 128]);
        assert_eq!(tlv(4, &[&[0; 65_536]])[..5], [4, 0x83, 1, 0, 0]);
        for length in [0, 1, 127, 128, 255, 256, 70_000] {
            let made = tlv(OCTET_STRING, &[&vec![7; length]]);
            assert_eq!(AnyRef::from_der(&made).unwrap().value().len(), length);
        }
    }

    #[test]
    fn integers_are_the_shortest_and_never_negative() {
        assert_eq!(unsigned(&[0, 0]), [2, 1, 0]);
        assert_eq!(unsigned(&[0, 0x7f]), [2, 1, 0x7f]);
        assert_eq!(unsigned(&[0x80]), [2, 2, 0, 0x80]);
    }

    #[test]
    fn elements_are_counted() {
        assert_eq!(elements(&[5, 0, 5, 0], 2).unwrap(), [[5, 0], [5, 0]]);
        assert!(elements(&[5, 0, 5, 0], 1).is_err());
        assert!(elements(&[5, 0, 5], 9).is_err(), "cut off");
        assert!(elements(&[4, 0x81, 1, 0], 9).is_err(), "a length longer than it need be");
        assert!(elements(&[0x24, 0x80, 0, 0], 9).is_err(), "indefinite length");
    }

    #[test]
    fn a_time_changes_its_form_in_2050() {
        assert_eq!(time(1_700_000_000).unwrap(), b"\x17\x0d231114221320Z");
        assert_eq!(time(2_524_608_000).unwrap(), b"\x18\x0f20500101000000Z");
        assert_eq!(time(-1), None);
    }
}
