//! A message from its acceptance to the phone, through the application as it is: sms-send, the gateway, the sandbox.

use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};
use tests::host::Host;

/// Quiet hours and limits per number would make the tests depend on the time of day and on each other.
const CALM: [(&str, &str); 2] =
    [("sms_quiet_hours", ""), ("sms_limits", r#"{"otp":{"per_minute":1000,"per_hour":1000,"per_day":1000}}"#)];

/// Longer than a lease: what a killed instance held is taken up by then.
const PATIENCE: Duration = Duration::from_secs(180);

struct Sms {
    host: Host,
    agent: ureq::Agent,
    keys: std::cell::Cell<u32>,
}

impl Sms {
    fn start(further: &[(&str, &str)]) -> Self {
        let variables: Vec<_> = CALM.iter().chain(further).copied().collect();
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Self { host: Host::with(&variables).unwrap(), agent, keys: 0.into() }
    }

    fn get(&self, path: &str) -> Value {
        let request = self.agent.get(self.host.url(&format!("/v1/sms-send/{path}")));
        let mut answer = request.header("authorization", format!("Bearer {}", self.host.key)).call().unwrap();
        answer.body_mut().read_json().unwrap()
    }

    fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.keys.set(self.keys.get() + 1);
        let request = self.agent.post(self.host.url(&format!("/v1/sms-send/{path}")));
        let request = request.header("authorization", format!("Bearer {}", self.host.key));
        let request = request.header("idempotency-key", format!("delivery-{}", self.keys.get()));
        let mut answer = request.header("content-type", "application/json").send(body.to_string()).unwrap();
        (answer.status().as_u16(), answer.body_mut().read_json().unwrap_or_default())
    }

    fn send(&self, to: &Value, class: &str) -> Vec<String> {
        let (status, answer) = self.post("messages", &json!({"to": to, "text": "您的验证码是123456", "class": class}));
        assert_eq!(status, 202, "{answer}");
        answer["message_ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap().to_owned()).collect()
    }

    /// Waits until the message is in one of these states.
    fn wait(&self, id: &str, states: &[&str]) -> Value {
        let start = Instant::now();
        loop {
            let message = self.get(&format!("messages/{id}"));
            if states.iter().any(|state| message["state"] == *state) {
                return message;
            }
            let events = self.get(&format!("messages/{id}/events"));
            assert!(start.elapsed() < PATIENCE, "{message} {events}\n{}", self.host.log());
            thread::yield_now();
        }
    }

    fn states(&self, id: &str) -> Vec<String> {
        let events = self.get(&format!("messages/{id}/events"));
        let items = events["items"].as_array().unwrap_or_else(|| panic!("{events}"));
        items.iter().map(|event| event["state"].as_str().unwrap().to_owned()).collect()
    }
}

#[test]
fn a_message_reaches_its_phone() {
    let sms = Sms::start(&[]);
    let id = &sms.send(&json!("13711112222"), "otp")[0];
    let message = sms.wait(id, &["delivered"]);
    assert_eq!((&message["gateway"], &message["to"]), (&json!("sandbox"), &json!("137****2222")));
    let states = sms.states(id);
    for state in ["accepted", "submitting", "submitted", "delivered"] {
        assert!(states.iter().any(|found| found == state), "{state} in {states:?}");
    }
}

#[test]
fn every_end_is_visible() {
    let sms = Sms::start(&[]);
    // components/sms-sandbox/README.md: what numbers ending in 9900nn meet.
    let cases = [
        ("13799990001", "failed", "intercepted"),
        ("13799990002", "failed", "bad_number"),
        ("13799990007", "failed", "opted_out"),
        ("13799990021", "failed", "unreachable"),
        ("13799990024", "delivered", ""),
        ("13799990025", "failed", ""),
        ("13799990026", "delivered", ""),
    ];
    let numbers: Vec<_> = cases.iter().map(|(number, ..)| *number).collect();
    let ids = sms.send(&json!(numbers), "otp");
    for ((number, state, reason), id) in cases.iter().zip(&ids) {
        let message = sms.wait(id, &["delivered", "failed", "dead", "expired"]);
        assert_eq!(message["state"], *state, "{number}: {message}");
        if !reason.is_empty() {
            assert_eq!(message["reason"], *reason, "{number}");
        }
    }
}

#[test]
fn what_was_perhaps_sent_is_not_sent_again() {
    let sms = Sms::start(&[]);
    // The answer is lost; the first was sent all the same, and its receipt may come before the loss is known.
    let ids = sms.send(&json!(["13799990013", "13799990014"]), "notice");
    for (id, state) in ids.iter().zip(["delivered", "unknown"]) {
        sms.wait(id, &[state]);
        let states = sms.states(id);
        assert_eq!(states.iter().filter(|state| *state == "submitting").count(), 1, "{states:?}");
    }
}

#[test]
fn what_was_accepted_is_delivered_after_a_kill() {
    let mut sms = Sms::start(&[]);
    let numbers: Vec<String> = (0..200).map(|i| format!("1371111{i:04}")).collect();
    let ids = sms.send(&json!(numbers), "otp");
    sms.host.restart().unwrap();
    for id in &ids {
        sms.wait(id, &["delivered", "unknown", "submitted"]);
    }
}

#[test]
fn results_are_reported_signed() {
    let (address, reports) = receiver();
    let host = address.trim_start_matches("http://").to_owned();
    let url = format!("{address}/reports");
    let sms = Sms::start(&[("sms_webhook_url", &url), ("sms_report_host", &address), ("sms_callback_hosts", &host)]);
    let id = &sms.send(&json!("13711112222"), "otp")[0];
    let (_, first) = reports.recv_timeout(PATIENCE).unwrap();
    let (headers, body) = reports.recv_timeout(PATIENCE).unwrap();
    assert_eq!(first, body, "it was not taken, so it is told again");
    let header = |name: &str| headers.iter().find(|(found, _)| found == name).map(|(_, value)| value.clone()).unwrap();
    let report: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((&report["message_id"], &report["state"]), (&json!(id), &json!("delivered")));
    let mut mac = Hmac::<Sha256>::new_from_slice(b"webhook secret of the tests").unwrap();
    mac.update(format!("{}.{}.", header("x-yunzhen-timestamp"), header("x-yunzhen-id")).as_bytes());
    mac.update(&body);
    assert_eq!(header("x-yunzhen-signature"), format!("v1={}", hex::encode(mac.finalize().into_bytes())));
    assert_eq!(report["event_id"], header("x-yunzhen-id"));
    assert_eq!(header("content-length"), body.len().to_string(), "not in chunks");
    let start = Instant::now();
    // However much the answer says, it is enough that it is 200.
    while sms.get("hooks?state=done")["items"].as_array().unwrap().is_empty() {
        assert!(start.elapsed() < PATIENCE, "{}", sms.get("hooks?state=waiting"));
        thread::yield_now();
    }
    assert_eq!(reports.try_recv().unwrap_err(), mpsc::TryRecvError::Empty);
}

#[test]
fn the_operator_sees_gateways_and_strangers_cannot_tick_nor_report() {
    let sms = Sms::start(&[]);
    let gateways = sms.get("gateways");
    assert_eq!((&gateways["items"][0]["name"], &gateways["items"][0]["failures"]), (&json!("sandbox"), &json!(0)));
    let path = gateways["items"][0]["receipt_path"].as_str().unwrap().to_owned();
    let post = |path: &str| {
        let answer = sms.agent.post(sms.host.url(path)).header("content-type", "application/json").send("[]").unwrap();
        answer.status().as_u16()
    };
    assert_eq!(post("/v1/sms-send/tick"), 401);
    let posing = sms.agent.post(sms.host.url("/v1/sms-send/tick")).header("spin-client-addr", "0.0.0.0:0");
    let posing = posing.header("host", "sms-send.spin.internal").send_empty().unwrap();
    assert_eq!(posing.status().as_u16(), 401);
    assert_eq!(post("/v1/sms-send/receipts/sandbox/00000000000000000000000000000000"), 403);
    assert_ne!(post(&path), 403);
    let (status, ticked) = sms.post("tick", &json!({}));
    assert_eq!((status, ticked["submitted"].is_u64()), (200, true));
}

type Report = (Vec<(String, String)>, Vec<u8>);

/// A hospital system that takes reports, but not the first one, and says much: one thread, one report a connection.
fn receiver() -> (String, mpsc::Receiver<Report>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (tell, reports) = mpsc::channel();
    thread::spawn(move || {
        let mut first = true;
        for mut stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream.try_clone().unwrap());
            let mut lines = Vec::new();
            let mut line = String::new();
            while reader.read_line(&mut line).unwrap() > 2 {
                lines.push(line.trim().to_owned());
                line.clear();
            }
            let headers: Vec<(String, String)> = lines
                .iter()
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_lowercase(), value.to_owned()))
                .collect();
            let length = headers.iter().find(|(name, _)| name == "content-length").map(|(_, value)| value.parse());
            let mut body = vec![0; length.unwrap().unwrap()];
            reader.read_exact(&mut body).unwrap();
            let status = if first { "503 Service Unavailable" } else { "200 OK" };
            first = false;
            let head = format!("HTTP/1.1 {status}\r\ncontent-length: 200000\r\nconnection: close\r\n\r\n");
            let _ = stream.write_all(&[head.as_bytes(), &[b'x'; 200_000]].concat());
            let _ = tell.send((headers, body));
        }
    });
    (address, reports)
}
