//! What the SMS platform does in a second, through the running application and its stand-ins for vendors, all on this
//! machine: `cargo xtask bench sms`.
//!
//! Accepted: from the request to the 202, behind which lies a commit. Submitted: until every message is with a vendor.
//! Receipts: each pushed by itself, as a vendor would, until all messages are delivered.

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};
use tests::host::Host;
use tests::sms;
use tests::vendors::{Fake, Huawei, Tencent, time};

/// Requests in each row of the first table.
const REQUESTS: usize = 5_000;
/// Messages from end to end.
const MESSAGES: usize = 10_000;
/// Connections from which receipts come.
const VENDORS: usize = 8;
const BASE: &str = "/v1/sms-send";

fn main() {
    let load = || fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("load average before {}", load().trim());
    accepted();
    delivered();
    println!("\nload average after {}", load().trim());
}

fn accepted() {
    println!("\n| accepted | connections | messages/s | p50 ms | p99 ms | one commit alone, ms |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for durability in ["normal", "full"] {
        for (connections, each) in [(1, 1), (16, 1), (64, 1), (16, 100)] {
            let host = start(&[], &["--sqlite-durability", durability]);
            let commit = commit_ms(host.data(), durability);
            let requests = if each > 1 { REQUESTS / 10 } else { REQUESTS };
            // For later, so that only the door is measured.
            let tomorrow = time::extended((tests::token::now_s() + 86_400) * 1_000);
            let (took, times) = post(&host, connections, requests, |n| order(n, each, &tomorrow));
            let rate = (requests * each) as f64 / took.as_secs_f64();
            let [p50, p99] = [0.5, 0.99].map(|share| percentile(&times, share));
            println!(
                "| {durability}, {each} a request | {connections} | {rate:.0} | {p50:.1} | {p99:.1} | {commit:.2} |"
            );
        }
    }
}

fn delivered() {
    let (tencent, huawei) = (Fake::start(Tencent, 0).unwrap(), Fake::start(Huawei { batched: false }, 0).unwrap());
    let (first, second) = (tencent.url(), huawei.url());
    let mut variables = sms::accounts(&first, &first, &second);
    variables.push(("sms_gateways", r#"[{"name":"tencent"},{"name":"huawei"}]"#));
    let host = start(&variables, &[]);
    let agent = agent();
    let template = template(&host, &agent);
    let begin = Instant::now();
    let (took, times) =
        post(&host, 16, MESSAGES, |n| json!({"to": phone(n), "template_id": template, "params": {"code": "135790"}}));
    let taken = || tencent.taken() + huawei.taken();
    while taken() < MESSAGES {
        thread::park_timeout(Duration::from_millis(5));
    }
    let submitted = begin.elapsed();
    let rate = |took: Duration| MESSAGES as f64 / took.as_secs_f64();
    println!("\n| {MESSAGES} messages to two vendors | messages/s | p50 ms | p99 ms |\n| --- | --- | --- | --- |");
    println!(
        "| accepted meanwhile | {:.0} | {:.1} | {:.1} |",
        rate(took),
        percentile(&times, 0.5),
        percentile(&times, 0.99)
    );
    println!("| submitted, end to end | {:.0} | | |", rate(submitted));

    let gateways = get(&host, &agent, "gateways");
    let fakes = [("tencent", &tencent), ("huawei", &huawei)];
    for (name, fake) in fakes {
        let known = gateways["items"].as_array().unwrap().iter().find(|gateway| gateway["name"] == name).unwrap();
        fake.calls_back(&host.url(known["receipt_path"].as_str().unwrap()));
    }
    let kept: Vec<_> =
        fakes.iter().flat_map(|(_, fake)| fake.kept().into_iter().map(move |kept| (*fake, kept))).collect();
    let (next, begin, times) = (AtomicUsize::new(0), Instant::now(), Mutex::new(Vec::new()));
    let refused = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..VENDORS {
            scope.spawn(|| {
                while let Some((fake, kept)) = kept.get(next.fetch_add(1, Ordering::SeqCst)) {
                    let start = Instant::now();
                    let pushed = fake.push(&fake.decide(kept, "DELIVRD"));
                    times.lock().unwrap().push(start.elapsed());
                    refused.fetch_add(pushed.iter().filter(|one| !one.kept).count(), Ordering::SeqCst);
                }
            });
        }
    });
    let (took, times) = (begin.elapsed(), sorted(times.into_inner().unwrap()));
    println!(
        "| receipts taken | {:.0} | {:.1} | {:.1} |",
        rate(took),
        percentile(&times, 0.5),
        percentile(&times, 0.99)
    );
    let stats = get(&host, &agent, "stats?by=vendor");
    let arrived: i64 =
        stats["groups"].as_array().unwrap().iter().map(|group| group["delivered"].as_i64().unwrap()).sum();
    let refused = refused.into_inner();
    println!("\n{arrived} of {MESSAGES} are delivered; {refused} receipts were not taken");
}

fn start(further: &[(&str, &str)], arguments: &[&str]) -> Host {
    let keys = sms::public_keys();
    let mut variables = vec![("sms_quiet_hours", ""), ("token_public_keys", keys.as_str())];
    variables.extend(further);
    Host::with_arguments(&variables, arguments).unwrap()
}

fn phone(n: usize) -> String {
    format!("{}{n:08}", ["137", "131", "133"][n % 3])
}

fn order(n: usize, each: usize, send_at: &str) -> Value {
    let to: Vec<_> = (0..each).map(|i| phone(n * each + i)).collect();
    json!({"to": to, "text": "请您按时就诊，带上身份证和医保卡。", "class": "notice", "send_at": send_at})
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

fn get(host: &Host, agent: &ureq::Agent, path: &str) -> Value {
    let request =
        agent.get(host.url(&format!("{BASE}/{path}"))).header("authorization", format!("Bearer {}", host.key));
    request.call().unwrap().body_mut().read_json().unwrap()
}

/// An approved one that both vendors know.
fn template(host: &Host, agent: &ureq::Agent) -> String {
    let send = |path: &str, body: &Value| -> Value {
        let request = agent.post(host.url(&format!("{BASE}/{path}"))).header("authorization", sms::admin());
        let request = request.header("idempotency-key", "template-0001").content_type("application/json");
        request.send(body.to_string()).unwrap().body_mut().read_json().unwrap()
    };
    let made = send("templates", &sms::template("notice"));
    let id = made["template_id"].as_str().unwrap().to_owned();
    send(&format!("templates/{id}/review"), &json!({"review": "approved"}));
    id
}

/// Posts orders over so many connections; how long all of them and (sorted) each of them took.
fn post(
    host: &Host,
    connections: usize,
    requests: usize,
    order: impl Fn(usize) -> Value + Sync,
) -> (Duration, Vec<Duration>) {
    let bodies: Vec<String> = (0..requests).map(|n| order(n).to_string()).collect();
    let (next, times) = (AtomicUsize::new(0), Mutex::new(Vec::with_capacity(requests)));
    let (url, credential) = (host.url(&format!("{BASE}/messages")), format!("Bearer {}", host.key));
    // The first request compiles nothing but makes the instance and the tables.
    get(host, &agent(), "messages");
    let begin = Instant::now();
    thread::scope(|scope| {
        for _ in 0..connections {
            scope.spawn(|| {
                let (agent, mut own) = (agent(), Vec::new());
                loop {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    let Some(body) = bodies.get(n) else { break };
                    let start = Instant::now();
                    let request = agent
                        .post(&url)
                        .header("authorization", &credential)
                        .header("idempotency-key", format!("bench-{n:08}"));
                    let mut answer = request.content_type("application/json").send(body).unwrap();
                    let words = answer.body_mut().read_to_string().unwrap();
                    assert_eq!(answer.status(), 202, "{words}");
                    own.push(start.elapsed());
                }
                times.lock().unwrap().extend(own);
            });
        }
    });
    (begin.elapsed(), sorted(times.into_inner().unwrap()))
}

fn sorted(mut times: Vec<Duration>) -> Vec<Duration> {
    times.sort_unstable();
    times
}

fn percentile(sorted: &[Duration], share: f64) -> f64 {
    let index = (sorted.len() as f64 * share) as usize;
    sorted.get(index).copied().unwrap_or_default().as_secs_f64() * 1e3
}

/// What the store's share is: a row in a transaction of its own, on the same disk, without anything else.
fn commit_ms(data: &Path, durability: &str) -> f64 {
    let db = rusqlite::Connection::open(data.join("commit.db")).unwrap();
    db.execute_batch(&format!(
        "PRAGMA journal_mode = wal; PRAGMA synchronous = {durability}; CREATE TABLE t (row BLOB)"
    ))
    .unwrap();
    let row = vec![0_u8; 1_000];
    let start = Instant::now();
    let commits = 1_000;
    for _ in 0..commits {
        db.execute("INSERT INTO t VALUES (?1)", [&row]).unwrap();
    }
    start.elapsed().as_secs_f64() * 1e3 / f64::from(commits)
}
