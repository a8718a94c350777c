//! What the reader says, without WIT, and what is answered.

use crate::request::Side;
use crate::warning::Warning;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Four corners from the top left clockwise, each `[x, y]` in pixels.
pub type Quad = [[f32; 2]; 4];

/// The fields of a card; those of its other side are absent, one that cannot be read is empty.
#[derive(Debug, Default, Serialize, ToSchema)]
#[cfg_attr(test, derive(PartialEq))]
pub struct Fields {
    /// 姓名.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// 性别.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sex: Option<String>,
    /// 民族.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ethnicity: Option<String>,
    /// 出生, YYYY-MM-DD.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub birth_date: Option<String>,
    /// 住址.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// 公民身份号码 (GB 11643), as printed even where its check digit does not fit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id_number: Option<String>,
    /// 签发机关.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuing_authority: Option<String>,
    /// 有效期限, its first day, YYYY-MM-DD.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_from: Option<String>,
    /// 有效期限, its last day, YYYY-MM-DD or `long_term`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_until: Option<String>,
}

/// A field's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "as in `Fields`")]
pub enum FieldName {
    Name,
    Sex,
    Ethnicity,
    BirthDate,
    Address,
    IdNumber,
    IssuingAuthority,
    ValidFrom,
    ValidUntil,
}

/// One field as it was read.
#[derive(Clone, Debug)]
pub struct Field {
    /// Which.
    pub name: FieldName,
    /// As printed; empty when unreadable.
    pub text: String,
    /// 0 to 1.
    pub confidence: f32,
    /// In pixels of the rectified card.
    pub corners: Quad,
    /// Contradictions.
    pub findings: Vec<String>,
}

/// An alarm that was raised.
#[derive(Debug, Serialize, ToSchema)]
pub struct Raised {
    /// -9101 to -9109.
    #[schema(example = -9103)]
    pub code: i32,
    /// Its name.
    pub name: Warning,
    /// What was seen, in English.
    pub detail: String,
    /// 0 to 1, larger is surer.
    pub score: f32,
}

impl Raised {
    /// An alarm with its number.
    #[must_use]
    pub fn new(name: Warning, detail: String, score: f32) -> Self {
        Self { code: name.code(), name, detail, score }
    }
}

/// How fit the photograph is, each 0 to 1; large is good, but for glare.
#[derive(Debug, Serialize, ToSchema)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Quality {
    pub sharpness: f32,
    pub glare: f32,
    pub completeness: f32,
}

/// Cut-outs, JPEG in base64.
#[derive(Debug, Serialize, ToSchema)]
pub struct Crops {
    /// The rectified card.
    #[schema(content_encoding = "base64")]
    pub card: String,
    /// The portrait; absent on the back.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(content_encoding = "base64")]
    pub portrait: Option<String>,
}

impl Crops {
    /// From JPEG files.
    #[must_use]
    pub fn new(card: &[u8], portrait: Option<&[u8]>) -> Self {
        Self { card: BASE64.encode(card), portrait: portrait.map(|jpeg| BASE64.encode(jpeg)) }
    }
}

/// A card as it was read.
#[derive(Debug, Serialize, ToSchema)]
pub struct Reading {
    /// Which side it is.
    pub side: Side,
    /// What is printed.
    pub fields: Fields,
    /// Per field, 0 to 1; below 0.8 a person should check it.
    #[schema(value_type = BTreeMap<String, f32>)]
    pub confidence: BTreeMap<FieldName, f32>,
    /// Per field, contradictions with other fields or with the check digit, in English; without contradiction absent.
    #[schema(value_type = BTreeMap<String, Vec<String>>)]
    pub findings: BTreeMap<FieldName, Vec<String>>,
    /// Per field, where it stands in the rectified card.
    #[schema(value_type = BTreeMap<String, Vec<Vec<f32>>>)]
    pub boxes: BTreeMap<FieldName, Quad>,
    /// Alarms, in the order of their codes.
    pub warnings: Vec<Raised>,
    /// How fit the photograph is.
    pub quality: Quality,
    /// When asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crops: Option<Crops>,
    /// The card in the picture as sent (after EXIF rotation), from the card's top left clockwise.
    #[schema(value_type = Vec<Vec<f32>>)]
    pub corners: Quad,
    /// Width and height of the rectified card, in which `boxes` are measured.
    #[schema(value_type = Vec<u32>)]
    pub rectified: [u32; 2],
    /// Reader and models.
    #[schema(example = "ocr-engine 0.1.0 (ppocrv6)")]
    pub engine_version: String,
    /// Time in the reader.
    pub duration_ms: u64,
}

impl Reading {
    /// Files the fields under their names and sorts the alarms.
    #[must_use]
    pub fn with(mut self, fields: Vec<Field>) -> Self {
        for Field { name, text, confidence, corners, findings } in fields {
            let slot = match name {
                FieldName::Name => &mut self.fields.name,
                FieldName::Sex => &mut self.fields.sex,
                FieldName::Ethnicity => &mut self.fields.ethnicity,
                FieldName::BirthDate => &mut self.fields.birth_date,
                FieldName::Address => &mut self.fields.address,
                FieldName::IdNumber => &mut self.fields.id_number,
                FieldName::IssuingAuthority => &mut self.fields.issuing_authority,
                FieldName::ValidFrom => &mut self.fields.valid_from,
                FieldName::ValidUntil => &mut self.fields.valid_until,
            };
            *slot = Some(text);
            self.confidence.insert(name, confidence);
            self.boxes.insert(name, corners);
            if !findings.is_empty() {
                self.findings.insert(name, findings);
            }
        }
        self.warnings.sort_by_key(|warning| -warning.code);
        self
    }
}
