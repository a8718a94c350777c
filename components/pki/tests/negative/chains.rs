//! From the signer to a root.

use crate::Case;
use crate::common::certificate::{self as spec, Spec};
use crate::common::world::{STAMPED, World};
use crate::common::{self, Parameters, algorithm, extension, oid_der, sequence};
use crate::unknown;
use pki::oid;

pub const CASES: &[Case] = &[
    ("certificate with NULL parameters", |w| w.doctor(|c| c.parameters = Parameters::Null), "ok"),
    ("authority with NULL parameters", |w| w.authority(|c| c.parameters = Parameters::Null), "ok"),
    (
        "SM2 as the key's algorithm",
        |w| w.doctor(|c| c.key_algorithm = Some(algorithm(oid::SM2, Parameters::Null))),
        "ok",
    ),
    (
        "SM2 as the key's algorithm, without parameters",
        |w| w.doctor(|c| c.key_algorithm = Some(algorithm(oid::SM2, Parameters::Absent))),
        "ok",
    ),
    (
        "key on another curve",
        |w| {
            w.doctor(|c| {
                c.key_algorithm =
                    Some(sequence(&[&oid_der(oid::EC_PUBLIC_KEY), &common::dotted("1.2.840.10045.3.1.7")]))
            })
        },
        "signature signer_key_not_sm2",
    ),
    ("certificate expired", |w| w.doctor(|c| c.not_after = STAMPED - 1), "chain certificate_expired"),
    ("certificate in its last second", |w| w.doctor(|c| c.not_after = STAMPED), "ok"),
    ("expired since", |w| w.doctor(|c| c.not_after = STAMPED + 1), "ok"),
    (
        "timestamp before the certificate",
        |w| w.doctor(|c| c.not_before = STAMPED + 1),
        "chain certificate_not_yet_valid",
    ),
    ("certificate of nobody's usage", |w| w.doctor(|c| c.usage = 0), "chain key_usage_wrong"),
    ("certificate for encryption", |w| w.doctor(|c| c.usage = spec::KEY_ENCIPHERMENT), "chain key_usage_wrong"),
    ("nonRepudiation alone", |w| w.doctor(|c| c.usage = spec::NON_REPUDIATION), "ok"),
    (
        "server's certificate",
        |w| w.doctor(|c| c.purposes = Some((false, vec!["1.3.6.1.5.5.7.3.1"]))),
        "chain not_for_persons",
    ),
    ("signed by another key", |w| w.doctor(|c| c.signer = 9), "chain certificate_signature_wrong"),
    ("a default written out, as some authorities do", |w| w.doctor(|c| c.further.push(written_out())), "ok"),
    (
        "keyUsage with its last zeros, as some authorities write it",
        |w| {
            w.doctor(|c| {
                c.usage = 0;
                c.further.push(extension(oid::KEY_USAGE, true, &[3, 2, 0, 0xc0]));
            });
        },
        "ok",
    ),
    (
        "two algorithms in one certificate",
        |w| {
            w.doctor(|c| c.signed_with.1 = oid::SM2_SIGN);
            w.expected = None;
        },
        "signed_data certificate_algorithms_differ",
    ),
    (
        "certificate with a signature of another algorithm",
        |w| w.doctor(|c| c.signed_with = (oid::SM2_SIGN, oid::SM2_SIGN)),
        "chain certificate_signature_wrong",
    ),
    ("unknown critical extension", |w| w.doctor(|c| c.further.push(unknown(true))), "chain unknown_critical_extension"),
    ("unknown extension, not critical", |w| w.doctor(|c| c.further.push(unknown(false))), "ok"),
    (
        "name constraints",
        |w| w.authority(|c| c.further.push(extension(oid::NAME_CONSTRAINTS, false, &sequence(&[])))),
        "timestamp unsupported_constraint",
    ),
    ("authority missing", |w| drop(w.signed.certificates.pop()), "chain issuer_missing"),
    ("authority without the flag", |w| own_authority(w, |c| c.authority = None), "chain issuer_not_authority"),
    (
        "authority with the flag unset",
        |w| own_authority(w, |c| c.authority = Some((false, None))),
        "chain issuer_not_authority",
    ),
    (
        "authority without keyCertSign",
        |w| own_authority(w, |c| c.usage = spec::CRL_SIGN),
        "chain issuer_key_usage_wrong",
    ),
    ("authority expired", |w| own_authority(w, |c| c.not_after = STAMPED - 1), "chain certificate_expired"),
    ("authority of another root", |w| own_authority(w, |c| c.signer = 9), "chain certificate_signature_wrong"),
    ("one authority too many", longer, "chain path_too_long"),
    ("root of one's own", root_of_ones_own, "chain root_unknown"),
];

/// The doctor's authority has another certificate; the one for timestamps keeps its own.
fn own_authority(world: &mut World, change: fn(&mut Spec)) {
    let authority = &mut world.signed.certificates[1];
    change(authority);
}

/// The authority, which may not have another below it, has one, and that one issued the doctor's certificate.
fn longer(world: &mut World) {
    let below = Spec { subject: "Below", issuer: "Authority", serial: 3, key: 6, signer: 2, ..spec::authority() };
    world.signed.certificates.push(below);
    world.doctor(|doctor| (doctor.issuer, doctor.signer) = ("Below", 6));
}

/// Somebody issues everything again below a root of the same name.
fn root_of_ones_own(world: &mut World) {
    world.signed.certificates[1].signer = 9;
    world.signed.certificates.push(Spec { key: 9, signer: 9, ..spec::root() });
}

/// basicConstraints, not critical and not an authority's, with both written out.
fn written_out() -> Vec<u8> {
    let value = common::octets(&sequence(&[&[1, 1, 0]]));
    sequence(&[&oid_der(oid::BASIC_CONSTRAINTS), &[1, 1, 0], &value])
}
