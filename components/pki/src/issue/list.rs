//! Revocation lists.

use super::{Unissued, extension, serial, signed};
use crate::asn1::{INTEGER, OCTET_STRING, SEQUENCE, algorithm, generalized, oid as identifier, time, tlv};
use crate::certificate::Certificate;
use crate::crl::{Crl, Reason};
use crate::oid;
use der::asn1::Uint;
use x509_cert::ext::pkix::{BaseCrlNumber, CrlNumber};

/// A list to be issued.
#[derive(Clone, Debug)]
pub struct List<'a> {
    /// Whose.
    pub issuer: &'a Certificate,
    /// When.
    pub this_update: i64,
    /// Until when it is to be believed.
    pub next_update: i64,
    /// Grows from list to list; a delta is numbered with the complete ones.
    pub number: u64,
    /// For a delta: the number of the complete list that it builds on.
    pub builds_on: Option<u64>,
    /// Certificates that expired at that time or later stay in the list for good; none: they leave it.
    pub expired_since: Option<i64>,
    /// In any order; of several entries of one certificate the first counts.
    pub revoked: &'a [Revoked],
}

/// A certificate that no longer stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Revoked {
    /// Big-endian.
    pub serial: Vec<u8>,
    /// Since when.
    pub at: i64,
    /// Why, where that is said.
    pub reason: Option<Reason>,
}

/// Issues a list; `sign` as for [`super::certificate`].
///
/// # Errors
/// When `sign` fails, or a part of the list cannot be written.
pub fn list<E>(list: &List<'_>, sign: impl FnOnce(&[u8]) -> Result<Vec<u8>, E>) -> Result<Crl, Unissued<E>> {
    let [Some(this_update), Some(next_update)] = [list.this_update, list.next_update].map(time) else {
        return Err(Unissued::Part("update"));
    };
    let entries: Option<Vec<_>> = list.revoked.iter().map(entry).collect();
    let entries = entries.ok_or(Unissued::Part("entry"))?.concat();
    let entries = if entries.is_empty() { entries } else { tlv(SEQUENCE, &[&entries]) };
    let content = tlv(
        SEQUENCE,
        &[
            &tlv(INTEGER, &[&[1]]),
            &algorithm(oid::SM2_WITH_SM3),
            list.issuer.subject(),
            &this_update,
            &next_update,
            &entries,
            &tlv(0xa0, &[&tlv(SEQUENCE, &[&numbers(list).ok_or(Unissued::Part("number"))?])]),
        ],
    );
    Crl::from_der(&signed(&content, sign)?).map_err(|_| Unissued::Part("list"))
}

fn numbers(list: &List<'_>) -> Option<Vec<u8>> {
    let number = |number: u64| Uint::new(&number.to_be_bytes()).ok();
    let base = list.builds_on.map(|base| extension(true, &BaseCrlNumber(number(base)?)));
    let base = base.map_or(Some(Vec::new()), |made| made)?;
    let since = list.expired_since.map(|since| {
        let value = tlv(OCTET_STRING, &[&generalized(since)?]);
        Some(tlv(SEQUENCE, &[&identifier(oid::EXPIRED_CERTS_ON_CRL), &value]))
    });
    let since = since.map_or(Some(Vec::new()), |made| made)?;
    Some([extension(false, &CrlNumber(number(list.number)?))?, base, since].concat())
}

fn entry(revoked: &Revoked) -> Option<Vec<u8>> {
    let reason = match &revoked.reason {
        // RFC 5280, 5.3.1: unspecified is said by saying nothing.
        None | Some(Reason::Unspecified) => Vec::new(),
        Some(reason) => tlv(SEQUENCE, &[&extension(false, reason)?]),
    };
    Some(tlv(SEQUENCE, &[&serial(&revoked.serial)?, &time(revoked.at)?, &reason]))
}
