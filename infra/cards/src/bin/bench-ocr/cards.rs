//! Pictures and what is true of them.

use anyhow::{Context as _, Result};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// One picture with its truth.
#[derive(Clone, Debug)]
pub struct Card {
    pub path: PathBuf,
    pub file: String,
    pub level: usize,
    pub condition: String,
    /// Field texts under the names of the HTTP contract; empty when the picture must be refused.
    pub fields: BTreeMap<&'static str, String>,
    /// Fields that something covers: not counted.
    pub hidden: Vec<&'static str>,
    pub warnings: Vec<String>,
    pub tolerated: Vec<String>,
    pub refused: Option<String>,
    pub ask: Option<String>,
}

/// Every card of a folder's `truth.json`, in its order.
pub fn load(folder: &Path) -> Result<Vec<Card>> {
    let path = folder.join("truth.json");
    let text = std::fs::read(&path).with_context(|| path.display().to_string())?;
    let truths: Vec<Value> = serde_json::from_slice(&text).with_context(|| path.display().to_string())?;
    truths.iter().map(|truth| card(folder, truth).with_context(|| format!("{}: {truth}", path.display()))).collect()
}

fn card(folder: &Path, truth: &Value) -> Option<Card> {
    let text = |key: &str| truth.get(key).and_then(Value::as_str).map(str::to_owned);
    let list = |key: &str| -> Vec<String> {
        let items = truth.get(key).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(|v| v.as_str().map(str::to_owned)).collect()
    };
    let mut fields = BTreeMap::new();
    if text("side")? == "front" {
        let birth = text("birth")?;
        fields.insert("name", text("name")?);
        fields.insert("sex", text("sex")?);
        fields.insert("ethnicity", text("nation")?);
        fields.insert("birth_date", format!("{}-{}-{}", birth.get(..4)?, birth.get(4..6)?, birth.get(6..)?));
        fields.insert("address", text("address")?);
        fields.insert("id_number", text("idnum")?);
    } else {
        let valid = text("valid")?;
        let (from, until) = valid.split_once('-')?;
        fields.insert("issuing_authority", text("authority")?);
        fields.insert("valid_from", from.replace('.', "-"));
        fields.insert("valid_until", if until == "长期" { "long_term".to_owned() } else { until.replace('.', "-") });
    }
    let covered = list("hidden");
    let hidden = fields.keys().copied().filter(|name| covered.iter().any(|h| covers(h, name))).collect();
    let file = text("file")?;
    Some(Card {
        path: folder.join(&file),
        file,
        level: usize::try_from(truth.get("level")?.as_u64()?).ok()?.min(2),
        condition: text("condition").unwrap_or_else(|| "plain".to_owned()),
        fields,
        hidden,
        warnings: list("warnings"),
        tolerated: list("tolerated"),
        refused: text("refused"),
        ask: text("ask"),
    })
}

/// Whether the truth file's field is the contract's.
fn covers(truth: &str, name: &str) -> bool {
    match truth {
        "nation" => name == "ethnicity",
        "birth" => name == "birth_date",
        "idnum" => name == "id_number",
        "authority" => name == "issuing_authority",
        "valid" => name.starts_with("valid_"),
        same => same == name,
    }
}
