//! Requests against one that the vendor's own SDK signed (`golden.json`), and what answers mean.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

use serde_json::{Value, json};
use sms_huawei::{account::Account, sign};
use sms_vendor::testing::{answer, kind, message};
use sms_vendor::{Error, Moment, Question, Reason, Vendor};

const MOMENT: Moment = Moment { unix_ms: 1_767_225_600_000, nonce: 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef };

fn golden() -> Value {
    serde_json::from_str(include_str!("golden.json")).unwrap()
}

fn account(auth: &str) -> Result<Account, Error> {
    let golden = golden();
    let text = |name: &str| golden[name].as_str().unwrap().to_owned();
    let variables = [
        ("sms_huawei_app_key", text("access_key")),
        ("sms_huawei_app_secret", text("secret_key")),
        ("sms_huawei_sender", "1069000000".to_owned()),
        ("sms_huawei_endpoint", "https://smsapi.cn-north-4.myhuaweicloud.com:443".to_owned()),
        ("sms_huawei_callback_url", "https://sms.example/cb".to_owned()),
        ("sms_huawei_auth", auth.to_owned()),
    ];
    Account::configure(&variables.into_iter().collect())
}

#[test]
fn the_signature_is_the_sdks() {
    let golden = golden();
    let (request, text) = (&golden["requests"][0], |name: &str| golden[name].as_str().unwrap());
    let (host, path) = (request["headers"]["Host"].as_str().unwrap(), request["path"].as_str().unwrap());
    let authorization = sign::authorization(text("access_key"), text("secret_key"), host, path, MOMENT);
    assert_eq!(authorization, request["headers"]["Authorization"]);
}

#[test]
fn the_request_is_the_sdks() {
    let request = account("").unwrap().submit(&message("1d18a7f4e1b84f6c8fdd"), MOMENT).unwrap();
    let golden = &golden()["requests"][0];
    assert_eq!((request.method().as_str(), request.uri().path()), ("POST", golden["path"].as_str().unwrap()));
    assert_eq!(std::str::from_utf8(request.body()).unwrap(), golden["body"]);
    for name in ["Content-Type", "X-Sdk-Date", "X-Sdk-Content-Sha256"] {
        assert_eq!(request.headers()[&name.to_lowercase()], golden["headers"][name].as_str().unwrap(), "{name}");
    }
    // HTTP clients leave a default port out of `Host` (RFC 9110), so ours is signed without.
    let host = "smsapi.cn-north-4.myhuaweicloud.com";
    let text = |name: &str| self::golden()[name].as_str().unwrap().to_owned();
    let signed = sign::authorization(&text("access_key"), &text("secret_key"), host, "/sms/batchSendSms/v1", MOMENT);
    assert_eq!(request.headers()["authorization"], signed);
}

#[test]
fn the_older_scheme_is_there_too() {
    let request = account("wsse").unwrap().submit(&message("t"), MOMENT).unwrap();
    assert_eq!(request.headers()["x-wsse"], golden()["wsse_variants"]["base64(hex)"].as_str().unwrap());
    assert!(request.headers()["authorization"].to_str().unwrap().starts_with("WSSE realm=\"SDP\""));
    assert_eq!(kind(account("basic")), ("invalid", None));
}

#[test]
fn empty_fields_are_left_out_and_free_text_is_for_another_vendor() {
    let mut message = message("t");
    message.template.as_mut().unwrap().params.clear();
    let request = account("").unwrap().submit(&message, MOMENT).unwrap();
    assert!(!std::str::from_utf8(request.body()).unwrap().contains("templateParas"));
    message.template = None;
    assert_eq!(kind(account("").unwrap().submit(&message, MOMENT)), ("rejected", Some(Reason::Template)));
}

fn body(code: &str, status: Option<&str>) -> String {
    let one = |status| {
        json!({"originTo": "+8613711112222", "createTime": "2026-01-01T00:00:00Z", "from": "1069",
            "smsMsgId": "d6e3cdd0-522b-4692-8304-a07553cdf591_8539659", "status": status, "countryId": "CN", "total": 2})
    };
    json!({"code": code, "description": "d", "result": status.map(|status| [one(status)])}).to_string()
}

#[test]
fn answers_say_what_to_do() {
    let account = account("").unwrap();
    let submission = account.submitted(&answer(200, &body("000000", Some("000000")))).unwrap();
    assert_eq!(submission.id, "d6e3cdd0-522b-4692-8304-a07553cdf591_8539659");
    assert_eq!(submission.parts, Some(2));
    let rejected = |reason| ("rejected", Some(reason));
    let cases = [
        (200, body("E200037", Some("E200028")), rejected(Reason::Template)),
        (200, body("E000510", Some("E200041")), rejected(Reason::Limit)),
        (200, body("E000510", Some("E200015")), ("busy", None)),
        (400, body("E000503", None), rejected(Reason::Other)),
        (401, body("E000105", None), rejected(Reason::Account)),
        (403, body("E000112", None), rejected(Reason::Balance)),
        (403, body("E000620", None), rejected(Reason::Account)),
        (200, body("E999999", None), rejected(Reason::Other)),
        (500, body("E999999", None), ("lost", None)),
        (200, body("000000", None), ("lost", None)),
        (200, "{\"code\":\"000000\",\"res".to_owned(), ("lost", None)),
        (404, "<html>".to_owned(), ("unavailable", None)),
        (502, "<html>".to_owned(), ("lost", None)),
    ];
    for (status, body, expected) in cases {
        assert_eq!(kind(account.submitted(&answer(status, &body))), expected, "{status} {body}");
    }
}

#[test]
fn it_cannot_be_asked() {
    let question = Question { reference: "r".into(), id: None, phone: "+8613711112222".into(), submitted_at_ms: 0 };
    assert_eq!(kind(account("").unwrap().query(&question, MOMENT)), ("unavailable", None));
}
