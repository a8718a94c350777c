//! The sample cards that the page offers: each is read as its truth says.

use crate::api;
use ::tests::samples::{fields, file, truths};
use serde_json::Value;

/// Rare characters that the reader takes for others: one character of the field is wrong, and it asks for a check where the last
/// column says so.
const ALMOST: [(&str, &str, bool); 2] =
    [("0001_front_easy_plain.jpg", "name", true), ("0007_front_hard_plain.jpg", "name", false)];

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
            let sure = json["confidence"][field].as_f64().unwrap() >= 0.8;
            let right = match ALMOST.iter().find(|(file, known, _)| (*file, *known) == (name, field)) {
                Some((_, _, flagged)) => differences(read, &expected) == 1 && !(*flagged && sure),
                None => read == expected,
            };
            if !right {
                wrong.push(format!("{name}: {field} is {read:?}, not {expected:?}, and sure of it: {sure}"));
            }
        }
        let warnings: Vec<&Value> = json["warnings"].as_array().unwrap().iter().map(|w| &w["name"]).collect();
        let may = truth["tolerated"].as_array().unwrap();
        wrong.extend(warnings.iter().find(|alarm| !may.contains(alarm)).map(|alarm| format!("{name}: {alarm}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Characters that differ; all of them when the lengths do.
fn differences(a: &str, b: &str) -> usize {
    let (length, other) = (a.chars().count(), b.chars().count());
    if length == other { a.chars().zip(b.chars()).filter(|(a, b)| a != b).count() } else { length.max(other) }
}
