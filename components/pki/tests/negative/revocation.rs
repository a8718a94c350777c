//! Lists and deltas. The path of the timestamp is judged first, so that a bad list shows there.

use crate::Case;
use crate::common::certificate as spec;
use crate::common::list::{Entry, ListSpec, delta, list, revoked};
use crate::common::world::{NOW, STAMPED, World};
use crate::common::{self, DAY, Parameters, START, extension, sequence};
use crate::unknown;
use pki::oid;

const DOCTOR: u8 = 0x11;

pub const CASES: &[Case] = &[
    (
        "revoked before it was stamped",
        |w| w.list.entries.push(revoked(DOCTOR, STAMPED - 1)),
        "revocation certificate_revoked",
    ),
    ("revoked in that second", |w| w.list.entries.push(revoked(DOCTOR, STAMPED)), "revocation certificate_revoked"),
    ("revoked afterwards", |w| w.list.entries.push(revoked(DOCTOR, STAMPED + 1)), "ok"),
    (
        "revoked afterwards, suspected before",
        |w| {
            let mut entry = revoked(DOCTOR, STAMPED + DAY / 2);
            entry.further = extension(oid::INVALIDITY_DATE, false, &common::generalized(STAMPED - 1));
            w.list.entries.push(entry);
        },
        "revocation certificate_revoked",
    ),
    ("revoked in the delta", |w| change(w, revoked(DOCTOR, STAMPED - 1)), "revocation certificate_revoked"),
    (
        "on hold in the list, released in the delta",
        |w| {
            w.list.entries.push(revoked(DOCTOR, STAMPED - 1));
            w.list.entries[1].reason = Some(6);
            change(w, revoked(DOCTOR, STAMPED - 1));
            w.delta.as_mut().unwrap().entries[0].reason = Some(8);
        },
        "ok",
    ),
    (
        "authority revoked",
        |w| w.root_list.entries.push(revoked(2, STAMPED - 1)),
        "timestamp_revocation certificate_revoked",
    ),
    (
        "authority for timestamps revoked",
        |w| w.list.entries.push(revoked(0x13, STAMPED - 1)),
        "timestamp_revocation certificate_revoked",
    ),
    (
        "authority for timestamps revoked afterwards, for no stated reason",
        |w| w.list.entries.push(revoked(0x13, NOW)),
        "timestamp_revocation certificate_revoked",
    ),
    (
        "its key compromised afterwards",
        |w| {
            w.list.entries.push(revoked(0x13, NOW));
            w.list.entries[1].reason = Some(1);
        },
        "timestamp_revocation certificate_revoked",
    ),
    (
        "it ceased afterwards",
        |w| {
            w.list.entries.push(revoked(0x13, NOW));
            w.list.entries[1].reason = Some(5);
        },
        "ok",
    ),
    ("revoked in a second list", |w| w.lists.push(with(revoked(DOCTOR, STAMPED))), "revocation certificate_revoked"),
    (
        "revoked in the first of two lists",
        |w| {
            w.list.entries.push(revoked(DOCTOR, STAMPED));
            w.lists.push(with(revoked(0x71, START)));
        },
        "revocation certificate_revoked",
    ),
    (
        "the first list is for others, the second tells",
        |w| {
            only(w, &[0x82, 1, 0xff]);
            w.lists.push(with(revoked(0x71, START)));
        },
        "ok",
    ),
    (
        "the second list is for others",
        |w| w.lists.push(ListSpec { further: vec![scope(&[0x82, 1, 0xff])], ..list("Authority", 2) }),
        "ok",
    ),
    ("list expired", |w| w.list.next_update = Some(NOW - 1), "timestamp_revocation crl_expired"),
    ("list in its last second", |w| w.list.next_update = Some(NOW), "ok"),
    ("list without an end", |w| w.list.next_update = None, "timestamp_revocation crl_without_next_update"),
    ("list of a later time", |w| w.list.this_update = NOW + 1, "timestamp_revocation crl_not_yet_valid"),
    (
        "list fetched when it was out of date",
        |w| (w.lists_at, w.now) = (NOW + 7 * DAY, NOW + 7 * DAY),
        "timestamp_revocation crl_expired",
    ),
    ("list of another authority", |w| w.list.issuer = "Another", "timestamp_revocation crl_missing"),
    ("list with another's signature", |w| w.list.signer = 9, "timestamp_revocation crl_signature_wrong"),
    (
        "list with a signature of another algorithm",
        |w| w.list.signed_with = (oid::SM2_SIGN, oid::SM2_SIGN),
        "timestamp_revocation crl_signature_wrong",
    ),
    ("list with NULL parameters", |w| w.list.parameters = Parameters::Null, "ok"),
    ("list that was changed", |w| w.spoil_list = |der| another_entry(der), "timestamp_revocation crl_signature_wrong"),
    ("list with a byte more", |w| w.spoil_list = |der| der.push(0), "timestamp_revocation crl_missing"),
    (
        "list with an unknown critical extension",
        |w| w.list.further.push(unknown(true)),
        "timestamp_revocation crl_unknown_critical_extension",
    ),
    (
        "entry with an unknown critical extension",
        |w| {
            let mut entry = revoked(DOCTOR, STAMPED - 1);
            entry.further = unknown(true);
            w.list.entries.push(entry);
        },
        "revocation crl_unknown_critical_extension",
    ),
    (
        "authority without cRLSign",
        |w| w.authority(|c| c.usage = spec::KEY_CERT_SIGN),
        "timestamp_revocation crl_signer_key_usage_wrong",
    ),
    ("delta without its list", |w| w.list.builds_on = Some(6), "timestamp_revocation crl_delta_without_base"),
    (
        "list where the delta should be",
        |w| w.delta.as_mut().unwrap().builds_on = None,
        "timestamp_revocation crl_not_delta",
    ),
    ("delta on a newer list", |w| w.list.number = 6, "timestamp_revocation crl_delta_of_another_base"),
    (
        "delta with another's signature",
        |w| w.delta.as_mut().unwrap().signer = 9,
        "timestamp_revocation crl_signature_wrong",
    ),
    ("delta expired", |w| w.delta.as_mut().unwrap().next_update = Some(NOW - 1), "timestamp_revocation crl_expired"),
    (
        "delta of another authority",
        |w| w.delta.as_mut().unwrap().issuer = "Root",
        "timestamp_revocation crl_issuer_wrong",
    ),
    ("list of authorities only", |w| only(w, &[0x82, 1, 0xff]), "timestamp_revocation crl_out_of_scope"),
    ("list of certificates of others too", |w| only(w, &[0x84, 1, 0xff]), "timestamp_revocation crl_out_of_scope"),
    ("list of some reasons", |w| only(w, &[0x83, 2, 6, 0x40]), "timestamp_revocation crl_out_of_scope"),
    ("list of attribute certificates", |w| only(w, &[0x85, 1, 0xff]), "timestamp_revocation crl_out_of_scope"),
    ("list of users' certificates", |w| only(w, &[0x81, 1, 0xff]), "ok"),
    (
        "delta of another part",
        |w| w.delta.as_mut().unwrap().further.push(scope(&[0x81, 1, 0xff])),
        "timestamp_revocation crl_delta_out_of_scope",
    ),
    ("expired when the list was made", |w| expired(w), "revocation crl_after_expiry"),
    (
        "expired between list and delta",
        |w| {
            expired(w);
            w.list.this_update = END;
        },
        "ok",
    ),
    (
        "expired, and the list keeps such",
        |w| {
            expired(w);
            w.list.further.push(keeps(END));
        },
        "ok",
    ),
    (
        "expired before the list began to keep such",
        |w| {
            expired(w);
            w.list.further.push(keeps(END + 1));
        },
        "revocation crl_after_expiry",
    ),
    (
        "expired, and an older list knows it",
        |w| {
            expired(w);
            w.lists.push(ListSpec { this_update: END, ..list("Authority", 2) });
        },
        "ok",
    ),
    (
        "expired, and an older list says that it was revoked",
        |w| {
            expired(w);
            w.lists.push(ListSpec { this_update: END, ..with(revoked(DOCTOR, STAMPED)) });
        },
        "revocation certificate_revoked",
    ),
    (
        "expired, and the older list is for others",
        |w| {
            expired(w);
            w.lists.push(ListSpec { further: vec![scope(&[0x82, 1, 0xff])], ..list("Authority", 2) });
        },
        "revocation crl_after_expiry",
    ),
    (
        "on hold when it expired, and gone from the list",
        |w| {
            expired(w);
            w.list.this_update = END;
            w.list.entries.push(revoked(DOCTOR, STAMPED - 1));
            w.list.entries[1].reason = Some(6);
            change(w, revoked(DOCTOR, STAMPED - 1));
            w.delta.as_mut().unwrap().entries[0].reason = Some(8);
        },
        "revocation crl_after_expiry",
    ),
    ("lists from before the signature", |w| after(w, STAMPED - 1), "timestamp_revocation crl_before_signature"),
    ("lists of the second of the signature", |w| after(w, STAMPED), "ok"),
    (
        "revoked in a list from before the signature",
        |w| {
            after(w, NOW);
            w.lists.push(with(revoked(DOCTOR, STAMPED - DAY)));
        },
        "revocation certificate_revoked",
    ),
    ("lists of a time that has not come", |w| w.lists_at = NOW + 1, "timestamp_revocation crl_not_yet_valid"),
];

/// When the doctor's certificate expires.
const END: i64 = STAMPED + 3_600;

/// Lists were made when the doctor's certificate had expired.
fn expired(world: &mut World) {
    world.doctor(|c| c.not_after = END);
    world.list.this_update = END + 1;
    world.delta.as_mut().unwrap().this_update = END + 1;
}

/// An expiredCertsOnCRL.
fn keeps(since: i64) -> Vec<u8> {
    extension(oid::EXPIRED_CERTS_ON_CRL, false, &common::generalized(since))
}

/// Lists are fetched at a time, and must be from after the signature.
fn after(world: &mut World, at: i64) {
    (world.lists_at, world.lists_after) = (at, true);
}

fn change(world: &mut World, entry: Entry) {
    world.delta.as_mut().unwrap().entries.push(entry);
}

/// List and delta are for a part of all.
fn only(world: &mut World, body: &[u8]) {
    world.list.further.push(scope(body));
    world.delta = Some(ListSpec { further: world.list.further.clone(), ..delta("Authority", 2) });
}

/// Another complete list of the authority.
fn with(entry: Entry) -> ListSpec {
    ListSpec { entries: vec![entry], ..list("Authority", 2) }
}

/// An issuingDistributionPoint.
fn scope(body: &[u8]) -> Vec<u8> {
    extension(oid::ISSUING_DISTRIBUTION_POINT, true, &sequence(&[body]))
}

/// Another certificate is revoked than the one that was.
fn another_entry(der: &mut [u8]) {
    let at = der.windows(3).position(|window| window == [2, 1, 0x70]).unwrap();
    der[at + 2] ^= 1;
}

#[test]
fn what_the_lists_forgot_is_named() {
    let mut world = World::new();
    expired(&mut world);
    world.stamper(|c| c.not_after = END - 1);
    let named = |world: &World| world.judge().forgotten.iter().map(|one| one.serial().to_vec()).collect::<Vec<_>>();
    assert_eq!(named(&world), [[0x13], [DOCTOR]]);
    world.list.further.push(keeps(END));
    world.delta = None;
    assert_eq!(named(&world), [[0x13]]);
    // What has not expired is not forgotten, whatever the lists lack.
    world = World::new();
    world.list.next_update = Some(NOW - 1);
    assert_eq!((world.verdict().as_str(), named(&world).len()), ("timestamp_revocation crl_expired", 0));
}
