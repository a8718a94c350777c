//! Receipts, as Tencent pushes them: a JSON array, each entry for a whole message.

use crate::codes::REASONS;
use serde::Deserialize;
use sms_vendor::codes::failed;
use sms_vendor::{Fate, Receipt, json, moment, phone};

#[derive(Deserialize)]
struct Report {
    #[serde(deserialize_with = "json::text")]
    sid: String,
    #[serde(default, deserialize_with = "json::text")]
    nationcode: String,
    #[serde(deserialize_with = "json::text")]
    mobile: String,
    report_status: Status,
    #[serde(default, deserialize_with = "json::text")]
    errmsg: String,
    #[serde(default, deserialize_with = "json::text")]
    description: String,
    #[serde(default, deserialize_with = "json::text")]
    user_receive_time: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "UPPERCASE")]
enum Status {
    Success,
    Fail,
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
    if report.sid.is_empty() {
        return Err("a receipt without sid".to_owned());
    }
    let fate = match report.report_status {
        Status::Success => Fate::Delivered,
        Status::Fail => failed(REASONS, &report.errmsg, &report.description),
    };
    Ok(Receipt {
        id: report.sid,
        reference: None,
        phone: phone::e164(&format!("{}{}", report.nationcode, report.mobile)),
        part: None,
        fate,
        at_ms: moment::parse(&report.user_receive_time),
    })
}
