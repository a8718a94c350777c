//! Reports to hospital systems.

use crate::redis::Fake;
use crate::support::{Bench, MINUTE, PHONE, now};
use crate::vendors::{receipt, takes};
use common::store::Store;
use common::timestamp::Timestamp;
use serde_json::Value;
use sms_send::deliver::hook::{self, Post, Ways};
use sms_send::deliver::receipt::{self as receipts, Source};
use sms_send::deliver::report;
use std::cell::{Cell, RefCell};

type Got = (String, Vec<(String, String)>, Vec<u8>);

/// A system that takes every report, or answers as it is told.
pub struct Accepts {
    /// URL, headers, body.
    pub got: RefCell<Vec<Got>>,
    pub answer: Cell<Result<u16, &'static str>>,
}

impl Default for Accepts {
    fn default() -> Self {
        Self { got: RefCell::default(), answer: Cell::new(Ok(204)) }
    }
}

impl Post for Accepts {
    async fn post(&self, url: &str, headers: [(&'static str, String); 3], body: &[u8]) -> Result<u16, String> {
        let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        self.got.borrow_mut().push((url.to_owned(), headers, body.to_vec()));
        self.answer.get().map_err(str::to_owned)
    }
}

const HIS: &str = "https://his.example/sms";

/// A message that arrived.
fn delivered(columns: &str) -> Bench {
    let mut bench = Bench::one();
    bench.settings.hooks = vec![HIS.to_owned()];
    bench.answers(|_, m| takes("a", m));
    bench.accept_with(columns);
    bench.pump();
    let id = format!("v-{}", bench.vendors.submitted.borrow()[0].1.reference);
    bench.act(async |world| {
        receipts::take(world, "a", vec![receipt(&id, "delivered")], Source::Callback).await.unwrap()
    });
    bench
}

fn tell(bench: &Bench, post: &Accepts) -> usize {
    let ways = Ways { post, redis: None::<&Fake>, secret: "secret" };
    bench.act(async |world| hook::run(world, &ways).await.unwrap())
}

#[test]
fn a_report_is_signed_and_says_what_happened() {
    let bench = delivered("client_ref = 'visit-7', parts = 2, callback_url = 'https://app.example/x'");
    let post = Accepts::default();
    assert_eq!((tell(&bench, &post), tell(&bench, &post)), (2, 0));
    let got = post.got.borrow();
    let urls: Vec<_> = got.iter().map(|(url, ..)| url.as_str()).collect();
    assert_eq!(urls, ["https://app.example/x", HIS]);
    let (_, headers, body) = &got[0];
    let json: Value = serde_json::from_slice(body).unwrap();
    let id = bench.row("SELECT id FROM sms_send_message").concat();
    assert_eq!((&json["message_id"], &json["client_ref"]), (&id.into(), &"visit-7".into()));
    assert_eq!((&json["state"], &json["parts"], &json["reason"]), (&"delivered".into(), &2.into(), &Value::Null));
    assert_eq!(json["at"], Timestamp(bench.clock.get()).to_string());
    let event = json["event_id"].as_str().unwrap();
    assert_eq!(bench.row(&format!("SELECT state FROM sms_send_event WHERE id = '{event}'")).concat(), "delivered");
    let seconds = bench.clock.get() / 1000;
    let signature = common::webhook::signature("secret", seconds, event, body);
    let expected = [("timestamp", seconds.to_string()), ("id", event.to_owned()), ("signature", signature)];
    for ((name, value), (end, expected)) in headers.iter().zip(expected) {
        assert_eq!((name, value), (&format!("x-yunzhen-{end}"), &expected));
    }
    assert!(!String::from_utf8_lossy(body).contains(&PHONE[3..]));
}

#[test]
fn a_url_is_told_once_of_an_event() {
    let bench = delivered(&format!("callback_url = '{HIS}'"));
    assert_eq!(bench.count("sms_send_hook"), 1);
}

#[test]
fn it_is_tried_for_about_a_day_and_then_dead() {
    let bench = delivered("");
    let post = Accepts::default();
    let start = bench.clock.get();
    for answer in [Ok(500), Ok(302), Ok(404), Err("connection refused")].into_iter().cycle() {
        post.answer.set(answer);
        assert_eq!(tell(&bench, &post), 0);
        let Some(due) = bench.next_report() else {
            break;
        };
        assert!(due > bench.clock.get());
        bench.clock.set(due - 1);
        let tries = post.got.borrow().len();
        tell(&bench, &post);
        assert_eq!(post.got.borrow().len(), tries, "not before its time");
        bench.clock.set(due);
    }
    assert_eq!(post.got.borrow().len(), 10);
    let hours = (bench.clock.get() - start) / (60 * MINUTE);
    assert!((20..=25).contains(&hours), "{hours}");
    let bodies: std::collections::BTreeSet<_> = post.got.borrow().iter().map(|(.., body)| body.clone()).collect();
    assert_eq!(bodies.len(), 1);
    assert_eq!(bench.row("SELECT state, attempt, detail FROM sms_send_hook"), ["dead", "10", "the answer is 302"]);
}

#[test]
fn what_was_told_is_forgotten_after_a_month() {
    let bench = delivered("client_ref = 'visit-7'");
    let his = Accepts::default();
    assert_eq!(tell(&bench, &his), 1);
    bench.wait(30 * 24 * 60 * MINUTE);
    tell(&bench, &his);
    assert_eq!(bench.count("sms_send_hook WHERE state = 'done'"), 1);
    bench.wait(MINUTE);
    tell(&bench, &his);
    assert_eq!(bench.count("sms_send_hook"), 0);
}

#[test]
fn a_dead_one_is_listed_and_told_once_more() {
    let bench = delivered("");
    bench.rows("UPDATE sms_send_hook SET state = 'dead', attempt = 10, detail = 'why'");
    let rows = |statement| now(bench.store.query(statement)).unwrap();
    for owner in ["", "system:his"] {
        let listed = rows(report::list(owner, "dead", None, 10));
        let listed: Vec<_> = listed.iter().filter_map(|row| report::Report::read(&row)).collect();
        assert_eq!((listed.len(), listed[0].url.as_str(), listed[0].detail.as_deref()), (1, HIS, Some("why")));
        let after = Some((listed[0].created_ms, listed[0].id.as_str()));
        assert!(rows(report::list(owner, "dead", after, 10)).rows.is_empty());
    }
    let id = bench.row("SELECT id FROM sms_send_hook").concat();
    assert!(rows(report::list("system:lis", "dead", None, 10)).rows.is_empty());
    assert_eq!(rows(report::find("system:his", &id)).first().unwrap().text(0), Some("dead"));
    assert!(rows(report::find("system:lis", &id)).rows.is_empty());
    let replay = |owner, id: &str| rows(report::replay(owner, id, Timestamp(bench.clock.get()))).rows.len();
    assert_eq!((replay("", "hook_x"), replay("system:lis", &id)), (0, 0));
    assert_eq!((replay("system:his", &id), replay("system:his", &id)), (1, 0), "it waits already");
    assert_eq!(tell(&bench, &Accepts::default()), 1);
    assert_eq!(bench.row("SELECT state, attempt, detail FROM sms_send_hook"), ["done", "1", "-"]);
}

#[test]
fn many_are_told_in_one_go() {
    let bench = delivered("");
    for i in 0..150 {
        bench.rows(&format!(
            "INSERT INTO sms_send_hook (id, message_id, event_id, url, body, state, due_at, created_at) \
             SELECT 'hook_{i}', message_id, 'evt_{i}', url, body, state, due_at, created_at FROM sms_send_hook LIMIT 1"
        ));
    }
    assert_eq!(tell(&bench, &Accepts::default()), 151);
}

/// Takes so long that another instance tells it too.
struct Slow<'a>(&'a Bench);

impl Post for Slow<'_> {
    async fn post(&self, _: &str, _: [(&'static str, String); 3], _: &[u8]) -> Result<u16, String> {
        self.0.rows("UPDATE sms_send_hook SET lease = 'theirs'");
        Err("time".into())
    }
}

#[test]
fn who_comes_too_late_does_not_undo_what_another_did() {
    let bench = delivered("");
    let ways = Ways { post: &Slow(&bench), redis: None::<&Fake>, secret: "secret" };
    bench.act(async |world| hook::run(world, &ways).await.unwrap());
    assert_eq!(bench.row("SELECT state, attempt, lease FROM sms_send_hook"), ["waiting", "0", "theirs"]);
}
