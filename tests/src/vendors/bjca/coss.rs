//! COSS: JSON whose fields are signed with HMAC-SHA256.

use super::super::crypto::hmac;
use super::book::{Approval, Book, Job, Progress, Service};
use super::trust::Trust;
use super::{APP_ID, Received, Refusal, Reply, SECRET};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What this stand-in can do beyond what the service is known to: `ca_bjca_names` must say so.
pub(super) const NAMES: &str = r#"{"reference": "bizNo", "cancelSignJob": "/coss/service/v1/cancelSignJob",
    "stopAutoSign": "/coss/service/v1/stopAutoSign", "revokeCert": "/coss/service/v1/revokeCert"}"#;

/// Paths with the fields that must be there and those that may.
const CALLS: [(&str, &[&str], &[&str]); 9] = [
    ("queryUserInfo", &["idNumber"], &[]),
    ("addUser", &["employeeNum", "idNumber", "mobile", "userName"], &[]),
    ("queryCert", &["userId"], &[]),
    ("startAutoSign", &["expiryDate", "signCount", "userId"], &[]),
    (
        "addSignJob",
        &["algo", "data", "dataType", "description", "expiryDate", "requireQrCode", "title", "userId"],
        &["autoSignId", "bizNo"],
    ),
    ("getSignResult", &[], &["bizNo", "signDataId"]),
    ("cancelSignJob", &["signDataId"], &[]),
    ("stopAutoSign", &["signDataId"], &[]),
    ("revokeCert", &["userId"], &[]),
];
const COMMON: [&str; 4] = ["appId", "signAlgo", "signature", "version"];

pub(super) fn base64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

/// The signature over fields, the one named so left out.
pub(super) fn signature(fields: &Map<String, Value>, own: &str) -> String {
    let sorted: BTreeMap<_, _> = fields.iter().filter(|(name, value)| *name != own && !value.is_null()).collect();
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let pairs: Vec<_> = sorted.into_iter().map(|(name, value)| format!("{name}={}", plain(value))).collect();
    base64(&hmac(SECRET.as_bytes(), &pairs.join("&")))
}

pub(super) fn refused(refusal: &Refusal) -> Reply {
    let body = json!({"status": refusal.code.parse().unwrap_or(500), "message": refusal.why, "data": null});
    Reply::Answer(refusal.status, "application/json", body.to_string().into_bytes())
}

fn fine(data: &Value) -> Reply {
    let body = json!({"status": 200, "message": "success", "data": data});
    Reply::Answer(200, "application/json", body.to_string().into_bytes())
}

fn refuse(code: &str, why: impl Into<String>) -> Refusal {
    Refusal::new(200, code, why)
}

/// The call's name and its fields, after everything was checked.
fn read(request: &Received) -> Result<(&str, BTreeMap<String, String>), Refusal> {
    let call = request.path.strip_prefix("/coss/service/v1/").unwrap_or_default();
    let known = CALLS.iter().find(|(name, ..)| *name == call);
    let (call, must, may) = known.ok_or_else(|| Refusal::new(404, "404", &request.path))?;
    if request.method != "POST" || !request.header("content-type").starts_with("application/json") {
        return Err(Refusal::new(405, "405", "not JSON by POST"));
    }
    let fields: Map<String, Value> =
        serde_json::from_slice(&request.body).map_err(|error| refuse("400", error.to_string()))?;
    for (name, value) in [("version", "1.0"), ("appId", APP_ID), ("signAlgo", "HMAC")] {
        if fields.get(name) != Some(&json!(value)) {
            return Err(refuse("401", name));
        }
    }
    if fields.get("signature") != Some(&json!(signature(&fields, "signature"))) {
        return Err(refuse("401", "signature"));
    }
    let known = |name: &str| COMMON.contains(&name) || must.contains(&name) || may.contains(&name);
    if let Some(name) = fields.keys().find(|name| !known(name)) {
        return Err(refuse("400", name));
    }
    let text = |value: Value| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let fields: BTreeMap<_, _> = fields.into_iter().filter_map(|(name, value)| Some((name, text(value)?))).collect();
    if let Some(name) = must.iter().find(|name| !fields.contains_key(**name)) {
        return Err(refuse("400", *name));
    }
    Ok((*call, fields))
}

pub(super) fn answer(request: &Received, trust: &mut Trust, book: &mut Book, now_ms: i64) -> Result<Reply, Refusal> {
    let (call, fields) = read(request)?;
    let get = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let user = |book: &Book| book.users.iter().find(|user| user.id == get("userId")).cloned();
    let minutes = || match get("expiryDate").parse() {
        Ok(minutes @ 1..=10_080) => Ok(now_ms + minutes * 60_000),
        _ => Err(refuse("400", "expiryDate")),
    };
    let data = match call {
        "queryUserInfo" => {
            let found = book.users.iter().find(|user| user.id_number == get("idNumber"));
            found.map_or(Value::Null, |user| json!({ "userId": user.id }))
        }
        "addUser" => {
            let user = book.enrol(get("userName"), get("idNumber"), get("employeeNum"), trust);
            json!({"userId": user.id, "qrCode": format!("https://app.test/activate/{}", user.id)})
        }
        "queryCert" => {
            let user = user(book).ok_or_else(|| refuse("404", "userId"))?;
            json!({"cert": user.certificate.map(|certificate| base64(certificate.der()))})
        }
        "startAutoSign" => {
            let user = user(book).ok_or_else(|| refuse("404", "userId"))?;
            let id = format!("AS{:06}", book.approvals.len() + 1);
            let left = get("signCount").parse().map_err(|_| refuse("400", "signCount"))?;
            let approval =
                Approval { id: id.clone(), user: user.id, until_ms: minutes()?, left, given: false, stopped: false };
            book.approvals.push(approval);
            json!({"autoSignId": id, "qrCode": format!("https://app.test/approve/{id}")})
        }
        "addSignJob" => {
            let user = user(book).filter(|user| user.certificate.is_some()).ok_or_else(|| refuse("404", "userId"))?;
            if (get("algo"), get("dataType")) != ("SM3withSM2", "DATA") {
                return Err(refuse("400", "algo or dataType"));
            }
            let content = STANDARD.decode(get("data")).map_err(|_| refuse("400", "data"))?;
            let (title, reference) = (get("title").to_owned(), get("bizNo").to_owned());
            let (service, progress, until_ms) = (Service::Coss, Progress::Waits, minutes()?);
            let job = Job { id: String::new(), reference, service, user: user.id, title, content, until_ms, progress };
            let approved = !get("autoSignId").is_empty();
            if approved {
                spend(book, get("autoSignId"), &job.user, now_ms)?;
            }
            let (job, lost) = book.take(job, trust, now_ms);
            if approved {
                book.decide(&job.id, &super::Deed::Sign, trust, now_ms);
            }
            if lost {
                return Ok(Reply::Hangup);
            }
            let code = (get("requireQrCode") == "Y").then(|| format!("https://app.test/sign/{}", job.id));
            json!({"signDataId": job.id, "qrCode": code})
        }
        "revokeCert" => {
            let certificate = user(book).and_then(|user| user.certificate).ok_or_else(|| refuse("404", "userId"))?;
            trust.revoke(&certificate, now_ms / 1_000);
            Value::Null
        }
        "stopAutoSign" => {
            let approval = book.approvals.iter_mut().find(|approval| approval.id == get("signDataId"));
            approval.ok_or_else(|| refuse("404", "signDataId"))?.stopped = true;
            Value::Null
        }
        "getSignResult" => return result(book, get("signDataId"), get("bizNo"), now_ms),
        _ => {
            let job = book.job(get("signDataId"), now_ms).ok_or_else(|| refuse("404", "signDataId"))?;
            if job.progress != Progress::Waits {
                return Err(refuse("409", "decided"));
            }
            book.decide(&job.id, &super::Deed::Void, trust, now_ms);
            Value::Null
        }
    };
    Ok(fine(&data))
}

/// Uses one of the signatures that were approved beforehand.
fn spend(book: &mut Book, id: &str, user: &str, now_ms: i64) -> Result<(), Refusal> {
    let approval = book.approvals.iter_mut().find(|approval| approval.id == id && approval.user == user);
    let good = |one: &&mut Approval| one.given && !one.stopped && one.left > 0 && now_ms <= one.until_ms;
    let approval = approval.filter(good);
    approval.ok_or_else(|| refuse("403", "autoSignId"))?.left -= 1;
    Ok(())
}

fn result(book: &mut Book, id: &str, reference: &str, now_ms: i64) -> Result<Reply, Refusal> {
    if let Some(approval) = book.approvals.iter().find(|approval| approval.id == id) {
        let state = match () {
            () if approval.stopped => "VOID",
            () if now_ms > approval.until_ms => "EXPIRE",
            () if approval.given => "FINISH",
            () => "WAIT",
        };
        return Ok(fine(&json!({ "jobStatus": state })));
    }
    let job = book.job(id, now_ms);
    let named = || book.jobs.iter().find(|job| job.service == Service::Coss && job.reference == reference).cloned();
    match job.or_else(|| named().filter(|_| !reference.is_empty())) {
        Some(job) => Ok(fine(&told(&job))),
        None if id.is_empty() => Ok(fine(&Value::Null)),
        None => Err(refuse("404", "signDataId")),
    }
}

fn told(job: &Job) -> Value {
    let (state, signed, reason) = match &job.progress {
        Progress::Waits => ("WAIT", None, None),
        Progress::Signed(signed) => ("FINISH", Some(base64(signed)), None),
        Progress::Refused(why) => ("REFUSE", None, Some(why)),
        Progress::Expired => ("EXPIRE", None, None),
        Progress::Voided => ("VOID", None, None),
    };
    json!({"signDataId": job.id, "jobStatus": state, "signResult": signed, "reason": reason})
}

/// It says what became of the job, but without the signature.
pub(super) fn callback(job: &Job) -> Value {
    json!({"signDataId": job.id, "userId": job.user, "jobStatus": told(job)["jobStatus"]})
}

pub(super) fn callback_about(user: &str) -> Value {
    json!({ "userId": user })
}
