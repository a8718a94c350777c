//! Tencent Cloud Short Message Service: JSON, TC3-HMAC-SHA256
//! (cloud.tencent.com, "Signature v3"; "SendSms", "PullSmsSendStatusByPhoneNumber", "status callback").

use super::crypto::{field, hmac, sha256};
use super::time::{china, date};
use super::{Dialect, FRESH_MS, KEY, Kept, Question, Read, Received, Refusal, Reply, Report, SECRET};
use serde_json::{Value, json};

/// As the vendor.
pub struct Tencent;

/// The application that the account has.
const APP_ID: &str = "1400787878";

impl Dialect for Tencent {
    fn read(&self, request: &Received, now_ms: i64) -> Result<Read, Refusal> {
        signed(request, "sms", now_ms)?;
        let version = request.header("x-tc-version");
        if version != "2021-01-11" || request.header("x-tc-region").is_empty() {
            return Err(Refusal::new(200, "NoSuchVersion", version));
        }
        let body: Value = serde_json::from_slice(&request.body)
            .map_err(|error| Refusal::new(200, "InvalidParameter", error.to_string()))?;
        if body["SmsSdkAppId"] != APP_ID {
            return Err(Refusal::new(
                200,
                "UnauthorizedOperation.SmsSdkAppIdVerifyFail",
                body["SmsSdkAppId"].to_string(),
            ));
        }
        match request.header("x-tc-action") {
            "SendSms" => Ok(Read::Send(Box::new(message(&body)?), None)),
            "PullSmsSendStatusByPhoneNumber" => {
                let number = |name: &str| body[name].as_i64().ok_or_else(|| missing(name));
                let (from, until) = (number("BeginTime")?, number("EndTime")?);
                if until <= from || number("Limit")? > 100 || number("Offset")? != 0 {
                    return Err(Refusal::new(200, "InvalidParameterValue.EndTimeVerifyFail", "EndTime"));
                }
                let phone = text(&body, "PhoneNumber")?;
                Ok(Read::Ask(Question { phone, id: None, from_ms: from * 1_000, until_ms: until * 1_000 }))
            }
            action => Err(Refusal::new(200, "InvalidAction", action)),
        }
    }

    fn accepted(&self, kept: &Kept) -> Reply {
        answer(&json!({"SendStatusSet": [status(&kept.id, kept, "Ok", "send success")], "RequestId": "a0aabda6"}))
    }

    fn refused(&self, refusal: &Refusal) -> Reply {
        let Refusal { code, why, .. } = refusal;
        // What concerns the one number stands with it, the rest before it.
        let body = match ["FailedOperation.", "LimitExceeded."].iter().any(|start| code.starts_with(start)) {
            true => json!({"SendStatusSet": [status("", &Kept::default(), code, why)], "RequestId": "a0aabda6"}),
            false => json!({"Error": {"Code": code, "Message": why}, "RequestId": "a0aabda6"}),
        };
        answer(&body)
    }

    fn throttled(&self) -> Refusal {
        Refusal::new(200, "RequestLimitExceeded", "Your current request times equals to `3001` in a second")
    }

    fn replayed(&self) -> Refusal {
        unreachable!("this scheme has no nonce")
    }

    fn found(&self, kept: &[(Kept, Option<Report>)]) -> Reply {
        let known = kept.iter().filter_map(|(kept, report)| Some((kept, report.as_ref()?)));
        let status = |(kept, report): (&Kept, &Report)| {
            json!({"UserReceiveTime": report.at_ms / 1_000, "CountryCode": "86", "SubscriberNumber": &kept.phone[3..],
                "PhoneNumber": kept.phone, "SerialNo": kept.id, "ReportStatus": word(report),
                "Description": report.code})
        };
        answer(&json!({"PullSmsSendStatusSet": known.map(status).collect::<Vec<_>>(), "RequestId": "a0aabda6"}))
    }

    fn id(&self, n: u64) -> String {
        format!("5000:10457106691570536578{n:08}")
    }

    fn callbacks(&self, reports: &[Report]) -> Vec<(&'static str, String)> {
        let report = |report: &Report| {
            json!({"user_receive_time": china(report.at_ms), "nationcode": "86", "mobile": &report.phone[3..],
                "report_status": word(report), "errmsg": report.code, "description": "...", "sid": report.id})
        };
        vec![("application/json", Value::Array(reports.iter().map(report).collect()).to_string())]
    }

    fn acknowledged(&self, status: u16, body: &str) -> bool {
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        status == 200 && body["result"] == 0
    }
}

fn word(report: &Report) -> &'static str {
    if report.delivered() { "SUCCESS" } else { "FAIL" }
}

fn status(serial: &str, kept: &Kept, code: &str, why: &str) -> Value {
    json!({"SerialNo": serial, "PhoneNumber": kept.phone, "Fee": kept.parts, "SessionContext": kept.reference,
        "Code": code, "Message": why, "IsoCode": "CN"})
}

fn missing(name: &str) -> Refusal {
    Refusal::new(200, "MissingParameter", name)
}

fn text(body: &Value, name: &str) -> Result<String, Refusal> {
    body[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned).ok_or_else(|| missing(name))
}

fn message(body: &Value) -> Result<Kept, Refusal> {
    let numbers = body["PhoneNumberSet"].as_array().ok_or_else(|| missing("PhoneNumberSet"))?;
    let [Value::String(phone)] = numbers.as_slice() else {
        return Err(Refusal::new(200, "MissingParameter.EmptyPhoneNumberSet", "not one number"));
    };
    if phone.len() != 14 || !phone.starts_with("+861") {
        return Err(Refusal::new(200, "InvalidParameterValue.IncorrectPhoneNumber", phone));
    }
    let params = body["TemplateParamSet"].as_array().cloned().unwrap_or_default();
    let value = |value: &Value| value.as_str().map(|text| (String::new(), text.to_owned()));
    let params: Option<_> = params.iter().map(value).collect();
    Ok(Kept {
        reference: body["SessionContext"].as_str().unwrap_or_default().to_owned(),
        phone: phone.clone(),
        signature: text(body, "SignName")?,
        template: text(body, "TemplateId")?,
        params: params.ok_or(Refusal::new(200, "InvalidParameter", "TemplateParamSet"))?,
        ..Kept::default()
    })
}

/// Whether a request to this service is signed, and was a short while ago.
pub(super) fn signed(request: &Received, service: &str, now_ms: i64) -> Result<(), Refusal> {
    signature(request, service)?;
    let at = request.header("x-tc-timestamp").parse::<i64>().unwrap_or_default();
    if (now_ms - at * 1_000).abs() > FRESH_MS {
        return Err(Refusal::new(200, "AuthFailure.SignatureExpire", request.header("x-tc-timestamp")));
    }
    Ok(())
}

fn signature(request: &Received, service: &str) -> Result<(), Refusal> {
    let wrong = |why: &str| Refusal::new(200, "AuthFailure.SignatureFailure", why);
    let rest =
        request.header("authorization").strip_prefix("TC3-HMAC-SHA256 ").ok_or_else(|| wrong("not this scheme"))?;
    let (credential, signed) = (field(rest, "Credential"), field(rest, "SignedHeaders"));
    let timestamp = request.header("x-tc-timestamp");
    let date = date(timestamp.parse().map_err(|_| wrong("no timestamp"))?);
    let scope = format!("{date}/{service}/tc3_request");
    if credential.split_once('/').is_none_or(|(key, _)| key != KEY) {
        return Err(Refusal::new(200, "AuthFailure.SecretIdNotFound", "no such key"));
    }
    if credential != format!("{KEY}/{scope}") {
        return Err(wrong("another day or service in the credential"));
    }
    if !signed.split(';').is_sorted()
        || !["content-type", "host"].iter().all(|name| signed.split(';').any(|n| n == *name))
    {
        return Err(wrong("content-type and host are to be signed"));
    }
    let header = |name: &str| format!("{name}:{}\n", request.header(name).trim().to_lowercase());
    let headers: String = signed.split(';').map(header).collect();
    let (method, path, query, payload) = (&request.method, &request.path, &request.query, sha256(&request.body));
    let canonical = format!("{method}\n{path}\n{query}\n{headers}\n{signed}\n{payload}");
    let to_sign = format!("TC3-HMAC-SHA256\n{timestamp}\n{scope}\n{}", sha256(canonical.as_bytes()));
    let key = [service, "tc3_request"]
        .iter()
        .fold(hmac(format!("TC3{SECRET}").as_bytes(), &date), |key, part| hmac(&key, part));
    if field(rest, "Signature") != hex::encode(hmac(&key, &to_sign)) {
        return Err(wrong("another signature was computed"));
    }
    Ok(())
}

fn answer(response: &Value) -> Reply {
    Reply::Answer(200, "application/json", json!({ "Response": response }).to_string().into_bytes())
}
