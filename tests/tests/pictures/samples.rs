//! The sample cards that the page offers: each is read as its truth says.

use crate::api;
use ::tests::samples::{fields, file, truths};
use serde_json::Value;

/// What the reader does not get right yet, as `(file, field)`: it must say so instead.
const FLAGGED: [(&str, &str); 0] = [];

#[test]
fn every_sample_is_read_as_its_truth_says() {
    let api = api();
    let mut wrong = Vec::new();
    for truth in truths() {
        let name = truth["file"].as_str().unwrap();
        let answer = api.read("", &file(&truth)).unwrap();
        let json = answer.json();
        assert_eq!(answer.status, 200, "{name}: {json}");
        assert_eq!(json["side"], truth["side"], "{name}");
        for (field, expected) in fields(&truth) {
            let read = json["fields"][field].as_str().unwrap_or_default();
            if read != expected && !(FLAGGED.contains(&(name, field)) && is_flagged(&json, field)) {
                wrong.push(format!("{name}: {field} is {read:?}, not {expected:?}: {}", json["confidence"][field]));
            }
        }
        let warnings: Vec<&Value> = json["warnings"].as_array().unwrap().iter().map(|w| &w["name"]).collect();
        let may = truth["tolerated"].as_array().unwrap();
        let false_alarm = warnings.iter().find(|name| !may.contains(name));
        wrong.extend(false_alarm.map(|alarm| format!("{name}: {alarm}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Whether a person is asked to look at the field.
fn is_flagged(json: &Value, field: &str) -> bool {
    json["confidence"][field].as_f64().unwrap() < 0.8 || json["findings"].get(field).is_some()
}
