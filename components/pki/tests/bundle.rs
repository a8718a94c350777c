//! Evidence bundles: what proves a document, and what does not.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

mod common;

use common::DAY;
use common::certificate::{authority, doctor, pharmacist, root};
use common::list::{ListSpec, delta, list};
use common::signed::{attributes, signer};
use common::world::{CONTENT, NOW, SIGNED, STAMPED, World};
use pki::bundle::signers::lacking;
use pki::bundle::{self, Bundle, Bytes, Document, Error, Format, List, Newness, Policy, Signature, Time};
use pki::sm2::DEFAULT_ID;
use pki::{Certificate, oid};

fn signature(role: &str, world: &World) -> Signature {
    let stamp = world.stamp.as_ref().unwrap();
    let spec = &world.signed.signers[0];
    Signature {
        role: role.into(),
        signer: Bytes(spec.certificate.der()),
        signed_data: Bytes(world.signed.der()),
        timestamp: Some(Bytes(stamp.der(&spec.signature(CONTENT)))),
        signed_at: Time(SIGNED),
    }
}

/// A list of a time.
fn of(list: ListSpec, this_update: i64) -> Bytes {
    Bytes(ListSpec { this_update, ..list }.der())
}

/// A prescription that doctor and pharmacist signed.
fn bundle() -> Bundle {
    let mut second = World::new();
    second.signed.certificates[0] = pharmacist();
    second.signed.signers = vec![signer(&pharmacist(), attributes(oid::GM_DATA, CONTENT, SIGNED))];
    let fetched_at = Time(NOW - 60);
    Bundle {
        format: Format::One,
        document: Document { id: "doc_1".into(), kind: "prescription".into(), version: 1 },
        content: Bytes(CONTENT.to_vec()),
        signatures: vec![signature("doctor", &World::new()), signature("pharmacist", &second)],
        certificates: vec![Bytes(root().der()), Bytes(authority().der())],
        lists: vec![
            List { complete: of(list("Root", 1), NOW - 60), delta: None, fetched_at },
            List {
                complete: Bytes(list("Authority", 2).der()),
                delta: Some(of(delta("Authority", 2), NOW - 60)),
                fetched_at,
            },
        ],
        audit: vec![r#"{"event":"signed"}"#.into()],
        policy: Policy { timestamp_required: true, user_id: DEFAULT_ID.into() },
    }
}

fn verdicts(bundle: &Bundle, roots: &[Certificate], now: i64) -> String {
    judged(bundle, roots, Newness::AsIssued, now)
}

/// Each signature's role with its first failure, after a way through JSON.
fn judged(bundle: &Bundle, roots: &[Certificate], newness: Newness, now: i64) -> String {
    let read = Bundle::from_json(&serde_json::to_vec(bundle).unwrap()).unwrap();
    assert_eq!(&read, bundle);
    let told = bundle::verify(&read, roots, newness, now).unwrap().into_iter().map(|judged| {
        let failure = judged.verdict.report.failure().map(|line| format!("{} {}", line.point, line.code));
        format!("{}: {}", judged.role, failure.unwrap_or_else(|| "ok".to_owned()))
    });
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn a_bundle_is_proved_by_what_is_in_it_and_a_root() {
    type Change = fn(&mut Bundle);
    let cases: [(&str, Change, &str); 8] = [
        ("as it is", |_| {}, "doctor: ok, pharmacist: ok"),
        (
            "the content tampered with",
            |bundle| bundle.content.0[3] ^= 1,
            "doctor: signature content_differs, pharmacist: signature content_differs",
        ),
        (
            "another certificate than the one that signed",
            |bundle| bundle.signatures[1].signer = Bytes(doctor().der()),
            "doctor: ok, pharmacist: signer signer_not_expected",
        ),
        (
            "the doctor's signature as the pharmacist's",
            |bundle| bundle.signatures[1].signed_data = bundle.signatures[0].signed_data.clone(),
            "doctor: ok, pharmacist: signer signer_not_expected",
        ),
        (
            "no timestamp",
            |bundle| bundle.signatures[0].timestamp = None,
            "doctor: timestamp timestamp_missing, pharmacist: ok",
        ),
        (
            "another's timestamp",
            |bundle| bundle.signatures[0].timestamp = bundle.signatures[1].timestamp.clone(),
            "doctor: timestamp timestamp_imprint_differs, pharmacist: ok",
        ),
        (
            "a list missing",
            |bundle| drop(bundle.lists.pop()),
            "doctor: timestamp_revocation crl_missing, pharmacist: timestamp_revocation crl_missing",
        ),
        ("nobody signed", |bundle| bundle.signatures.clear(), ""),
    ];
    for (name, change, expected) in cases {
        let mut bundle = bundle();
        change(&mut bundle);
        assert_eq!(verdicts(&bundle, &[root().issue()], NOW + 30 * DAY), expected, "{name}");
    }
}

#[test]
fn how_new_a_list_is_its_authority_says_or_whoever_fetched_it() {
    type Change = fn(&mut Bundle);
    const BOTH: fn(&str) -> String = |code| format!("doctor: {code}, pharmacist: {code}");
    let cases: [(&str, Change, &str, &str); 6] = [
        ("as it is", |_| {}, "ok", "ok"),
        (
            "out of date when they were fetched",
            |bundle| bundle.lists.iter_mut().for_each(|list| list.fetched_at.0 += 7 * DAY),
            "ok",
            "timestamp_revocation crl_expired",
        ),
        (
            "fetched before the signature",
            |bundle| {
                bundle.lists[0].complete = of(list("Root", 1), SIGNED);
                bundle.lists[0].fetched_at = Time(SIGNED);
            },
            "timestamp_revocation crl_before_signature",
            "timestamp_revocation crl_before_signature",
        ),
        (
            "issued before the signature, whenever it is said to be fetched",
            |bundle| bundle.lists[0].complete = of(list("Root", 1), STAMPED - 1),
            "timestamp_revocation crl_before_signature",
            "ok",
        ),
        (
            "a delta issued before the signature",
            |bundle| bundle.lists[1].delta = Some(of(delta("Authority", 2), STAMPED - 1)),
            "timestamp_revocation crl_before_signature",
            "ok",
        ),
        (
            "a delta issued in the second of the signature",
            |bundle| bundle.lists[1].delta = Some(of(delta("Authority", 2), STAMPED)),
            "ok",
            "ok",
        ),
    ];
    for (name, change, issued, fetched) in cases {
        let mut bundle = bundle();
        change(&mut bundle);
        let told = |newness| judged(&bundle, &[root().issue()], newness, NOW + 30 * DAY);
        assert_eq!(told(Newness::AsIssued), BOTH(issued), "{name}");
        assert_eq!(told(Newness::AsFetched), BOTH(fetched), "{name}");
    }
    let mut old = bundle();
    old.lists[0].complete = of(list("Root", 1), STAMPED - 1);
    let told = bundle::verify(&old, &[root().issue()], Newness::AsIssued, NOW).unwrap();
    let detail = &told[0].verdict.report.failure().unwrap().detail;
    assert!(detail.contains("get the evidence again once"), "{detail}");
}

#[test]
fn all_must_have_signed_whom_the_content_wants() {
    type Change = fn(&mut Bundle);
    fn content(bundle: &mut Bundle, kind: &str) {
        let content = format!(r#"{{"document_id":"doc_1","kind":"{kind}","version":1}}"#);
        (bundle.document.kind, bundle.content) = (kind.into(), Bytes(content.into_bytes()));
    }
    let cases: [(&str, Change, &str); 12] = [
        ("as it is", |_| {}, ""),
        ("the doctor alone", |bundle| bundle.signatures.truncate(1), "the signature of the pharmacist is missing"),
        ("the pharmacist alone", |bundle| drop(bundle.signatures.remove(0)), "the signature of the doctor is missing"),
        (
            "the doctor as pharmacist",
            |bundle| {
                bundle.signatures[1] = bundle.signatures[0].clone();
                bundle.signatures[1].role = "pharmacist".into();
            },
            r#""doctor" and "pharmacist" have the same certificate or key"#,
        ),
        (
            "the doctor's key in another certificate",
            |bundle| {
                let doctor = doctor();
                bundle.signatures[1].signer = Bytes(common::certificate::Spec { serial: 0x55, ..doctor }.der());
            },
            r#""doctor" and "pharmacist" have the same certificate or key"#,
        ),
        (
            "the doctor twice",
            |bundle| bundle.signatures.push(bundle.signatures[0].clone()),
            "there are several signatures of the doctor",
        ),
        (
            "somebody who does not sign",
            |bundle| bundle.signatures[1].role = "hospital".into(),
            r#"the signature of the pharmacist is missing; "hospital" does not sign such a document"#,
        ),
        (
            "said to be a report",
            |bundle| {
                bundle.document.kind = "report".into();
                bundle.signatures.truncate(1);
            },
            "the signed content is another document than the bundle says; the signature of the pharmacist is missing",
        ),
        (
            "another version",
            |bundle| bundle.document.version = 2,
            "the signed content is another document than the bundle says",
        ),
        (
            "a report",
            |bundle| {
                content(bundle, "report");
                bundle.signatures.truncate(1);
            },
            "",
        ),
        (
            "a consent without the hospital",
            |bundle| {
                content(bundle, "consent");
                bundle.signatures.clear();
            },
            "the signature of the hospital is missing",
        ),
        (
            "no document",
            |bundle| bundle.content = Bytes(CONTENT.to_vec()),
            "the signed content is no document of a known kind",
        ),
    ];
    for (name, change, expected) in cases {
        let mut bundle = bundle();
        content(&mut bundle, "prescription");
        change(&mut bundle);
        let told: Vec<_> = lacking(&bundle, &[]).iter().map(ToString::to_string).collect();
        assert_eq!(told.join("; "), expected, "{name}");
    }
}

#[test]
fn whom_to_trust_does_not_stand_in_the_bundle() {
    assert_eq!(bundle::self_issued(&bundle()).unwrap(), [root().issue()]);
    let stranger = common::certificate::Spec { key: 9, signer: 9, ..root() }.issue();
    let expected = "doctor: timestamp root_unknown, pharmacist: timestamp root_unknown";
    assert_eq!(verdicts(&bundle(), &[stranger], NOW), expected);
    let early = verdicts(&bundle(), &[root().issue()], NOW - 3_600);
    let expected = "doctor: timestamp_revocation crl_not_yet_valid, pharmacist: timestamp_revocation crl_not_yet_valid";
    assert_eq!(early, expected);
}

#[test]
fn without_a_timestamp_all_must_stand_today() {
    let mut bundle = bundle();
    bundle.policy.timestamp_required = false;
    bundle.signatures.truncate(1);
    bundle.signatures[0].timestamp = None;
    assert_eq!(verdicts(&bundle, &[root().issue()], NOW), "doctor: ok");
    assert_eq!(verdicts(&bundle, &[root().issue()], NOW + 30 * DAY), "doctor: revocation crl_expired");
}

#[test]
fn only_a_bundle_is_read() {
    let json = serde_json::to_string(&bundle()).unwrap();
    let refused = |json: &str| Bundle::from_json(json.as_bytes()).map(|_| ()).map_err(Error::code);
    assert_eq!(refused(&json), Ok(()));
    for (from, to) in [
        ("yunzhen-evidence-1", "yunzhen-evidence-2"),
        ("\"policy\"", "\"policies\""),
        ("\"role\"", "\"more\":1,\"role\""),
        ("\"content\":\"", "\"content\":\"!"),
        ("2027-01-25T08:00:00Z", "2027-01-25 08:00"),
    ] {
        assert!(json.contains(from), "{from}");
        assert_eq!(refused(&json.replacen(from, to, 1)), Err("bundle_malformed"), "{to}");
    }
    assert_eq!(refused(&format!("{json} {{}}")), Err("bundle_malformed"));
    let mut many = bundle();
    many.signatures = vec![many.signatures[0].clone(); 9];
    assert_eq!(refused(&serde_json::to_string(&many).unwrap()), Err("bundle_too_large"));
}
