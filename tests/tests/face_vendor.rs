//! face-compare with a vendor's adapter in the engine's place, against a stand-in for the vendor.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use tests::api::{Answer, Api, HIS};
use tests::form::form;
use tests::vendors::{Faces, KEY, Reply, SECRET, photo};

const COMPARE: &str = "/v1/face-compare/compare";
const SILENT: &str = "/v1/face-compare/liveness/silent";
const CHALLENGES: &str = "/v1/face-compare/liveness/challenges";
/// Milliseconds that the adapter waits here, all exchanges together.
const TIMEOUT_MS: u64 = 1_500;
const UNAVAILABLE: (u16, &str) = (503, "engine_unavailable");

/// The application with its adapter at an address, and variables that win.
fn start(outside: &str, further: &[(&str, &str)]) -> Api {
    let timeout = TIMEOUT_MS.to_string();
    let mut variables = vec![
        ("outside", outside),
        ("face_tencent_endpoint", outside),
        ("face_tencent_secret_id", KEY),
        ("face_tencent_secret_key", SECRET),
        ("face_tencent_timeout_ms", &timeout),
    ];
    variables.extend(further);
    Api::run("tests/face-vendor/spin.toml", &variables).unwrap()
}

fn picture(what: &str) -> Vec<u8> {
    photo(640, 480, what)
}

fn compare_bytes(api: &Api, a: &[u8], b: &[u8], several: &[u8]) -> Answer {
    let (kind, body) = form(&[("image_a", a), ("image_b", b), ("several", several)]);
    api.send("POST", COMPARE, &[("authorization", HIS), ("content-type", &kind)], &body).unwrap()
}

fn compare(api: &Api, a: &str, b: &str) -> Answer {
    compare_bytes(api, &picture(a), &picture(b), b"refuse")
}

fn silent(api: &Api, what: &str) -> Answer {
    let headers = [("authorization", HIS), ("content-type", "image/jpeg")];
    api.send("POST", SILENT, &headers, &picture(what)).unwrap()
}

/// The log with these words in it; it comes a moment after the answer.
fn logged(api: &Api, words: &str) -> String {
    let began = Instant::now();
    loop {
        let log = api.host.log();
        if log.contains(words) {
            return log;
        }
        assert!(began.elapsed() < Duration::from_secs(5), "no {words} in\n{log}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn is(answer: &Answer, (status, code): (u16, &str), case: &str) {
    assert_eq!(answer.problem(), (status, code.to_owned()), "{case}: {}", answer.json());
}

#[test]
fn faces_are_compared() {
    let vendor = Faces::start().unwrap();
    let api = start(&vendor.url(), &[]);
    let same = compare(&api, "ann", "ann by_day");
    assert!(vendor.refused().is_empty(), "{:?}", vendor.refused());
    assert_eq!(vendor.asked(), ["DetectFace", "DetectFace", "CompareFace", "AnalyzeFace", "AnalyzeFace"]);
    let face = json!({
        "box": {"x": 100.0, "y": 80.0, "width": 160.0, "height": 160.0},
        "confidence": 1.0,
        "landmarks": [[125.0, 110.0], [165.0, 110.0], [148.0, 130.0], [130.0, 150.0], [160.0, 150.0]],
        "quality": {"sharpness": 0.8, "brightness": 0.5, "yaw": 4.0, "pitch": 3.0, "roll": 0.0,
            "eye_distance": 40.0, "completeness": 1.0},
    });
    let said = rounded(same.json());
    assert_eq!((same.status, &said["score"], &said["same_person"]), (200, &json!(87.5), &json!(true)), "{said}");
    assert_eq!(said["faces"], json!({"a": face, "b": face}));
    assert_eq!(said["model_version"], "face-tencent 0.1.0 (IAI 2020-03-03, model 3.0)");
    let other = compare(&api, "ann", "bea").json();
    assert_eq!((&other["score"], &other["same_person"]), (&json!(12.5), &json!(false)));
}

/// Single precision leaves digits behind.
fn rounded(value: Value) -> Value {
    match value {
        Value::Number(number) => match number.as_f64() {
            Some(float) if number.is_f64() => json!((float * 1e4).round() / 1e4),
            _ => Value::Number(number),
        },
        Value::Array(list) => list.into_iter().map(rounded).collect(),
        Value::Object(fields) => fields.into_iter().map(|(name, value)| (name, rounded(value))).collect(),
        other => other,
    }
}

#[test]
fn what_is_not_fit_is_told_of_its_picture() {
    let vendor = Faces::start().unwrap();
    let api = start(&vendor.url(), &[]);
    let cases = [
        ("nobody", 422, "no_face"),
        ("ann two", 422, "several_faces"),
        ("ann blurred", 422, "blurred"),
        ("ann dark", 422, "too_dark"),
        ("ann mask", 422, "covered"),
        ("ann turned", 422, "turned"),
        ("damaged", 400, "bad_image"),
    ];
    for (what, status, code) in cases {
        for (a, b, field) in [(what, "ann", "image_a"), ("ann", what, "image_b")] {
            let answer = compare(&api, a, b);
            is(&answer, (status, code), what);
            assert!(answer.json()["detail"].as_str().unwrap().starts_with(field), "{what}");
            assert!(!vendor.asked().contains(&"CompareFace".to_owned()), "{what}: not compared");
        }
    }
    let parts = [("image_a", &*picture("ann mask")), ("image_b", &*picture("ann")), ("covered", b"accept")];
    let (kind, body) = form(&parts);
    let headers = [("authorization", HIS), ("content-type", &*kind)];
    let masked = api.send("POST", "/v1/face-compare/compare", &headers, &body).unwrap();
    assert_eq!((masked.status, &masked.json()["score"]), (200, &json!(87.5)));
    vendor.asked();
    let two = compare_bytes(&api, &picture("ann two"), &picture("ann"), b"largest");
    assert_eq!((two.status, &two.json()["score"]), (200, &json!(87.5)));
    vendor.asked();
    let large = photo(4_001, 480, "ann");
    let heavy = [picture("ann"), vec![0; 4 << 20]].concat();
    let webp = b"RIFF\x10\0\0\0WEBPVP8 ".to_vec();
    let cases = [(large, 400, "bad_image"), (heavy, 400, "bad_image"), (webp, 415, "unsupported_format")];
    for (bytes, status, code) in cases {
        is(&compare_bytes(&api, &bytes, &picture("ann"), b"refuse"), (status, code), code);
    }
    assert_eq!(vendor.asked(), [""; 0], "what the vendor would not take is not sent");
}

#[test]
fn the_largest_pictures_pass() {
    let vendor = Faces::start().unwrap();
    let api = start(&vendor.url(), &[("face_tencent_timeout_ms", "30000")]);
    let mut large = photo(4_000, 3_000, "ann ");
    large.resize(3_932_160, 0);
    let answer = compare_bytes(&api, &large, &large, b"refuse");
    assert_eq!((answer.status, &answer.json()["score"]), (200, &json!(87.5)), "{}", answer.json());
}

#[test]
fn liveness_is_judged_by_one_picture() {
    let vendor = Faces::start().unwrap();
    let api = start(&vendor.url(), &[]);
    let person = silent(&api, "ann").json();
    assert_eq!(vendor.asked(), ["DetectFace", "DetectLiveFaceAccurate", "AnalyzeFace"]);
    assert_eq!((&person["score"], &person["live"]), (&json!(0.75), &json!(true)), "{person}");
    let print = silent(&api, "ann print").json();
    assert_eq!((&print["score"], &print["live"]), (&json!(0.125), &json!(false)), "{print}");
    is(&silent(&api, "ann small"), (422, "too_small"), "small");
    is(&silent(&api, "ann two"), (422, "several_faces"), "two");
    is(&silent(&api, "nobody"), (422, "no_face"), "nobody");
    assert!(vendor.refused().iter().all(|refusal| refusal.code.ends_with("NoFaceInPhoto")), "{:?}", vendor.refused());
}

#[test]
fn a_challenge_is_not_for_this_vendor() {
    let vendor = Faces::start().unwrap();
    let api = start(&vendor.url(), &[]);
    let challenge = api.json("POST", CHALLENGES, HIS, &json!({})).unwrap().json();
    let frames: Vec<Vec<u8>> = (0..8).map(|i| picture(&format!("ann {i}"))).collect();
    let times = "0,250,500,750,1000,1250,1500,1750";
    let mut parts: Vec<(&str, &[u8])> =
        vec![("nonce", challenge["nonce"].as_str().unwrap().as_bytes()), ("times", times.as_bytes())];
    parts.extend(frames.iter().map(|frame| ("frame", &**frame)));
    let (kind, body) = form(&parts);
    let path = format!("{CHALLENGES}/{}/frames", challenge["challenge_id"].as_str().unwrap());
    let answer = api.send("POST", &path, &[("authorization", HIS), ("content-type", &kind)], &body).unwrap();
    is(&answer, UNAVAILABLE, "challenge");
    assert!(vendor.asked().is_empty());
    logged(&api, "judges no challenge");
}

#[test]
fn a_vendor_that_does_not_serve_is_visible() {
    let vendor = Faces::start().unwrap();
    let api = start(&vendor.url(), &[]);
    let codes = [
        "RequestLimitExceeded",
        "LimitExceeded",
        "ResourceUnavailable.InArrears",
        "InternalError",
        "InvalidParameter.InvalidParameter",
        "Never.Seen",
    ];
    for code in codes {
        vendor.next([Faces::refusal(code)]);
        is(&compare(&api, "ann", "ann"), UNAVAILABLE, code);
        let log = logged(&api, &format!("{code}, request a0aabda6"));
        assert!(!log.contains("the vendor's words"), "{log}");
    }
    let html = || b"<html>".to_vec();
    let replies = [
        Reply::Answer(502, "text/html", html()),
        Reply::Answer(200, "text/html", html()),
        Reply::Answer(200, "application/json", br#"{"Response":{"RequestId":"r"}}"#.to_vec()),
        Reply::Answer(200, "application/json", vec![b'['; 1 << 20]),
        Reply::RetryAfter(503, 3),
        Reply::Cut(br#"{"Response":"#.to_vec()),
        Reply::Hangup,
    ];
    for reply in replies {
        let case = format!("{reply:?}").chars().take(60).collect::<String>();
        vendor.next([reply]);
        is(&compare(&api, "ann", "ann"), UNAVAILABLE, &case);
    }
    assert_eq!(compare(&api, "ann", "ann").status, 200, "well again");
}

#[test]
fn a_slow_vendor_is_not_waited_for_and_one_that_is_not_there_is_told() {
    let vendor = Faces::start().unwrap();
    let api = start(&vendor.url(), &[]);
    let fine = Faces::refusal("InvalidParameterValue.NoFaceInPhoto");
    vendor.next([Reply::Late(Duration::from_millis(TIMEOUT_MS / 4), Box::new(fine.clone()))]);
    is(&compare(&api, "ann", "ann"), (422, "no_face"), "a little slow");
    for reply in [Reply::Silence, Reply::Late(Duration::from_millis(TIMEOUT_MS * 3), Box::new(fine))] {
        vendor.next([reply]);
        let began = Instant::now();
        is(&compare(&api, "ann", "ann"), UNAVAILABLE, "slow");
        assert!(began.elapsed() < Duration::from_millis(TIMEOUT_MS * 2), "{:?}", began.elapsed());
    }
    let gone = Faces::start().unwrap().url();
    is(&compare(&start(&gone, &[]), "ann", "ann"), UNAVAILABLE, "gone");
    let other = [("face_tencent_endpoint", "http://nobody.invalid")];
    is(&compare(&start(&vendor.url(), &other), "ann", "ann"), UNAVAILABLE, "not granted");
}

#[test]
fn wrong_credentials_and_missing_ones_are_told_and_not_logged() {
    let vendor = Faces::start().unwrap();
    let wrong = "Wr0ngWr0ngWr0ngWr0ngWr0ngWr0ng";
    let api = start(&vendor.url(), &[("face_tencent_secret_key", wrong)]);
    is(&compare(&api, "ann", "ann"), UNAVAILABLE, "wrong");
    assert_eq!(vendor.refused()[0].code, "AuthFailure.SignatureFailure");
    let log = logged(&api, "AuthFailure.SignatureFailure");
    let encoded = BASE64.encode(picture("ann"));
    for word in [wrong, KEY, &encoded] {
        assert!(!log.contains(word), "{word} in\n{log}");
    }
    for variable in ["face_tencent_secret_key", "face_tencent_secret_id", "face_tencent_endpoint"] {
        let api = start(&vendor.url(), &[(variable, "")]);
        is(&compare(&api, "ann", "ann"), UNAVAILABLE, variable);
        logged(&api, &format!("variable {variable} is not set"));
    }
}
