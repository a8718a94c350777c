//! The stream's door.

use crate::redis::Fake;
use common::problem::Problem;
use futures::FutureExt;
use sms_send::streams::{self, Accept};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

/// Accepts nothing, for nothing comes.
pub struct Nobody;

impl Accept for Nobody {
    async fn accept(&self, _: &[u8], _: &str) -> Result<(), Problem> {
        unreachable!("no stream is read")
    }
}

/// Accepts each key once, refuses what says so.
#[derive(Default)]
struct Door {
    accepted: RefCell<BTreeMap<String, String>>,
    closed: Cell<bool>,
    /// Never comes back from the next order, but has accepted it.
    dies: Cell<bool>,
}

impl Accept for Door {
    async fn accept(&self, json: &[u8], key: &str) -> Result<(), Problem> {
        let json = String::from_utf8(json.to_vec()).unwrap();
        if self.closed.get() {
            return Err(Problem::unavailable("store_unavailable", "x"));
        }
        if json.contains("refuse") {
            return Err(Problem::bad_field("to", "错", "wrong"));
        }
        self.accepted.borrow_mut().insert(key.to_owned(), json);
        if self.dies.take() {
            std::future::pending::<()>().await;
        }
        Ok(())
    }
}

fn run(redis: &Fake, door: &Door) -> Result<usize, String> {
    streams::run(redis, door).now_or_never().expect("it does not stop")
}

#[test]
fn orders_are_accepted_and_acknowledged() {
    let (redis, door) = (Fake::default(), Door::default());
    redis.order(r#"{"to":"1","request_id":"visit-00001"}"#);
    let second = redis.order(r#"{"to":"2"}"#);
    assert_eq!(run(&redis, &door), Ok(2), "those from before the group too");
    assert_eq!((run(&redis, &door), redis.pending.borrow().len()), (Ok(0), 0));
    let accepted = door.accepted.borrow();
    assert_eq!(accepted["visit-00001"], r#"{"to":"1"}"#);
    assert_eq!(accepted[&second], r#"{"to":"2"}"#);
}

#[test]
fn many_come_in_one_go() {
    let (redis, door) = (Fake::default(), Door::default());
    (0..250).for_each(|i| drop(redis.order(&format!(r#"{{"to":"{i}"}}"#))));
    assert_eq!((run(&redis, &door), redis.pending.borrow().len()), (Ok(250), 0));
}

#[test]
fn what_is_refused_goes_where_a_person_finds_it() {
    let (redis, door) = (Fake::default(), Door::default());
    let bad = [r#"{"to":"refuse"}"#, "not json", r#"{"request_id":7}"#, r#"["to"]"#, &"x".repeat((1 << 20) + 1)];
    let ids: Vec<_> = bad.iter().map(|json| redis.order(json)).collect();
    redis.order(r#"{"to":"1"}"#);
    assert_eq!((run(&redis, &door), redis.pending.borrow().len()), (Ok(1), 0));
    let added = redis.added.borrow();
    let codes = added.iter().map(|(stream, fields)| (stream.as_str(), fields[0].1.as_str(), fields[1].1.as_str()));
    let expected = ["bad_field", "bad_json", "bad_field", "bad_field", "too_large"];
    let expected = ids.iter().zip(expected).map(|(id, code)| ("yunzhen.sms.in.dead", id.as_str(), code));
    assert_eq!(codes.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
    let (_, fields) = &added[0];
    let names: Vec<_> = fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["id", "code", "detail", "detail_en", "message"]);
    assert_eq!(fields[4].1, bad[0]);
}

#[test]
fn entries_of_another_form_do_not_disturb_their_neighbours() {
    let (redis, door) = (Fake::default(), Door::default());
    redis.order(r#"{"to":"1"}"#);
    redis.add(&[("to", "1"), ("text", "x")]);
    // A flat reply would read as three good entries.
    redis.add(&[("message", "{}"), ("9-1", "message"), ("{}", "9-2"), ("message", "{}")]);
    redis.order(r#"{"to":"2"}"#);
    assert_eq!((run(&redis, &door), redis.pending.borrow().len()), (Ok(2), 0));
    let codes: Vec<_> = redis.added.borrow().iter().map(|(_, fields)| fields[1].1.clone()).collect();
    assert_eq!(codes, ["bad_entry", "bad_entry"]);
}

#[test]
fn what_was_left_behind_is_taken_again_and_counts_once() {
    let (redis, door) = (Fake::default(), Door::default());
    redis.order(r#"{"to":"1"}"#);
    redis.order(r#"{"to":"2"}"#);
    door.dies.set(true);
    assert!(streams::run(&redis, &door).now_or_never().is_none());
    assert_eq!(run(&redis, &door), Ok(0), "perhaps another one is at it");
    redis.later();
    assert_eq!((run(&redis, &door), redis.pending.borrow().len()), (Ok(2), 0));
    assert_eq!(door.accepted.borrow().len(), 2);
}

#[test]
fn what_cannot_be_accepted_just_now_stays() {
    let (redis, door) = (Fake::default(), Door::default());
    redis.order(r#"{"to":"1"}"#);
    door.closed.set(true);
    assert_eq!(run(&redis, &door), Err("store_unavailable".into()));
    door.closed.set(false);
    redis.later();
    assert_eq!((run(&redis, &door), redis.added.borrow().len()), (Ok(1), 0));
    redis.down.set(true);
    assert_eq!(run(&redis, &door), Err("connection refused".into()));
}

#[test]
fn entries_that_were_deleted_meanwhile_are_passed_over() {
    let (redis, door) = (Fake::default(), Door::default());
    redis.order(r#"{"to":"1"}"#);
    redis.order(r#"{"to":"2"}"#);
    door.dies.set(true);
    assert!(streams::run(&redis, &door).now_or_never().is_none());
    redis.entries.borrow_mut().remove(&(2, 0));
    redis.later();
    assert_eq!((run(&redis, &door), redis.added.borrow().len()), (Ok(1), 0));
}

#[test]
fn reports_go_out() {
    let bench = {
        let mut bench = crate::support::Bench::one();
        bench.settings.hooks = vec!["redis:".to_owned()];
        bench.answers(|_, _| sms_send::deliver::gateway::Outcome::Invalid { detail: "x".into() });
        bench.accept();
        bench.pump();
        bench
    };
    let (redis, post) = (Fake::default(), crate::hook::Accepts::default());
    let tell = |redis: Option<&Fake>| {
        let ways = sms_send::deliver::hook::Ways { post: &post, redis, secret: "s" };
        bench.act(async |world| sms_send::deliver::hook::run(world, &ways).await.unwrap())
    };
    assert_eq!(tell(None), 0);
    redis.down.set(true);
    bench.wait(60_000);
    assert_eq!(tell(Some(&redis)), 0);
    assert_eq!(bench.row("SELECT attempt, detail FROM sms_send_hook"), ["2", "connection refused"]);
    redis.down.set(false);
    bench.wait(120_000);
    assert_eq!(tell(Some(&redis)), 1);
    let (stream, fields) = redis.added.borrow()[0].clone();
    assert_eq!((stream.as_str(), fields[0].0.as_str()), ("yunzhen.sms.receipts", "receipt"));
    let report: serde_json::Value = serde_json::from_str(&fields[0].1).unwrap();
    assert_eq!(report["state"], "dead");
    assert!(post.got.borrow().is_empty());
}
