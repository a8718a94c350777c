//! The search for a path, and lists that are cut in parts.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

mod common;

use common::certificate::{self as spec, Spec, authority, doctor, root};
use common::list::{ListSpec, delta, list, revoked};
use common::world::{NOW, SIGNED};
use common::{DAY, START, extension, sequence, tlv};
use pki::chain::{self, Error, Purpose};
use pki::crl::{self, Crl, Reason, Status};
use pki::signed_data::{self, SignedData};
use pki::{Certificate, certificate, oid};

fn path(between: &[Spec], roots: &[Spec], purpose: Purpose) -> Result<Vec<u8>, Error> {
    let [between, roots] = [between, roots].map(|all| all.iter().map(Spec::issue).collect::<Vec<_>>());
    let doctor = doctor().issue();
    let found = chain::path(&doctor, &between, &roots, purpose, SIGNED)?;
    Ok(found.iter().map(|certificate| certificate.serial()[0]).collect())
}

#[test]
fn a_wrong_certificate_of_the_same_name_does_not_hide_the_right_one() {
    let wrong = Spec { serial: 0x20, key: 8, ..authority() };
    let expired = Spec { serial: 0x21, not_after: SIGNED - 1, ..authority() };
    assert_eq!(path(&[wrong, expired, authority()], &[root()], Purpose::Signing), Ok(vec![0x11, 2, 1]));
}

#[test]
fn an_authority_may_be_trusted_by_itself() {
    assert_eq!(path(&[], &[authority()], Purpose::Signing), Ok(vec![0x11, 2]));
    assert_eq!(path(&[], &[], Purpose::Signing), Err(Error::IssuerMissing));
    assert_eq!(path(&[authority(), root()], &[], Purpose::Signing), Err(Error::RootUnknown));
}

#[test]
fn a_key_that_signs_does_not_sign_lists() {
    assert_eq!(path(&[authority()], &[root()], Purpose::CrlSigning), Err(Error::KeyUsage));
    let certificate = authority().issue();
    let roots = [root().issue()];
    let found = chain::path(&certificate, &[], &roots, Purpose::CrlSigning, SIGNED).map(|path| path.len());
    assert_eq!(found, Ok(2));
}

#[test]
fn authorities_that_issue_each_other_end_the_search() {
    let one = Spec { issuer: "Other", signer: 6, authority: Some((true, None)), ..authority() };
    let other = Spec { subject: "Other", issuer: "Authority", serial: 3, key: 6, signer: 2, ..one.clone() };
    assert_eq!(path(&[one, other], &[root()], Purpose::Signing), Err(Error::IssuerMissing));
}

#[test]
fn a_self_issued_certificate_does_not_count() {
    // The authority changed its key: the new one is certified by the old.
    let old = Spec { serial: 4, key: 6, ..authority() };
    let new = Spec { issuer: "Authority", signer: 6, ..authority() };
    let between = [new, old];
    assert_eq!(
        path(&between, &[Spec { authority: Some((true, Some(1))), ..root() }], Purpose::Signing),
        Ok(vec![0x11, 2, 4, 1])
    );
}

#[test]
fn many_candidates_are_not_tried() {
    let wrong: Vec<_> = (0x20..0x50).map(|serial| Spec { serial, key: 8, ..authority() }).collect();
    assert_eq!(path(&wrong, &[root()], Purpose::Signing), Err(Error::TooManyCandidates));
}

#[test]
fn a_path_has_an_end() {
    let names = ["A", "B", "C", "D", "E", "F", "G", "H", "Authority"];
    let step = |(place, pair): (usize, &[&'static str])| {
        let place = u8::try_from(place).unwrap();
        let last = pair[1] == "Authority";
        let (key, authority) = (if last { 2 } else { 0x31 + place }, Some((true, None)));
        Spec {
            issuer: pair[0],
            subject: pair[1],
            serial: 0x40 + place,
            key,
            signer: 0x30 + place,
            authority,
            ..spec::authority()
        }
    };
    let between: Vec<_> = names.windows(2).enumerate().map(step).collect();
    let top = Spec { subject: "A", issuer: "A", key: 0x30, signer: 0x30, ..root() };
    assert_eq!(path(&between, &[top], Purpose::Signing), Err(Error::PathTooLong));
    let nearer = Spec { subject: "C", issuer: "C", key: 0x32, signer: 0x32, ..root() };
    assert_eq!(path(&between[2..], &[nearer], Purpose::Signing).map(|path| path.len()), Ok(8));
}

/// The DistributionPoint's name: `[0] { [0] { [6] URI } }`.
fn part(uri: &str) -> Vec<u8> {
    tlv(0xa0, &[&tlv(0xa0, &[&tlv(0x86, &[uri.as_bytes()])])])
}

fn in_part(uri: &str) -> Spec {
    let point = sequence(&[&sequence(&[&part(uri)])]);
    Spec { further: vec![extension(oid::CRL_DISTRIBUTION_POINTS, false, &point)], ..doctor() }
}

fn of_part(uri: &str, list: ListSpec) -> Crl {
    let scope = extension(oid::ISSUING_DISTRIBUTION_POINT, true, &sequence(&[&part(uri)]));
    ListSpec { further: vec![scope], ..list }.issue()
}

#[test]
fn a_part_of_a_list_tells_of_its_own_certificates() {
    let authority = authority().issue();
    let ask = |certificate: &Spec, complete: &Crl, delta: Option<&Crl>| {
        crl::status(&certificate.issue(), &authority, complete, delta, NOW)
    };
    let entries = vec![revoked(0x11, START)];
    let first = of_part("http://ca/1", ListSpec { entries, ..list("Authority", 2) });
    let second = of_part("http://ca/2", list("Authority", 2));
    let since_start = Status::Revoked { since: START, reason: None };
    assert_eq!(ask(&in_part("http://ca/1"), &first, None), since_start);
    assert_eq!(ask(&in_part("http://ca/2"), &second, None), Status::Good);
    assert_eq!(ask(&in_part("http://ca/1"), &second, None), Status::Unknown(crl::Error::OutOfScope));
    assert_eq!(ask(&doctor(), &second, None), Status::Unknown(crl::Error::OutOfScope));
    let changes = |uri| of_part(uri, delta("Authority", 2));
    assert_eq!(ask(&in_part("http://ca/2"), &second, Some(&changes("http://ca/2"))), Status::Good);
    let foreign = ask(&in_part("http://ca/2"), &second, Some(&changes("http://ca/1")));
    assert_eq!(foreign, Status::Unknown(crl::Error::DeltaScope));
}

#[test]
fn a_delta_that_is_older_than_the_list_changes_nothing() {
    let ask = |complete: ListSpec, delta: ListSpec| {
        let (complete, delta) = (complete.issue(), delta.issue());
        crl::status(&doctor().issue(), &authority().issue(), &complete, Some(&delta), NOW)
    };
    let mut hold = revoked(0x11, SIGNED);
    hold.reason = Some(6);
    let mut release = hold.clone();
    release.reason = Some(8);
    let complete = |number| ListSpec { number, entries: vec![hold.clone()], ..list("Authority", 2) };
    let delta = || ListSpec { entries: vec![release.clone()], ..delta("Authority", 2) };
    assert_eq!(ask(complete(7), delta()), Status::Good);
    let held = Status::Revoked { since: SIGNED, reason: Some(Reason::CertificateHold) };
    assert_eq!(ask(complete(9), delta()), held);
    assert_eq!((held.at(SIGNED - 1), held.at(SIGNED)), (Ok(()), Err(crl::REVOKED)));
}

#[test]
fn a_list_of_another_authority_tells_nothing() {
    let (list, root) = (list("Root", 1).issue(), root().issue());
    let status = crl::status(&doctor().issue(), &root, &list, None, NOW);
    assert_eq!(status, Status::Unknown(crl::Error::CertificateOfAnother));
    assert_eq!(crl::status(&authority().issue(), &root, &list, None, NOW), Status::Good);
    let early = crl::status(&authority().issue(), &root, &list, None, START + DAY);
    assert_eq!(early, Status::Unknown(crl::Error::NotYetValid));
}

#[test]
fn what_is_too_large_is_not_read() {
    let large = |bytes: usize| vec![0x30; bytes + 1];
    assert_eq!(Certificate::from_der(&large(certificate::MAX_BYTES)).unwrap_err().code(), "certificate_too_large");
    assert_eq!(SignedData::parse(&large(signed_data::MAX_BYTES)).unwrap_err().code(), "signed_data_too_large");
    assert_eq!(Crl::from_der(&large(crl::MAX_BYTES)).unwrap_err().code(), "crl_too_large");
}

#[test]
fn a_list_names_one_algorithm() {
    let two = ListSpec { signed_with: (oid::SM2_WITH_SM3, oid::SM2_SIGN), ..list("Authority", 2) };
    assert_eq!(Crl::from_der(&two.der()).unwrap_err().code(), "crl_algorithms_differ");
}

#[test]
fn an_extension_occurs_once() {
    let twice = vec![extension(oid::KEY_USAGE, true, &[3, 2, 7, 0x80])];
    let made = Spec { further: twice, ..doctor() }.der();
    assert_eq!(Certificate::from_der(&made).unwrap_err().code(), "certificate_extension_repeated");
}
