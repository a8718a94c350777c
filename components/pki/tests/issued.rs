//! What is issued here stands before the library's own checks, says what it should, and is the same each time.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

mod common;

use common::{DAY, START, YEAR, key};
use const_oid::ObjectIdentifier;
use pki::chain::{self, Purpose};
use pki::crl::{self, Crl, Reason, Status};
use pki::evidence::{self, Evidence, Lists, Stamped, Trust};
use pki::issue::{self, List, Notice, Order, Revoked, Role, Unissued};
use pki::signed_data::{Builder, Expected, Form, SignedData, Unbuilt};
use pki::sm2::{self, DEFAULT_ID};
use pki::timestamp::{self, Imprint, Query};
use pki::{Certificate, oid};
use sm3::{Digest, Sm3};
use std::fs;
use std::process::Command;

const CONTENT: &[u8] = "处方 2027-0001".as_bytes();
const POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.4.1.32473.1");
const NOW: i64 = START + 10 * DAY;

fn signing(number: u8) -> impl Fn(&[u8]) -> Result<Vec<u8>, sm2::Error> {
    move |bytes| key(number).sign(DEFAULT_ID, bytes)
}

fn named(common: &str) -> Vec<u8> {
    issue::name(&[(oid::COUNTRY, "CN"), (oid::COMMON_NAME, common)]).unwrap()
}

/// A certificate of the key with this number, which is its serial number too.
fn issued(number: u8, role: Role, issuer: Option<(&Certificate, u8)>) -> Certificate {
    let order = Order {
        subject: &named(&format!("主体 {number}")),
        key: &key(number).public(),
        serial: &[0x80, number],
        not_before: START,
        not_after: START + YEAR,
        role,
        notice: Some(Notice { policy: POLICY, text: "仅供测试" }),
        lists: &["http://ca.test/list.crl"],
    };
    let (above, by) = issuer.map_or((None, number), |(above, by)| (Some(above), by));
    issue::certificate(&order, above, signing(by)).unwrap()
}

struct World {
    root: Certificate,
    between: Certificate,
    doctor: Certificate,
    stamper: Certificate,
}

fn world() -> World {
    let root = issued(1, Role::Authority(Some(1)), None);
    let between = issued(2, Role::Authority(Some(0)), Some((&root, 1)));
    let doctor = issued(3, Role::Signer, Some((&between, 2)));
    let stamper = issued(5, Role::TimeStamper, Some((&between, 2)));
    World { root, between, doctor, stamper }
}

fn list(issuer: &Certificate, by: u8, revoked: &[Revoked], number: u64, builds_on: Option<u64>) -> Crl {
    let order =
        List { issuer, this_update: NOW, next_update: NOW + DAY, number, builds_on, expired_since: None, revoked };
    issue::list(&order, signing(by)).unwrap()
}

#[test]
fn certificates_are_good_for_their_role_only() {
    let World { root, between, doctor, stamper } = world();
    let (roots, between) = ([root], [between]);
    let path = |first, purpose| chain::path(first, &between, &roots, purpose, NOW).map(|path| path.len());
    assert_eq!(path(&doctor, Purpose::Signing), Ok(3));
    assert_eq!(path(&stamper, Purpose::TimeStamping), Ok(3));
    assert_eq!(path(&between[0], Purpose::CrlSigning), Ok(2));
    assert_eq!(path(&doctor, Purpose::TimeStamping), Err(chain::Error::NotForTimeStamping));
    assert_eq!(path(&stamper, Purpose::Signing), Err(chain::Error::NotForPersons));
    assert_eq!(path(&doctor, Purpose::CrlSigning), Err(chain::Error::KeyUsage));
    assert_eq!(path(&between[0], Purpose::Signing), Err(chain::Error::KeyUsage));
    assert_eq!(doctor.serial(), [0, 0x80, 3]);
    assert_eq!(doctor.subject_value(oid::COMMON_NAME).as_deref(), Some("主体 3"));
    assert_eq!((doctor.not_before(), doctor.not_after()), (START, START + YEAR));
    assert!(doctor.key_identifier().is_some_and(|id| id.len() == 20));
}

#[test]
fn the_same_order_gets_the_same_bytes() {
    let (one, other) = (world(), world());
    assert_eq!((one.root.der(), one.doctor.der()), (other.root.der(), other.doctor.der()));
    assert_eq!(list(&one.root, 1, &[], 1, None).der(), list(&one.root, 1, &[], 1, None).der());
}

#[test]
fn all_of_it_together_is_evidence() {
    let World { root, between, doctor, stamper } = world();
    let digest = Sm3::digest(CONTENT).into();
    let builder = Builder::of_digest(Form::Gm, digest).certificate(&doctor);
    let signed = builder.sign(&doctor, NOW, &[], signing(3)).unwrap().finish();
    let imprint = Imprint { algorithm: oid::SM3, digest: Sm3::digest(&signed).to_vec() };
    let query = Query { imprint, policy: None, nonce: None, certificate: true };
    let order = timestamp::Order { certificate: &stamper, policy: POLICY, serial: &[1], time: NOW };
    let stamp = timestamp::token(&query, &order, signing(5)).unwrap();
    let [roots, between] = [[root], [between]];
    let lists = [(&roots[0], 1), (&between[0], 2)].map(|(issuer, by)| Lists {
        complete: list(issuer, by, &[], 7, None),
        delta: Some(list(issuer, by, &[], 8, Some(7))),
        at: NOW,
    });
    let evidence =
        Evidence { content: CONTENT, signed_data: &signed, timestamp: Some(&stamp), stamped: Stamped::SignedData };
    let trust = Trust {
        roots: &roots,
        timestamp_roots: &roots,
        between: &between,
        lists: &lists,
        lists_after: true,
        signer: Some(&doctor),
        timestamp_required: true,
        user_id: DEFAULT_ID,
        now: NOW,
    };
    let verdict = evidence::verify(&evidence, &trust);
    assert!(verdict.report.ok(), "{}", verdict.report);
}

#[test]
fn lists_tell_who_was_revoked() {
    let World { between, doctor, stamper, .. } = world();
    let revoked = |of: &Certificate, reason| Revoked { serial: of.serial().to_vec(), at: START + DAY, reason };
    let complete = |reason| list(&between, 2, &[revoked(&doctor, Some(reason))], 7, None);
    let changes = [revoked(&doctor, Some(Reason::RemoveFromCRL)), revoked(&stamper, None)];
    let delta = list(&between, 2, &changes, 8, Some(7));
    let status = |of, complete, delta| crl::status(of, &between, complete, delta, NOW);
    let (held, compromised) = (complete(Reason::CertificateHold), complete(Reason::KeyCompromise));
    let since = START + DAY;
    let lost = Status::Revoked { since, reason: Some(Reason::KeyCompromise) };
    assert_eq!(status(&doctor, &held, None), Status::Revoked { since, reason: Some(Reason::CertificateHold) });
    assert_eq!((status(&doctor, &held, Some(&delta)), status(&stamper, &held, None)), (Status::Good, Status::Good));
    assert_eq!(status(&stamper, &held, Some(&delta)), Status::Revoked { since, reason: None });
    // It is lost for good, and would leave the lists only because it had expired.
    assert_eq!([None, Some(&delta)].map(|delta| status(&doctor, &compromised, delta)), [lost, lost]);
    assert_eq!((held.is_delta(), delta.is_delta()), (false, true));
}

#[test]
fn a_younger_delta_of_another_series_is_not_passed_over() {
    let World { between, doctor, .. } = world();
    let of = |this_update, number, builds_on, revoked: &[Revoked]| {
        let order = List {
            issuer: &between,
            this_update,
            next_update: NOW + DAY,
            number,
            builds_on,
            expired_since: None,
            revoked,
        };
        issue::list(&order, signing(2)).unwrap()
    };
    let revoked = [Revoked { serial: doctor.serial().to_vec(), at: START + DAY, reason: None }];
    let complete = of(NOW - 60, 5_000, None, &[]);
    let status = |delta: &Crl| crl::status(&doctor, &between, &complete, Some(delta), NOW);
    assert_eq!(status(&of(NOW - 120, 12, Some(5_000), &revoked)), Status::Good, "older: the complete list knows more");
    assert!(matches!(status(&of(NOW, 12, Some(5_000), &revoked)), Status::Unknown(_)));
}

#[test]
fn what_cannot_be_written_is_not_issued() {
    type Change = fn(&mut Order<'_>);
    let (subject, key, long) = (named("n"), key(1).public(), "字".repeat(201));
    let cases: [(Change, &str); 7] = [
        (|order| order.serial = &[], "serial"),
        (|order| order.serial = &[0], "serial"),
        (|order| order.serial = &[0x80; 20], "serial"),
        (|order| order.not_before = -1, "validity"),
        (|order| order.not_after = START - 1, "validity"),
        (|order| order.subject = b"n", "subject"),
        (|order| order.lists = &["http://医院"], "extensions"),
    ];
    let (role, not_before, not_after) = (Role::Signer, START, START + 1);
    let order =
        Order { subject: &subject, key: &key, serial: &[1], not_before, not_after, role, notice: None, lists: &[] };
    for (change, part) in cases {
        let mut order = order.clone();
        change(&mut order);
        assert_eq!(issue::certificate(&order, None, signing(1)).unwrap_err(), Unissued::Part(part));
    }
    let loud = Order { notice: Some(Notice { policy: POLICY, text: &long }), ..order.clone() };
    assert_eq!(issue::certificate(&loud, None, signing(1)).unwrap_err(), Unissued::Part("extensions"));
    assert_eq!(issue::certificate(&order, None, |_| Err("locked")).unwrap_err().code(), "issuer_did_not_sign");
    for (kind, value) in [(oid::COMMON_NAME, ""), (oid::COMMON_NAME, &"字".repeat(65)), (oid::SERIAL_NUMBER, "员工1")]
    {
        assert_eq!(issue::name(&[(kind, value)]), None, "{value}");
    }
}

#[test]
fn a_digest_alone_is_signed_like_its_content() {
    let doctor = world().doctor;
    let sign =
        |builder: Builder<'_>| builder.certificate(&doctor).sign(&doctor, NOW, &[], signing(3)).unwrap().finish();
    let digest = Sm3::digest(CONTENT).into();
    let der = sign(Builder::of_digest(Form::Gm, digest));
    assert_eq!(der, sign(Builder::new(Form::Gm, CONTENT).detached()));
    let signed = SignedData::parse(&der).unwrap();
    assert!(signed.verify(&Expected::content(CONTENT, NOW)).is_ok());
    let refused = Builder::of_digest(Form::Gm, digest).sign_content(&doctor, signing(3)).unwrap_err();
    assert_eq!((refused.code(), refused), ("content_not_at_hand", Unbuilt::NoContent));
}

#[test]
fn openssl_reads_and_verifies_what_is_issued() {
    let folder = tempfile::tempdir().unwrap();
    let World { root, between, doctor, stamper } = world();
    let revoked = [Revoked { serial: doctor.serial().to_vec(), at: NOW, reason: Some(Reason::KeyCompromise) }];
    let delta = list(&between, 2, &revoked, 8, Some(7));
    let write = |name: &str, label, der: &[u8]| {
        let pem = der::pem::encode_string(label, der::pem::LineEnding::LF, der).unwrap();
        fs::write(folder.path().join(name), pem).unwrap();
    };
    for (name, one) in [("root", &root), ("between", &between), ("doctor", &doctor), ("stamper", &stamper)] {
        write(name, "CERTIFICATE", one.der());
    }
    write("delta", "X509 CRL", delta.der());
    let openssl = |arguments: &str| {
        let run = Command::new("openssl").current_dir(folder.path()).args(arguments.split_whitespace()).output();
        let output = run.inspect_err(|_| println!("skipped: there is no openssl")).ok()?;
        let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        assert!(output.status.success(), "{arguments}: {text}");
        Some(text)
    };
    let options = format!("-x509_strict -partial_chain -vfyopt distid:{DEFAULT_ID} -attime {NOW}");
    for (issuer, certificate) in [("root", "between"), ("between", "doctor"), ("between", "stamper")] {
        if openssl(&format!("verify {options} -trusted {issuer} {certificate}")).is_none() {
            return;
        }
    }
    let says = |arguments: &str, lines: &[&str]| {
        let text = openssl(arguments).unwrap();
        lines.iter().for_each(|line| assert!(text.contains(line), "{line}: {text}"));
    };
    let doctor = ["Digital Signature, Non Repudiation", "Policy: 1.3.6.1.4.1.32473.1", "URI:http://ca.test/list.crl"];
    says("x509 -in doctor -noout -text -nameopt utf8", &doctor);
    says("x509 -in stamper -noout -text", &["X509v3 Extended Key Usage: critical", "Time Stamping"]);
    says("x509 -in between -noout -text", &["CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign"]);
    says("crl -in delta -noout -text", &["Delta CRL Indicator: critical", "Serial Number: 8003", "Key Compromise"]);
}
