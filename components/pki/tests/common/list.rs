//! Revocation lists.

use super::*;
use pki::crl::Crl;

/// What a list says.
#[derive(Clone)]
pub struct ListSpec {
    pub issuer: &'static str,
    pub signer: u8,
    pub this_update: i64,
    pub next_update: Option<i64>,
    pub number: u8,
    pub builds_on: Option<u8>,
    /// Serial number, date, reason and further extensions.
    pub entries: Vec<Entry>,
    pub further: Vec<Vec<u8>>,
    pub parameters: Parameters,
    /// The algorithm of the signature, inside and outside.
    pub signed_with: (const_oid::ObjectIdentifier, const_oid::ObjectIdentifier),
}

#[derive(Clone)]
pub struct Entry {
    pub serial: u8,
    pub date: i64,
    pub reason: Option<u8>,
    pub further: Vec<u8>,
}

/// An entry without a reason.
pub fn revoked(serial: u8, date: i64) -> Entry {
    Entry { serial, date, reason: None, further: Vec::new() }
}

pub fn list(issuer: &'static str, signer: u8) -> ListSpec {
    ListSpec {
        issuer,
        signer,
        this_update: START + 9 * DAY,
        next_update: Some(START + 16 * DAY),
        number: 7,
        builds_on: None,
        entries: vec![revoked(0x70, START + DAY)],
        further: Vec::new(),
        parameters: Parameters::Absent,
        signed_with: (oid::SM2_WITH_SM3, oid::SM2_WITH_SM3),
    }
}

/// A delta on the list of the same authority.
pub fn delta(issuer: &'static str, signer: u8) -> ListSpec {
    ListSpec { number: 8, builds_on: Some(7), entries: Vec::new(), ..list(issuer, signer) }
}

impl ListSpec {
    pub fn issue(&self) -> Crl {
        Crl::from_der(&self.der()).unwrap()
    }

    pub fn der(&self) -> Vec<u8> {
        let mut extensions = self.further.clone();
        extensions.push(extension(oid::CRL_NUMBER, false, &small(self.number)));
        extensions.extend(self.builds_on.map(|base| extension(oid::DELTA_CRL_INDICATOR, true, &small(base))));
        let entries: Vec<_> = self.entries.iter().map(Entry::der).collect();
        let entries = if entries.is_empty() { Vec::new() } else { sequence(&[&entries.concat()]) };
        let content = sequence(&[
            &small(1),
            &algorithm(self.signed_with.0, self.parameters),
            &name(self.issuer),
            &utc(self.this_update),
            &self.next_update.map(utc).unwrap_or_default(),
            &entries,
            &tlv(0xa0, &[&sequence(&[&extensions.concat()])]),
        ]);
        sealed(&content, self.signer, &algorithm(self.signed_with.1, self.parameters))
    }
}

impl Entry {
    fn der(&self) -> Vec<u8> {
        let reason = self.reason.map(|reason| extension(oid::CRL_REASON, false, &tlv(0x0a, &[&[reason]])));
        let extensions = [reason.unwrap_or_default(), self.further.clone()].concat();
        let extensions = if extensions.is_empty() { extensions } else { sequence(&[&extensions]) };
        sequence(&[&small(self.serial), &utc(self.date), &extensions])
    }
}
