//! Handing a message over, and what follows from the answer.

use super::breaker::{self, Sign};
use super::change::{self, Change, Next};
use super::gateway::{CALL_MS, Gateway, Outcome, Submit};
use super::message::Subject;
use super::plan::ATTEMPTS;
use super::values::Values;
use super::{Sealed, World, alarm, detail, early, question};
use crate::state::State;
use common::store::{Error, Rows, Statement, Store};
use common::timestamp::Timestamp;
use std::collections::BTreeMap;

/// Between two attempts: this, doubled each time, up to five minutes.
const PAUSE_MS: i64 = 1_000;
const LONGEST_PAUSE_MS: i64 = 300_000;

/// A message that is `submitting`, leased to us.
#[derive(Clone, Debug)]
pub struct Job {
    /// Whose.
    pub subject: Subject,
    /// Which submission.
    pub n: i64,
    /// To whom.
    pub gateway: String,
    /// It tries a gateway again that failed so often.
    pub trial: Option<i64>,
    /// Where it goes back to where it is certainly not sent.
    pub from: State,
    /// Attempts with this one.
    pub attempt: i64,
    /// Of no use after that.
    pub expires_at: Timestamp,
    /// Until then it is ours.
    pub leased_until: Timestamp,
    /// What is said.
    pub submit: Submit,
}

/// A job with its answer; none where the lease was too short to begin.
#[derive(Clone, Debug)]
pub struct Done {
    /// The job.
    pub job: Job,
    /// The answer.
    pub outcome: Option<Outcome>,
    /// How long it took.
    pub latency_ms: i64,
}

/// Hands it over.
pub async fn call<S, G: Gateway, K>(world: &World<'_, S, G, K>, job: Job) -> Done {
    let start = world.now();
    if start.plus_ms(CALL_MS) > job.leased_until {
        return Done { job, outcome: None, latency_ms: 0 };
    }
    let outcome = world.gateways.submit(&job.gateway, &job.submit).await;
    Done { job, outcome: Some(outcome), latency_ms: (world.now().0 - start.0).max(0) }
}

/// Keeps what came of these jobs, in one transaction; tells whether one of them is due again at once.
///
/// # Errors
/// The store's, after a second try: then the leases run out and the messages are asked after.
pub async fn settle<S: Store, G: Gateway, K: Sealed>(world: &World<'_, S, G, K>, done: &[Done]) -> Result<bool, Error> {
    let changes: Vec<_> = done.iter().map(|one| verdict(world, one)).collect();
    let again = changes.iter().any(|change| matches!(change.next, Next::Submit(at, _) if at <= world.now()));
    let answers = match world.store.transact(statements(world, done, &changes)).await {
        Ok(answers) => answers,
        // One of them is at fault, e.g. by an id that another instance has just stored: not all are to suffer.
        Err(Error::Conflict(_)) if done.len() > 1 => {
            for one in done {
                Box::pin(settle(world, std::slice::from_ref(one))).await?;
            }
            return Ok(again);
        }
        // New steps: if the first transaction went through after all, these come too late and leave no trace.
        Err(_) => {
            let changes: Vec<_> = done.iter().map(|one| verdict(world, one)).collect();
            world.store.transact(statements(world, done, &changes)).await?
        }
    };
    if let Some(waiting) = answers.last().filter(|_| done.iter().any(|one| vendor_id(one).is_some())) {
        early::land(world, waiting).await?;
    }
    Ok(again)
}

fn statements<S, G, K>(world: &World<'_, S, G, K>, done: &[Done], changes: &[Change]) -> Vec<Statement> {
    let mut statements = change::statements(world, changes, "");
    statements.extend(submissions(done));
    let mut signs: BTreeMap<&str, Vec<_>> = BTreeMap::new();
    for one in done {
        signs.entry(&one.job.gateway).or_default().push((sign(one.outcome.as_ref()), one.job.trial));
    }
    statements.extend(signs.iter().flat_map(|(gateway, signs)| breaker::record(gateway, signs, world.now())));
    statements.extend(early::waiting(done.iter().filter_map(|one| Some((one.job.gateway.as_str(), vendor_id(one)?)))));
    statements
}

/// The step that follows from an answer.
#[must_use]
pub fn verdict<S, G, K>(world: &World<'_, S, G, K>, done: &Done) -> Change {
    let (job, now) = (&done.job, world.now());
    let step = |from: &'static [State], to| {
        let mut change = Change::new(world, &job.subject, from, to);
        change.n = job.n;
        change.gateway = Some(job.gateway.clone());
        change
    };
    let back = |why: &str, words: Option<String>, due: Timestamp, banned: bool| {
        // Perhaps another gateway sent it before: then it stays what it was.
        let change = match job.from {
            State::Unknown => step(&[State::Submitting], State::Unknown),
            _ if job.attempt >= ATTEMPTS => return step(&[State::Submitting], State::Dead).because(why, words),
            _ => step(&[State::Submitting], State::Accepted),
        };
        let mut change = change.because(why, words);
        if banned {
            change.tried.clone_from(&job.gateway);
        }
        let next = if job.attempt >= ATTEMPTS {
            Next::Ask(now, 0)
        } else {
            Next::Submit(due.min(job.expires_at), job.attempt)
        };
        change.then(next)
    };
    match &done.outcome {
        None => back("unavailable", None, now, false),
        Some(Outcome::Submitted { parts, .. }) => {
            // Perhaps the lease ran out meanwhile: the vendor has it all the same.
            let mut change = step(&[State::Submitting, State::Unknown], State::Submitted);
            change.parts = parts.map_or(0, i64::from).clamp(0, 100);
            change.then(Next::Ask(now.plus_ms(alarm::AFTER_MS), 0))
        }
        Some(Outcome::Rejected { reason, code, detail }) => {
            let words = Some(detail::harmless(&format!("{code} {detail}")));
            if reason.holds_everywhere() && job.from == State::Accepted {
                return step(&[State::Submitting], State::Failed).because(reason.name(), words);
            }
            back(reason.name(), words, now, true)
        }
        Some(Outcome::Invalid { detail }) => back("invalid", Some(detail::harmless(detail)), now, true),
        Some(Outcome::Busy { retry_after_ms }) => {
            let asked = now.plus_ms(i64::from(*retry_after_ms).min(LONGEST_PAUSE_MS));
            back("busy", None, pause(world, job.attempt).max(asked), false)
        }
        Some(Outcome::Unavailable { detail }) => {
            back("unavailable", Some(detail::harmless(detail)), pause(world, job.attempt), false)
        }
        Some(Outcome::Lost { detail }) => {
            let mut change = step(&[State::Submitting], State::Unknown).because("lost", Some(detail::harmless(detail)));
            change.tried.clone_from(&job.gateway);
            change.then(Next::Ask(question::first(now), 0))
        }
    }
}

/// When to try again: between half and all of the doubled pause, so that not all come at once.
fn pause<S, G, K>(world: &World<'_, S, G, K>, attempt: i64) -> Timestamp {
    let doublings = u32::try_from(attempt - 1).unwrap_or(0).min(20);
    let full = (PAUSE_MS << doublings).min(LONGEST_PAUSE_MS);
    let some = i64::try_from((world.chance)() % u128::from(full.unsigned_abs() / 2 + 1)).unwrap_or(0);
    world.now().plus_ms(full / 2 + some)
}

fn sign(outcome: Option<&Outcome>) -> Sign {
    match outcome {
        Some(Outcome::Submitted { .. } | Outcome::Rejected { .. }) => Sign::Good,
        Some(Outcome::Unavailable { .. } | Outcome::Lost { .. }) => Sign::Bad,
        Some(Outcome::Busy { .. } | Outcome::Invalid { .. }) | None => Sign::None,
    }
}

fn vendor_id(done: &Done) -> Option<&str> {
    if let Some(Outcome::Submitted { id, .. }) = &done.outcome { Some(id) } else { None }
}

/// What the submissions came to. A vendor's id that is taken already is left out: a message would get another's receipts.
fn submissions(done: &[Done]) -> Option<Statement> {
    let mut values = Values::default();
    let mut seen: Vec<(&str, &str)> = Vec::new();
    for one in done {
        let id = vendor_id(one).filter(|id| !seen.contains(&(&one.job.gateway, id)));
        seen.extend(id.map(|id| (one.job.gateway.as_str(), id)));
        let outcome = one.outcome.as_ref().map_or("unavailable", Outcome::name);
        let place = [one.job.subject.id.as_str().into(), one.job.n.into()];
        values.row(place.into_iter().chain([outcome.into(), id.into(), one.latency_ms.into()]));
    }
    let sql = "UPDATE sms_send_submission AS s SET outcome = v.column3, latency_ms = v.column5, \
               vendor_id = CASE WHEN EXISTS (SELECT 1 FROM sms_send_submission t WHERE t.gateway = s.gateway \
               AND t.vendor_id = v.column4) THEN s.vendor_id ELSE coalesce(s.vendor_id, v.column4) END \
               FROM {values} WHERE s.message_id = v.column1 AND s.n = v.column2";
    values.statement(sql, [])
}

/// The jobs that a transaction with [`claimed`] let through.
#[must_use]
pub fn numbers(answer: Option<&Rows>) -> BTreeMap<String, i64> {
    let rows = answer.into_iter().flat_map(Rows::iter);
    rows.filter_map(|row| Some((row.text(0)?.to_owned(), row.integer(1)?))).collect()
}

/// Writes down the submissions of these steps before anything is handed over; returns message and number of each.
#[must_use]
pub fn claimed<'a>(changes: impl Iterator<Item = &'a Change>) -> Option<Statement> {
    let mut values = Values::default();
    for c in changes {
        let ids = [c.event_id.as_str().into(), c.subject.id.as_str().into()];
        values.row(ids.into_iter().chain([c.gateway.as_deref().into(), c.at.0.into()]));
    }
    let sql = "INSERT INTO sms_send_submission (message_id, n, gateway, at, outcome) \
               SELECT v.column2, 1 + coalesce((SELECT max(s.n) FROM sms_send_submission s \
               WHERE s.message_id = v.column2), 0), v.column3, v.column4, 'pending' FROM {values} \
               JOIN sms_send_message m ON m.id = v.column2 AND m.event_id = v.column1 RETURNING message_id, n";
    values.statement(sql, [])
}
