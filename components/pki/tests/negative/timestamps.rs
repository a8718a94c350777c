//! Timestamps and who makes them.

use crate::Case;
use crate::common::certificate as spec;
use crate::common::tlv;
use crate::common::world::{NOW, STAMPED, World};
use crate::unknown;
use pki::oid;

pub const CASES: &[Case] = &[
    ("no timestamp", |w| w.stamp = None, "timestamp timestamp_missing"),
    ("no timestamp, none wanted", |w| (w.stamp, w.timestamp_required) = (None, false), "ok"),
    (
        "no timestamp, none wanted, expired since",
        |w| {
            (w.stamp, w.timestamp_required) = (None, false);
            w.doctor(|c| c.not_after = NOW - 1);
        },
        "chain certificate_expired",
    ),
    ("timestamp inside", |w| w.inside = true, "ok"),
    (
        "timestamp of something else inside",
        |w| {
            w.inside = true;
            w.stamp().digest = Some(vec![7; 32]);
        },
        "timestamp timestamp_imprint_differs",
    ),
    ("imprint of something else", |w| w.stamp().digest = Some(vec![7; 32]), "timestamp timestamp_imprint_differs"),
    ("imprint that is cut", |w| w.stamp().digest = Some(vec![7; 31]), "timestamp timestamp_imprint_differs"),
    ("imprint of SHA-256", |w| w.stamp().algorithm = oid::SHA256, "timestamp timestamp_imprint_not_sm3"),
    (
        "with all that may follow",
        |w| w.stamp().further = [ACCURACY, ORDERING, NONCE, &extensions(false)].concat(),
        "ok",
    ),
    ("critical extension", |w| w.stamp().further = extensions(true), "timestamp timestamp_info_malformed"),
    ("in another order", |w| w.stamp().further = [NONCE, ACCURACY].concat(), "timestamp timestamp_info_malformed"),
    ("nonce twice", |w| w.stamp().further = [NONCE, NONCE].concat(), "timestamp timestamp_info_malformed"),
    ("default that DER leaves out", |w| w.stamp().further = vec![1, 1, 0], "timestamp timestamp_info_malformed"),
    ("something else", |w| w.stamp().further = vec![5, 0], "timestamp timestamp_info_malformed"),
    ("timestamp of a later time", |w| w.stamp().time = NOW + 1, "timestamp timestamp_in_future"),
    (
        "timestamp before its authority's certificate",
        |w| w.stamper(|c| c.not_before = STAMPED + 1),
        "timestamp certificate_not_yet_valid",
    ),
    (
        "timestamp after its authority's certificate",
        |w| w.stamper(|c| c.not_after = STAMPED - 1),
        "timestamp certificate_expired",
    ),
    (
        "authority for timestamps without extKeyUsage",
        |w| w.stamper(|c| c.purposes = None),
        "timestamp not_for_time_stamping",
    ),
    (
        "with extKeyUsage not critical",
        |w| w.stamper(|c| c.purposes.as_mut().unwrap().0 = false),
        "timestamp not_for_time_stamping",
    ),
    (
        "with a second purpose",
        |w| w.stamper(|c| c.purposes.as_mut().unwrap().1.push("1.3.6.1.5.5.7.3.4")),
        "timestamp not_for_time_stamping",
    ),
    ("with the usage of nobody", |w| w.stamper(|c| c.usage = 0), "timestamp key_usage_wrong"),
    (
        "a doctor stamps",
        |w| {
            w.stamper(|c| *c = spec::doctor());
            w.stamp().signed.signers[0].key = spec::doctor().key;
        },
        "timestamp not_for_time_stamping",
    ),
    (
        "an authority for timestamps signs",
        |w| w.doctor(|c| c.purposes = spec::stamper().purposes),
        "chain not_for_persons",
    ),
    ("timestamp signed with another key", |w| w.stamp().signed.signers[0].key = 9, "timestamp signature_wrong"),
    (
        "timestamp signed with another user id",
        |w| w.stamp().signed.signers[0].user_id = "tsa",
        "timestamp signature_wrong",
    ),
    ("timestamp without attributes", |w| w.stamp().signed.signers[0].attributes = None, "timestamp attributes_missing"),
    (
        "timestamp names another certificate",
        |w| w.stamp().named = Some(spec::doctor()),
        "timestamp timestamp_certificate_differs",
    ),
    (
        "timestamp signed twice",
        |w| {
            let signer = w.stamp().signed.signers[0].clone();
            w.stamp().signed.signers.push(signer);
        },
        "timestamp timestamp_not_one_signer",
    ),
    ("timestamp with a byte more", |w| w.spoil_stamp = |der| der.push(0), "timestamp timestamp_answer_malformed"),
    (
        "plain data as a timestamp",
        |w| w.spoil_stamp = |der| *der = World::new().signed.der(),
        "timestamp content_type_unexpected",
    ),
    (
        "refused by the authority",
        |w| w.spoil_stamp = |der| *der = pki::timestamp::refusal(14),
        "timestamp timestamp_refused",
    ),
];

const ACCURACY: &[u8] = &[0x30, 3, 2, 1, 1];
const ORDERING: &[u8] = &[1, 1, 0xff];
const NONCE: &[u8] = &[2, 1, 5];

fn extensions(critical: bool) -> Vec<u8> {
    tlv(0xa1, &[&unknown(critical)])
}
