//! The gateway itself, with the sandbox behind it.

use serde_json::{Value, json};
use std::sync::{Mutex, mpsc};
use std::time::Duration;
use tests::gateway::Gateway;
use tests::token;
use tests::vendors::{Reply, Server};

const PHONE: &str = "+8613711112222";

fn sandbox(further: &[(&str, &str)]) -> Gateway {
    Gateway::start("sandbox", "http://127.0.0.1:9", further).unwrap()
}

fn message() -> Value {
    json!({"reference": "r", "phone": PHONE, "signature": "医院", "template": null, "text": "您好"})
}

#[test]
fn functions_are_let_in_and_nobody_else() {
    let gateway = sandbox(&[]);
    assert_eq!(gateway.post("submit", &message()).unwrap().0, 200);
    let stranger = ed25519_dalek::SigningKey::from_bytes(&[3; 32]);
    let own = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
    let cases = [
        (String::new(), 401, "no_credential"),
        ("Bearer yz_test_key".to_owned(), 401, "bad_credential"),
        (token::service(&stranger, "sms-send", "sms-gateway"), 401, "bad_credential"),
        (token::service(&own, "sms-send", "ca-sign"), 401, "bad_credential"),
    ];
    for route in ["submit", "query", "receipts"] {
        for (authorization, status, code) in &cases {
            let (answered, body) = gateway.post_as(authorization, route, &message()).unwrap();
            assert_eq!((answered, &body["code"]), (*status, &json!(code)), "{route}");
        }
    }
}

#[test]
fn a_request_that_is_none_is_refused() {
    let gateway = sandbox(&[]);
    let mut wrong = message();
    wrong["phone"] = json!("13711112222");
    let (status, problem) = gateway.post("submit", &wrong).unwrap();
    assert_eq!((status, &problem["code"]), (400, &json!("bad_field")));
    assert_eq!(gateway.post("submit", &json!([])).unwrap().0, 400);
    assert_eq!(gateway.post("send", &message()).unwrap().0, 404);
    let large = json!({ "text": "字".repeat(30_000) });
    assert_eq!(gateway.post("submit", &large).unwrap().0, 413);
    let (status, problem) = gateway.post("receipts", &json!({"content_type": "", "body": "?"})).unwrap();
    assert_eq!((status, &problem["code"]), (400, &json!("bad_field")));
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let get = |route: &str| agent.get(gateway.host.url(&format!("/v1/sms-gateway/{route}"))).call().unwrap().status();
    assert_eq!((get("healthz").as_u16(), get("submit").as_u16()), (204, 405));
}

#[test]
fn the_sandbox_does_as_the_number_says() {
    let gateway = sandbox(&[]);
    let cases = [
        ("01", "rejected", json!({"reason": "intercepted"}), None),
        ("02", "rejected", json!({"reason": "bad_number"}), None),
        ("07", "rejected", json!({"reason": "opted_out"}), None),
        ("08", "rejected", json!({"reason": "account"}), None),
        ("11", "busy", json!({"retry_after_ms": 1_000}), None),
        ("12", "unavailable", json!({}), None),
        ("13", "lost", json!({}), Some(json!(["delivered"]))),
        ("14", "lost", json!({}), Some(json!([]))),
        ("21", "submitted", json!({"parts": 1}), Some(json!(["failed"]))),
        ("23", "submitted", json!({}), Some(json!(["pending"]))),
        ("25", "submitted", json!({}), Some(json!(["delivered", "failed"]))),
        ("00", "submitted", json!({}), Some(json!(["delivered"]))),
    ];
    for (digits, outcome, members, fates) in cases {
        let phone = format!("+86137009900{digits}");
        let answer = gateway.submit("r_1", &phone).unwrap();
        assert_eq!(answer["outcome"], outcome, "{digits}");
        for (name, value) in members.as_object().unwrap() {
            assert_eq!(&answer[name], value, "{digits}");
        }
        let found = gateway.query("r_1", answer["id"].as_str(), &phone, 0).unwrap();
        let told = found["receipts"].as_array().unwrap().iter().map(|receipt| receipt["fate"].clone());
        if let Some(fates) = fates {
            assert_eq!(Value::Array(told.collect()), fates, "{digits}");
        }
    }
    assert_eq!(gateway.post("submit", &message()).unwrap().1["outcome"], "submitted", "free text too");
}

#[test]
fn the_sandbox_pushes_its_receipts() {
    let (tell, told) = mpsc::channel();
    let tell = Mutex::new((tell, 1));
    let receiver = Server::start(0, move |request| {
        let mut tell = tell.lock().unwrap();
        tell.0.send(request).unwrap();
        tell.1 -= 1;
        // The first one is not kept.
        if tell.1 == 0 {
            Reply::Answer(503, "text/plain", Vec::new())
        } else {
            Reply::Answer(200, "text/plain", Vec::new())
        }
    });
    let address = receiver.as_ref().unwrap().address;
    let (outside, url) = (format!("http://{address}"), format!("http://{address}/receipts/sandbox/token"));
    let variables = [("sms_sandbox_receipts_url", &*url), ("sms_sandbox", r#"{"receipt_delay_ms":200}"#)];
    let gateway = Gateway::start("sandbox", &outside, &variables).unwrap();
    let answer = gateway.submit("r_1", "+8613700990025").unwrap();
    let pushed: Vec<_> = (0..2).map(|_| told.recv_timeout(Duration::from_secs(20)).unwrap()).collect();
    assert_eq!((pushed[0].path.as_str(), &pushed[0].body), ("/receipts/sandbox/token", &pushed[1].body));
    let read = gateway.receipts(pushed[0].header("content-type"), &pushed[0].body).unwrap();
    let receipts = read["receipts"].as_array().unwrap();
    assert_eq!(receipts.len(), 2);
    assert_eq!(
        (&receipts[0]["id"], &receipts[0]["part"], &receipts[0]["fate"]),
        (&answer["id"], &json!([1, 2]), &json!("delivered"))
    );
    assert_eq!((&receipts[1]["reference"], &receipts[1]["reason"]), (&json!("r_1"), &json!("unreachable")));
    assert_eq!(read["kept"]["status"], 200);
}

#[test]
fn the_sandbox_keeps_to_its_shares() {
    let gateway = sandbox(&[("sms_sandbox", r#"{"busy":0.5,"lose":0.25}"#)]);
    let outcomes: Vec<_> =
        (0..200).map(|i| gateway.submit(&format!("r_{i}"), PHONE).unwrap()["outcome"].clone()).collect();
    let count = |outcome: &str| outcomes.iter().filter(|told| *told == outcome).count();
    assert!((75..125).contains(&count("busy")) && (30..70).contains(&count("lost")), "{outcomes:?}");
    assert_eq!(count("busy") + count("lost") + count("submitted"), 200);
    assert_eq!(gateway.submit("r_7", "+8613900000000").unwrap()["outcome"], outcomes[7], "the reference decides");
    let wrong = sandbox(&[("sms_sandbox", r#"{"bussy":1}"#)]);
    let answer = wrong.submit("r", PHONE).unwrap();
    assert!(answer["outcome"] == "invalid" && answer["detail"].as_str().unwrap().starts_with("variable sms_sandbox"));
}
