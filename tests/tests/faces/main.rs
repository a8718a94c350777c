//! The face engine as it is on a photograph in the public domain and on what can be made of it.

use image::imageops::{self, FilterType};
use image::{DynamicImage, RgbImage};
use serde_json::{Value, json};
use std::sync::Arc;
use tests::api::{Answer, Api, HIS};
use tests::form::form;
use tests::patient::Patient;
use tests::puppet::{Worn, acted, jpeg, landmarks, portrait, wearing};
use tests::register::Clinic;
use tests::shared::Shared;

const COMPARE: &str = "/v1/face-compare/compare";
const CHALLENGES: &str = "/v1/face-compare/liveness/challenges";

/// One application for all tests here: its models take a while to load.
fn application() -> Arc<Api> {
    static SHARED: Shared<Api> = Shared::new();
    SHARED.get(Api::real).unwrap()
}

fn post(api: &Api, path: &str, parts: &[(&str, &[u8])]) -> Answer {
    let (kind, body) = form(parts);
    api.send("POST", path, &[("authorization", HIS), ("content-type", &kind)], &body).unwrap()
}

fn compare(api: &Api, a: &RgbImage, b: &RgbImage) -> Answer {
    post(api, COMPARE, &[("image_a", &jpeg(a)), ("image_b", &jpeg(b))])
}

fn resized(picture: &RgbImage, side: u32) -> RgbImage {
    imageops::resize(picture, side, side, FilterType::Triangle)
}

fn brightened(picture: &RgbImage, factor: f32) -> RgbImage {
    let mut picture = picture.clone();
    picture.iter_mut().for_each(|v| *v = (f32::from(*v) * factor).min(255.) as u8);
    picture
}

#[test]
fn one_person_in_other_light_size_and_frame_is_one_person() {
    let api = application();
    let original = portrait();
    let variants = [
        ("small", resized(&original, 360)),
        ("large", resized(&original, 1600)),
        ("dim", brightened(&original, 0.5)),
        ("mirrored", imageops::flip_horizontal(&original)),
        ("cut", imageops::crop_imm(&original, 100, 0, 250, 300).to_image()),
        ("grey", DynamicImage::from(original.clone()).grayscale().into_rgb8()),
    ];
    for (what, variant) in variants {
        let answer = compare(&api, &original, &variant);
        let found = answer.json();
        assert_eq!(answer.status, 200, "{what}: {found}");
        assert!(found["score"].as_f64().unwrap() > 60., "{what}: {found}");
        assert_eq!(found["same_person"], json!(true));
    }
}

#[test]
fn boxes_and_points_are_in_pixels_of_the_picture_as_sent() {
    let api = application();
    let large = resized(&portrait(), 2048);
    let found = compare(&api, &portrait(), &large).json();
    let number = |face: &str, path: &str| found["faces"][face].pointer(path).and_then(Value::as_f64).unwrap();
    for path in ["/box/x", "/box/width", "/landmarks/0/0", "/landmarks/2/1", "/quality/eye_distance"] {
        let (small, large) = (number("a", path), number("b", path));
        assert!((large / small - 4.).abs() < 0.6, "{path}: {small}, {large}");
    }
    // The eyes, as one sees them in the picture.
    assert!((number("a", "/landmarks/0/0") - 200.).abs() < 5. && (number("a", "/landmarks/1/0") - 247.).abs() < 5.);
}

#[test]
fn what_cannot_be_compared_is_refused_with_its_reason() {
    let api = application();
    let original = portrait();
    let mut crowd = RgbImage::new(1024, 512);
    imageops::replace(&mut crowd, &original, 0, 0);
    imageops::replace(&mut crowd, &original, 512, 0);
    let cases = [
        ("no_face", imageops::crop_imm(&original, 330, 280, 180, 180).to_image()),
        ("several_faces", crowd.clone()),
        ("too_small", resized(&original, 230)),
        ("blurred", imageops::blur(&original, 5.)),
        ("too_dark", brightened(&original, 0.12)),
        ("covered", imageops::crop_imm(&original, 0, 0, 218, 512).to_image()),
    ];
    for (code, picture) in cases {
        assert_eq!(compare(&api, &original, &picture).problem(), (422, code.to_owned()), "{code}");
    }
    let parts = [("image_a", &*jpeg(&crowd)), ("image_b", &*jpeg(&original)), ("several", b"largest")];
    assert_eq!(post(&api, COMPARE, &parts).status, 200);
    let cut = &jpeg(&original)[..2000];
    assert_eq!(post(&api, COMPARE, &[("image_a", cut), ("image_b", cut)]).problem(), (400, "bad_image".into()));
}

#[test]
fn a_face_behind_a_mask_dark_glasses_or_a_hand_is_refused_unless_asked_for() {
    let api = application();
    let original = portrait();
    let points = landmarks(&compare(&api, &original, &original).json()).unwrap();
    for worn in Worn::ALL {
        let hidden = wearing(&original, &points, worn);
        assert_eq!(compare(&api, &original, &hidden).problem(), (422, "covered".into()), "{worn:?}");
        let parts = [("image_a", &*jpeg(&original)), ("image_b", &*jpeg(&hidden)), ("covered", b"accept")];
        assert_eq!(post(&api, COMPARE, &parts).status, 200, "{worn:?}");
    }
}

#[test]
fn a_face_that_fills_the_picture_is_not_judged_by_itself() {
    let api = application();
    let silent = |picture: &RgbImage| post(&api, "/v1/face-compare/liveness/silent", &[("image", &jpeg(picture))]);
    let face = imageops::crop_imm(&portrait(), 165, 50, 115, 140).to_image();
    assert_eq!(silent(&face).problem(), (422, "too_close".into()));
    let answer = silent(&portrait());
    let score = answer.json()["score"].as_f64().unwrap();
    assert!(answer.status == 200 && (0. ..=1.).contains(&score));
}

/// A challenge that asks for nothing else than these.
fn asking_for(api: &Api, possible: &[&str]) -> Value {
    let one = || api.json("POST", CHALLENGES, HIS, &json!({})).unwrap().json();
    let fits =
        |challenge: &Value| challenge["actions"].as_array().unwrap().iter().all(|a| possible.iter().any(|p| a == p));
    (0..500).map(|_| one()).find(fits).expect("one of 12 asks for two certain actions")
}

/// The verdict about these frames, 250 ms apart, of this challenge.
fn verdict(api: &Api, challenge: &Value, frames: &[RgbImage]) -> Value {
    let frames: Vec<Vec<u8>> = frames.iter().map(jpeg).collect();
    let times: Vec<String> = (0..frames.len()).map(|i| (i * 250).to_string()).collect();
    let (nonce, times) = (challenge["nonce"].as_str().unwrap(), times.join(","));
    let mut parts: Vec<(&str, &[u8])> = vec![("nonce", nonce.as_bytes()), ("times", times.as_bytes())];
    parts.extend(frames.iter().map(|jpeg| ("frame", &**jpeg)));
    let path = format!("{CHALLENGES}/{}/frames", challenge["challenge_id"].as_str().unwrap());
    post(api, &path, &parts).json()
}

fn reasons(verdict: &Value) -> Vec<&str> {
    verdict["reasons"].as_array().unwrap().iter().filter_map(Value::as_str).collect()
}

#[test]
fn a_still_photograph_does_not_pass_a_challenge() {
    let api = application();
    // Each frame a little different as a file, so that only its content gives it away.
    let mut pictures = vec![portrait(); 10];
    (0..).zip(&mut pictures).for_each(|(i, picture)| picture.put_pixel(i, 0, image::Rgb([0, 0, 0])));
    let verdict = verdict(&api, &asking_for(&api, &["blink", "open_mouth", "turn_left", "turn_right"]), &pictures);
    assert_eq!(verdict["live"], json!(false));
    let reasons = reasons(&verdict);
    assert!(reasons.contains(&"still") && reasons.contains(&"action_missing"), "{verdict}");
    assert_eq!((&verdict["actions_seen"], &verdict["same_person_in_all_frames"]), (&json!(0), &json!(true)));
}

#[test]
fn actions_are_seen_in_pixels() {
    let api = application();
    for round in 0..3 {
        let challenge = asking_for(&api, &["blink", "open_mouth"]);
        let actions: Vec<&str> = challenge["actions"].as_array().unwrap().iter().map(|a| a.as_str().unwrap()).collect();
        let verdict = verdict(&api, &challenge, &acted(round * 100, &actions));
        // As the engine's README says: a generated film passes.
        assert_eq!((&verdict["live"], &verdict["actions_seen"]), (&json!(true), &json!(2)), "{verdict}");
        assert!(verdict["best_frame_digest"].as_str().unwrap().starts_with("sm3:"));
    }
}

#[test]
fn the_wrong_order_and_what_nobody_asked_for_do_not_pass() {
    let api = application();
    let challenge = asking_for(&api, &["blink", "open_mouth"]);
    let actions: Vec<&str> =
        challenge["actions"].as_array().unwrap().iter().rev().map(|a| a.as_str().unwrap()).collect();
    let reversed = verdict(&api, &challenge, &acted(1_000, &actions));
    assert_eq!((reversed["live"].clone(), reasons(&reversed)), (json!(false), vec!["action_missing"]));
    let unasked = verdict(
        &api,
        &asking_for(&api, &["blink", "turn_left", "turn_right"]),
        &acted(2_000, &["blink", "open_mouth"]),
    );
    assert_eq!((unasked["live"].clone(), reasons(&unasked)), (json!(false), vec!["action_missing"]));
}

#[test]
fn a_patient_gets_a_real_name_from_pixels() {
    let clinic = Clinic::real().unwrap();
    let who = clinic.user("13711112222");
    let done = Patient::new().journey(&clinic, &who, &Patient::film(5_000), |_| {});
    assert_eq!((&done["state"], &done["patient"]["level"]), (&json!("done"), &json!("real_name")), "{done}");
    assert!(done["score"].as_f64().unwrap() > 60., "{done}");
    let db = rusqlite::Connection::open(clinic.api.host.data().join("sqlite/default.db")).unwrap();
    let kept: i64 = db.query_row("SELECT count(*) FROM register_kept", [], |row| row.get(0)).unwrap();
    assert_eq!(kept, 0, "no picture is left");
}
