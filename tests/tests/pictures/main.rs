//! Pictures as people and attackers send them, through the whole system with the real engine: read right, or refused with a
//! status, a code and words for the patient.

mod formats;
mod jpeg;
mod long;
mod memory;
mod png;
mod refused;
mod retake;
mod samples;
mod turned;
mod webp;

use ::image::DynamicImage;
use ::tests::api::{Answer, Api};
use ::tests::host::root;
use ::tests::samples::{fields, file, first};
use ::tests::shared::Shared;
use cards::fonts::Fonts;
use serde_json::Value;
use std::sync::{Arc, LazyLock};

/// The application that these tests share.
fn api() -> Arc<Api> {
    static SHARED: Shared<Api> = Shared::new();
    SHARED.get(Api::real).unwrap()
}

/// The typefaces, fetched by `cargo xtask models --all`.
fn fonts() -> &'static Fonts {
    static FONTS: LazyLock<Fonts> = LazyLock::new(|| Fonts::open(&root().join("target/models/fonts")).unwrap());
    &FONTS
}

/// The first front among the samples: its picture and its truth.
fn front() -> (DynamicImage, Value) {
    let truth = first("front");
    (::image::load_from_memory(&file(&truth)).unwrap(), truth)
}

/// Sends a picture and expects the fields of `truth`.
fn assert_reads(picture: &[u8], truth: &Value, what: &str) {
    let answer = api().read("", picture).unwrap();
    let json = answer.json();
    assert_eq!(answer.status, 200, "{what}: {json}");
    let read = |name: &str| json["fields"][name].as_str().unwrap_or_default().to_owned();
    let found: Vec<(&str, String)> = fields(truth).into_iter().map(|(name, _)| (name, read(name))).collect();
    assert_eq!(found, fields(truth), "{what}");
    assert_eq!(json["side"], truth["side"], "{what}");
}

/// Expects a problem (RFC 9457) whose detail is Chinese.
fn assert_refused(answer: &Answer, status: u16, code: &str, what: &str) {
    let json = answer.json();
    assert_eq!(answer.problem(), (status, code.to_owned()), "{what}: {json}");
    assert_eq!(answer.header("content-type"), "application/problem+json", "{what}");
    let detail = json["detail"].as_str().unwrap_or_default();
    assert!(detail.chars().filter(|c| ('一'..='鿿').contains(c)).count() > 4, "{what}: {detail}");
}
