//! The sample cards of `tests/data/cards` and what is true of them, under the names of the HTTP contract.

use crate::host::root;
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

/// Where they lie.
pub fn folder() -> PathBuf {
    root().join("tests/data/cards")
}

/// The records of `truth.json`.
///
/// # Panics
/// When there is none.
pub fn truths() -> Vec<Value> {
    serde_json::from_slice(&fs::read(folder().join("truth.json")).unwrap()).unwrap()
}

/// The first easy sample of a side with nothing wrong, with its truth.
///
/// # Panics
/// When there is none.
pub fn first(side: &str) -> Value {
    let plain = |card: &Value| card["side"] == side && card["level"] == 0 && card["condition"] == "plain";
    truths().into_iter().find(plain).unwrap()
}

/// The file of a truth.
///
/// # Panics
/// When there is none.
pub fn file(truth: &Value) -> Vec<u8> {
    fs::read(folder().join(truth["file"].as_str().unwrap())).unwrap()
}

/// What a reading must say, in the order of the contract.
///
/// # Panics
/// When a truth lacks a field.
pub fn fields(truth: &Value) -> Vec<(&'static str, String)> {
    let text = |key: &str| truth[key].as_str().unwrap().to_owned();
    if truth["side"] == "front" {
        let birth = text("birth");
        let birth = format!("{}-{}-{}", &birth[..4], &birth[4..6], &birth[6..]);
        vec![
            ("name", text("name")),
            ("sex", text("sex")),
            ("ethnicity", text("nation")),
            ("birth_date", birth),
            ("address", text("address")),
            ("id_number", text("idnum")),
        ]
    } else {
        let valid = text("valid");
        let (from, until) = valid.split_once('-').unwrap();
        let until = if until == "长期" { "long_term".to_owned() } else { until.replace('.', "-") };
        vec![("issuing_authority", text("authority")), ("valid_from", from.replace('.', "-")), ("valid_until", until)]
    }
}
