//! BJCA: its co-signing service (COSS), its service for doctors (YWX), its timestamps and its revocation lists, with real SM2
//! signatures.
//!
//! What is unconfirmed of the services (`components/ca-bjca/README.md`) is here as the adapter takes it to be, so that these tests
//! say nothing of it.

mod book;
mod coss;
mod deeds;
mod trust;
mod ywx;

use super::fake::now_ms;
use super::{Received, Refusal, Reply, Server};
use anyhow::Result;
use book::Book;
use serde_json::Value;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::Duration;
use trust::Trust;

/// Where timestamps are made.
pub const STAMPS: &str = trust::STAMPS;
/// What every list lies below.
pub const LISTS: &str = "/crl/";
/// The list of what was revoked since the last complete one.
pub const DELTA: &str = trust::LISTS[2];
/// What every call of the co-signing service lies below.
pub const COSS: &str = "/coss/";

pub use book::{Approval, Deed, Job, Plan, Progress, Service, User};

/// The application that the account has.
pub const APP_ID: &str = "APP_TEST";
/// Its secret.
pub const SECRET: &str = "TEST-SECURE-CODE-0001";

struct State {
    trust: Trust,
    book: Book,
    next: VecDeque<Reply>,
    refused: Vec<Refusal>,
    down: Vec<&'static str>,
    held: Option<(&'static str, Gate)>,
    ahead_ms: i64,
}

/// Where an answer waits: told that it is there, and until when.
type Gate = (mpsc::Sender<()>, mpsc::Receiver<()>);

/// An answer that is held back, as of a slow network; it goes out when this is dropped.
pub struct Held {
    ready: mpsc::Receiver<()>,
    _gate: mpsc::Sender<()>,
}

impl Held {
    /// Waits until the question came and its answer stands.
    ///
    /// # Panics
    /// When none came within a minute.
    pub fn ready(&self) {
        self.ready.recv_timeout(Duration::from_secs(60)).expect("a question");
    }
}

impl State {
    fn now_ms(&self) -> i64 {
        now_ms() + self.ahead_ms
    }
}

/// The authority's servers.
pub struct Bjca {
    server: Server,
    state: Arc<Mutex<State>>,
}

impl Bjca {
    /// Starts them on a free port.
    ///
    /// # Errors
    /// When there is none.
    pub fn start() -> Result<Self> {
        let (next, refused) = (VecDeque::new(), Vec::new());
        let (trust, book, down) = (Trust::new(now_ms() / 1_000), Book::default(), Vec::new());
        let state = State { trust, book, next, refused, down, held: None, ahead_ms: 0 };
        let state = Arc::new(Mutex::new(state));
        let theirs = Arc::clone(&state);
        let server = Server::start(0, move |request| {
            let (reply, gate) = {
                let state = &mut *lock(&theirs);
                (serve(state, &request), state.held.take_if(|(path, _)| request.path.starts_with(*path)))
            };
            if let Some((_, (ready, go))) = gate {
                // Either end may be gone with a test that failed.
                let _ = ready.send(());
                let _ = go.recv();
            }
            reply
        })?;
        Ok(Self { server, state })
    }

    /// Scheme and authority.
    pub fn url(&self) -> String {
        format!("http://{}", self.server.address)
    }

    /// The adapter's variables for this account, in mode `coss` or `ywx`.
    pub fn variables(&self, mode: &str) -> Vec<(&'static str, String)> {
        let url = self.url();
        vec![
            ("ca_bjca_mode", mode.to_owned()),
            ("ca_bjca_endpoint", url.clone()),
            ("ca_bjca_app_id", APP_ID.to_owned()),
            ("ca_bjca_secret", SECRET.to_owned()),
            ("ca_bjca_names", coss::NAMES.to_owned()),
            ("ca_bjca_tsa_url", format!("{url}{}", trust::STAMPS)),
            ("ca_bjca_crl_urls", trust::LISTS.map(|path| format!("{url}{path}")).join(",")),
            ("ca_bjca_certificates", lock(&self.state).trust.pem()),
        ]
    }

    /// The root, in DER.
    pub fn root(&self) -> Vec<u8> {
        lock(&self.state).trust.root()
    }

    /// The root, in PEM.
    pub fn root_pem(&self) -> String {
        lock(&self.state).trust.root_pem()
    }

    /// Does this with the next requests, in order, whatever they are; after them all is fine.
    pub fn next(&self, replies: impl IntoIterator<Item = Reply>) {
        lock(&self.state).next.extend(replies);
    }

    /// From now on what lies below these paths, such as [`STAMPS`] or [`LISTS`], answers that it is out of order, and all else is fine.
    pub fn down(&self, paths: &[&'static str]) {
        lock(&self.state).down = paths.to_vec();
    }

    /// Holds the next answer below this path back. What happens meanwhile is not in it.
    #[must_use]
    pub fn hold(&self, path: &'static str) -> Held {
        let ((tell, ready), (gate, go)) = (mpsc::channel(), mpsc::channel());
        lock(&self.state).held = Some((path, (tell, go)));
        Held { ready, _gate: gate }
    }

    /// What becomes of the next jobs, in order; after them each waits for [`Bjca::decide`].
    pub fn plan(&self, plans: impl IntoIterator<Item = Plan>) {
        lock(&self.state).book.plans.extend(plans);
    }

    /// Its clock goes on by so many milliseconds.
    pub fn pass(&self, ms: i64) {
        lock(&self.state).ahead_ms += ms;
    }

    /// Every job that was taken, in order.
    pub fn jobs(&self) -> Vec<Job> {
        lock(&self.state).book.jobs.clone()
    }

    /// Everybody who was added, in order.
    pub fn users(&self) -> Vec<User> {
        lock(&self.state).book.users.clone()
    }

    /// Every approval beforehand that was asked for, in order.
    pub fn approvals(&self) -> Vec<Approval> {
        lock(&self.state).book.approvals.clone()
    }

    /// Calls back about a job so many times, and gives status and body of each answer.
    pub fn call_back(&self, url: &str, job: &str, times: usize) -> Vec<(u16, String)> {
        let body = self.callback(job);
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let call = |_| {
            let mut answer = agent.post(url).content_type("application/json").send(&body).expect("an answer");
            (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap_or_default())
        };
        (0..times).map(call).collect()
    }

    /// What it says of a job unasked, as it is posted.
    pub fn callback(&self, job: &str) -> String {
        lock(&self.state).callback(job).to_string()
    }

    /// What it says of a person unasked, as it is posted.
    pub fn callback_about(&self, service: Service, user: &str) -> String {
        let body = match service {
            Service::Coss => coss::callback_about(user),
            Service::Ywx => ywx::callback_about(user),
        };
        body.to_string()
    }

    /// Requests that were refused for what they are, not because the fake was told to.
    pub fn refused(&self) -> Vec<Refusal> {
        lock(&self.state).refused.clone()
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// What the service of a job says of it unasked.
    fn callback(&mut self, id: &str) -> Value {
        let now_ms = self.now_ms();
        let job = self.book.job(id, now_ms).expect("a job");
        match job.service {
            Service::Coss => coss::callback(&job),
            Service::Ywx => ywx::callback(&job),
        }
    }
}

fn serve(state: &mut State, request: &Received) -> Reply {
    if let Some(reply) = state.next.pop_front() {
        return reply;
    }
    if state.down.iter().any(|down| request.path.starts_with(down)) {
        return Reply::Answer(503, "text/html", b"<html>".to_vec());
    }
    let now_ms = state.now_ms();
    let State { trust, book, .. } = state;
    let answered = match request.path.as_str() {
        path if path.starts_with("/coss/") => coss::answer(request, trust, book, now_ms),
        path if path.starts_with("/gateway/") => ywx::answer(request, trust, book, now_ms),
        _ => trust.answer(request, now_ms / 1_000),
    };
    answered.unwrap_or_else(|refusal| {
        let reply = match request.path.starts_with("/coss/") {
            true => coss::refused(&refusal),
            false => ywx::refused(&refusal),
        };
        state.refused.push(refusal);
        reply
    })
}
