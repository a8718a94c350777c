//! Ten thousand messages while vendors hang, fail and lose answers, and the application is killed five times: what was
//! accepted has an end that can be seen, and no vendor has a message twice.

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::{Duration, Instant};
use tests::audit;
use tests::host::Host;
use tests::sms;
use tests::vendors::{Aliyun, Fake, Huawei, Kept, Mode, Report, Tencent};

const MESSAGES: usize = 10_000;
/// Numbers in a request: every fifth request is for one-time codes, which may go by a second vendor.
const BATCH: usize = 20;
/// The application is killed when the vendors have so many.
const KILLS: [usize; 5] = [800, 2_400, 4_200, 6_000, 7_800];
/// What the adapters wait for an answer.
const TIMEOUT_MS: &str = "400";
/// Longer than leases, questions and pauses together.
const PATIENCE: Duration = Duration::from_secs(600);
/// Until then most one-time codes whose answer was lost have gone by a second vendor.
const RESENT: Duration = Duration::from_secs(110);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(50);
const FINAL: [&str; 5] = ["delivered", "failed", "expired", "cancelled", "dead"];

/// The application's address, which changes with every start.
struct Address(Mutex<SocketAddr>, Condvar);

impl Address {
    fn now(&self) -> SocketAddr {
        *self.0.lock().unwrap()
    }

    fn set(&self, address: SocketAddr) {
        *self.0.lock().unwrap() = address;
        self.1.notify_all();
    }

    /// After a failure at this one: the next one, or the same again when it comes back by itself.
    fn after(&self, failed: SocketAddr) {
        let held = self.0.lock().unwrap();
        drop(self.1.wait_timeout_while(held, Duration::from_secs(1), |now| *now == failed).unwrap());
    }
}

/// Says that it is over, also where the test fails: else its threads would go on for ever.
struct Over<'a>(&'a AtomicBool);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::SeqCst);
    }
}

struct Caller<'a> {
    address: &'a Address,
    agent: ureq::Agent,
    until: Instant,
}

impl<'a> Caller<'a> {
    fn new(address: &'a Address) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE / 10));
        Self { address, agent: config.build().into(), until: Instant::now() + PATIENCE }
    }

    /// Until there is an answer that is not about the platform's own state: a caller repeats with the same key.
    fn call(&self, credential: &str, path: &str, body: Option<(&str, &Value)>) -> (u16, Value) {
        loop {
            let address = self.address.now();
            let url = format!("http://{address}/v1/sms-send/{path}");
            let answer = match body {
                None => self.agent.get(&url).header("authorization", credential).call(),
                Some((key, body)) => {
                    let request = self.agent.post(&url).header("authorization", credential);
                    request.header("idempotency-key", key).content_type("application/json").send(body.to_string())
                }
            };
            let read = answer.and_then(|mut answer| {
                Ok((answer.status().as_u16(), answer.body_mut().with_config().limit(1 << 24).read_json::<Value>()?))
            });
            match read {
                Ok((status, body)) if status < 500 && status != 429 => return (status, body),
                _ if Instant::now() < self.until => self.address.after(address),
                failed => panic!("{path}: {failed:?}"),
            }
        }
    }
}

/// Everything of a list.
fn pages(caller: &Caller<'_>, credential: &str, query: &str) -> Vec<Value> {
    let (mut items, mut cursor) = (Vec::new(), String::new());
    loop {
        let (status, page) = caller.call(credential, &format!("messages?limit=100{query}{cursor}"), None);
        assert_eq!(status, 200, "{page}");
        items.extend(page["items"].as_array().unwrap().iter().cloned());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return items,
        }
    }
}

/// An approved template that every vendor knows.
fn template(caller: &Caller<'_>, key: &str, admin: &str, class: &str) -> String {
    let (status, made) = caller.call(key, "templates", Some((&format!("template-{class}"), &sms::template(class))));
    assert_eq!(status, 201, "{made}");
    let id = made["template_id"].as_str().unwrap().to_owned();
    let (status, answer) =
        caller.call(admin, &format!("templates/{id}/review"), Some(("", &json!({"review": "approved"}))));
    assert_eq!(status, 200, "{answer}");
    id
}

/// A message's id, out of the reference under which a vendor has it.
fn message_id(kept: &Kept) -> String {
    format!("msg_{}", &kept.reference[..26])
}

/// Pushes a receipt for whatever the vendor takes, until `over`: nineteen of twenty arrived.
fn receipts(fake: &Fake, failure: &str, over: &AtomicBool) -> usize {
    let mut done = 0;
    loop {
        let fresh = fake.kept_from(done);
        if fresh.is_empty() {
            if over.load(Ordering::SeqCst) {
                return done;
            }
            thread::park_timeout(LOOK);
        }
        for some in fresh.chunks(50) {
            let decide = |(i, kept)| fake.decide(kept, if (done + i) % 20 == 19 { failure } else { "DELIVRD" });
            let reports: Vec<Report> = some.iter().enumerate().flat_map(decide).collect();
            // As vendors do who have days for it.
            while !fake.push(&reports).iter().all(|pushed| pushed.kept) {
                assert!(!over.load(Ordering::SeqCst), "receipts are not taken");
            }
            done += some.len();
        }
    }
}

#[test]
fn nothing_is_lost_and_nothing_sent_twice() {
    let vendors = [
        ("aliyun", Fake::start(Aliyun, 0).unwrap(), "MOBILE_NOT_ON_SERVICE"),
        ("tencent", Fake::start(Tencent, 0).unwrap(), "UNDELIVERED"),
        ("huawei", Fake::start(Huawei { batched: false }, 0).unwrap(), "EXPIRED"),
    ];
    // Of a hundred requests: ten time out, half of them taken all the same; ten are refused by a proxy; five are taken and
    // the answer is lost.
    let shares =
        [(Mode::Silence, 5), (Mode::Slow(Duration::from_secs(2)), 5), (Mode::Page(502), 10), (Mode::LoseAnswer, 5)];
    for (seed, (_, fake, _)) in (20_261..).zip(&vendors) {
        fake.fails(seed, &shares);
    }
    let url = |n: usize| vendors[n].1.url();
    let (aliyun, tencent, huawei) = (url(0), url(1), url(2));
    let keys = sms::public_keys();
    let mut variables = sms::accounts(&aliyun, &tencent, &huawei);
    variables.extend([
        ("token_public_keys", keys.as_str()),
        ("sms_quiet_hours", ""),
        ("sms_timeout_ms", TIMEOUT_MS),
        ("sms_gateways", r#"[{"name":"aliyun","templates_only":true},{"name":"tencent"},{"name":"huawei"}]"#),
    ]);
    let mut host = Host::with(&variables).unwrap();
    let credential = format!("Bearer {}", host.key);
    let admin = sms::admin();
    let address = Address(Mutex::new(host.http), Condvar::new());
    let caller = Caller::new(&address);
    let templates = ["otp", "notice"].map(|class| template(&caller, &credential, &admin, class));
    let (_, gateways) = caller.call(&credential, "gateways", None);
    let paths: Vec<String> =
        gateways["items"].as_array().unwrap().iter().map(|g| g["receipt_path"].as_str().unwrap().to_owned()).collect();
    let calls_back = |host: &Host| {
        for ((_, fake, _), path) in vendors.iter().zip(&paths) {
            fake.calls_back(&host.url(path));
        }
    };
    calls_back(&host);

    let start = Instant::now();
    let (next, over) = (AtomicUsize::new(0), AtomicBool::new(false));
    let accepted: Mutex<BTreeMap<String, bool>> = Mutex::default();
    let messages = thread::scope(|scope| {
        for (_, fake, failure) in &vendors {
            scope.spawn(|| receipts(fake, failure, &over));
        }
        for _ in 0..3 {
            scope.spawn(|| {
                let caller = Caller::new(&address);
                loop {
                    let n = next.fetch_add(1, Ordering::SeqCst);
                    if n >= MESSAGES / BATCH {
                        break;
                    }
                    let otp = n % 5 == 0;
                    let numbers: Vec<String> = (0..BATCH).map(|i| format!("{}{:08}", ["137", "131", "133"][i % 3], n * BATCH + i)).collect();
                    let body = json!({"to": numbers, "template_id": templates[usize::from(!otp)], "params": {"code": "135790"}});
                    let (status, answer) = caller.call(&credential, "messages", Some((&format!("batch-{n:06}"), &body)));
                    assert_eq!(status, 202, "{answer}");
                    let ids = answer["message_ids"].as_array().unwrap().iter().map(|id| (id.as_str().unwrap().to_owned(), otp));
                    accepted.lock().unwrap().extend(ids);
                }
            });
        }
        let _over = Over(&over);
        let taken = || vendors.iter().map(|(_, fake, _)| fake.taken()).sum::<usize>();
        for kill in KILLS {
            while taken() < kill {
                assert!(start.elapsed() < PATIENCE, "{} of {kill} taken\n{}", taken(), host.log());
                thread::park_timeout(LOOK);
            }
            host.restart().unwrap();
            calls_back(&host);
            address.set(host.http);
        }
        // What is under way comes to an end by itself, and one-time codes whose answer was lost go by a second vendor: each is
        // under way again then, so one look has to find both done.
        let waits = |message: &Value| message["class"] == "otp" && message["tried"].as_array().unwrap().len() < 2;
        loop {
            assert!(start.elapsed() < PATIENCE, "{}", host.log());
            let messages = pages(&caller, &credential, "");
            let (unknown, ended): (Vec<_>, Vec<_>) = messages.iter().partition(|message| message["state"] == "unknown");
            if messages.len() == MESSAGES
                && ended.iter().all(|message| FINAL.iter().any(|state| message["state"] == *state))
                && (start.elapsed() >= RESENT || !unknown.into_iter().any(waits))
            {
                break messages;
            }
            thread::park_timeout(20 * LOOK);
        }
    });
    let took = start.elapsed();

    let accepted = accepted.into_inner().unwrap();
    assert_eq!(accepted.len(), MESSAGES);
    let found: BTreeSet<&str> = messages.iter().map(|message| message["message_id"].as_str().unwrap()).collect();
    assert_eq!(found, accepted.keys().map(String::as_str).collect(), "what was accepted is what there is");

    let mut takers: HashMap<String, Vec<&str>> = HashMap::new();
    for (name, fake, _) in &vendors {
        assert!(fake.refused().is_empty(), "{name}: {:?}", fake.refused().first());
        for kept in fake.kept() {
            takers.entry(message_id(&kept)).or_default().push(name);
        }
    }
    let (mut states, mut twice, mut unknown_sent, mut resent) = (BTreeMap::<String, usize>::new(), 0, 0, 0);
    for message in &messages {
        let (id, state) = (message["message_id"].as_str().unwrap(), message["state"].as_str().unwrap());
        *states.entry(state.to_owned()).or_default() += 1;
        assert!(FINAL.contains(&state) || state == "unknown", "{message}");
        let by = takers.remove(id).unwrap_or_default();
        assert_eq!(by.iter().collect::<BTreeSet<_>>().len(), by.len(), "{id} was sent twice by one of {by:?}");
        assert!(state != "delivered" || !by.is_empty(), "{id} is said to be delivered and was not even sent");
        let elsewhere = message["tried"].as_array().unwrap().iter().any(|tried| *tried != message["gateway"]);
        resent += usize::from(accepted[id] && state == "delivered" && elsewhere);
        unknown_sent += usize::from(state == "unknown" && !by.is_empty());
        if by.len() > 1 {
            twice += 1;
            let (_, events) = caller.call(&credential, &format!("messages/{id}/events"), None);
            let events = events["items"].as_array().unwrap();
            let allowed = accepted[id] && events.iter().any(|event| event["state"] == "unknown");
            assert!(allowed, "{id} was sent by {by:?}: {events:?}");
        }
    }
    assert!(resent > 0, "one-time codes whose answer was lost went by another vendor");
    assert!(takers.is_empty(), "vendors have messages that nobody accepted: {takers:?}");
    // Ticks seal what is left.
    let entries = loop {
        let (entries, waiting) = audit::entries(host.data(), "sms_send").unwrap();
        if waiting == 0 {
            break entries;
        }
        assert!(start.elapsed() < PATIENCE, "{waiting} entries are not sealed");
        thread::park_timeout(LOOK);
    };
    let ended = entries
        .iter()
        .filter(|[_, _, _, action, ..]| FINAL.iter().any(|state| *action == format!("message.{state}")))
        .count();
    assert!(ended + states.get("unknown").unwrap_or(&0) >= MESSAGES, "{ended} ends are in the audit log");
    println!(
        "{MESSAGES} messages in {} s with {} kills: {states:?}; {resent} one-time codes arrived by another vendor, {twice} by two; of the unknown, \
         {unknown_sent} were sent; {} audit entries",
        took.as_secs(),
        KILLS.len(),
        entries.len()
    );
}
