//! Huawei Cloud Message & SMS: forms, SDK-HMAC-SHA256 or WSSE
//! (support.huaweicloud.com, "AK/SK signing", "X-WSSE"; "batchSendSms", "receiving status reports").

use super::crypto::{encode, field, hmac, pairs, sha256};
use super::time::{extended, utc};
use super::{Dialect, FRESH_MS, KEY, Kept, Read, Received, Refusal, Reply, Report, SECRET};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// As the vendor; receipts come one by one, or (`batched`) together.
#[derive(Default)]
pub struct Huawei {
    /// Whether receipts come in a list.
    pub batched: bool,
}

/// The channel that the account has.
const SENDER: &str = "1069000000";
const FORM: &str = "application/x-www-form-urlencoded";

impl Dialect for Huawei {
    fn read(&self, request: &Received, now_ms: i64) -> Result<Read, Refusal> {
        if request.path != "/sms/batchSendSms/v1" {
            return Err(Refusal::new(404, "APIGW.0101", request.path.clone()));
        }
        if request.header("content-type") != FORM {
            return Err(Refusal::new(400, "E000040", request.header("content-type")));
        }
        let (at, nonce) = match request.header("authorization") {
            header if header.starts_with("WSSE ") => wsse(request)?,
            header => (signature(request, header)?, None),
        };
        if at.is_none_or(|at| (now_ms - at).abs() > FRESH_MS) {
            return Err(Refusal::new(401, "E000110", "not signed just now"));
        }
        Ok(Read::Send(Box::new(message(&String::from_utf8_lossy(&request.body))?), nonce))
    }

    fn accepted(&self, kept: &Kept) -> Reply {
        answer(200, &json!({"code": "000000", "description": "Success", "result": [one(kept, "000000")]}))
    }

    fn refused(&self, refusal: &Refusal) -> Reply {
        let Refusal { status, code, why } = refusal;
        // What concerns the one number stands with it, the rest before it.
        match code.starts_with("E2000") {
            true => {
                let result = [one(&Kept::default(), code)];
                answer(200, &json!({"code": "E000510", "description": "The SMS fails to be sent.", "result": result}))
            }
            false => answer(*status, &json!({"code": code, "description": why})),
        }
    }

    fn throttled(&self) -> Refusal {
        Refusal::new(200, "E200015", "The number of SMSs to be sent is too large.")
    }

    fn replayed(&self) -> Refusal {
        Refusal::new(401, "E000105", "The digest is invalid.")
    }

    fn found(&self, _: &[(Kept, Option<Report>)]) -> Reply {
        unreachable!("this vendor cannot be asked")
    }

    fn id(&self, n: u64) -> String {
        format!("d6e3cdd0-522b-4692-8304-a07553cdf591_{}", 8_539_659 + n)
    }

    fn reports_parts(&self) -> bool {
        true
    }

    fn callbacks(&self, reports: &[Report]) -> Vec<(&'static str, String)> {
        let fields = |report: &Report| {
            let ((sequence, total), time) = (report.part, extended(report.at_ms));
            json!({"smsMsgId": report.id, "sequence": sequence.to_string(), "total": total.to_string(),
                "status": report.code, "source": "2", "updateTime": time, "orgCode": "000",
                "extend": report.reference, "to": report.phone})
        };
        if self.batched {
            let list: Vec<_> = reports.iter().map(fields).collect();
            return vec![("application/json", json!({ "statusReportList": list }).to_string())];
        }
        let form = |report: &Report| {
            let fields = fields(report);
            let pairs = fields.as_object().expect("an object").iter();
            pairs.map(|(n, v)| format!("{n}={}", encode(v.as_str().expect("text")))).collect::<Vec<_>>().join("&")
        };
        reports.iter().map(|report| (FORM, form(report))).collect()
    }

    fn acknowledged(&self, status: u16, _: &str) -> bool {
        status == 200
    }
}

fn one(kept: &Kept, status: &str) -> Value {
    json!({"originTo": kept.phone, "createTime": extended(kept.at_ms), "from": SENDER, "smsMsgId": kept.id,
        "status": status, "countryId": "CN", "total": kept.parts})
}

fn message(body: &str) -> Result<Kept, Refusal> {
    let fields: BTreeMap<_, _> = pairs(body).into_iter().collect();
    let wrong = |name: &str| Refusal::new(400, "E000503", name);
    let given = |name: &str| match fields.get(name).map(String::as_str) {
        Some("") => Err(wrong(name)),
        value => Ok(value.map(str::to_owned)),
    };
    let get = |name: &str| given(name)?.ok_or_else(|| wrong(name));
    let (from, phone) = (get("from")?, get("to")?);
    if from != SENDER || phone.len() != 14 || !phone.starts_with("+861") {
        return Err(wrong("from or to"));
    }
    let values = given("templateParas")?.unwrap_or("[]".to_owned());
    let values: Vec<String> = serde_json::from_str(&values).map_err(|_| wrong("templateParas"))?;
    let reference = given("extend")?.unwrap_or_default();
    if reference.len() > 128 || reference.contains(['{', '}']) {
        return Err(wrong("extend"));
    }
    Ok(Kept {
        reference,
        phone,
        signature: get("signature")?,
        template: get("templateId")?,
        params: values.into_iter().map(|value| (String::new(), value)).collect(),
        callback: given("statusCallback")?,
        ..Kept::default()
    })
}

fn signature(request: &Received, header: &str) -> Result<Option<i64>, Refusal> {
    let wrong = |why: &str| Refusal::new(401, "E000045", why);
    let rest = header.strip_prefix("SDK-HMAC-SHA256 ").ok_or_else(|| wrong("neither of the schemes"))?;
    if field(rest, "Access") != KEY {
        return Err(Refusal::new(401, "E000102", "no such key"));
    }
    let signed = field(rest, "SignedHeaders");
    if !signed.split(';').is_sorted()
        || !["host", "x-sdk-date"].iter().all(|name| signed.split(';').any(|n| n == *name))
    {
        return Err(wrong("host and x-sdk-date are to be signed"));
    }
    let given = request.header("x-sdk-content-sha256");
    let payload = if given.is_empty() { sha256(&request.body) } else { given.to_owned() };
    if payload != "UNSIGNED-PAYLOAD" && payload != sha256(&request.body) {
        return Err(wrong("x-sdk-content-sha256 is not the body's"));
    }
    let headers: String = signed.split(';').map(|name| format!("{name}:{}\n", request.header(name).trim())).collect();
    let (method, path, date) = (&request.method, &request.path, request.header("x-sdk-date"));
    let canonical = format!("{method}\n{path}/\n{}\n{headers}\n{signed}\n{payload}", request.query);
    let to_sign = format!("SDK-HMAC-SHA256\n{date}\n{}", sha256(canonical.as_bytes()));
    if field(rest, "Signature") != hex::encode(hmac(SECRET.as_bytes(), &to_sign)) {
        return Err(wrong("another signature was computed"));
    }
    Ok(utc(date))
}

/// When it was signed, and the nonce.
type Signed = (Option<i64>, Option<String>);

fn wsse(request: &Received) -> Result<Signed, Refusal> {
    if request.header("authorization") != r#"WSSE realm="SDP",profile="UsernameToken",type="Appkey""# {
        return Err(Refusal::new(401, "E000004", "realm, profile or type"));
    }
    let rest =
        request.header("x-wsse").strip_prefix("UsernameToken ").ok_or(Refusal::new(401, "E000020", "no X-WSSE"))?;
    if field(rest, "Username") != KEY {
        return Err(Refusal::new(401, "E000102", "no such key"));
    }
    let (nonce, created) = (field(rest, "Nonce"), field(rest, "Created"));
    let digest = sha256(format!("{nonce}{created}{SECRET}").as_bytes());
    // The vendor's samples differ: of the digest, or of its hex form.
    let raw = BASE64.encode(hex::decode(&digest).expect("hex"));
    if ![raw, BASE64.encode(digest)].iter().any(|digest| rest.contains(&format!("PasswordDigest=\"{digest}\""))) {
        return Err(Refusal::new(401, "E000105", "another digest was computed"));
    }
    Ok((utc(created), Some(nonce.to_owned())))
}

fn answer(status: u16, body: &Value) -> Reply {
    Reply::Answer(status, "application/json;charset=utf-8", body.to_string().into_bytes())
}
