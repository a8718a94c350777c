//! Redis streams in memory, whose replies come as flat as Spin's.

use sms_send::flat::Reply;
use sms_send::streams::Redis;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

type Fields = Vec<(String, String)>;

/// One stream with one group, and what was added to other streams.
#[derive(Default)]
pub struct Fake {
    group: Cell<bool>,
    pub entries: RefCell<BTreeMap<(u64, u64), Fields>>,
    read_to: Cell<(u64, u64)>,
    /// Handed out and not acknowledged, with the minutes since.
    pub pending: RefCell<BTreeMap<(u64, u64), u64>>,
    pub added: RefCell<Vec<(String, Fields)>>,
    pub down: Cell<bool>,
}

fn parsed(id: &str) -> (u64, u64) {
    let (time, n) = id.split_once('-').unwrap_or((id, "0"));
    (time.parse().unwrap(), n.parse().unwrap())
}

impl Fake {
    pub fn add(&self, fields: &[(&str, &str)]) -> String {
        let n = self.entries.borrow().len() as u64 + 1;
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        self.entries.borrow_mut().insert((n, 0), fields);
        format!("{n}-0")
    }

    pub fn order(&self, json: &str) -> String {
        self.add(&[("message", json)])
    }

    pub fn later(&self) {
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
                pending.retain(|id, _| !gone.contains(id));
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
                self.pending.borrow_mut().retain(|id, _| !ids.iter().any(|done| parsed(done) == *id));
                Ok(vec![Reply::Integer(ids.len() as i64)])
            }
            other => panic!("{other:?}"),
        }
    }
}
