//! The hospital's drug dictionary, as it is loaded: CSV with one drug a line.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Drugs in a dictionary, at most.
pub const MOST: usize = 100_000;

/// What a drug is made of, which decides what may stand beside it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DrugKind)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    Western,
    ChinesePatent,
    /// Decoction pieces, which have a prescription of their own.
    Herbal,
}

/// How a drug is controlled.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DrugControl)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Control {
    None,
    Narcotic,
    PsychotropicFirst,
    PsychotropicSecond,
    Toxic,
    Radioactive,
}

/// A drug.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Drug {
    /// The hospital's.
    pub code: String,
    /// Its common name.
    pub name: String,
    /// What works in it; two drugs with the same are duplicates.
    pub ingredient: String,
    /// As printed on the pack.
    pub specification: String,
    /// What it is made of.
    pub kind: Kind,
    /// How it is controlled; a drug of which nothing is said is not read.
    pub control: Control,
    /// What is taken one by one: 片, 粒, ml ...
    pub unit: String,
    /// How much of the ingredient is in one unit.
    pub strength: f64,
    /// In what that is measured: mg, g, IU ...
    pub strength_unit: String,
    /// Units in a pack.
    pub pack: f64,
    /// What is handed out: 盒, 瓶 ...
    pub pack_unit: String,
    /// Most of the ingredient in a day, in `strength_unit`; none where nothing is known.
    pub daily_most: Option<f64>,
}

/// Drugs by code.
pub type Dictionary = BTreeMap<String, Drug>;

/// Reads a dictionary; the first line names the columns after the fields of [`Drug`].
///
/// # Errors
/// In words, naming the line: a code twice, an amount that is none, too many.
pub fn read(csv: &[u8]) -> Result<Dictionary, String> {
    let mut drugs = Dictionary::new();
    // Spreadsheets begin their files with a mark.
    let csv = csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(csv);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv);
    for (line, drug) in (2..).zip(reader.deserialize::<Drug>()) {
        let drug = drug.map_err(|error| format!("line {line}: {error}"))?;
        let amounts = [Some(drug.strength), Some(drug.pack), drug.daily_most];
        if amounts.into_iter().flatten().any(|amount| !amount.is_finite() || amount <= 0.) {
            return Err(format!("line {line}: strength, pack and daily_most are above 0"));
        }
        if [&drug.code, &drug.name, &drug.ingredient, &drug.unit].iter().any(|text| text.is_empty()) {
            return Err(format!("line {line}: code, name, ingredient and unit are needed"));
        }
        if drugs.len() == MOST {
            return Err(format!("line {line}: at most {MOST} drugs"));
        }
        let code = drug.code.clone();
        if drugs.insert(code.clone(), drug).is_some() {
            return Err(format!("line {line}: {code} was there before"));
        }
    }
    Ok(drugs)
}
