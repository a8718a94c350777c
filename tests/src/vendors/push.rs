//! Receipts, and their way to the callback address.

use super::Dialect;
use super::fake::Kept;
use std::thread;
use std::time::Duration;

/// The vendors push again after 1, 5 and 10 minutes; here in milliseconds.
const AGAIN: [Duration; 3] = [Duration::from_millis(10), Duration::from_millis(50), Duration::from_millis(100)];

/// What a carrier says of a message or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The vendor's id.
    pub id: String,
    /// The sender's, where the vendor gives it back.
    pub reference: String,
    /// E.164.
    pub phone: String,
    /// From 1, of how many; (1, 1) for a whole message.
    pub part: (u32, u32),
    /// `DELIVRD`, or why not.
    pub code: String,
    /// In milliseconds since the epoch.
    pub at_ms: i64,
}

impl Report {
    /// Of a whole message.
    pub fn of(kept: &Kept, code: &str, at_ms: i64) -> Self {
        let (id, reference, phone) = (kept.id.clone(), kept.reference.clone(), kept.phone.clone());
        Self { id, reference, phone, part: (1, 1), code: code.to_owned(), at_ms }
    }

    /// Whether it arrived.
    pub fn delivered(&self) -> bool {
        self.code == "DELIVRD"
    }
}

/// How one callback went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pushed {
    /// How often it was pushed.
    pub times: usize,
    /// Whether the last answer said that it was kept.
    pub kept: bool,
}

/// Pushes reports to a URL, again and again until they are kept or the vendor gives up.
pub fn push(dialect: &dyn Dialect, url: &str, reports: &[Report]) -> Vec<Pushed> {
    dialect.callbacks(reports).iter().map(|(media_type, body)| one(dialect, url, media_type, body)).collect()
}

fn one(dialect: &dyn Dialect, url: &str, media_type: &str, body: &str) -> Pushed {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let mut times = 0;
    loop {
        times += 1;
        let answer = agent.post(url).content_type(media_type).send(body).ok();
        let kept = answer.is_some_and(|mut answer| {
            let body = answer.body_mut().read_to_string().unwrap_or_default();
            dialect.acknowledged(answer.status().as_u16(), &body)
        });
        match AGAIN.get(times - 1) {
            Some(pause) if !kept => thread::sleep(*pause),
            _ => return Pushed { times, kept },
        }
    }
}
