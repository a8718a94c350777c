//! What a reader said about one picture, in the same shape for every reader.

use anyhow::{Context as _, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

/// One answer; a line of a `--save` or `--answers` file.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub struct Answer {
    pub file: String,
    /// From the first byte sent to the last received, reading from disk excluded.
    pub wall_ms: f64,
    /// Named as in the HTTP contract.
    pub fields: BTreeMap<String, String>,
    pub confidence: BTreeMap<String, f32>,
    pub findings: BTreeMap<String, Vec<String>>,
    /// Names of the warnings raised.
    pub warnings: Vec<String>,
    /// The problem's code when the picture was refused.
    pub refused: Option<String>,
}

/// The running application.
pub struct Client {
    pub url: String,
    pub key: String,
    agent: ureq::Agent,
}

impl Client {
    pub fn new(url: &str, key: &str) -> Self {
        let config =
            ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(Duration::from_secs(120)));
        Self { url: url.trim_end_matches('/').to_owned(), key: key.to_owned(), agent: config.build().new_agent() }
    }

    /// Sends one picture. A refusal (422) is an answer; any other failure is an error.
    pub fn read(&self, path: &Path, side: Option<&str>) -> Result<Answer> {
        let file = path.file_name().and_then(|f| f.to_str()).unwrap_or_default().to_owned();
        let bytes = std::fs::read(path).with_context(|| path.display().to_string())?;
        let url = format!("{}/v1/ocr-idcard/read?side={}", self.url, side.unwrap_or("auto"));
        let start = Instant::now();
        let mut response = self
            .agent
            .post(&url)
            .header("authorization", format!("Bearer {}", self.key))
            .content_type("image/jpeg")
            .send(&bytes[..])?;
        let body: Value = response.body_mut().read_json().with_context(|| format!("{file}: the answer is no JSON"))?;
        let wall_ms = start.elapsed().as_secs_f64() * 1000.0;
        let answer = Answer { file, wall_ms, ..Answer::default() };
        match response.status().as_u16() {
            200 => {
                let names = |w: &Value| w.get("name").and_then(Value::as_str).map(str::to_owned);
                let raised = body.get("warnings").and_then(Value::as_array);
                Ok(Answer {
                    warnings: raised.map(|list| list.iter().filter_map(names).collect()).unwrap_or_default(),
                    fields: part(&body, "fields")?,
                    confidence: part(&body, "confidence")?,
                    findings: part(&body, "findings")?,
                    ..answer
                })
            }
            422 => Ok(Answer { refused: Some(body["code"].as_str().unwrap_or("without code").to_owned()), ..answer }),
            status => anyhow::bail!("{}: {status}: {body}", answer.file),
        }
    }
}

fn part<T: serde::de::DeserializeOwned + Default>(body: &Value, name: &str) -> Result<T> {
    body.get(name)
        .map_or_else(|| Ok(T::default()), |v| serde_json::from_value(v.clone()).with_context(|| name.to_owned()))
}

/// Answers from a file of JSON lines; lines without `file` are passed over.
pub fn load(path: &Path) -> Result<Vec<Answer>> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    let lines = text.lines().filter(|line| line.contains("\"file\""));
    lines.map(|line| serde_json::from_str(line).context("a line of the answers")).collect()
}
