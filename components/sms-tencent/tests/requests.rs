//! Requests against one that the vendor's own SDK made (`golden.json`), and what answers mean.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

use serde_json::{Value, json};
use sign_tencent::authorization;
use sms_tencent::account::Account;
use sms_vendor::testing::{answer, kind, message};
use sms_vendor::{Fate, Moment, Question, Reason, Vendor};

const MOMENT: Moment = Moment { unix_ms: 1_767_225_600_000, nonce: 0 };

fn golden() -> Value {
    serde_json::from_str(include_str!("golden.json")).unwrap()
}

fn account() -> Account {
    let golden = golden();
    let text = |name: &str| golden[name].as_str().unwrap().to_owned();
    let variables = [
        ("sms_tencent_secret_id", text("access_key")),
        ("sms_tencent_secret_key", text("secret_key")),
        ("sms_tencent_sdk_app_id", "1400787878".to_owned()),
        ("sms_tencent_region", "ap-guangzhou".to_owned()),
        ("sms_tencent_endpoint", format!("http://{}", text("endpoint"))),
    ];
    Account::configure(&variables.into_iter().collect()).unwrap()
}

fn question(id: Option<&str>) -> Question {
    let (reference, phone) = ("r_1".to_owned(), "+8613711112222".to_owned());
    Question { reference, id: id.map(str::to_owned), phone, submitted_at_ms: MOMENT.unix_ms }
}

#[test]
fn the_signature_is_the_sdks() {
    let golden = golden();
    let (request, text) = (&golden["requests"][0], |name: &str| golden[name].as_str().unwrap());
    let body = request["body"].as_str().unwrap();
    let key = (text("access_key"), text("secret_key"));
    let authorization = authorization(key, "sms", text("endpoint"), body, MOMENT);
    assert_eq!(authorization, request["headers"]["Authorization"]);
}

#[test]
fn the_request_is_the_sdks() {
    let (golden, request) = (golden(), account().submit(&message("1234"), MOMENT).unwrap());
    let golden = &golden["requests"][0];
    assert_eq!(request.method(), "POST");
    assert_eq!(request.uri().path(), golden["path"]);
    for name in ["X-TC-Action", "X-TC-Version", "X-TC-Region", "X-TC-Timestamp", "Content-Type"] {
        assert_eq!(request.headers()[&name.to_lowercase()], golden["headers"][name].as_str().unwrap(), "{name}");
    }
    // The SDK writes the same JSON with spaces and \u escapes; the signature is over the bytes sent.
    let ours: Value = serde_json::from_slice(request.body()).unwrap();
    assert_eq!(ours, serde_json::from_str::<Value>(golden["body"].as_str().unwrap()).unwrap());
    let key = |name: &str| self::golden()[name].as_str().unwrap().to_owned();
    let body = std::str::from_utf8(request.body()).unwrap();
    let pair = (&*key("access_key"), &*key("secret_key"));
    let signed = authorization(pair, "sms", &key("endpoint"), body, MOMENT);
    assert_eq!(request.headers()["authorization"], signed);
}

#[test]
fn free_text_is_for_another_vendor() {
    let mut message = message("");
    message.template = None;
    assert_eq!(kind(account().submit(&message, MOMENT)), ("rejected", Some(Reason::Template)));
}

fn sent(code: &str) -> String {
    let status = json!({"SerialNo": "5000:1", "PhoneNumber": "+8613711112222", "Fee": 2, "SessionContext": "t",
        "Code": code, "Message": "m", "IsoCode": "CN"});
    json!({"Response": {"SendStatusSet": [status], "RequestId": "r"}}).to_string()
}

fn error(code: &str) -> String {
    json!({"Response": {"Error": {"Code": code, "Message": "m"}, "RequestId": "r"}}).to_string()
}

#[test]
fn answers_say_what_to_do() {
    let submission = account().submitted(&answer(200, &sent("Ok"))).unwrap();
    assert_eq!((submission.id.as_str(), submission.parts), ("5000:1", Some(2)));
    let rejected = |reason| ("rejected", Some(reason));
    let cases = [
        (200, sent("LimitExceeded.PhoneNumberThirtySecondLimit"), rejected(Reason::Limit)),
        (200, sent("FailedOperation.ContainSensitiveWord"), rejected(Reason::Intercepted)),
        (200, sent("FailedOperation.TemplateParamSetNotMatchApprovedTemplate"), rejected(Reason::Template)),
        (200, sent("InternalError.Timeout"), ("lost", None)),
        (200, sent("Never.Seen"), rejected(Reason::Other)),
        (200, error("AuthFailure.SignatureFailure"), rejected(Reason::Account)),
        (200, error("RequestLimitExceeded.UinLimitExceeded"), ("busy", None)),
        (200, error("InternalError"), ("lost", None)),
        (200, error("ServiceUnavailable"), ("unavailable", None)),
        (200, json!({"Response": {"SendStatusSet": [], "RequestId": "r"}}).to_string(), ("lost", None)),
        (200, json!({"Response": {"SendStatusSet": [{"Code": "Ok"}]}}).to_string(), ("lost", None)),
        (200, "{\"Response\":{\"SendStat".to_owned(), ("lost", None)),
        (502, "<html>".to_owned(), ("lost", None)),
        (429, String::new(), ("busy", None)),
    ];
    for (status, body, expected) in cases {
        assert_eq!(kind(account().submitted(&answer(status, &body))), expected, "{status} {body}");
    }
}

#[test]
fn a_question_is_about_a_phone_and_a_time() {
    let later = Moment { unix_ms: MOMENT.unix_ms + 60_000, nonce: 0 };
    let request = account().query(&question(None), later).unwrap();
    assert_eq!(request.headers()["x-tc-action"], "PullSmsSendStatusByPhoneNumber");
    let body: Value = serde_json::from_slice(request.body()).unwrap();
    let expected = json!({"BeginTime": 1_767_225_595, "EndTime": 1_767_225_665, "Offset": 0, "Limit": 100,
        "PhoneNumber": "+8613711112222", "SmsSdkAppId": "1400787878"});
    assert_eq!(body, expected);
    let pulled = |serial: &str, status: &str, description: &str| {
        json!({"UserReceiveTime": 1_767_225_602, "CountryCode": "86", "SubscriberNumber": "13711112222",
            "PhoneNumber": "+8613711112222", "SerialNo": serial, "ReportStatus": status, "Description": description})
    };
    let set = [pulled("1", "SUCCESS", "DELIVRD"), pulled("2", "FAIL", "MK:0001 no such number")];
    let both = answer(200, &json!({"Response": {"PullSmsSendStatusSet": set, "RequestId": "r"}}).to_string());
    let receipts = account().queried(&question(Some("2")), &both).unwrap();
    assert_eq!((receipts.len(), receipts[0].at_ms), (1, Some(1_767_225_602_000)));
    assert!(matches!(&receipts[0].fate, Fate::Failed(r) if r.reason == Reason::BadNumber && r.code == "MK:0001"));
    let receipts = account().queried(&question(None), &both).unwrap();
    assert_eq!(receipts.len(), 2, "whose they are is for the caller to tell");
    assert!(receipts.iter().all(|receipt| receipt.reference.is_none()));
    let none = answer(200, &json!({"Response": {"PullSmsSendStatusSet": [], "RequestId": "r"}}).to_string());
    assert_eq!(account().queried(&question(Some("2")), &none).unwrap()[0].fate, Fate::Pending);
    let unreported = account().queried(&question(None), &none);
    assert_eq!(kind(unreported), ("unavailable", None), "sent or not, it cannot be told");
    let refused = answer(200, &error("AuthFailure.SignatureFailure"));
    assert_eq!(kind(account().queried(&question(None), &refused)), ("rejected", Some(Reason::Account)));
}
