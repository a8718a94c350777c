//! The forms of a request, right and wrong.

#![cfg(test)]

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use common::call::Call;
use common::problem::{Language, Problem};
use face_compare::api;
use face_compare::failure::{Failure, Why};
use face_compare::recording;
use face_compare::request::{Covered, IMAGE_BYTES, Pair, Several, image, nothing, pair};
use http::Method;

fn call(kind: &str) -> Call {
    Call::test(Method::POST, "/v1/face-compare/compare", &[("content-type", kind)])
}

fn form(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in parts {
        body.extend(format!("--b\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"f\"\r\n\r\n").bytes());
        body.extend_from_slice(value);
        body.extend(b"\r\n");
    }
    body.extend(b"--b--\r\n");
    body
}

const FORM: &str = "multipart/form-data; boundary=b";
const JSON: &str = "application/json";

/// Code and English words of a refusal.
fn said<T: std::fmt::Debug>(result: Result<T, Problem>) -> (&'static str, String) {
    let problem = result.unwrap_err();
    (problem.code, problem.detail[1].clone().into_owned())
}

#[test]
fn both_forms_of_a_pair_mean_the_same() {
    let expected =
        Pair { images: [vec![1, 2], vec![3]], several: Several::Largest, covered: Covered::Accept, threshold: 60 };
    let json = format!(
        r#"{{"image_a":"{}","image_b":"{}","several":"largest","covered":"accept","threshold":60}}"#,
        BASE64.encode([1, 2]),
        BASE64.encode([3])
    );
    assert_eq!(pair(&call(JSON), json.into()).unwrap(), expected);
    let parts: [(&str, &[u8]); 5] = [
        ("threshold", b"60"),
        ("image_b", &[3]),
        ("several", b"largest"),
        ("covered", b"accept"),
        ("image_a", &[1, 2]),
    ];
    assert_eq!(pair(&call(FORM), form(&parts)).unwrap(), expected);
    let plain = pair(&call(JSON), br#"{"image_a":"AQ==","image_b":"AQ=="}"#.to_vec()).unwrap();
    assert_eq!((plain.several, plain.covered, plain.threshold), (Several::Refuse, Covered::Refuse, 50));
}

#[test]
fn a_wrong_field_is_named() {
    let cases = [
        (r#"{"image_a":"AQ=="}"#, "field image_b: missing"),
        (r#"{"image_a":"","image_b":"AQ=="}"#, "field image_a: empty"),
        (r#"{"image_a":"%","image_b":"AQ=="}"#, "field image_a: not base64 (RFC 4648, section 4)"),
        (r#"{"image_a":"AQ==","image_b":"AQ==","threshold":45}"#, "field threshold: 40, 50 or 60"),
        (r#"{"image_a":"AQ==","image_b":"AQ==","image_c":"AQ=="}"#, "field image_c: unknown field"),
    ];
    for (body, words) in cases {
        assert_eq!(said(pair(&call(JSON), body.into())), ("bad_field", words.to_owned()));
    }
    let parts: [(&str, &[u8]); 2] = [("image_a", b"1"), ("image_a", b"1")];
    assert_eq!(said(pair(&call(FORM), form(&parts))).1, "field image_a: given twice");
    for (name, value) in [("several", "all"), ("threshold", "50.0"), ("side", "front")] {
        let (code, words) = said(pair(&call(FORM), form(&[(name, value.as_bytes())])));
        assert!(code == "bad_field" && words.starts_with(&format!("field {name}: ")), "{words}");
    }
    assert_eq!(said(pair(&call("text/plain"), vec![])).0, "unsupported_format");
    assert_eq!(said(pair(&call(JSON), b"{".to_vec())).0, "bad_json");
    assert_eq!(said(pair(&call(FORM), form(&[("image_a", &vec![0; IMAGE_BYTES + 1])]))).0, "too_large");
    let query = Call::test(Method::POST, "/v1/face-compare/compare?threshold=40", &[("content-type", JSON)]);
    assert_eq!(said(pair(&query, vec![])).1, "field threshold: unknown field");
}

#[test]
fn one_picture_comes_in_three_forms() {
    for (kind, body) in
        [("image/png", vec![7]), (JSON, br#"{"image":"Bw=="}"#.to_vec()), (FORM, form(&[("image", &[7])]))]
    {
        assert_eq!(image(&call(kind), body).unwrap(), [7]);
    }
    assert_eq!(said(image(&call("image/gif"), vec![7])).0, "unsupported_format");
    assert_eq!(said(image(&call(FORM), form(&[("images", &[7])]))).1, "field images: unknown field");
    assert_eq!(said(image(&call("image/png"), vec![])).1, "field image: empty");
    assert!(nothing(vec![]).is_ok() && nothing(b"{}".to_vec()).is_ok());
    assert_eq!(said(nothing(br#"{"count":3}"#.to_vec())).1, "field count: unknown field");
}

#[test]
fn frames_come_with_their_times() {
    let jpeg: &[u8] = b"\xff\xd8\xff1";
    let good: [(&str, &[u8]); 4] = [("nonce", b"n"), ("frame", jpeg), ("times", b"5, 10"), ("frame", b"\xff\xd8\xff2")];
    let found = recording::parse(&call(FORM), form(&good)).unwrap();
    assert_eq!(found.nonce, "n");
    assert_eq!(found.frames, [(5, jpeg.to_vec()), (10, b"\xff\xd8\xff2".to_vec())]);
    assert_eq!(found.digests().len(), 2);
    type Part<'a> = (&'a str, &'a [u8]);
    let cases: [(&[Part], &str); 7] = [
        (&[("frame", jpeg), ("times", b"5")], "field nonce: missing"),
        (&[("nonce", b"n"), ("frame", jpeg)], "field times: missing"),
        (&[("nonce", b"n"), ("times", b"5")], "field frame: missing"),
        (&[("nonce", b"n"), ("times", b"5,6"), ("frame", jpeg)], "field times: one for each frame"),
        (&[("times", b"5;6")], "field times: milliseconds separated by commas"),
        (&[("times", b"-5")], "field times: milliseconds separated by commas"),
        (&[("frame", b"")], "field frame: empty"),
    ];
    for (parts, words) in cases {
        assert_eq!(said(recording::parse(&call(FORM), form(parts))), ("bad_field", words.to_owned()));
    }
    assert_eq!(said(recording::parse(&call(FORM), form(&[("frame", b"\x89PNG")]))).0, "unsupported_format");
    assert_eq!(said(recording::parse(&call(FORM), form(&vec![("frame", jpeg); 65]))).1, "field frame: at most 64");
}

#[test]
fn every_failure_has_a_code_and_words_in_both_languages() {
    let cases = [
        (Why::Unsupported("gif".into()), 415, "unsupported_format"),
        (Why::Invalid("cut off".into()), 400, "bad_image"),
        (Why::NoFace, 422, "no_face"),
        (Why::SeveralFaces, 422, "several_faces"),
        (Why::TooSmall, 422, "too_small"),
        (Why::TooClose, 422, "too_close"),
        (Why::Blurred, 422, "blurred"),
        (Why::Turned, 422, "turned"),
        (Why::Covered, 422, "covered"),
        (Why::TooDark, 422, "too_dark"),
    ];
    for (why, status, code) in cases {
        let problem = Problem::from(Failure { picture: "image_b".into(), why });
        assert_eq!((problem.status, problem.code), (status, code));
        let words = |language| problem.body(language, "req").detail;
        assert!(words(Language::Chinese).starts_with("image_b：") && words(Language::English).starts_with("image_b: "));
        assert!(words(Language::Chinese).chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{code}");
    }
    let problem = Problem::from(Failure { picture: String::new(), why: Why::Unavailable("/models is empty".into()) });
    assert_eq!((problem.status, problem.code), (503, "engine_unavailable"));
    assert!(!problem.body(Language::English, "req").detail.contains("models"), "the cause is for the log");
}

#[test]
fn the_document_describes_what_is_answered() {
    let document: serde_json::Value = serde_json::from_str(&api::json().unwrap()).unwrap();
    for (path, form) in [
        ("compare", "application/json"),
        ("liveness/silent", "image/jpeg"),
        ("liveness/challenges/{challenge_id}/frames", "multipart/form-data"),
    ] {
        let post = &document["paths"][format!("/v1/face-compare/{path}")]["post"];
        assert!(post["requestBody"]["content"][form].is_object() && post["responses"]["200"].is_object(), "{path}");
    }
    for name in ["FaceComparison", "FacePresence", "FaceChallenge", "FaceVerdict", "FaceReason", "Problem"] {
        assert!(document["components"]["schemas"][name].is_object(), "{name}");
    }
}
