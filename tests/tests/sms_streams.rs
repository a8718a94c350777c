//! Orders and results by Redis streams, through the application and a real server.

use redis::{Connection, cmd};
use serde_json::{Value, json};
use std::thread;
use std::time::{Duration, Instant};
use tests::host::Host;
use tests::redis::Redis;

const PATIENCE: Duration = Duration::from_secs(180);

fn until<T>(host: &Host, mut found: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(start.elapsed() < PATIENCE, "{}", host.log());
        thread::yield_now();
    }
}

fn start(url: &str) -> Host {
    Host::with(&[("sms_quiet_hours", ""), ("sms_redis_url", url), ("sms_redis_host", url)]).unwrap()
}

fn order(connection: &mut Connection, message: &str) {
    cmd("XADD").arg("yunzhen.sms.in").arg("*").arg("message").arg(message).exec(connection).unwrap();
}

/// The fields of a stream's entries.
fn entries(connection: &mut Connection, stream: &str) -> Vec<Vec<String>> {
    type Streams = Vec<(String, Vec<(String, Vec<String>)>)>;
    let found: Option<Streams> = cmd("XREAD").arg("STREAMS").arg(stream).arg("0").query(connection).unwrap();
    found.into_iter().flatten().flat_map(|(_, entries)| entries).map(|(_, fields)| fields).collect()
}

#[test]
fn orders_come_in_and_results_go_out() {
    let redis = Redis::start().unwrap();
    let host = start(&redis.url());
    let connection = &mut redis.connection().unwrap();
    let message = json!({"to": "13711112222", "text": "请按时就诊", "class": "notice", "request_id": "visit-00001"});
    for message in [message.to_string(), message.to_string(), "rubbish".to_owned()] {
        order(connection, &message);
    }
    cmd("XADD").arg("yunzhen.sms.in").arg("*").arg("to").arg("1").arg("text").arg("x").exec(connection).unwrap();
    let result = until(&host, || entries(connection, "yunzhen.sms.receipts").into_iter().next());
    let report: Value = serde_json::from_str(&result[1]).unwrap();
    assert_eq!((result[0].as_str(), &report["state"]), ("receipt", &json!("delivered")));
    let dead = until(&host, || Some(entries(connection, "yunzhen.sms.in.dead")).filter(|dead| dead.len() == 2));
    let mut codes: Vec<_> = dead.iter().map(|fields| fields[3].as_str()).collect();
    codes.sort_unstable();
    assert_eq!(codes, ["bad_entry", "bad_json"]);
    until(&host, || {
        type Pending = (i64, Option<String>, Option<String>, Option<Vec<(String, String)>>);
        let pending: Pending = cmd("XPENDING").arg("yunzhen.sms.in").arg("sms-send").query(connection).unwrap();
        (pending.0 == 0).then_some(())
    });
    assert_eq!(entries(connection, "yunzhen.sms.receipts").len(), 1, "the order that came twice counts once");
}

#[test]
fn without_redis_everything_else_goes_on() {
    let mut redis = Redis::start().unwrap();
    let host = start(&redis.url());
    redis.kill();
    // Its answer gets lost, so only a tick finds out that it was sent.
    let body = json!({"to": "13799990013", "text": "请按时就诊", "class": "notice"}).to_string();
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let key = format!("Bearer {}", host.key);
    let request = agent.post(host.url("/v1/sms-send/messages")).header("authorization", &key);
    let request = request.header("idempotency-key", "without-redis").header("content-type", "application/json");
    let answer: Value = request.send(body).unwrap().body_mut().read_json().unwrap();
    let url = host.url(&format!("/v1/sms-send/messages/{}", answer["message_ids"][0].as_str().unwrap()));
    until(&host, || {
        let mut answer = agent.get(&url).header("authorization", &key).call().unwrap();
        let message: Value = answer.body_mut().read_json().unwrap();
        (message["state"] == "delivered").then_some(())
    });
    // Its result waits for Redis to come back.
    redis.restart().unwrap();
    let connection = &mut redis.connection().unwrap();
    until(&host, || entries(connection, "yunzhen.sms.receipts").into_iter().next());
}
