//! What a SignedData says, and who says it.

use crate::Case;
use crate::common::certificate as spec;
use crate::common::signed::{attribute, attributes, signer};
use crate::common::world::{CONTENT, NOW, SIGNED, World};
use crate::common::{self, Parameters, algorithm, octets, oid_der, sequence, utc};
use pki::oid;

/// Drops an attribute from those that are signed.
fn without(world: &mut World, oid: const_oid::ObjectIdentifier) {
    let all = world.signed.signers[0].attributes.as_mut().unwrap();
    all.retain(|one| !one.windows(oid.as_bytes().len()).any(|window| window == oid.as_bytes()));
}

fn replace(world: &mut World, oid: const_oid::ObjectIdentifier, value: &[u8]) {
    without(world, oid);
    world.signed.signers[0].attributes.as_mut().unwrap().push(attribute(oid, value));
}

pub const CASES: &[Case] = &[
    ("other content than was signed", |w| w.content.push(b' '), "signature content_differs"),
    (
        "other content, detached",
        |w| {
            w.signed.attached = false;
            w.content.push(b' ');
        },
        "signature message_digest_differs",
    ),
    ("detached", |w| w.signed.attached = false, "ok"),
    (
        "other digest, signed",
        |w| replace(w, oid::MESSAGE_DIGEST, &octets(&[7; 32])),
        "signature message_digest_differs",
    ),
    ("digest that is cut", |w| replace(w, oid::MESSAGE_DIGEST, &octets(&[7; 31])), "signature message_digest_differs"),
    ("attributes not sorted", |w| w.signed.signers[0].sorted = false, "signed_data attributes_not_der"),
    (
        "attribute twice",
        |w| {
            let all = w.signed.signers[0].attributes.as_mut().unwrap();
            all.push(attribute(oid::SIGNING_TIME, &utc(SIGNED - 1)));
        },
        "signed_data attributes_not_der",
    ),
    (
        "attribute with two values",
        |w| {
            let two = [utc(SIGNED), utc(SIGNED)].concat();
            replace(w, oid::SIGNING_TIME, &two);
        },
        "signed_data attribute_malformed",
    ),
    (
        "signingTime in the other form",
        |w| replace(w, oid::SIGNING_TIME, &common::generalized(SIGNED)),
        "signed_data attribute_malformed",
    ),
    ("no messageDigest", |w| without(w, oid::MESSAGE_DIGEST), "signature message_digest_missing"),
    ("no contentType", |w| without(w, oid::CONTENT_TYPE), "signature content_type_missing"),
    ("no signingTime", |w| without(w, oid::SIGNING_TIME), "ok"),
    (
        "signingTime stripped after signing",
        |w| {
            let mut sent = w.signed.signers[0].attributes.clone().unwrap();
            sent.remove(1);
            w.signed.signers[0].sent = Some(sent);
        },
        "signature signature_wrong",
    ),
    ("all attributes stripped", |w| w.signed.signers[0].sent = Some(Vec::new()), "signature signature_wrong"),
    ("no attributes from the start", |w| w.signed.signers[0].attributes = None, "ok"),
    ("attributes passed off as the content", attributes_as_content, "signature content_like_attributes"),
    (
        "attributes of another content",
        |w| w.signed.signers[0].attributes = Some(attributes(oid::GM_DATA, b"another", SIGNED)),
        "signature message_digest_differs",
    ),
    (
        "contentType of the other form",
        |w| replace(w, oid::CONTENT_TYPE, &oid_der(oid::DATA)),
        "signature content_type_differs",
    ),
    (
        "content of another type",
        |w| {
            w.signed.content_type = oid::TST_INFO;
            replace(w, oid::CONTENT_TYPE, &oid_der(oid::TST_INFO));
        },
        "signature content_type_unexpected",
    ),
    ("signed later than now", |w| replace(w, oid::SIGNING_TIME, &utc(NOW + 1)), "signature signing_time_out_of_range"),
    ("signed with another user id", |w| w.signed.signers[0].user_id = "doctor-17", "signature signature_wrong"),
    (
        "signed with another user id, as agreed",
        |w| {
            w.signed.signers[0].user_id = "doctor-17";
            w.user_id = "doctor-17";
        },
        "ok",
    ),
    ("verified with another user id", |w| w.user_id = "1234567812345679", "signature signature_wrong"),
    ("signed with another key", |w| w.signed.signers[0].key = 9, "signature signature_wrong"),
    (
        "SHA-256 where SM3 is wanted",
        |w| {
            w.signed.announced = oid::SHA256;
            w.signed.signers[0].digest = algorithm(oid::SHA256, Parameters::Absent);
        },
        "signature digest_not_sm3",
    ),
    (
        "digest that is not announced",
        |w| w.signed.signers[0].digest = algorithm(oid::SHA256, Parameters::Absent),
        "signed_data digest_not_listed",
    ),
    ("digest with NULL parameters", |w| w.signed.signers[0].digest = algorithm(oid::SM3, Parameters::Null), "ok"),
    (
        "signature with NULL parameters",
        |w| w.signed.signers[0].signed_with = algorithm(oid::SM2_WITH_SM3, Parameters::Null),
        "ok",
    ),
    (
        "signature with other parameters",
        |w| w.signed.signers[0].signed_with = sequence(&[&oid_der(oid::SM2_SIGN), &oid_der(oid::SM2)]),
        "signature signature_not_sm2",
    ),
    (
        "signature of ECDSA",
        |w| w.signed.signers[0].signed_with = common::dotted_algorithm("1.2.840.10045.4.3.2"),
        "signature signature_not_sm2",
    ),
    ("one byte more", |w| w.spoil = |der| der.push(0), "signed_data signed_data_malformed"),
    ("one byte less", |w| w.spoil = |der| der.truncate(der.len() - 1), "signed_data signed_data_malformed"),
    ("nothing at all", |w| w.spoil = Vec::clear, "signed_data signed_data_malformed"),
    (
        "indefinite length",
        |w| w.spoil = |der| der.splice(1..4, [0x80]).for_each(drop),
        "signed_data signed_data_malformed",
    ),
    ("other content type around", |w| w.signed.outer = oid::GM_DATA, "signed_data not_signed_data"),
    ("version that the form does not know", |w| w.signed.version = 3, "signed_data signed_data_version_wrong"),
    ("nobody signed", |w| w.spoil = nobody, "signed_data no_signer"),
    (
        "signer's certificate missing",
        |w| w.signed.certificates.remove(0).subject = "",
        "signature signer_certificate_missing",
    ),
    ("another signer than expected", |w| w.expected = Some(spec::pharmacist()), "signer signer_not_expected"),
    ("two signers, one of them wrong", |w| second(w, 9), "signature signature_wrong"),
];

/// The pharmacist signs too, with this key.
pub fn second(world: &mut World, key: u8) {
    let mut second = signer(&spec::pharmacist(), attributes(oid::GM_DATA, CONTENT, SIGNED));
    second.key = key;
    world.signed.certificates.push(spec::pharmacist());
    world.signed.signers.push(second);
}

/// Puts an empty SET where the signers are.
fn nobody(der: &mut Vec<u8>) {
    let mut world = World::new();
    world.signed.signers.clear();
    *der = world.signed.der();
}

/// What a signer signed as attributes becomes the content of a SignedData without any.
fn attributes_as_content(world: &mut World) {
    let mut signed = world.signed.signers[0].attributes.take().unwrap();
    signed.sort();
    world.signed.content = common::set(&[&signed.concat()]);
    world.content = world.signed.content.clone();
}
