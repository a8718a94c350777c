//! Asks gateways after messages: those whose answer was lost, and those without a receipt.

use super::change::{self, Change, Next};
use super::gateway::{Gateway, Outcome, Question, Receipt};
use super::question::{Asked, due_now};
use super::receipt::{self, Source};
use super::values::Values;
use super::{BUDGET_MS, Sealed, World, adopt, alarm, outbox};
use crate::state::State;
use common::store::{Error, Rows, Statement, Store};
use futures::stream::{self, StreamExt};
use std::collections::{BTreeMap, BTreeSet};

/// Messages asked after in one go, and at the same time.
const BATCH: i64 = 64;
const AT_ONCE: usize = 16;

type Answered = (Asked, Result<Vec<Receipt>, Outcome>);

/// Asks after what is due; how many messages that were.
///
/// # Errors
/// The store's: what is leased then is asked after again when the lease runs out.
pub async fn run<S: Store, G: Gateway, K: Sealed>(world: &World<'_, S, G, K>) -> Result<usize, Error> {
    let until = world.now().plus_ms(BUDGET_MS);
    let mut count = 0;
    while world.now() < until {
        let due = due_now(world, BATCH).await?;
        let full = i64::try_from(due.len()).is_ok_and(|found| found == BATCH);
        let lease = world.id("lease");
        let leased = claim(world, due, &lease).await?;
        count += leased.len();
        let mut answers =
            stream::iter(leased).map(|asked| ask(world, asked)).buffer_unordered(AT_ONCE).ready_chunks(AT_ONCE);
        while let Some(answers) = answers.next().await {
            keep(world, answers, &lease).await?;
        }
        if !full {
            break;
        }
    }
    Ok(count)
}

/// Leases them, raises alarms, and calls `unknown` what was left in the middle of a submission.
async fn claim<S: Store, G, K>(world: &World<'_, S, G, K>, due: Vec<Asked>, lease: &str) -> Result<Vec<Asked>, Error> {
    let (mut open, mut over) = (Vec::new(), Vec::new());
    for asked in due {
        match asked.state {
            State::Submitting | State::Submitted | State::Unknown => open.push(asked),
            _ => over.push(asked.subject.id),
        }
    }
    let (mut lost, mut alarms) = (Vec::new(), Vec::new());
    for asked in &mut open {
        let mut change = if asked.alarming(world.now()) {
            alarm::raise(world, &asked.subject, lease)
        } else if asked.state == State::Submitting {
            asked.lost();
            Change::new(world, &asked.subject, &[State::Submitting], State::Unknown)
                .because("lost", Some("the answer was not kept".to_owned()))
                .then(Next::Keep)
                .under(lease)
        } else {
            continue;
        };
        asked.subject.event_id = Some(change.event_id.clone());
        if change.alarm {
            alarms.push(change);
        } else {
            let gateway = asked.submission.as_ref().map(|asking| asking.gateway.clone());
            change.tried = gateway.unwrap_or_default();
            lost.push(change);
        }
    }
    let ids: Vec<&str> = open.iter().map(|asked| asked.subject.id.as_str()).collect();
    let mut statements: Vec<_> = outbox::lease("ask", &ids, lease, world.now()).into_iter().collect();
    let leases = !statements.is_empty();
    statements.extend(change::statements(world, &lost, ""));
    statements.extend(forgotten(&lost));
    statements.extend(change::statements(world, &alarms, alarm::ONCE));
    statements.extend(outbox::drop("ask", &over));
    if statements.is_empty() {
        return Ok(Vec::new());
    }
    let answers = world.store.transact(statements).await?;
    let leased = answers.first().filter(|_| leases).into_iter().flat_map(Rows::iter);
    let leased: BTreeSet<String> = leased.filter_map(|row| row.text(0).map(str::to_owned)).collect();
    open.retain(|asked| leased.contains(&asked.subject.id));
    Ok(open)
}

/// The submissions of these steps got no answer.
fn forgotten(changes: &[Change]) -> Option<Statement> {
    let mut values = Values::default();
    for change in changes {
        values.row([change.event_id.as_str().into(), change.subject.id.as_str().into()]);
    }
    let sql = "UPDATE sms_send_submission SET outcome = 'lost' WHERE outcome = 'pending' AND message_id IN \
               (SELECT v.column2 FROM {values} JOIN sms_send_message m ON m.id = v.column2 \
               AND m.event_id = v.column1)";
    values.statement(sql, [])
}

async fn ask<S, G: Gateway, K>(world: &World<'_, S, G, K>, asked: Asked) -> Answered {
    let (Some(asking), Some(phone)) = (&asked.submission, &asked.phone) else { return (asked, Ok(Vec::new())) };
    let question = Question {
        reference: asked.subject.reference(asking.n),
        id: asking.vendor_id.clone(),
        phone: phone.clone(),
        submitted_at_ms: asking.at.0,
    };
    let answer = world.gateways.query(&asking.gateway, &question).await;
    (asked, answer)
}

/// Takes the receipts among the answers, then decides about what they leave open.
async fn keep<S: Store, G, K: Sealed>(
    world: &World<'_, S, G, K>,
    mut answers: Vec<Answered>,
    lease: &str,
) -> Result<(), Error> {
    let mut receipts: BTreeMap<String, Vec<Receipt>> = BTreeMap::new();
    for (asked, answer) in &mut answers {
        if let (Some(asking), Ok(found)) = (&asked.submission, answer) {
            adopt::name(world, asked, found).await?;
            receipts.entry(asking.gateway.clone()).or_default().extend(found.iter().cloned());
        }
    }
    for (gateway, receipts) in receipts {
        receipt::take(world, &gateway, receipts, Source::Question).await?;
    }
    let (mut changes, mut later, mut over) = (Vec::new(), Values::default(), Values::default());
    for (asked, answer) in &answers {
        let known = answer.as_ref().is_ok_and(|found| found.iter().any(|receipt| is_of(receipt, asked)));
        let again = asked.again(world.now()).filter(|_| asked.phone.is_some());
        let id = asked.subject.id.as_str();
        if !known && asked.resend(world) {
            changes.push(note(world, asked, "resend", lease).then(Next::Submit(world.now(), 0)));
        } else if let Some(at) = again {
            later.row([id.into(), at.0.into(), (asked.attempt + 1).into()]);
        } else if asked.state == State::Unknown {
            let why = if answer.is_ok() { "not_found" } else { "no_answer" };
            let mut change = note(world, asked, why, lease);
            change.told = true;
            changes.push(change);
        } else {
            over.row([id.into()]);
        }
    }
    let own = || [lease.into()];
    let mut statements = change::statements(world, &changes, "");
    // Where a receipt settled the matter the lease is gone, and nothing is to be done.
    let sql = "UPDATE sms_send_outbox AS o SET due_at = v.column2, attempt = v.column3, lease = NULL, lease_until = 0 \
               FROM {values} WHERE o.message_id = v.column1 AND o.lease = {1}";
    statements.extend(later.statement(sql, own()));
    let sql = "DELETE FROM sms_send_outbox WHERE lease = {1} AND message_id IN (SELECT v.column1 FROM {values})";
    statements.extend(over.statement(sql, own()));
    world.store.transact(statements).await?;
    Ok(())
}

fn is_of(receipt: &Receipt, asked: &Asked) -> bool {
    asked.submission.as_ref().is_some_and(|asking| {
        let reference = asked.subject.reference(asking.n);
        asking.vendor_id.as_ref() == Some(&receipt.id) || receipt.reference.as_ref() == Some(&reference)
    })
}

fn note<S, G, K>(world: &World<'_, S, G, K>, asked: &Asked, why: &str, lease: &str) -> Change {
    Change::new(world, &asked.subject, &[State::Unknown], State::Unknown).because(why, None).under(lease)
}
