//! Each case breaks one bit of trust in evidence that otherwise holds, and gets the one code of that. The few that must
//! hold all the same are marked `ok`.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

mod chains;
#[path = "../common/mod.rs"]
mod common;
mod revocation;
mod signed_data;
mod timestamps;

use common::certificate::{authority, doctor, root};
use common::world::{NOW, STAMPED, World};
use pki::crl::{self, Crl};
use pki::timestamp::{Expected, Token};
use sm3::{Digest, Sm3};

/// What it is called, what is broken, and the point and code of the first failure.
type Case = (&'static str, fn(&mut World), &'static str);

fn check(cases: &[Case]) {
    assert_eq!(World::new().verdict(), "ok");
    let wrong: Vec<_> = cases
        .iter()
        .filter_map(|(name, change, expected)| {
            let mut world = World::new();
            change(&mut world);
            let verdict = world.verdict();
            (verdict != *expected).then(|| format!("{name}: {verdict}, not {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn signed_data() {
    check(signed_data::CASES);
}

#[test]
fn chains() {
    check(chains::CASES);
}

#[test]
fn revocation() {
    check(revocation::CASES);
}

#[test]
fn timestamps() {
    check(timestamps::CASES);
}

#[test]
fn a_verdict_tells_who_signed_and_when() {
    let verdict = World::new().judge();
    assert!(verdict.report.ok(), "{}", verdict.report);
    let points: Vec<_> = verdict.report.lines().iter().map(|line| line.point).collect();
    let all = ["signed_data", "signature", "signer", "timestamp_revocation", "timestamp", "chain", "revocation"];
    assert_eq!(points.len(), all.len());
    assert!(all.iter().all(|point| points.contains(point)), "{points:?}");
    assert_eq!(verdict.stamped, Some(STAMPED));
    assert_eq!(verdict.signer, Some(doctor().issue()));
    assert!(verdict.report.to_string().contains("stamped at 2027-01-25T08:01:00Z"), "{}", verdict.report);
}

#[test]
fn two_signers_are_no_evidence_of_one() {
    let mut world = World::new();
    signed_data::second(&mut world, 4);
    assert_eq!(world.verdict(), "signer not_one_signer");
}

#[test]
fn no_byte_of_a_timestamp_can_change_unseen() {
    let roots = [root().issue()];
    let der = World::new().stamp().der(b"stamped");
    let time = |der: &[u8]| {
        let token = Token::parse(der)?;
        token.verify(&Expected::digest(Sm3::digest(b"stamped").into(), &roots, NOW)).map(|verified| verified.time)
    };
    assert_eq!(time(&der), Ok(STAMPED));
    for i in 0..der.len() {
        let mut changed = der.clone();
        changed[i] ^= 1;
        assert!(time(&changed).is_err(), "byte {i}");
        assert!(time(&der[..i]).is_err(), "cut at {i}");
    }
}

#[test]
fn no_byte_of_a_list_can_change_unseen() {
    let (world, authority) = (World::new(), authority().issue());
    let doctor = doctor().issue();
    let good = |der: &[u8]| {
        let list = Crl::from_der(der);
        list.is_ok_and(|list| crl::status(&doctor, &authority, &list, None, NOW) == crl::Status::Good)
    };
    let der = world.list.der();
    assert!(good(&der));
    for i in 0..der.len() {
        let mut changed = der.clone();
        changed[i] ^= 1;
        assert!(!good(&changed), "byte {i}");
        assert!(!good(&der[..i]), "cut at {i}");
    }
}

/// An extension that nobody knows.
fn unknown(critical: bool) -> Vec<u8> {
    common::extension(const_oid::ObjectIdentifier::new_unwrap("1.2.3.4.5"), critical, &common::octets(b"?"))
}
