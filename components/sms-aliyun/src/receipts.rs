//! Receipts, as Aliyun pushes them: a JSON array, each entry for a whole message.

use crate::codes::REASONS;
use serde::Deserialize;
use sms_vendor::codes::failed;
use sms_vendor::{Fate, Receipt, json, moment, phone};

#[derive(Deserialize)]
struct Report {
    #[serde(deserialize_with = "json::text")]
    biz_id: String,
    #[serde(default, deserialize_with = "json::text")]
    out_id: String,
    #[serde(deserialize_with = "json::text")]
    phone_number: String,
    #[serde(deserialize_with = "json::text")]
    success: String,
    #[serde(default, deserialize_with = "json::text")]
    err_code: String,
    #[serde(default, deserialize_with = "json::text")]
    err_msg: String,
    #[serde(default, deserialize_with = "json::text")]
    report_time: String,
}

/// Reads the body of a callback.
///
/// # Errors
/// What is malformed.
pub fn parse(body: &[u8]) -> Result<Vec<Receipt>, String> {
    let reports: Vec<Report> = json::parse(body)?;
    reports.into_iter().map(receipt).collect()
}

fn receipt(report: Report) -> Result<Receipt, String> {
    if report.biz_id.is_empty() {
        return Err("a receipt without biz_id".to_owned());
    }
    let fate = match report.success.as_str() {
        "true" => Fate::Delivered,
        "false" => failed(REASONS, &report.err_code, &report.err_msg),
        _ => return Err("success is neither true nor false".to_owned()),
    };
    Ok(Receipt {
        id: report.biz_id,
        reference: Some(report.out_id).filter(|reference| !reference.is_empty()),
        phone: phone::e164(&report.phone_number),
        part: None,
        fate,
        at_ms: moment::parse(&report.report_time),
    })
}
