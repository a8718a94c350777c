//! YWX: `head` says who asks, `body` what; it calls back.

use super::book::{Book, Job, Progress, Service};
use super::coss::{base64, signature};
use super::trust::Trust;
use super::{APP_ID, Received, Refusal, Reply, SECRET};
use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

const DOCTOR: [&str; 5] = ["doctorName", "employeeNumber", "phone", "uid", "uidCardType"];
const RECIPE: [&str; 6] = ["expireMinutes", "hashAlg", "openId", "originData", "subject", "urId"];

pub(super) fn refused(refusal: &Refusal) -> Reply {
    let body = json!({"status": refusal.code, "message": refusal.why});
    Reply::Answer(refusal.status, "application/json", body.to_string().into_bytes())
}

fn refuse(code: &str, why: impl Into<String>) -> Refusal {
    Refusal::new(200, code, why)
}

pub(super) fn answer(request: &Received, trust: &mut Trust, book: &mut Book, now_ms: i64) -> Result<Reply, Refusal> {
    if request.method != "POST" || !request.header("content-type").starts_with("application/json") {
        return Err(Refusal::new(405, "405", "not JSON by POST"));
    }
    let sent: Value = serde_json::from_slice(&request.body).map_err(|error| refuse("10001", error.to_string()))?;
    if sent["head"] != json!({"clientId": APP_ID, "clientSecret": SECRET}) {
        return Err(refuse("10002", "head"));
    }
    let body = sent["body"].as_object().ok_or_else(|| refuse("10001", "body"))?;
    let data = match request.path.as_str() {
        "/gateway/doctor/synDoctorSearch" => doctor(body, trust, book)?,
        "/gateway/recipe/synRecipeInfo" => match recipe(body, trust, book, now_ms)? {
            Some(data) => data,
            None => return Ok(Reply::Hangup),
        },
        path => return Err(Refusal::new(404, "404", path)),
    };
    let answer = json!({"status": "0", "message": "success", "data": data});
    Ok(Reply::Answer(200, "application/json", answer.to_string().into_bytes()))
}

/// Exactly these fields, none of them empty.
fn exactly(body: &Map<String, Value>, fields: &[&str]) -> Result<(), Refusal> {
    let fits = |name: &&str| body.get(*name).and_then(Value::as_str).is_some_and(|text| !text.is_empty());
    if let Some(name) = fields.iter().find(|name| !fits(name)) {
        return Err(refuse("10001", *name));
    }
    let unknown = body.keys().find(|name| !fields.contains(&name.as_str()));
    unknown.map_or(Ok(()), |name| Err(refuse("10001", name)))
}

fn doctor(body: &Map<String, Value>, trust: &mut Trust, book: &mut Book) -> Result<Value, Refusal> {
    let get = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default();
    let user = if body.contains_key("openId") {
        exactly(body, &["openId"])?;
        book.users.iter().find(|user| user.id == get("openId")).cloned().ok_or_else(|| refuse("10003", "openId"))?
    } else {
        exactly(body, &DOCTOR)?;
        book.enrol(get("doctorName"), get("uid"), get("employeeNumber"), trust)
    };
    let code = user.certificate.is_none().then(|| format!("https://app.test/activate/{}", user.id));
    let certificate = user.certificate.map(|certificate| base64(certificate.der()));
    Ok(json!({"openId": user.id, "cert": certificate, "qrCode": code}))
}

/// None where the answer is lost.
fn recipe(body: &Map<String, Value>, trust: &Trust, book: &mut Book, now_ms: i64) -> Result<Option<Value>, Refusal> {
    exactly(body, &RECIPE)?;
    let get = |name: &str| body.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let user = book.users.iter().find(|user| user.id == get("openId") && user.certificate.is_some());
    let user = user.ok_or_else(|| refuse("10003", "openId"))?.id.clone();
    if get("hashAlg") != "SM3" {
        return Err(refuse("10001", "hashAlg"));
    }
    let content = STANDARD.decode(get("originData")).map_err(|_| refuse("10001", "originData"))?;
    let minutes: i64 = get("expireMinutes").parse().map_err(|_| refuse("10001", "expireMinutes"))?;
    let (reference, title, until_ms) = (get("urId"), get("subject"), now_ms + minutes * 60_000);
    let (service, progress) = (Service::Ywx, Progress::Waits);
    let job = Job { id: String::new(), reference, service, user, title, content, until_ms, progress };
    let (job, lost) = book.take(job, trust, now_ms);
    Ok((!lost).then(|| json!({"uniqueId": job.id, "stamp": null})))
}

pub(super) fn callback(job: &Job) -> Value {
    let (status, signed, reason) = match &job.progress {
        Progress::Waits => (1, None, None),
        Progress::Signed(signed) => (2, Some(base64(signed)), None),
        Progress::Refused(why) => (6, None, Some(why)),
        Progress::Expired => (7, None, None),
        Progress::Voided => (9, None, None),
    };
    let body = json!({"client_id": APP_ID, "open_id": job.user, "ur_id": job.reference, "unique_id": job.id,
        "status": status, "signed_data": signed, "signed_pdf_base64": null, "reason": reason});
    signed_by_us(&body)
}

pub(super) fn callback_about(user: &str) -> Value {
    signed_by_us(&json!({"client_id": APP_ID, "open_id": user}))
}

fn signed_by_us(body: &Value) -> Value {
    let mut fields = body.as_object().cloned().unwrap_or_default();
    fields.insert("sign".to_owned(), signature(&fields, "sign").into());
    Value::Object(fields)
}
