//! The hospital's drug dictionary, as it is loaded: CSV with one drug a line.

use csv::StringRecord;
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

/// What is wrong with a line, in Chinese and in English.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Wrong {
    pub line: u64,
    pub zh: String,
    pub en: String,
}

/// Lines that are told to be wrong, at most.
const TOLD: usize = 20;
/// Columns without which nothing is read, and one that may be missing.
const COLUMNS: [&str; 11] = [
    "code",
    "name",
    "ingredient",
    "specification",
    "kind",
    "control",
    "unit",
    "strength",
    "strength_unit",
    "pack",
    "pack_unit",
];
const MAY_BE: &str = "daily_most";

/// Reads a dictionary; the first line names the columns after the fields of [`Drug`].
///
/// # Errors
/// All that is wrong, line by line: a column that is missing or unknown, a code twice, an amount that is none, too many.
pub fn read(csv: &[u8]) -> Result<Dictionary, Vec<Wrong>> {
    let (mut drugs, mut wrong) = (Dictionary::new(), Vec::new());
    // Spreadsheets begin their files with a mark.
    let csv = csv.strip_prefix(b"\xef\xbb\xbf").unwrap_or(csv);
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(csv);
    let none = StringRecord::new();
    let first = |(zh, en)| vec![Wrong { line: 1, zh, en }];
    let head = reader.headers().map_err(|error| first(unread(&error, &none, &none)))?.clone();
    columns(&head).map_err(first)?;
    for record in reader.records() {
        let (line, read) = match record {
            Ok(record) => (record.position().map(|at| line(csv, at)), drug(&record, &head)),
            Err(error) => (error.position().map(|at| line(csv, at)), Err(unread(&error, &none, &none))),
        };
        let kept = read.and_then(|drug| keep(&mut drugs, drug));
        wrong.extend(kept.err().map(|(zh, en)| Wrong { line: line.unwrap_or_default(), zh, en }));
        if wrong.len() == TOLD {
            break;
        }
    }
    if wrong.is_empty() { Ok(drugs) } else { Err(wrong) }
}

/// As an editor counts: a record begins with the empty lines before it.
fn line(csv: &[u8], at: &csv::Position) -> u64 {
    let rest = usize::try_from(at.byte()).ok().and_then(|byte| csv.get(byte..)).unwrap_or_default();
    let empty = rest.iter().take_while(|byte| b"\r\n".contains(byte)).filter(|byte| **byte == b'\n').count();
    at.line() + u64::try_from(empty).unwrap_or_default()
}

/// In Chinese and in English.
type Why = (String, String);

fn columns(head: &StringRecord) -> Result<(), Why> {
    if let Some(missing) = COLUMNS.iter().find(|column| !head.iter().any(|name| name == **column)) {
        return Err((format!("缺少列 {missing}"), format!("column {missing} is missing")));
    }
    match head.iter().find(|name| !COLUMNS.contains(name) && *name != MAY_BE) {
        Some(unknown) => {
            let unknown = short(unknown);
            Err((format!("不认识的列“{unknown}”"), format!("unknown column `{unknown}`")))
        }
        None => Ok(()),
    }
}

fn drug(record: &StringRecord, head: &StringRecord) -> Result<Drug, Why> {
    let drug: Drug = record.deserialize(Some(head)).map_err(|error| unread(&error, record, head))?;
    let amounts = [Some(drug.strength), Some(drug.pack), drug.daily_most];
    if amounts.into_iter().flatten().any(|amount| !amount.is_finite() || amount <= 0.) {
        let (zh, en) = ("strength、pack 和 daily_most 应大于 0", "strength, pack and daily_most are above 0");
        return Err((zh.to_owned(), en.to_owned()));
    }
    if [&drug.code, &drug.name, &drug.ingredient, &drug.unit].iter().any(|text| text.is_empty()) {
        let (zh, en) = ("code、name、ingredient 和 unit 不能为空", "code, name, ingredient and unit are needed");
        return Err((zh.to_owned(), en.to_owned()));
    }
    Ok(drug)
}

fn keep(drugs: &mut Dictionary, drug: Drug) -> Result<(), Why> {
    if drugs.len() == MOST {
        return Err((format!("最多 {MOST} 种药品"), format!("at most {MOST} drugs")));
    }
    let code = drug.code.clone();
    if drugs.insert(code.clone(), drug).is_some() {
        let code = short(&code);
        return Err((format!("编码 {code} 重复"), format!("{code} was there before")));
    }
    Ok(())
}

/// Why a line cannot be read; of a field, with its column.
fn unread(error: &csv::Error, record: &StringRecord, head: &StringRecord) -> Why {
    match error.kind() {
        csv::ErrorKind::Deserialize { err, .. } => {
            let why = err.kind().to_string();
            // Of a word that is none of those it may be, the field is not told.
            let odd = || {
                let said = |cell| why.starts_with(&format!("unknown variant `{cell}`"));
                record.iter().zip(head).position(|(cell, column)| ["kind", "control"].contains(&column) && said(cell))
            };
            let field = err.field().and_then(|field| usize::try_from(field).ok()).or_else(odd);
            let at = |cells: &StringRecord| field.and_then(|field| cells.get(field)).map(short).unwrap_or_default();
            (format!("{} 的值不对：“{}”", at(head), at(record)), format!("{}: {}", at(head), short(&why)))
        }
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            (format!("有 {len} 列，应为 {expected_len} 列"), format!("{len} columns instead of {expected_len}"))
        }
        _ => ("不是 UTF-8 文本".to_owned(), "no UTF-8".to_owned()),
    }
}

/// On one line, whatever a quotation mark without its second swallowed.
fn short(text: &str) -> String {
    text.chars().take(120).map(|c| if c.is_control() { ' ' } else { c }).collect()
}
