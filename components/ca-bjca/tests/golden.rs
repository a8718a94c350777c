//! Requests against the golden one.

#![cfg(test)]

use ca_bjca::coss::{Account, Job};
use ca_bjca::names::Names;
use ca_bjca::sign::{Nested, signature, text};
use serde_json::{Map, Value, json};

fn golden() -> Value {
    serde_json::from_str(include_str!("golden.json")).unwrap()
}

fn account(app_id: &str, secret: &str) -> Account {
    let (app_id, secret) = (app_id.to_owned(), secret.to_owned());
    Account { app_id, secret, nested: Nested::Refused, names: Names::default() }
}

fn map(value: Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[test]
fn a_job_is_the_golden_one() {
    let golden = golden();
    let account = account("APP_TEST", golden["key"].as_str().unwrap());
    let job = Job {
        user: "u1",
        title: "处方签名",
        description: "Rx 1",
        data: "处方原文".as_bytes(),
        minutes: 1440,
        code: false,
        reference: "r1",
        authorised: None,
    };
    let expected = &golden["params"];
    let mut made = account.add_job(&job).unwrap();
    let text = text(&map(made.clone()), Nested::Refused).unwrap();
    assert_eq!(text, golden["string_to_sign"]);
    assert_eq!(signature(&account.secret, &text), golden["signature"]);
    made.as_object_mut().unwrap().remove("signature");
    assert_eq!(made, *expected);
}

#[test]
fn the_signature_is_over_what_is_sent() {
    let account = account("a", "s");
    let body = account.result("job-1").unwrap();
    let again = text(&map(body.clone()), Nested::Refused).unwrap();
    assert_eq!(again, "appId=a&signAlgo=HMAC&signDataId=job-1&version=1.0");
    assert_eq!(body["signature"], signature("s", &again));
}

#[test]
fn what_is_nested_enters_as_configured() {
    let fields = map(json!({"b": {"y": 1, "x": [true]}, "a": 1.5, "a1": "c", "n": null, "signature": "old"}));
    assert_eq!(text(&fields, Nested::Refused), Err("b".to_owned()));
    assert_eq!(text(&fields, Nested::Omitted).unwrap(), "a=1.5&a1=c");
    assert_eq!(text(&fields, Nested::Json).unwrap(), r#"a=1.5&a1=c&b={"x":[true],"y":1}"#);
    assert_eq!(
        (Nested::named(""), Nested::named("json"), Nested::named("yes")),
        (Some(Nested::Refused), Some(Nested::Json), None)
    );
}
