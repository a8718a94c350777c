//! `/v1/face-compare` over HTTP with a verifier that does what pictures say: forms, answers, refusals, what is kept.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use sm3::{Digest, Sm3};
use tests::api::{Answer, Api, HIS, picture};
use tests::audit;
use tests::form::form;

const COMPARE: &str = "/v1/face-compare/compare";
const SILENT: &str = "/v1/face-compare/liveness/silent";
const CHALLENGES: &str = "/v1/face-compare/liveness/challenges";

fn post(api: &Api, path: &str, who: &str, kind: &str, body: &[u8]) -> Answer {
    api.send("POST", path, &[("authorization", who), ("content-type", kind)], body).unwrap()
}

fn multipart(api: &Api, path: &str, who: &str, parts: &[(&str, &[u8])]) -> Answer {
    let (kind, body) = form(parts);
    post(api, path, who, &kind, &body)
}

fn compare(api: &Api, a: &str, b: &str) -> Answer {
    multipart(api, COMPARE, HIS, &[("image_a", &picture(a)), ("image_b", &picture(b))])
}

fn without_time(mut answer: Value) -> Value {
    let duration = answer.as_object_mut().and_then(|object| object.remove("duration_ms"));
    assert!(duration.is_some_and(|ms| ms.is_u64()));
    answer
}

#[test]
fn faces_are_compared_in_both_forms() {
    let api = Api::start().unwrap();
    let face = json!({
        "box": {"x": 1.0, "y": 2.0, "width": 8.0, "height": 9.0},
        "confidence": 0.5,
        "landmarks": [[3.0, 4.0], [7.0, 4.0], [5.0, 6.0], [4.0, 8.0], [6.0, 8.0]],
        "quality": {"sharpness": 0.5, "brightness": 0.5, "yaw": 1.0, "pitch": 2.0, "roll": 3.0,
            "eye_distance": 4.0, "completeness": 1.0},
    });
    let expected = |score: f32, same: bool, threshold: u8| {
        json!({
            "score": score, "same_person": same, "threshold": threshold,
            "thresholds": [{"score": 40, "false_match_rate": 1e-3}, {"score": 50, "false_match_rate": 1e-4},
                {"score": 60, "false_match_rate": 1e-5}],
            "faces": {"a": face, "b": face}, "model_version": "fake-face-verifier 1",
        })
    };
    let same = compare(&api, "ann", "ann");
    assert_eq!((same.status, without_time(same.json())), (200, expected(87.5, true, 50)));
    assert_eq!(same.header("cache-control"), "no-store");
    assert_eq!(without_time(compare(&api, "ann", "bea").json()), expected(45.0, false, 50));
    let [a, b] = ["ann", "bea"].map(|who| BASE64.encode(picture(who)));
    let body = json!({"image_a": a, "image_b": b, "threshold": 40, "several": "largest"});
    let answer = post(&api, COMPARE, HIS, "application/json", body.to_string().as_bytes());
    assert_eq!(without_time(answer.json()), expected(45.0, true, 40));
}

#[test]
fn every_refusal_has_its_status_code_and_picture() {
    let api = Api::start().unwrap();
    let cases = [
        ("no_face", 422, "no_face"),
        ("several_faces", 422, "several_faces"),
        ("two", 422, "several_faces"),
        ("too_small", 422, "too_small"),
        ("blurred", 422, "blurred"),
        ("turned", 422, "turned"),
        ("covered", 422, "covered"),
        ("too_dark", 422, "too_dark"),
        ("damaged", 400, "bad_image"),
    ];
    for (what, status, code) in cases {
        for (a, b, field) in [(what, "ann", "image_a"), ("ann", what, "image_b")] {
            let answer = compare(&api, a, b);
            assert_eq!(answer.problem(), (status, code.to_owned()), "{what}");
            assert!(answer.json()["detail"].as_str().unwrap().starts_with(field), "{what}");
        }
    }
    assert_eq!(compare(&api, "ann", "no_models").problem(), (503, "engine_unavailable".into()));
    let two = [("image_a", &*picture("two")), ("image_b", &*picture("two")), ("several", b"largest")];
    assert_eq!(multipart(&api, COMPARE, HIS, &two).status, 200);
    let text: [(&str, &[u8]); 2] = [("image_a", b"text"), ("image_b", b"text")];
    assert_eq!(multipart(&api, COMPARE, HIS, &text).problem(), (415, "unsupported_format".into()));
    assert_eq!(multipart(&api, COMPARE, HIS, &text[..1]).problem(), (400, "bad_field".into()));
    assert_eq!(post(&api, COMPARE, HIS, "image/jpeg", b"x").problem(), (415, "unsupported_format".into()));
    assert_eq!(post(&api, COMPARE, HIS, "application/json", b"{").problem(), (400, "bad_json".into()));
    let large = vec![0; (15 << 20) + 1];
    assert_eq!(post(&api, SILENT, HIS, "image/jpeg", &large).problem(), (413, "too_large".into()));
    assert_eq!(post(&api, COMPARE, "", "image/jpeg", b"x").problem(), (401, "no_credential".into()));
    assert_eq!(api.send("GET", COMPARE, &[], b"").unwrap().problem(), (405, "method_not_allowed".into()));
    assert_eq!(api.send("GET", "/v1/face-compare/healthz", &[], b"").unwrap().status, 204);
}

#[test]
fn one_picture_is_judged_by_itself() {
    let api = Api::start().unwrap();
    let silent = |what: &str| post(&api, SILENT, HIS, "image/jpeg", &picture(what));
    let (person, print) = (silent("ann").json(), silent("print").json());
    assert_eq!((&person["score"], &person["live"]), (&json!(0.875), &json!(true)));
    assert_eq!((&print["score"], &print["live"]), (&json!(0.125), &json!(false)));
    assert_eq!(silent("too_close").problem(), (422, "too_close".into()));
}

/// A challenge made for `who`.
fn made(api: &Api, who: &str) -> Value {
    let answer = api.json("POST", CHALLENGES, who, &json!({})).unwrap();
    assert_eq!(answer.status, 201);
    answer.json()
}

/// Sends these frames, 250 ms apart.
fn frames(api: &Api, challenge: &Value, who: &str, pictures: &[String]) -> Answer {
    let pictures: Vec<Vec<u8>> = pictures.iter().map(|what| picture(what)).collect();
    let times: Vec<String> = (0..pictures.len()).map(|i| (i * 250).to_string()).collect();
    let (nonce, times) = (challenge["nonce"].as_str().unwrap(), times.join(","));
    let mut parts: Vec<(&str, &[u8])> = vec![("nonce", nonce.as_bytes()), ("times", times.as_bytes())];
    parts.extend(pictures.iter().map(|jpeg| ("frame", &**jpeg)));
    let path = format!("{CHALLENGES}/{}/frames", challenge["challenge_id"].as_str().unwrap());
    multipart(api, &path, who, &parts)
}

fn film(name: &str) -> Vec<String> {
    (0..10).map(|i| format!("{name} {i}")).collect()
}

#[test]
fn a_challenge_is_made_and_used_once() {
    let api = Api::start().unwrap();
    let challenge = made(&api, HIS);
    let actions = challenge["actions"].as_array().unwrap();
    assert!((2..=3).contains(&actions.len()));
    assert_eq!((&challenge["longest_ms"], &challenge["frames"]), (&json!(10_000), &json!([8, 40])));
    let answer = frames(&api, &challenge, HIS, &film("ann"));
    let best = format!("sm3:{}", hex::encode(Sm3::digest(picture("ann 1"))));
    let expected = json!({
        "live": true, "reasons": [], "actions_seen": actions.len(), "same_person_in_all_frames": true,
        "silent_score": 0.875, "best_frame": 1, "best_frame_digest": best, "model_version": "fake-face-verifier 1",
    });
    assert_eq!((answer.status, without_time(answer.json())), (200, expected));
    assert_eq!(frames(&api, &challenge, HIS, &film("bea")).problem(), (409, "challenge_used".into()));

    let next = made(&api, HIS);
    assert_ne!(next["nonce"], challenge["nonce"]);
    let replayed = frames(&api, &next, HIS, &film("ann")).json();
    assert_eq!((&replayed["live"], &replayed["reasons"]), (&json!(false), &json!(["replayed"])));
    let print = frames(&api, &made(&api, HIS), HIS, &film("print")).json();
    assert_eq!((&print["live"], &print["reasons"]), (&json!(false), &json!(["spoof"])));
}

#[test]
fn a_challenge_belongs_to_its_caller() {
    let api = Api::start().unwrap();
    let [ann, bea] = ["usr_a", "usr_b"].map(|user| api.token(user, "patient", 0, 600));
    let challenge = made(&api, &ann);
    assert_eq!(frames(&api, &challenge, &bea, &film("b")).problem(), (403, "forbidden".into()));
    let mut other = challenge.clone();
    other["challenge_id"] = json!("chl_01JD0000000000000000000000");
    assert_eq!(frames(&api, &other, &ann, &film("o")).problem(), (403, "forbidden".into()));
    let mut guessed = challenge.clone();
    guessed["nonce"] = json!("0");
    assert_eq!(frames(&api, &guessed, &ann, &film("g")).problem(), (400, "bad_field".into()));
    assert_eq!(frames(&api, &challenge, &ann, &film("a")).status, 200);
}

#[test]
fn one_key_makes_one_challenge() {
    let api = Api::start().unwrap();
    let ask = |key: &str| {
        let headers = [("authorization", HIS), ("idempotency-key", key)];
        api.send("POST", CHALLENGES, &headers, b"").unwrap()
    };
    let (first, again) = (ask("key-00001"), ask("key-00001"));
    assert_eq!((first.status, first.json()), (201, again.json()));
    assert_ne!(first.json(), ask("key-00002").json());
    assert_eq!(ask("short").problem(), (400, "bad_field".into()));
}

#[test]
fn the_audit_log_knows_digests_and_nothing_of_a_face_is_kept() {
    let api = Api::start().unwrap();
    compare(&api, "ann", "ann");
    compare(&api, "ann", "no_face");
    post(&api, SILENT, HIS, "image/jpeg", &picture("ann"));
    frames(&api, &made(&api, HIS), HIS, &film("ann"));
    let (entries, waiting) = audit::entries(api.host.data(), "face_compare").unwrap();
    let found: Vec<_> = entries.iter().map(|[.., action, _, result]| (&**action, &**result)).collect();
    let expected = [
        ("compare", "same 87.5"),
        ("compare", "no_face"),
        ("silent", "silent 0.875"),
        ("challenge", "made"),
        ("liveness", "live"),
    ];
    assert_eq!((found, waiting), (expected.to_vec(), 0));
    let digest = hex::encode(Sm3::digest(picture("ann")));
    assert_eq!(entries[0][4], format!("sm3:{digest} sm3:{digest}"));
    assert!(api.host.exposed(&[b"\xff\xd8\xffan"]).is_empty(), "a picture");
}
