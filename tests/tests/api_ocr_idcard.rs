//! `POST /v1/ocr-idcard/read` over HTTP: forms, answers, refusals, what is logged and what is not.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::json;
use sm3::{Digest, Sm3};
use std::thread;
use tests::api::{Api, picture};
use tests::audit;

const READ: &str = "/v1/ocr-idcard/read";
const KEY: (&str, &str) = ("authorization", "Bearer yz_test_key");

#[test]
fn every_form_is_read() {
    let api = Api::start().unwrap();
    let front = picture("front");
    let raw = api.read("?crops=true&warnings=recapture", &front).unwrap();
    let expected = json!({
        "side": "front",
        "fields": {"name": "样本甲", "id_number": "990102199003070011"},
        "confidence": {"name": 0.5, "id_number": 0.5},
        "findings": {"id_number": ["the check digit does not fit"]},
        "boxes": {"name": [[1.0, 2.0], [9.0, 2.0], [9.0, 8.0], [1.0, 8.0]],
            "id_number": [[1.0, 2.0], [9.0, 2.0], [9.0, 8.0], [1.0, 8.0]]},
        "warnings": [{"code": -9103, "name": "recapture", "detail": "asked for", "score": 0.5}],
        "quality": {"sharpness": 0.75, "glare": 0.25, "completeness": 1.0},
        "crops": {"card": BASE64.encode("card"), "portrait": BASE64.encode("portrait")},
        "corners": [[1.0, 2.0], [9.0, 2.0], [9.0, 8.0], [1.0, 8.0]],
        "rectified": [856, 540],
        "engine_version": "fake-ocr-reader 1",
    });
    let without_time = |answer: &tests::api::Answer| {
        let mut json = answer.json();
        let duration = json.as_object_mut().and_then(|object| object.remove("duration_ms"));
        assert!(duration.is_some_and(|ms| ms.is_u64()));
        json
    };
    assert_eq!((raw.status, without_time(&raw)), (200, expected.clone()));
    assert_eq!(raw.header("content-length"), raw.body.len().to_string());
    assert_eq!(raw.header("cache-control"), "no-store");

    let body = json!({"image": BASE64.encode(&front), "crops": true, "warnings": ["recapture"]}).to_string();
    let read = |kind: &str, body: &[u8]| api.send("POST", READ, &[KEY, ("content-type", kind)], body).unwrap();
    assert_eq!(without_time(&read("application/json", body.as_bytes())), expected);
    let part = |name: &str, value: &[u8]| {
        [format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n").as_bytes(), value, b"\r\n"].concat()
    };
    let parts = [part("image", &front), part("crops", b"true"), part("warnings", b"recapture"), b"--b--\r\n".to_vec()];
    assert_eq!(without_time(&read("multipart/form-data; boundary=b", &parts.concat())), expected);

    let back = api.read("?side=back&warnings=", &picture("back")).unwrap().json();
    assert_eq!((&back["side"], &back["warnings"]), (&json!("back"), &json!([])));
    assert!(back.get("crops").is_none());
}

#[test]
fn every_refusal_has_its_status_and_code() {
    let api = Api::start().unwrap();
    let pictures = [
        ("not a picture", 415, "unsupported_format"),
        ("damaged", 400, "bad_image"),
        ("no_card", 422, "no_card"),
        ("several_cards", 422, "several_cards"),
        ("too_small", 422, "card_too_small"),
        ("too_dark", 422, "too_dark"),
        ("blurred", 422, "blurred"),
        ("no_models", 503, "engine_unavailable"),
    ];
    for (what, status, code) in pictures {
        let answer = api.read("", &picture(what)).unwrap();
        assert_eq!(answer.problem(), (status, code.to_owned()), "{what}");
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["type"], format!("urn:yunzhen:problem:{code}"));
        assert_eq!(
            (&problem["status"], &problem["request_id"]),
            (&json!(status), &json!(answer.header("x-request-id")))
        );
    }
    assert_eq!(api.read("?side=back", &picture("front")).unwrap().problem(), (422, "wrong_side".into()));
    assert_eq!(api.read("?side=left", &picture("front")).unwrap().problem(), (400, "bad_field".into()));
    assert_eq!(api.read("", b"").unwrap().problem(), (400, "bad_field".into()));
    assert_eq!(api.read("", &vec![0; (10 << 20) + 1]).unwrap().problem(), (413, "too_large".into()));
    let post = |kind, body: &[u8]| api.send("POST", READ, &[KEY, ("content-type", kind)], body).unwrap().problem();
    assert_eq!(post("text/plain", b"x"), (415, "unsupported_format".into()));
    assert_eq!(post("application/json", b"{"), (400, "bad_json".into()));
    assert_eq!(post("multipart/form-data; boundary=b", b"--b"), (400, "bad_form".into()));
    assert_eq!(api.send("GET", READ, &[KEY], b"").unwrap().problem(), (405, "method_not_allowed".into()));
    assert_eq!(api.send("GET", "/v1/ocr-idcard/reads", &[KEY], b"").unwrap().problem(), (404, "not_found".into()));
    assert_eq!(api.send("GET", "/v1/ocr-idcard/healthz", &[], b"").unwrap().status, 204);
}

#[test]
fn the_patient_is_told_in_chinese_or_in_english() {
    let api = Api::start().unwrap();
    let detail = |language: &str| {
        let headers = [KEY, ("content-type", "image/jpeg"), ("accept-language", language)];
        let answer = api.send("POST", READ, &headers, &picture("blurred")).unwrap();
        answer.json()["detail"].as_str().unwrap().to_owned()
    };
    assert!(detail("zh-CN,zh;q=0.9").starts_with("照片模糊") && detail("fr").starts_with("照片模糊"));
    assert!(detail("en-US,en;q=0.9,zh;q=0.1").starts_with("the photo is blurred"));
}

#[test]
fn the_audit_log_is_whole_after_many_at_once_and_holds_nothing_personal() {
    let api = Api::start().unwrap();
    thread::scope(|scope| {
        for worker in 0..16 {
            let api = &api;
            scope.spawn(move || {
                for i in 0..60 {
                    let what = if (worker + i) % 3 == 0 { "blurred" } else { "front" };
                    let status = api.read("", &picture(what)).unwrap().status;
                    assert_eq!(status, if what == "front" { 200 } else { 422 });
                }
            });
        }
    });
    let (entries, waiting) = audit::entries(api.host.data(), "ocr_idcard").unwrap();
    let mut blurred = 0;
    for [id, request, actor, action, object, result] in &entries {
        assert!(id.starts_with("aud_") && request.starts_with("req_"));
        assert_eq!((actor.as_str(), action.as_str()), ("system:his", "read"));
        let what = if result == "blurred" { "blurred" } else { "front" };
        assert_eq!(*object, format!("sm3:{}", hex::encode(Sm3::digest(picture(what)))));
        blurred += usize::from(what == "blurred");
    }
    assert_eq!((entries.len(), blurred, waiting), (960, 320, 0));
    assert!(api.host.exposed(&["样本甲", "990102199003070011", "yz_test_key"]).is_empty());
}

#[test]
fn a_trap_of_the_reader_ends_its_request_only() {
    let api = Api::start().unwrap();
    let answer = api.read("", &picture("trap")).unwrap();
    assert_eq!(answer.status, 500);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(api.read("", &picture("front")).unwrap().status, 200);
}
