//! The stream's door, against Redis streams in memory whose replies come as flat as Spin's.

use common::problem::Problem;
use futures::FutureExt;
use sms_send::flat::Reply;
use sms_send::streams::{self, Accept, Redis};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

type Fields = Vec<(String, String)>;

/// One stream with one group, and what was added to other streams.
#[derive(Default)]
pub struct Fake {
    group: Cell<bool>,
    entries: RefCell<BTreeMap<(u64, u64), Fields>>,
    read_to: Cell<(u64, u64)>,
    /// Handed out and not acknowledged, with the minutes since.
    pending: RefCell<BTreeMap<(u64, u64), u64>>,
    pub added: RefCell<Vec<(String, Fields)>>,
    down: Cell<bool>,
}

fn parsed(id: &str) -> (u64, u64) {
    let (time, n) = id.split_once('-').unwrap_or((id, "0"));
    (time.parse().unwrap(), n.parse().unwrap())
}

impl Fake {
    fn add(&self, fields: &[(&str, &str)]) -> String {
        let n = self.entries.borrow().len() as u64 + 1;
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.entries.borrow_mut().insert((n, 0), fields);
        format!("{n}-0")
    }

    fn order(&self, json: &str) -> String {
        self.add(&[("message", json)])
    }

    fn later(&self) {
        self.pending.borrow_mut().values_mut().for_each(|minutes| *minutes += 1);
    }

    fn flat(&self, first: &str, ids: &[(u64, u64)]) -> Vec<Reply> {
        let bytes = |text: &str| Reply::Bytes(text.as_bytes().to_vec());
        let mut flat = vec![bytes(first)];
        for id in ids {
            flat.push(bytes(&format!("{}-{}", id.0, id.1)));
            match self.entries.borrow().get(id) {
                Some(fields) => flat.extend(fields.iter().flat_map(|(name, value)| [bytes(name), bytes(value)])),
                None => flat.push(Reply::Nil),
            }
        }
        flat
    }
}

impl Redis for Fake {
    async fn execute(&self, command: &str, arguments: Vec<Vec<u8>>) -> Result<Vec<Reply>, String> {
        let words: Vec<String> = arguments.into_iter().map(|bytes| String::from_utf8(bytes).unwrap()).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        if self.down.get() {
            return Err("connection refused".into());
        }
        match (command, words.as_slice()) {
            ("XADD", [stream, "MAXLEN", "~", _, "*", fields @ ..]) => {
                let fields = fields.chunks(2).map(|pair| (pair[0].to_owned(), pair[1].to_owned())).collect();
                self.added.borrow_mut().push(((*stream).to_owned(), fields));
                Ok(vec![Reply::Bytes(b"1-0".to_vec())])
            }
            ("XGROUP", ["CREATE", "yunzhen.sms.in", "sms-send", "0", "MKSTREAM"]) => match self.group.replace(true) {
                false => Ok(vec![Reply::Status("OK".into())]),
                true => Err("BUSYGROUP Consumer Group name already exists".into()),
            },
            _ if !self.group.get() => Err("NOGROUP No such key 'yunzhen.sms.in' or consumer group".into()),
            ("XAUTOCLAIM", ["yunzhen.sms.in", "sms-send", "sms-send", "60000", "0-0", "COUNT", count]) => {
                let mut pending = self.pending.borrow_mut();
                let count = count.parse().unwrap();
                let idle: Vec<_> = pending.iter().filter(|(_, m)| **m >= 1).map(|(id, _)| *id).take(count).collect();
                idle.iter().for_each(|id| *pending.get_mut(id).unwrap() = 0);
                let (there, gone): (Vec<_>, Vec<_>) =
                    idle.into_iter().partition(|id| self.entries.borrow().contains_key(id));
                gone.iter().for_each(|id| drop(pending.remove(id)));
                let mut flat = self.flat("0-0", &there);
                flat.extend(gone.iter().map(|id| Reply::Bytes(format!("{}-{}", id.0, id.1).into_bytes())));
                Ok(flat)
            }
            ("XREADGROUP", ["GROUP", "sms-send", "sms-send", "COUNT", count, "STREAMS", "yunzhen.sms.in", from]) => {
                let count: usize = count.parse().unwrap();
                let ids: Vec<_> = if *from == ">" {
                    let entries = self.entries.borrow();
                    let new = entries.keys().filter(|id| **id > self.read_to.get()).copied().take(count);
                    new.collect()
                } else {
                    self.pending.borrow().keys().filter(|id| **id > parsed(from)).copied().take(count).collect()
                };
                if *from == ">" {
                    self.read_to.set(ids.last().copied().unwrap_or(self.read_to.get()));
                    self.pending.borrow_mut().extend(ids.iter().map(|id| (*id, 0)));
                    if ids.is_empty() {
                        return Ok(vec![Reply::Nil]);
                    }
                }
                Ok(self.flat("yunzhen.sms.in", &ids))
            }
            ("XACK", ["yunzhen.sms.in", "sms-send", ids @ ..]) => {
                ids.iter().for_each(|id| drop(self.pending.borrow_mut().remove(&parsed(id))));
                Ok(vec![Reply::Integer(ids.len() as i64)])
            }
            other => panic!("{other:?}"),
        }
    }
}

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
