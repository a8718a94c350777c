//! Official vectors, and files that OpenSSL and other implementations made.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

use const_oid::ObjectIdentifier;
use pki::chain::{self, Purpose};
use pki::signed_data::{self, Expected, Form, SignedData};
use pki::sm2::{DEFAULT_ID, Error, PrivateKey, PublicKey};
use pki::timestamp::{self, Query, Token};
use pki::{Certificate, oid};
use sm3::{Digest, Sm3};
use std::fs;
use std::process::Command;

const CA: &str = include_str!("data/ca.pem");
const DOCTOR: &str = include_str!("data/doc.pem");
const KEY: &str = include_str!("data/doc.key");
const CONTENT: &[u8] = include_bytes!("data/data.bin");
const SIGNATURE: &[u8] = include_bytes!("data/sig.der");
const CMS: &[u8] = include_bytes!("data/cms.der");
const GM: &[u8] = include_bytes!("data/gmcms.der");
const QUERY: &[u8] = include_bytes!("data/q.tsq");
const RSA_ANSWER: &[u8] = include_bytes!("data/r_sha256.tsr");

/// Within the validity of the certificates: 2026-11-25.
const NOW: i64 = 1_795_564_800;
/// What the two SignedData state as signingTime: 2026-01-01, before their signer's certificate was issued.
const CLAIMED: i64 = 1_767_225_600;

fn hexed(text: &str) -> Vec<u8> {
    hex::decode(text).unwrap()
}

#[test]
fn sm3_is_that_of_gb_t_32905() {
    let digest = |text: &str| hex::encode(Sm3::digest(text));
    assert_eq!(digest("abc"), "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0");
    assert_eq!(digest(&"abcd".repeat(16)), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
}

#[test]
fn sm2_is_that_of_gb_t_32918_5_a_2() {
    let private = PrivateKey::from_bytes(&hexed("3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8"));
    let key = private.unwrap().public();
    let point = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
                 ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
    assert_eq!(hex::encode(key.to_point()), point);
    assert_eq!(key, PublicKey::from_point(&hexed(point)).unwrap());
    let z = "b2e14c5c79c6df5b85f4fe7ed8db7a262b9da7e07ccb0ea9f4747b8ccda8a4f3";
    assert_eq!(hex::encode(key.z(DEFAULT_ID).unwrap()), z);
    let e = "f0b43e94ba45accaace692ed534382eb17e6ab5a19ce7b31f4486fdfc0d28640";
    assert_eq!(hex::encode(key.digest(DEFAULT_ID, b"message digest").unwrap()), e);
    let signature = hexed(
        "3046022100f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
         022100b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa",
    );
    assert_eq!(key.verify(DEFAULT_ID, b"message digest", &signature), Ok(()));
    for i in 0..signature.len() {
        let mut changed = signature.clone();
        changed[i] ^= 1;
        assert!(key.verify(DEFAULT_ID, b"message digest", &changed).is_err(), "byte {i}");
    }
    assert_eq!(key.verify("another", b"message digest", &signature), Err(Error::Signature));
    let raw = [&signature[5..37], &signature[40..]].concat();
    assert_eq!(key.verify(DEFAULT_ID, b"message digest", &raw), Err(Error::SignatureForm), "r and s without DER");
}

#[test]
fn keys_that_are_none_are_refused() {
    let order = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
    let before = |last: &str| hexed(&format!("{}{last}", &order[..62]));
    for bad in [vec![0; 32], hexed(order), before("22"), vec![1; 31], vec![1; 33]] {
        assert_eq!(PrivateKey::from_bytes(&bad).unwrap_err(), Error::PrivateKey, "{}", hex::encode(bad));
    }
    assert!(PrivateKey::from_bytes(&before("21")).is_ok(), "n - 2 is the largest");
    let mut point = PrivateKey::from_bytes(&[1; 32]).unwrap().public().to_point().to_vec();
    assert!(PublicKey::from_point(&point).is_ok());
    let compressed = [&[2 + (point[64] & 1)], &point[1..33]].concat();
    assert_eq!(PublicKey::from_point(&compressed).unwrap_err(), Error::PublicKey, "compressed");
    point[64] ^= 1;
    assert_eq!(PublicKey::from_point(&point).unwrap_err(), Error::PublicKey, "not on the curve");
    assert_eq!(PublicKey::from_point(&[0]).unwrap_err(), Error::PublicKey, "the point at infinity");
}

#[test]
fn a_signature_of_openssl_verifies() {
    let key = Certificate::from_pem(DOCTOR).unwrap().key().unwrap();
    assert_eq!(key, PrivateKey::from_pem(KEY).unwrap().public());
    assert_eq!(key.verify(DEFAULT_ID, CONTENT, SIGNATURE), Ok(()));
    assert_eq!(key.verify(DEFAULT_ID, &CONTENT[1..], SIGNATURE), Err(Error::Signature));
}

#[test]
fn openssl_verifies_a_signature_made_here() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name);
    let key = PrivateKey::from_pem(KEY).unwrap();
    fs::write(file("key.der"), key.public().to_spki()).unwrap();
    fs::write(file("content"), CONTENT).unwrap();
    for user_id in [DEFAULT_ID, "doctor-17"] {
        fs::write(file("signature"), key.sign(user_id, CONTENT).unwrap()).unwrap();
        let verify = |user_id: &str| {
            let mut openssl = Command::new("openssl");
            openssl.args(["dgst", "-sm3", "-keyform", "DER", "-verify"]).arg(file("key.der"));
            openssl.args(["-sigopt", &format!("distid:{user_id}"), "-signature"]).arg(file("signature"));
            openssl.arg(file("content")).output()
        };
        let Ok(answer) = verify(user_id) else {
            println!("skipped: there is no openssl");
            return;
        };
        assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
        assert!(!verify("somebody else").unwrap().status.success());
    }
}

#[test]
fn the_path_of_the_golden_certificate_holds() {
    let (ca, doctor) = (Certificate::from_pem(CA).unwrap(), Certificate::from_pem(DOCTOR).unwrap());
    let roots = [ca];
    let path = |at| chain::path(&doctor, &[], &roots, Purpose::Signing, at).map(|path| path.len());
    assert_eq!(path(NOW), Ok(2));
    assert_eq!(path(doctor.not_before()), Ok(2));
    assert_eq!(path(doctor.not_after()), Ok(2));
    assert_eq!(path(doctor.not_before() - 1), Err(chain::Error::NotYetValid));
    assert_eq!(path(doctor.not_after() + 1), Err(chain::Error::Expired));
    assert_eq!(path(CLAIMED), Err(chain::Error::NotYetValid));
}

#[test]
fn a_subject_is_told_in_parts() {
    let doctor = Certificate::from_pem(DOCTOR).unwrap();
    let value = |kind| doctor.subject_value(ObjectIdentifier::new_unwrap(kind));
    assert_eq!(value("2.5.4.3").as_deref(), Some("Doctor Test"));
    assert_eq!(value("2.5.4.6").as_deref(), Some("CN"));
    assert_eq!(value("0.9.2342.19200300.100.1.1"), None);
    assert_eq!(doctor.subject_text(), "CN=Doctor Test,O=Chengdu Second Hospital,C=CN");
    assert_eq!(doctor.serial(), [2]);
}

#[test]
fn both_forms_of_signed_data_verify() {
    for (der, form) in [(CMS, Form::Cms), (GM, Form::Gm)] {
        let signed = SignedData::parse(der).unwrap();
        assert_eq!((signed.form, signed.content.as_deref()), (form, Some(CONTENT)));
        let verified = signed.verify(&Expected::content(CONTENT, NOW)).unwrap();
        assert_eq!(verified.len(), 1);
        assert_eq!(*verified[0].certificate, Certificate::from_pem(DOCTOR).unwrap());
        assert_eq!(verified[0].signing_time, Some(CLAIMED));
        let later = Expected { signed_within: CLAIMED + 1..=NOW, ..Expected::content(CONTENT, NOW) };
        assert_eq!(signed.verify(&later).unwrap_err(), signed_data::Error::SigningTime);
    }
}

#[test]
fn no_byte_of_a_signed_data_can_change_unseen() {
    let whole = |der: &[u8]| {
        let signed = SignedData::parse(der).ok()?;
        let verified = signed.verify(&Expected::content(CONTENT, NOW)).ok()?;
        let ca = [Certificate::from_pem(CA).unwrap()];
        let path = chain::path(verified[0].certificate, &[], &ca, Purpose::Signing, NOW).ok()?;
        Some(path.len())
    };
    assert_eq!(whole(GM), Some(2));
    // The second certificate is the root: it came along but is not what is trusted, so that its bytes do not matter.
    let root = Certificate::from_pem(CA).unwrap();
    let start = GM.windows(root.der().len()).position(|window| window == root.der()).unwrap();
    let unused = start..start + root.der().len();
    for i in (0..GM.len()).filter(|i| !unused.contains(i)) {
        let mut changed = GM.to_vec();
        changed[i] ^= 1;
        assert_eq!(whole(&changed), None, "byte {i}");
        assert_eq!(whole(&GM[..i]), None, "cut at {i}");
    }
}

#[test]
fn a_timestamp_of_another_algorithm_is_read_but_not_believed() {
    let token = Token::from_answer(RSA_ANSWER).unwrap();
    let query = Query::parse(QUERY).unwrap();
    assert_eq!((query.policy, query.certificate), (None, true));
    assert_eq!((&token.info.imprint, &token.info.nonce), (&query.imprint, &query.nonce));
    assert_eq!(token.info.imprint.algorithm, oid::SM3);
    assert_eq!(token.info.imprint.digest, Sm3::digest(CONTENT)[..]);
    assert_eq!((token.info.policy.to_string(), &token.info.serial[..]), ("1.2.3.4.1".to_owned(), &[3][..]));
    assert_eq!(token.info.time, 1_795_394_214);
    assert!(token.info.has_nonce(&hexed("c8229edef8c0e6c4")));
    let roots = [token.signed.certificates[0].clone()];
    let expected = timestamp::Expected::digest(Sm3::digest(CONTENT).into(), &roots, NOW);
    assert_eq!(token.verify(&expected).unwrap_err().code(), "digest_not_sm3");
}
