//! Receipts, as Huawei pushes them: one as a form, or some in a JSON object; one for each part of a long message.

use serde::Deserialize;
use serde::de::value::{Error as FormError, MapDeserializer};
use sms_vendor::codes::failed;
use sms_vendor::{Fate, Receipt, carrier, json, moment, phone};

use crate::codes::REASONS;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    #[serde(deserialize_with = "json::text")]
    sms_msg_id: String,
    #[serde(deserialize_with = "json::text")]
    status: String,
    #[serde(default, deserialize_with = "json::text")]
    total: String,
    #[serde(default, deserialize_with = "json::text")]
    sequence: String,
    #[serde(default, deserialize_with = "json::text")]
    update_time: String,
    #[serde(default, deserialize_with = "json::text")]
    extend: String,
    #[serde(default, deserialize_with = "json::text")]
    to: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Batch {
    status_report_list: Vec<Report>,
}

/// Reads the body of a callback; what it is shows in its first byte, whatever its media type says.
///
/// # Errors
/// What is malformed.
pub fn parse(body: &[u8]) -> Result<Vec<Receipt>, String> {
    let reports = if body.trim_ascii_start().starts_with(b"{") {
        json::parse::<Batch>(body)?.status_report_list
    } else {
        let fields = MapDeserializer::<_, FormError>::new(form_urlencoded::parse(body));
        vec![Report::deserialize(fields).map_err(|_| "a form without smsMsgId and status, or with a field twice")?]
    };
    reports.into_iter().map(receipt).collect()
}

fn receipt(report: Report) -> Result<Receipt, String> {
    if report.sms_msg_id.is_empty() || report.status.is_empty() {
        return Err("a receipt without smsMsgId or status".to_owned());
    }
    let part = match (report.sequence.parse(), report.total.parse()) {
        (Ok(n), Ok(of)) if of > 1 && (1..=of).contains(&n) => Some((n, of)),
        (_, Ok(of)) if of > 1u32 => return Err("a part that its message does not have".to_owned()),
        _ => None,
    };
    Ok(Receipt {
        id: report.sms_msg_id,
        reference: Some(report.extend).filter(|reference| !reference.is_empty()),
        phone: phone::e164(&report.to),
        part,
        fate: match report.status.as_str() {
            carrier::DELIVERED => Fate::Delivered,
            carrier::ACCEPTED => Fate::Pending,
            status => failed(REASONS, status, ""),
        },
        at_ms: moment::parse(&report.update_time),
    })
}
