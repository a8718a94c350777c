//! The JSON that goes in and out.

use common::json;
use serde_json::{Value, json};
use sms_gateway::contract::{Acknowledgement, Callback, Outcome, Query, Receipt, Received, Rejection, Submit};

type Change = fn(&mut Value);

fn submit(changed: impl FnOnce(&mut Value)) -> Result<(), String> {
    let mut body = json!({"reference": "01J8Z3K4M5N6P7Q8R9S0T1V2W3_1", "phone": "+8613711112222", "signature": "医院",
        "template": {"id": "SMS_1", "params": [{"name": "code", "value": "123456"}]}, "text": "验证码123456"});
    changed(&mut body);
    let submit: Submit = json::parse(body.to_string().as_bytes()).map_err(|problem| problem.detail[1].to_string())?;
    submit.check().map_err(|problem| problem.detail[1].to_string())
}

#[test]
fn a_message_is_checked_field_by_field() {
    assert_eq!(submit(|_| ()), Ok(()));
    assert_eq!(submit(|body| body["template"] = Value::Null), Ok(()));
    let cases: [(Change, &str); 9] = [
        (|body| body["reference"] = json!("a-b"), "field reference"),
        (|body| body["reference"] = json!("r".repeat(33)), "field reference"),
        (|body| body["phone"] = json!("13711112222"), "field phone"),
        (|body| body["phone"] = json!("+0371111222"), "field phone"),
        (|body| body["signature"] = json!(""), "field signature"),
        (|body| body["text"] = json!("字".repeat(1_001)), "field text"),
        (|body| body["template"]["id"] = json!(""), "field template.id"),
        (
            |body| body["template"]["params"] = json!([{"name": "a", "value": "字".repeat(501)}]),
            "field template.params",
        ),
        (|body| body["class"] = json!("otp"), "field class: unknown field"),
    ];
    for (change, wanted) in cases {
        let refused = submit(change).unwrap_err();
        assert!(refused.starts_with(wanted), "{refused}");
    }
    let free = submit(|body| {
        body["template"] = Value::Null;
        body["text"] = json!("");
    });
    assert!(free.unwrap_err().starts_with("field text"));
}

#[test]
fn a_question_and_a_callback_are_strict_too() {
    let query = |body: &str| json::parse::<Query>(body.as_bytes()).and_then(|query| query.check());
    assert!(query(r#"{"reference":"r","phone":"+8613711112222","submitted_at_ms":1}"#).is_ok());
    assert!(query(r#"{"reference":"r","id":"","phone":"+8613711112222","submitted_at_ms":1}"#).is_err());
    assert!(query(r#"{"reference":"r","phone":"+8613711112222"}"#).is_err());
    assert!(json::parse::<Callback>(br#"{"content_type":"","body":"","token":"x"}"#).is_err());
}

#[test]
fn outcomes_are_written_as_agreed() {
    let text = |name: &str| name.to_owned();
    let rejection = || Rejection { reason: "bad_number", code: text("MK:0001"), detail: text("d") };
    let cases = [
        (Outcome::Submitted { id: text("1"), parts: Some(2) }, json!({"outcome": "submitted", "id": "1", "parts": 2})),
        (Outcome::Submitted { id: text("1"), parts: None }, json!({"outcome": "submitted", "id": "1"})),
        (
            Outcome::Rejected(rejection()),
            json!({"outcome": "rejected", "reason": "bad_number", "code": "MK:0001", "detail": "d"}),
        ),
        (Outcome::Busy { retry_after_ms: 7 }, json!({"outcome": "busy", "retry_after_ms": 7})),
        (Outcome::Unavailable { detail: text("d") }, json!({"outcome": "unavailable", "detail": "d"})),
        (Outcome::Lost { detail: text("d") }, json!({"outcome": "lost", "detail": "d"})),
        (Outcome::Invalid { detail: text("d") }, json!({"outcome": "invalid", "detail": "d"})),
    ];
    for (outcome, written) in cases {
        assert_eq!(serde_json::to_value(outcome).unwrap(), written);
    }
    let failed = Receipt {
        id: text("1"),
        reference: Some(text("r")),
        phone: text("+8613711112222"),
        part: Some([1, 2]),
        fate: "failed",
        rejection: Some(rejection()),
        at_ms: Some(5),
    };
    let delivered =
        Receipt { reference: None, part: None, fate: "delivered", rejection: None, at_ms: None, ..failed.clone() };
    let answer = |status| Acknowledgement { status, content_type: text("application/json"), body: text("e30=") };
    let received = Received { receipts: vec![failed, delivered], kept: answer(200), again: answer(503) };
    let written = json!({
        "receipts": [
            {"id": "1", "reference": "r", "phone": "+8613711112222", "part": [1, 2], "fate": "failed",
             "reason": "bad_number", "code": "MK:0001", "detail": "d", "at_ms": 5},
            {"id": "1", "phone": "+8613711112222", "fate": "delivered"}],
        "kept": {"status": 200, "content_type": "application/json", "body": "e30="},
        "again": {"status": 503, "content_type": "application/json", "body": "e30="}});
    assert_eq!(serde_json::to_value(received).unwrap(), written);
}
