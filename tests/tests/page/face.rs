//! The guided check of a face. Chromium's stand-in for a camera shows a photograph; the verifier of these tests takes any
//! recording for a living person, and whoever is before the camera for `camera`.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use image::{Rgb, RgbImage, codecs::jpeg::JpegEncoder, imageops};
use serde_json::{Value, json};
use tests::api::{Api, HIS, picture};
use tests::browser::{Look, Page};
use tests::samples;
use tests::shared::Shared;

use crate::access::assert_accessible;
use crate::{DESK, PHONE, STICKING_OUT, sample};

fn api() -> Arc<Api> {
    static SHARED: Shared<Api> = Shared::new();
    SHARED.get(Api::start).unwrap()
}

/// A session with the portrait of this person; it leads back to a page of the application.
fn session(api: &Api, portrait: &str) -> Value {
    let back = api.host.url("/docs?case=1");
    let body = json!({"name": "张小明", "portrait": BASE64.encode(picture(portrait)), "redirect_url": back});
    api.json("POST", "/v1/face-compare/sessions", HIS, &body).unwrap().json()
}

/// What a camera sees: each time something else, for frames that were seen before are refused.
pub fn scene() -> Vec<u8> {
    static COUNT: AtomicU8 = AtomicU8::new(0);
    let mut picture = image::load_from_memory(&samples::file(&sample("front"))).unwrap().into_rgb8();
    let shade = 64 + 8 * COUNT.fetch_add(1, Ordering::Relaxed);
    let mark = RgbImage::from_pixel(picture.width(), picture.height() / 8, Rgb([shade; 3]));
    // In the middle, for a camera is asked for a flatter picture and cuts it.
    let middle = i64::from(picture.height() / 2);
    imageops::replace(&mut picture, &mark, 0, middle);
    let mut jpeg = Vec::new();
    picture.write_with_encoder(JpegEncoder::new_with_quality(&mut jpeg, 90)).unwrap();
    jpeg
}

/// Opens the page of a session before a camera; whatever is done there, nothing may be complained about nor stick out.
fn at(session: &Value, look: Look, behave: impl Fn(&Page)) {
    let folder = tempfile::tempdir().unwrap();
    let film = folder.path().join("face.mjpeg");
    std::fs::write(&film, scene()).unwrap();
    let page = Page::open(session["url"].as_str().unwrap(), Look { camera: Some(&film), ..look }).unwrap();
    behave(&page);
    assert_eq!(page.eval(STICKING_OUT).unwrap(), Value::Array(Vec::new()), "sticks out");
    assert_eq!(page.complaints(), Vec::<String>::new());
}

fn reaches(page: &Page, step: &str) {
    page.wait(&format!("document.querySelector('#main').dataset.step === '{step}'")).unwrap();
}

fn state(api: &Api, session: &Value) -> Value {
    let path = format!("/v1/face-compare/sessions/{}", session["token"].as_str().unwrap());
    api.send("GET", &path, &[("authorization", HIS)], b"").unwrap().json()["state"].clone()
}

#[test]
fn who_agrees_and_does_what_is_asked_is_led_back() {
    let api = api();
    for width in [PHONE, DESK] {
        let session = session(&api, "camera");
        at(&session, Look { width, ..Look::default() }, |page| {
            reaches(page, "consent");
            assert!(page.text("#step").unwrap().contains("张**"));
            assert_accessible(page, "consent");
            assert!(page.text("#consent").unwrap().contains("人工核对"), "the way without a face is told");
            page.click("#agree").unwrap();
            reaches(page, "ready");
            page.click("#start").unwrap();
            page.wait("document.querySelector('#main').dataset.prompt === 'do.straight'").unwrap();
            page.wait(
                "/do[.](blink|open_mouth|turn_left|turn_right)/.test(document.querySelector('#main').dataset.prompt)",
            )
            .unwrap();
            assert_eq!(page.eval(STICKING_OUT).unwrap(), Value::Array(Vec::new()), "the camera sticks out");
            page.arrive(&format!("/docs?case=1&token={}", session["token"].as_str().unwrap())).unwrap();
        });
        assert_eq!(state(&api, &session), "passed");
    }
}

#[test]
fn another_person_is_told_so_and_may_choose_a_person() {
    let api = api();
    let session = session(&api, "ann");
    at(&session, Look { width: PHONE, ..Look::default() }, |page| {
        reaches(page, "consent");
        page.click("#agree").unwrap();
        reaches(page, "ready");
        page.click("#start").unwrap();
        page.wait("document.querySelector('#reasons [data-reason=other_person]')").unwrap();
        assert!(page.text("#step").unwrap().contains("还可以试 2 次"));
        assert_eq!(page.eval("document.querySelector('video').srcObject").unwrap(), Value::Null, "the camera is off");
        page.click("#manual").unwrap();
        reaches(page, "manual");
        assert!(page.text("#step").unwrap().contains("身份证原件"));
        page.click("#return").unwrap();
        page.arrive(&format!("/docs?case=1&token={}", session["token"].as_str().unwrap())).unwrap();
    });
    assert_eq!(state(&api, &session), "manual");
}

#[test]
fn a_recording_can_be_stopped_and_the_language_changed() {
    let api = api();
    let session = session(&api, "camera");
    at(&session, Look { width: 320, ..Look::default() }, |page| {
        reaches(page, "consent");
        page.click("#language").unwrap();
        assert!(page.text("#consent").unwrap().starts_with("To make sure"));
        page.click("#agree").unwrap();
        reaches(page, "ready");
        page.click("#start").unwrap();
        page.wait("document.querySelector('#main').dataset.prompt === 'do.straight'").unwrap();
        page.click("#stop").unwrap();
        reaches(page, "ready");
        assert_eq!(page.text("#start").unwrap(), "Start");
        page.reload().unwrap();
        reaches(page, "ready");
        page.click("#manual").unwrap();
        reaches(page, "manual");
    });
}

#[test]
fn a_link_that_leads_nowhere_says_so() {
    let api = api();
    let url = api.host.url("/face#token=fvs_0");
    let page = Page::open(&url, Look { width: PHONE, ..Look::default() }).unwrap();
    reaches(&page, "none");
    assert!(page.text("#step").unwrap().contains("链接无效"));
}
