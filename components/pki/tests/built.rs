//! What is built here verifies here, and OpenSSL reads it the same way.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

mod common;

use common::certificate::{authority, doctor, pharmacist, root, stamper};
use common::list::list;
use common::world::{CONTENT, NOW, SIGNED};
use common::{START, key};
use const_oid::ObjectIdentifier;
use pki::chain::{self, Purpose};
use pki::signed_data::{self, Builder, Expected, Form, SignedData, Unbuilt};
use pki::sm2::{self, DEFAULT_ID};
use pki::timestamp::{self, Error, Imprint, Order, Query, Token};
use pki::{Certificate, oid};
use sm3::{Digest, Sm3};
use std::convert::Infallible;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const POLICY: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.3.4.1");

fn signing(number: u8) -> impl Fn(&[u8]) -> Result<Vec<u8>, sm2::Error> {
    move |bytes| key(number).sign(DEFAULT_ID, bytes)
}

#[test]
fn signed_data_of_either_form_verifies() {
    let (doctor, pharmacist) = (doctor().issue(), pharmacist().issue());
    for form in [Form::Gm, Form::Cms] {
        let both = |builder: Builder<'static>| {
            let builder = builder.certificate(&pharmacist).certificate(&doctor);
            let builder = builder.sign(&doctor, SIGNED, &[], signing(3)).unwrap();
            builder.sign(&pharmacist, SIGNED + 5, &[], signing(4)).unwrap().finish()
        };
        let attached = SignedData::parse(&both(Builder::new(form, CONTENT))).unwrap();
        let detached = SignedData::parse(&both(Builder::new(form, CONTENT).detached())).unwrap();
        assert_eq!((attached.content.as_deref(), detached.content.as_deref()), (Some(CONTENT), None));
        for signed in [attached, detached] {
            assert_eq!(signed.form, form);
            let verified = signed.verify(&Expected::content(CONTENT, NOW)).unwrap();
            let mut times: Vec<_> = verified.iter().map(|one| one.signing_time.unwrap()).collect();
            times.sort_unstable();
            assert_eq!(times, [SIGNED, SIGNED + 5]);
        }
    }
}

#[test]
fn signed_data_without_attributes_or_certificates_verifies() {
    let doctor = [doctor().issue()];
    let der = Builder::new(Form::Gm, CONTENT).sign_content(&doctor[0], signing(3)).unwrap().finish();
    let signed = SignedData::parse(&der).unwrap();
    let expected = Expected::content(CONTENT, NOW);
    assert_eq!(signed.verify(&expected).unwrap_err().code(), "signer_certificate_missing");
    let verified = signed.verify(&Expected { certificates: &doctor, ..expected }).map(|all| all[0].signing_time);
    assert_eq!(verified, Ok(None));
}

#[test]
fn what_the_caller_does_not_sign_is_not_built() {
    let doctor = doctor().issue();
    let refused = Builder::new(Form::Gm, CONTENT).sign(&doctor, SIGNED, &[], |_| Err("locked")).unwrap_err();
    assert_eq!((refused.code(), refused), ("not_signed", Unbuilt::Signing("locked")));
    let early = Builder::new(Form::Gm, CONTENT).sign(&doctor, -1, &[], |_| Ok::<_, Infallible>(Vec::new()));
    assert_eq!(early.unwrap_err().code(), "time_not_writable");
}

/// A token for this query.
fn stamp(query: &Query) -> Vec<u8> {
    let certificate = stamper().issue();
    let order = Order { certificate: &certificate, policy: POLICY, serial: &[0, 0x80, 1], time: SIGNED };
    timestamp::token(query, &order, signing(5)).unwrap()
}

#[test]
fn what_goes_into_a_pdf_is_as_if_it_had_been_made_for_it() {
    let doctor = doctor().issue();
    for form in [Form::Gm, Form::Cms] {
        let sign = |builder: Builder<'_>| {
            builder.certificate(&doctor).sign(&doctor, SIGNED, &[], signing(3)).unwrap().finish()
        };
        let (attached, detached) = (sign(Builder::new(form, CONTENT)), sign(Builder::new(form, CONTENT).detached()));
        assert_eq!(signed_data::embedded(&attached, None).as_ref(), Ok(&detached));
        let signature = &SignedData::parse(&detached).unwrap().signers[0].signature;
        let token = stamp(&Query::parse(&timestamp::request(&Sm3::digest(signature).into(), &[7])).unwrap());
        let stamped = signed_data::embedded(&attached, Some(&token)).unwrap();
        let read = SignedData::parse(&stamped).unwrap();
        assert_eq!((read.content.as_deref(), read.signers[0].timestamp.as_deref()), (None, Some(&*token)));
        assert!(read.verify(&Expected::content(CONTENT, NOW)).is_ok());
        assert!(signed_data::embedded(&stamped, Some(&token)).is_err(), "a second token");
    }
}

#[test]
fn a_timestamp_answers_its_query() {
    let digest: [u8; 32] = Sm3::digest(CONTENT).into();
    let query = Query::parse(&timestamp::request(&digest, &[0, 0x9a, 7])).unwrap();
    assert_eq!(query.nonce.as_deref(), Some(&[0, 0x9a, 7][..]));
    let token = Token::from_answer(&timestamp::answer(&stamp(&query))).unwrap();
    assert_eq!((token.info.serial.as_slice(), token.info.time), (&[0, 0x80, 1][..], SIGNED));
    let (roots, between) = ([root().issue()], [authority().issue()]);
    let expected = timestamp::Expected { between: &between, ..timestamp::Expected::digest(digest, &roots, NOW) };
    let verify = |change: fn(&mut timestamp::Expected<'_>)| {
        let mut expected = expected.clone();
        change(&mut expected);
        token.verify(&expected).map(|verified| (verified.time, verified.path.len()))
    };
    assert_eq!(verify(|e| e.nonce = Some(&[0x9a, 7])), Ok((SIGNED, 3)));
    assert_eq!(verify(|e| e.nonce = Some(&[0x9a, 8])), Err(Error::NonceDiffers));
    assert_eq!(verify(|e| e.policy = Some(POLICY)), Ok((SIGNED, 3)));
    assert_eq!(verify(|e| e.policy = Some(oid::DATA)), Err(Error::PolicyDiffers));
    assert_eq!(verify(|e| e.digest[0] ^= 1), Err(Error::ImprintDiffers));
    assert_eq!(verify(|e| e.between = &[]), Err(Error::Chain(chain::Error::IssuerMissing)));
    assert_eq!(verify(|e| e.now = SIGNED - 1), Err(Error::InFuture));
}

#[test]
fn a_query_may_leave_out_nonce_and_certificate() {
    let imprint = Imprint { algorithm: oid::SM3, digest: Sm3::digest(CONTENT).to_vec() };
    let query = Query { imprint, policy: None, nonce: None, certificate: false };
    let token = Token::parse(&stamp(&query)).unwrap();
    assert_eq!((token.info.nonce.as_ref(), token.signed.certificates.len()), (None, 0));
    assert!(!token.info.has_nonce(&[]));
}

#[test]
fn a_refusal_says_why() {
    for bit in [0, 2, 5, 14, 15, 16, 17, 25] {
        let refused = Token::from_answer(&timestamp::refusal(bit)).unwrap_err();
        assert_eq!(refused, Error::Refused(Some(bit)));
    }
}

/// OpenSSL's answer, or none where it is not there.
fn openssl(folder: &Path, arguments: &str) -> Option<Output> {
    let run = Command::new("openssl").current_dir(folder).args(arguments.split_whitespace()).output();
    run.inspect_err(|_| println!("skipped: there is no openssl")).ok()
}

fn succeeds(output: &Output) {
    let text = [&output.stdout[..], &output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));
}

fn pem(label: &str, der: &[u8]) -> String {
    der::pem::encode_string(label, der::pem::LineEnding::LF, der).unwrap()
}

#[test]
fn openssl_agrees_on_the_path_and_reads_the_list() {
    let folder = tempfile::tempdir().unwrap();
    for (name, made) in [("root", root()), ("authority", authority()), ("doctor", doctor())] {
        fs::write(folder.path().join(name), pem("CERTIFICATE", &made.der())).unwrap();
    }
    fs::write(folder.path().join("list"), pem("X509 CRL", &list("Authority", 2).der())).unwrap();
    // OpenSSL gives the user id to the certificate in question only, so that each step is asked for by itself.
    let verify = |trusted, certificate, time: i64| {
        let options = format!("-vfyopt distid:{DEFAULT_ID} -partial_chain -attime {time} -trusted {trusted}");
        openssl(folder.path(), &format!("verify {options} {certificate}"))
    };
    for (issuer, certificate) in [("root", "authority"), ("authority", "doctor")] {
        let Some(good) = verify(issuer, certificate, SIGNED) else { return };
        succeeds(&good);
        assert!(!verify(issuer, certificate, START - 1).unwrap().status.success());
    }
    let list = openssl(folder.path(), "crl -in list -noout -text").unwrap();
    succeeds(&list);
    assert!(String::from_utf8_lossy(&list.stdout).contains("Serial Number: 70"));
    let roots = [root().issue()];
    let path = chain::path(
        &Certificate::from_der(&doctor().der()).unwrap(),
        &[authority().issue()],
        &roots,
        Purpose::Signing,
        SIGNED,
    )
    .map(|path| path.len());
    assert_eq!(path, Ok(3));
}

#[test]
fn openssl_verifies_the_signed_attributes() {
    let folder = tempfile::tempdir().unwrap();
    let doctor = doctor().issue();
    let der = Builder::new(Form::Gm, CONTENT).sign(&doctor, SIGNED, &[], signing(3)).unwrap().finish();
    let signed = SignedData::parse(&der).unwrap();
    let attributes = signed.signers[0].attributes.as_ref().unwrap();
    let write = |name: &str, bytes: &[u8]| fs::write(folder.path().join(name), bytes).unwrap();
    write("attributes", attributes.signed());
    write("signature", &signed.signers[0].signature);
    write("key", &doctor.key().unwrap().to_spki());
    let command = "dgst -sm3 -keyform DER -verify key -sigopt distid:1234567812345678 -signature signature attributes";
    let Some(answer) = openssl(folder.path(), command) else { return };
    succeeds(&answer);
}

#[test]
fn openssl_reads_a_timestamp() {
    let folder = tempfile::tempdir().unwrap();
    let query = timestamp::request(&Sm3::digest(CONTENT).into(), &[0x9a, 7]);
    let answer = timestamp::answer(&stamp(&Query::parse(&query).unwrap()));
    fs::write(folder.path().join("query"), query).unwrap();
    fs::write(folder.path().join("answer"), answer).unwrap();
    let Some(query) = openssl(folder.path(), "ts -query -in query -text") else { return };
    succeeds(&query);
    assert!(String::from_utf8_lossy(&query.stdout).contains("Hash Algorithm: sm3"));
    let answer = openssl(folder.path(), "ts -reply -in answer -text").unwrap();
    succeeds(&answer);
    let text = String::from_utf8_lossy(&answer.stdout);
    for line in ["Status: Granted.", "Hash Algorithm: sm3", "Nonce: 0x9A07", "Jan 25 08:00:00 2027 GMT"] {
        assert!(text.contains(line), "{line}: {text}");
    }
}
