//! Requests to the application.

use crate::pairs::Pair;
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Instant;
use tests::api::{self, Api, HIS};
use tests::form::form;

pub const COMPARE: &str = "/v1/face-compare/compare";

/// What a comparison gave.
pub struct Answer {
    /// 0 to 100, or why there is none.
    pub score: Option<f64>,
    pub refused: Option<String>,
    pub wall_ms: f64,
}

/// Compares a pair; faces that are partly hidden only where they are to be `accept`ed. A refusal (422) is an answer; any
/// other failure is an error.
pub fn compare(api: &Api, folder: &Path, pair: &Pair, covered: &str) -> Result<Answer> {
    let file = |name: &str| {
        let path = folder.join("images").join(name);
        std::fs::read(&path).with_context(|| path.display().to_string())
    };
    let (a, b) = (file(&pair.a)?, file(&pair.b)?);
    let (kind, body) =
        form(&[("image_a", &a), ("image_b", &b), ("several", b"largest"), ("covered", covered.as_bytes())]);
    let started = Instant::now();
    let headers = [("authorization", HIS), ("content-type", &*kind)];
    let answer = api.send("POST", COMPARE, &headers, &body)?;
    let wall_ms = started.elapsed().as_secs_f64() * 1e3;
    match answer.problem() {
        (200, _) => Ok(Answer { score: score(&answer), refused: None, wall_ms }),
        (422, code) => Ok(Answer { score: None, refused: Some(code), wall_ms }),
        other => bail!("{} and {}: {other:?}", pair.a, pair.b),
    }
}

fn score(answer: &api::Answer) -> Option<f64> {
    answer.json().get("score")?.as_f64()
}

/// How often each code was answered.
pub fn refusals(answers: &[Answer]) -> BTreeMap<&str, usize> {
    let mut counts = BTreeMap::new();
    for code in answers.iter().filter_map(|answer| answer.refused.as_deref()) {
        *counts.entry(code).or_default() += 1;
    }
    counts
}

/// The silent score of a picture, or the code of its refusal.
pub fn silent(api: &Api, file: &Path) -> Result<String> {
    let headers = [("authorization", HIS), ("content-type", "image/jpeg")];
    let answer = api.send("POST", "/v1/face-compare/liveness/silent", &headers, &std::fs::read(file)?)?;
    Ok(match answer.problem() {
        (200, _) => format!("{:.3}", score(&answer).unwrap_or(f64::NAN)),
        (status, code) => format!("{status} {code}"),
    })
}
