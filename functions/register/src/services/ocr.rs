//! Cards, read by `ocr-idcard`.

use super::{call, read as read_answer, unavailable};
use crate::desk::Desk;
use crate::identity::card::Which;
use crate::outside::{Outside, Service};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use common::problem::Problem;
use common::store::Store;
use serde::Deserialize;
use std::collections::BTreeMap;

/// A side as it was read.
#[derive(Debug, Default)]
pub struct Reading {
    /// What is printed, by field.
    pub fields: BTreeMap<String, String>,
    /// 0 to 1, by field.
    pub confidence: BTreeMap<String, f64>,
    /// Contradictions, by field.
    pub findings: BTreeMap<String, Vec<String>>,
    /// Names of alarms.
    pub warnings: Vec<String>,
    /// The rectified card, JPEG.
    pub card: Vec<u8>,
    /// The portrait, JPEG.
    pub portrait: Option<Vec<u8>>,
}

#[derive(Deserialize)]
struct Answer {
    fields: BTreeMap<String, String>,
    confidence: BTreeMap<String, f64>,
    findings: BTreeMap<String, Vec<String>>,
    warnings: Vec<Raised>,
    crops: Crops,
}

#[derive(Deserialize)]
struct Raised {
    name: String,
}

#[derive(Deserialize)]
struct Crops {
    card: String,
    portrait: Option<String>,
}

/// Has a side read.
///
/// # Errors
/// As `ocr-idcard` says; 503 `ocr_unavailable`.
pub async fn read<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    which: Which,
    picture: Vec<u8>,
) -> Result<Reading, Problem> {
    let path = format!("/read?side={}&crops=true", which.name());
    let answer = call(desk, Service::Ocr, &path, "image/jpeg", &[], picture).await?;
    let answer: Answer = read_answer(Service::Ocr, &answer)?;
    let jpeg = |text: String| BASE64.decode(text).map_err(|_| unavailable(Service::Ocr, "a crop is not base64"));
    Ok(Reading {
        fields: answer.fields,
        confidence: answer.confidence,
        findings: answer.findings,
        warnings: answer.warnings.into_iter().map(|raised| raised.name).collect(),
        card: jpeg(answer.crops.card)?,
        portrait: answer.crops.portrait.map(jpeg).transpose()?,
    })
}
