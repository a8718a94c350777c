//! Requests against one that the vendor's own SDK made (`golden.json`), and what answers mean.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

use serde_json::Value;
use sms_aliyun::{account::Account, sign};
use sms_vendor::testing::{answer, kind, message};
use sms_vendor::{Fate, Moment, Question, Reason, Vendor};

const MOMENT: Moment = Moment { unix_ms: 1_767_225_600_000, nonce: 0x0123_4567_89ab_cdef_0123_4567_89ab_cdef };

fn golden() -> Value {
    serde_json::from_str(include_str!("golden.json")).unwrap()
}

fn account() -> Account {
    let golden = golden();
    let text = |name: &str| golden[name].as_str().unwrap().to_owned();
    let endpoint = format!("http://{}", text("endpoint"));
    let variables = [
        ("sms_aliyun_access_key", text("access_key")),
        ("sms_aliyun_secret", text("secret_key")),
        ("sms_aliyun_endpoint", endpoint),
    ];
    Account::configure(&variables.into_iter().collect()).unwrap()
}

fn question() -> Question {
    let id = Some("900619746936498440^0".to_owned());
    Question { reference: "r_1".into(), id, phone: "+8613711112222".into(), submitted_at_ms: MOMENT.unix_ms }
}

#[test]
fn the_signature_is_the_sdks() {
    let golden = golden();
    let request = &golden["requests"][0];
    let header = |name: &str| request["headers"][name].as_str().unwrap();
    let signed = header("Authorization").split("SignedHeaders=").nth(1).unwrap().split(',').next().unwrap();
    let headers: Vec<_> = signed.split(';').map(|name| (name, header(name))).collect();
    let query = request["path"].as_str().unwrap().strip_prefix("/?").unwrap();
    let text = |name: &str| golden[name].as_str().unwrap();
    let authorization = sign::authorization(text("access_key"), text("secret_key"), query, &headers);
    assert_eq!(authorization, header("Authorization"));
}

#[test]
fn the_request_is_the_sdks() {
    let (golden, request) = (golden(), account().submit(&message("SMS_154950909"), MOMENT).unwrap());
    let golden = &golden["requests"][0];
    assert_eq!((request.method().as_str(), request.body().len()), ("POST", 0));
    assert_eq!(request.uri().path_and_query().unwrap().as_str(), golden["path"]);
    for name in ["x-acs-version", "x-acs-action", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"] {
        assert_eq!(request.headers()[name], golden["headers"][name].as_str().unwrap(), "{name}");
    }
    // Fewer headers are signed than the SDK signs, so the signature is checked by the one before this.
    assert!(request.headers()["authorization"].to_str().unwrap().contains("SignedHeaders=host;x-acs-action;"));
}

#[test]
fn free_text_is_for_another_vendor() {
    let mut message = message("");
    message.template = None;
    assert_eq!(kind(account().submit(&message, MOMENT)), ("rejected", Some(Reason::Template)));
}

#[test]
fn answers_say_what_to_do() {
    let ok = answer(200, r#"{"Code":"OK","Message":"OK","BizId":"900619746936498440^0","RequestId":"F6"}"#);
    assert_eq!(account().submitted(&ok).unwrap().id, "900619746936498440^0");
    let rejected = |reason| ("rejected", Some(reason));
    let cases = [
        (200, r#"{"Code":"isv.BUSINESS_LIMIT_CONTROL","Message":"触发小时级流控"}"#, rejected(Reason::Limit)),
        (200, r#"{"Code":"isv.SMS_SIGNATURE_ILLEGAL","Message":""}"#, rejected(Reason::Signature)),
        (200, r#"{"Code":"isv.TEMPLATE_MISSING_PARAMETERS"}"#, rejected(Reason::Template)),
        (200, r#"{"Code":"isv.NEVER_SEEN","Message":""}"#, rejected(Reason::Other)),
        (404, r#"{"Code":"InvalidAccessKeyId.NotFound","Message":""}"#, rejected(Reason::Account)),
        (400, r#"{"Code":"SignatureDoesNotMatch","Message":""}"#, rejected(Reason::Account)),
        (400, r#"{"Code":"SignatureNonceUsed","Message":""}"#, ("lost", None)),
        (400, r#"{"Code":"Throttling.User","Message":""}"#, ("busy", None)),
        (503, r#"{"Code":"ServiceUnavailable","Message":""}"#, ("busy", None)),
        (500, r#"{"Code":"InternalError","Message":""}"#, ("lost", None)),
        (500, r#"{"Code":"Never.Seen","Message":""}"#, ("lost", None)),
        (200, r#"{"Code":"OK","Message":"OK"}"#, ("lost", None)),
        (200, r#"{"Code":"OK""#, ("lost", None)),
        (502, "<html>", ("lost", None)),
        (503, "<html>", ("unavailable", None)),
    ];
    for (status, body, expected) in cases {
        assert_eq!(kind(account().submitted(&answer(status, body))), expected, "{status} {body}");
    }
}

#[test]
fn a_question_finds_the_message_by_its_reference() {
    let request = account().query(&question(), MOMENT).unwrap();
    assert_eq!(request.headers()["x-acs-action"], "QuerySendDetails");
    let query = request.uri().query().unwrap();
    assert_eq!(
        query,
        "BizId=900619746936498440%5E0&CurrentPage=1&PageSize=50&PhoneNumber=13711112222&SendDate=20260101"
    );
    let details = r#"{"Code":"OK","TotalCount":3,"SmsSendDetailDTOs":{"SmsSendDetailDTO":[
        {"ErrCode":"DELIVERED","OutId":"r_0","SendStatus":3,"ReceiveDate":"2026-01-01 08:00:01"},
        {"ErrCode":"MOBILE_IN_BLACK","OutId":"r_1","SendStatus":2,"ReceiveDate":"2026-01-01 08:00:02"},
        {"ErrCode":"","OutId":null,"SendStatus":1}]}}"#;
    let receipts = account().queried(&question(), &answer(200, details)).unwrap();
    assert_eq!(receipts.len(), 1);
    assert!(
        matches!(&receipts[0].fate, Fate::Failed(r) if r.reason == Reason::OptedOut && r.code == "MOBILE_IN_BLACK")
    );
    assert_eq!(receipts[0].at_ms, Some(1_767_225_602_000));
    let nothing = answer(200, r#"{"Code":"OK","TotalCount":0,"SmsSendDetailDTOs":{"SmsSendDetailDTO":[]}}"#);
    assert!(account().queried(&question(), &nothing).unwrap().is_empty());
    let throttled = answer(400, r#"{"Code":"Throttling.User","Message":""}"#);
    assert_eq!(kind(account().queried(&question(), &throttled)), ("busy", None));
}

#[test]
fn what_is_not_configured_is_named() {
    let missing = Account::configure(&[("sms_aliyun_access_key", "a")].into_iter().collect());
    let Err(sms_vendor::Error::Invalid(why)) = missing else { panic!() };
    assert_eq!(why, "variable sms_aliyun_secret is not set");
}
