//! Aliyun Short Message Service: RPC style, ACS3-HMAC-SHA256
//! (help.aliyun.com, "V3 request body and signature mechanism"; "SendSms", "QuerySendDetails", "SmsReport").

use super::crypto::{encode, field, hmac, pairs, sha256};
use super::time::{china, china_day, utc};
use super::{Dialect, FRESH_MS, KEY, Kept, Question, Read, Received, Refusal, Reply, Report, SECRET};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// As the vendor.
pub struct Aliyun;

const JSON: &str = "application/json;charset=utf-8";

impl Dialect for Aliyun {
    fn read(&self, request: &Received, now_ms: i64) -> Result<Read, Refusal> {
        signature(request)?;
        let date = utc(request.header("x-acs-date"));
        if date.is_none_or(|date| (now_ms - date).abs() > FRESH_MS) {
            return Err(Refusal::new(400, "InvalidTimeStamp.Expired", request.header("x-acs-date")));
        }
        if request.header("x-acs-version") != "2017-05-25" {
            return Err(Refusal::new(404, "InvalidVersion", request.header("x-acs-version")));
        }
        let parameters: BTreeMap<_, _> =
            pairs(&request.query).into_iter().chain(pairs(&String::from_utf8_lossy(&request.body))).collect();
        let get = |name: &str| match parameters.get(name).map(String::as_str) {
            None | Some("") => Err(Refusal::new(400, &format!("Missing{name}"), name)),
            Some(value) => Ok(value.to_owned()),
        };
        match request.header("x-acs-action") {
            "SendSms" => {
                let nonce = Some(request.header("x-acs-signature-nonce").to_owned());
                Ok(Read::Send(Box::new(message(&get)?), nonce))
            }
            "QuerySendDetails" => {
                let from_ms = get("SendDate").ok().and_then(|day| china_day(&day));
                let from_ms = from_ms.ok_or(Refusal::new(200, "isv.INVALID_PARAMETERS", "SendDate"))?;
                let (phone, id) = (format!("+86{}", get("PhoneNumber")?), get("BizId").ok());
                for name in ["PageSize", "CurrentPage"] {
                    get(name)?;
                }
                Ok(Read::Ask(Question { phone, id, from_ms, until_ms: from_ms + 86_400_000 - 1 }))
            }
            action => Err(Refusal::new(404, "InvalidAction.NotFound", action)),
        }
    }

    fn accepted(&self, kept: &Kept) -> Reply {
        answer(200, &json!({"Code": "OK", "Message": "OK", "BizId": kept.id, "RequestId": "F655A8D5"}))
    }

    fn refused(&self, refusal: &Refusal) -> Reply {
        answer(refusal.status, &json!({"Code": refusal.code, "Message": refusal.why, "RequestId": "F655A8D5"}))
    }

    fn throttled(&self) -> Refusal {
        Refusal::new(400, "Throttling.User", "Request was denied due to user flow control.")
    }

    fn replayed(&self) -> Refusal {
        Refusal::new(400, "SignatureNonceUsed", "Specified signature nonce was used already.")
    }

    fn found(&self, kept: &[(Kept, Option<Report>)]) -> Reply {
        let detail = |(kept, report): &(Kept, Option<Report>)| {
            let status = report.as_ref().map_or(1, |report| if report.delivered() { 3 } else { 2 });
            let code = report.as_ref().map(code).unwrap_or_default();
            let received = report.as_ref().map(|report| china(report.at_ms)).unwrap_or_default();
            json!({"ErrCode": code, "OutId": kept.reference, "PhoneNum": &kept.phone[3..], "SendStatus": status,
                "SendDate": china(kept.at_ms), "ReceiveDate": received, "TemplateCode": kept.template, "Content": "..."})
        };
        let details: Vec<_> = kept.iter().map(detail).collect();
        let body = json!({"Code": "OK", "Message": "OK", "RequestId": "819BE656", "TotalCount": details.len(),
            "SmsSendDetailDTOs": {"SmsSendDetailDTO": details}});
        answer(200, &body)
    }

    fn id(&self, n: u64) -> String {
        format!("{}^0", 900_619_746_936_498_440 + n)
    }

    fn callbacks(&self, reports: &[Report]) -> Vec<(&'static str, String)> {
        let report = |report: &Report| {
            let at = china(report.at_ms);
            json!({"phone_number": &report.phone[3..], "send_time": at, "report_time": at,
                "success": report.delivered(), "err_code": code(report), "err_msg": "...", "sms_size": "1",
                "biz_id": report.id, "out_id": report.reference})
        };
        vec![("application/json", Value::Array(reports.iter().map(report).collect()).to_string())]
    }

    fn acknowledged(&self, status: u16, body: &str) -> bool {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        status == 200 && body["code"] == 0
    }
}

/// Its own word for what arrived.
fn code(report: &Report) -> &str {
    if report.delivered() { "DELIVERED" } else { &report.code }
}

fn message(get: &dyn Fn(&str) -> Result<String, Refusal>) -> Result<Kept, Refusal> {
    let numbers = get("PhoneNumbers")?;
    if numbers.len() != 11 || !numbers.starts_with('1') || !numbers.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Refusal::new(200, "isv.MOBILE_NUMBER_ILLEGAL", numbers));
    }
    let invalid = || Refusal::new(200, "isv.INVALID_JSON_PARAM", "TemplateParam");
    let params: Value = serde_json::from_str(&get("TemplateParam").unwrap_or("{}".into())).map_err(|_| invalid())?;
    let text = |value: &Value| value.as_str().map(str::to_owned).ok_or_else(invalid);
    let params = params.as_object().ok_or_else(invalid)?.iter();
    Ok(Kept {
        reference: get("OutId").unwrap_or_default(),
        phone: format!("+86{numbers}"),
        signature: get("SignName")?,
        template: get("TemplateCode")?,
        params: params.map(|(name, value)| Ok((name.clone(), text(value)?))).collect::<Result<_, Refusal>>()?,
        ..Kept::default()
    })
}

fn signature(request: &Received) -> Result<(), Refusal> {
    let wrong = |why: &str| Refusal::new(400, "SignatureDoesNotMatch", why);
    let header = request.header("authorization");
    let rest = header.strip_prefix("ACS3-HMAC-SHA256 ").ok_or_else(|| wrong("not this scheme"))?;
    if field(rest, "Credential") != KEY {
        return Err(Refusal::new(404, "InvalidAccessKeyId.NotFound", "no such key"));
    }
    let signed: Vec<_> = field(rest, "SignedHeaders").split(';').collect();
    let must = |name: &str| name == "host" || name == "content-type" || name.starts_with("x-acs-");
    let names = request.headers.keys().map(|name| name.as_str()).filter(|name| must(name));
    if let Some(missing) = names.into_iter().find(|name| !signed.contains(name)) {
        return Err(wrong(&format!("{missing} is not signed")));
    }
    if !signed.is_sorted() || request.header("x-acs-signature-nonce").is_empty() {
        return Err(wrong("headers out of order, or no nonce"));
    }
    let payload = sha256(&request.body);
    if request.header("x-acs-content-sha256") != payload {
        return Err(wrong("x-acs-content-sha256 is not the body's"));
    }
    let mut query: Vec<_> = pairs(&request.query).iter().map(|(n, v)| (encode(n), encode(v))).collect();
    query.sort();
    let query: Vec<_> = query.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let headers: String = signed.iter().map(|name| format!("{name}:{}\n", request.header(name).trim())).collect();
    let (method, path, query) = (&request.method, &request.path, query.join("&"));
    let canonical = format!("{method}\n{path}\n{query}\n{headers}\n{}\n{payload}", signed.join(";"));
    let expected = hmac(SECRET.as_bytes(), &format!("ACS3-HMAC-SHA256\n{}", sha256(canonical.as_bytes())));
    if field(rest, "Signature") != hex::encode(expected) {
        return Err(wrong("another signature was computed"));
    }
    Ok(())
}

fn answer(status: u16, body: &Value) -> Reply {
    Reply::Answer(status, JSON, body.to_string().into_bytes())
}
