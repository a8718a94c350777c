//! One vendor's server and what it remembers.

use super::push::{Pushed, Report, push};
use super::server::{Received, Reply, Server};
use super::{Dialect, Question, Read, Refusal};
use anyhow::Result;
use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// What the fake does with the next request that it would otherwise serve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mode {
    /// As the vendor does.
    Fine,
    /// As the vendor does, but late.
    Slow(Duration),
    /// As the vendor does, under another media type.
    WrongType,
    /// Takes the message, and the receipt is pushed before the answer.
    ReceiptFirst,
    /// Takes the message, and the connection breaks before the answer.
    LoseAnswer,
    /// Takes the message, and the answer is not JSON.
    BadJson,
    /// Takes the message, and the answer breaks off in the middle.
    Cut,
    /// Takes the message, and the answer is larger than any should be.
    Huge,
    /// Takes the message, and the answer is nested deeper than any should be.
    Deep,
    /// Says nothing at all.
    Silence,
    /// A page of HTML with this status, as from a proxy in front.
    Page(u16),
    /// This status, with the seconds to wait.
    RetryAfter(u16, u32),
    /// The vendor's word for too many requests.
    Throttle,
    /// The vendor refuses with this code.
    Reject(&'static str),
}

/// A message that the fake took.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The vendor's id.
    pub id: String,
    /// The sender's.
    pub reference: String,
    /// E.164.
    pub phone: String,
    /// The signature.
    pub signature: String,
    /// The template's id.
    pub template: String,
    /// Values for it, with names where the vendor takes them.
    pub params: Vec<(String, String)>,
    /// How many parts the vendor makes of it.
    pub parts: u32,
    /// Where its receipts go, when it is in the request.
    pub callback: Option<String>,
    /// In milliseconds since the epoch.
    pub at_ms: i64,
}

#[derive(Default)]
struct State {
    next: VecDeque<Mode>,
    faults: Option<Faults>,
    kept: Vec<Kept>,
    refused: Vec<Refusal>,
    nonces: HashSet<String>,
    known: HashMap<String, Report>,
    callback: Option<String>,
    parts: u32,
}

impl State {
    fn mode(&mut self) -> Mode {
        let told = self.next.pop_front();
        told.or_else(|| self.faults.as_mut().map(Faults::draw)).unwrap_or(Mode::Fine)
    }
}

/// What goes wrong by chance, the same chance in every run.
struct Faults {
    seed: u64,
    shares: Vec<(Mode, u64)>,
}

impl Faults {
    /// SplitMix64 (Steele, Lea, Flood 2014).
    fn draw(&mut self) -> Mode {
        self.seed = self.seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let mut drawn = (z ^ (z >> 31)) % 100;
        for (mode, percent) in &self.shares {
            if drawn < *percent {
                return mode.clone();
            }
            drawn -= percent;
        }
        Mode::Fine
    }
}

/// A vendor that is not one.
pub struct Fake {
    server: Server,
    shared: Arc<Shared>,
}

struct Shared {
    dialect: Box<dyn Dialect>,
    state: Mutex<State>,
}

impl Fake {
    /// Starts one on a port, a free one for 0.
    ///
    /// # Errors
    /// When the port is taken.
    pub fn start(dialect: impl Dialect, port: u16) -> Result<Self> {
        let state = Mutex::new(State { parts: 1, ..State::default() });
        let shared = Arc::new(Shared { dialect: Box::new(dialect), state });
        let serving = Arc::clone(&shared);
        let server = Server::start(port, move |request| serving.serve(&request))?;
        Ok(Self { server, shared })
    }

    /// Scheme and authority.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// What to do with the next requests, in order; after them all is fine.
    pub fn next(&self, modes: impl IntoIterator<Item = Mode>) {
        self.shared.state().next.extend(modes);
    }

    /// Lets these go wrong in so many of a hundred requests from now on, those of [`Fake::next`] aside.
    pub fn fails(&self, seed: u64, shares: &[(Mode, u64)]) {
        self.shared.state().faults = Some(Faults { seed, shares: shares.to_vec() });
    }

    /// Messages taken so far, whether or not their sender knows.
    pub fn kept(&self) -> Vec<Kept> {
        self.kept_from(0)
    }

    /// The same without the first `n`.
    pub fn kept_from(&self, n: usize) -> Vec<Kept> {
        self.shared.state().kept[n..].to_vec()
    }

    /// How many those are.
    pub fn taken(&self) -> usize {
        self.shared.state().kept.len()
    }

    /// Requests that were refused for what they are, not because the fake was told to.
    pub fn refused(&self) -> Vec<Refusal> {
        self.shared.state().refused.clone()
    }

    /// Makes so many parts of each message from now on.
    pub fn parts(&self, parts: u32) {
        self.shared.state().parts = parts;
    }

    /// Pushes receipts there that do not name their own address.
    pub fn calls_back(&self, url: &str) {
        self.shared.state().callback = Some(url.to_owned());
    }

    /// The carrier has decided on a message: a question finds it, and these are the receipts to push. A test may
    /// double them, turn them round or change their ids first.
    pub fn decide(&self, kept: &Kept, code: &str) -> Vec<Report> {
        self.shared.decide(kept, code)
    }

    /// Pushes receipts until each callback is kept or given up.
    pub fn push(&self, reports: &[Report]) -> Vec<Pushed> {
        let url = self.shared.state().callback.clone().expect("a callback address");
        push(&*self.shared.dialect, &url, reports)
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self, request: &Received) -> Reply {
        let now_ms = now_ms();
        let read = self.dialect.read(request, now_ms).and_then(|read| self.fresh(read));
        let read = match read {
            Ok(read) => read,
            Err(refusal) => {
                self.state().refused.push(refusal.clone());
                return self.dialect.refused(&refusal);
            }
        };
        let mode = self.state().mode();
        match &mode {
            Mode::Silence => return Reply::Silence,
            Mode::Page(status) => return Reply::Answer(*status, "text/html", b"<html><h1>Oops</h1></html>".to_vec()),
            Mode::RetryAfter(status, seconds) => return Reply::RetryAfter(*status, *seconds),
            Mode::Throttle => return self.dialect.refused(&self.dialect.throttled()),
            Mode::Reject(code) => return self.dialect.refused(&Refusal::new(200, code, "told to")),
            _ => {}
        }
        let reply = match read {
            Read::Send(kept, _) => self.take(*kept, now_ms, mode == Mode::ReceiptFirst),
            Read::Ask(question) => self.dialect.found(&self.find(&question)),
        };
        misbehave(mode, reply)
    }

    fn fresh(&self, read: Read) -> Result<Read, Refusal> {
        if let Read::Send(_, Some(nonce)) = &read
            && !self.state().nonces.insert(nonce.clone())
        {
            return Err(self.dialect.replayed());
        }
        Ok(read)
    }

    fn take(&self, mut kept: Kept, now_ms: i64, receipt_first: bool) -> Reply {
        let mut state = self.state();
        kept.id = self.dialect.id(u64::try_from(state.kept.len()).expect("few"));
        (kept.at_ms, kept.parts) = (now_ms, state.parts);
        state.kept.push(kept.clone());
        let url = kept.callback.clone().or_else(|| state.callback.clone());
        drop(state);
        if let (true, Some(url)) = (receipt_first, url) {
            push(&*self.dialect, &url, &self.decide(&kept, "DELIVRD"));
        }
        self.dialect.accepted(&kept)
    }

    fn decide(&self, kept: &Kept, code: &str) -> Vec<Report> {
        let whole = Report::of(kept, code, now_ms());
        self.state().known.insert(kept.id.clone(), whole.clone());
        let parts = if self.dialect.reports_parts() { kept.parts } else { 1 };
        (1..=parts).map(|n| Report { part: (n, parts), ..whole.clone() }).collect()
    }

    fn find(&self, question: &Question) -> Vec<(Kept, Option<Report>)> {
        let state = self.state();
        let asked = state.kept.iter().filter(|kept| {
            let by_id = question.id.as_ref().is_none_or(|id| *id == kept.id);
            by_id && kept.phone == question.phone && (question.from_ms..=question.until_ms).contains(&kept.at_ms)
        });
        asked.map(|kept| (kept.clone(), state.known.get(&kept.id).cloned())).collect()
    }
}

fn misbehave(mode: Mode, reply: Reply) -> Reply {
    let Reply::Answer(status, media_type, body) = reply else { return reply };
    match mode {
        Mode::LoseAnswer => Reply::Hangup,
        Mode::Slow(delay) => Reply::Late(delay, Box::new(Reply::Answer(status, media_type, body))),
        Mode::WrongType => Reply::Answer(status, "text/html", body),
        Mode::BadJson => Reply::Answer(status, media_type, [b"\xff{", &*body].concat()),
        Mode::Cut => Reply::Cut(body[..body.len() / 2].to_vec()),
        Mode::Huge => Reply::Answer(status, media_type, [&*body, &[b' '; 100_000]].concat()),
        Mode::Deep => Reply::Answer(status, media_type, ["[".repeat(1_000), "]".repeat(1_000)].concat().into_bytes()),
        _ => Reply::Answer(status, media_type, body),
    }
}

pub(super) fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
