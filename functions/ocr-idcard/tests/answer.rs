//! The answer's JSON, the problems, and the OpenAPI document.

use common::problem::{Language, Problem};
use ocr_idcard::api;
use ocr_idcard::failure::Failure;
use ocr_idcard::reading::{Crops, Field, FieldName, Fields, Quality, Raised, Reading};
use ocr_idcard::request::Side;
use ocr_idcard::warning::Warning;
use serde_json::{Value, json};

fn reading() -> Reading {
    Reading {
        side: Side::Back,
        fields: Fields::default(),
        confidence: Default::default(),
        findings: Default::default(),
        boxes: Default::default(),
        warnings: vec![
            Raised::new(Warning::InvalidValidity, "expired".into(), 1.0),
            Raised::new(Warning::Recapture, "moire".into(), 0.5),
        ],
        quality: Quality { sharpness: 0.5, glare: 0.0, completeness: 1.0 },
        crops: Some(Crops::new(b"card", None)),
        corners: [[0.0, 0.0], [10.0, 0.0], [10.0, 6.0], [0.0, 6.0]],
        rectified: [856, 540],
        engine_version: "reader 1".into(),
        duration_ms: 12,
    }
}

#[test]
fn a_reading_is_answered_in_the_documented_form() {
    let corners = [[1.0, 2.0], [3.0, 2.0], [3.0, 4.0], [1.0, 4.0]];
    let field = |name, text: &str, findings: &[&str]| Field {
        name,
        text: text.into(),
        confidence: 0.75,
        corners,
        findings: findings.iter().map(|s| (*s).into()).collect(),
    };
    let fields = vec![field(FieldName::ValidFrom, "", &[]), field(FieldName::ValidUntil, "long_term", &["too young"])];
    let expected = json!({
        "side": "back",
        "fields": {"valid_from": "", "valid_until": "long_term"},
        "confidence": {"valid_from": 0.75, "valid_until": 0.75},
        "findings": {"valid_until": ["too young"]},
        "boxes": {"valid_from": corners, "valid_until": corners},
        "warnings": [
            {"code": -9103, "name": "recapture", "detail": "moire", "score": 0.5},
            {"code": -9109, "name": "invalid_validity", "detail": "expired", "score": 1.0},
        ],
        "quality": {"sharpness": 0.5, "glare": 0.0, "completeness": 1.0},
        "crops": {"card": "Y2FyZA=="},
        "corners": [[0.0, 0.0], [10.0, 0.0], [10.0, 6.0], [0.0, 6.0]],
        "rectified": [856, 540],
        "engine_version": "reader 1",
        "duration_ms": 12,
    });
    assert_eq!(serde_json::to_value(reading().with(fields)).unwrap(), expected);
}

#[test]
fn every_failure_has_a_code_and_words_in_both_languages() {
    let cases = [
        (Failure::Unsupported("gif".into()), 415, "unsupported_format"),
        (Failure::Invalid("cut off".into()), 400, "bad_image"),
        (Failure::NoCard, 422, "no_card"),
        (Failure::SeveralCards, 422, "several_cards"),
        (Failure::WrongSide, 422, "wrong_side"),
        (Failure::TooSmall, 422, "card_too_small"),
        (Failure::TooDark, 422, "too_dark"),
        (Failure::Blurred, 422, "blurred"),
        (Failure::Unavailable("no models".into()), 503, "engine_unavailable"),
    ];
    for (failure, status, code) in cases {
        let problem = Problem::from(failure);
        assert_eq!((problem.status, problem.code), (status, code));
        let words = |language| problem.body(language, "req").detail;
        assert!(words(Language::Chinese).chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c)), "{code}");
        assert!(words(Language::English).is_ascii() && words(Language::English).len() > 20, "{code}");
    }
    let problem = Problem::from(Failure::Unavailable("/models is empty".into()));
    assert!(!problem.body(Language::English, "req").detail.contains("models"), "the cause is for the log");
}

#[test]
fn the_document_describes_what_is_answered() {
    let document: Value = serde_json::from_str(&api::json().unwrap()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let read = &document["paths"]["/v1/ocr-idcard/read"]["post"];
    for form in ["image/jpeg", "image/png", "image/webp", "multipart/form-data", "application/json"] {
        assert!(read["requestBody"]["content"][form].is_object(), "{form}");
    }
    for status in ["200", "400", "401", "413", "415", "422", "429", "503"] {
        assert!(read["responses"][status]["content"].is_object(), "{status}");
    }
    let schemas = &document["components"]["schemas"];
    let answer = serde_json::to_value(reading()).unwrap();
    let described = schemas["Reading"]["properties"].as_object().unwrap();
    let answered = answer.as_object().unwrap();
    assert_eq!(described.keys().collect::<Vec<_>>(), answered.keys().collect::<Vec<_>>());
    for name in ["Problem", "Reading", "Fields", "Raised", "Crops", "Quality", "ReadRequest", "ReadForm", "Warning"] {
        assert!(schemas[name].is_object(), "{name}");
    }
}
