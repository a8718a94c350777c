//! Empties the outbox: leases due messages, hands them over side by side, keeps the answers.

use super::breaker::{self, Breakers};
use super::gateway::Gateway;
use super::places::{Place, Places};
use super::plan::{Claim, plan};
use super::submit::{self, Job};
use super::{BUDGET_MS, Sealed, World, change, outbox};
use common::store::{Error, Store};
use common::timestamp::Timestamp;
use futures::FutureExt;
use futures::stream::{FuturesUnordered, StreamExt};
use std::cell::Cell;

/// Messages leased at once.
const BATCH: usize = 64;

/// A pump from which nothing was heard for so long does not keep others from working.
const PATIENCE_MS: i64 = 200;
/// Pumps at the same time, with those that wait for gateways that hang.
const PUMPS: usize = 8;

/// The pumps of one instance, which keeps this in a `thread_local`.
#[derive(Debug, Default)]
pub struct Pumps {
    places: Places,
    running: Cell<usize>,
    heard: Cell<i64>,
    called: Cell<bool>,
}

impl Pumps {
    /// A turn, until it is dropped; none while another pump does the work: that one will look again.
    fn turn(&self, now: Timestamp) -> Option<Turn<'_>> {
        let idle = self.running.get() == 0;
        let hanging = now >= Timestamp(self.heard.get()).plus_ms(PATIENCE_MS) && self.running.get() < PUMPS;
        self.called.set(true);
        (idle || hanging).then(|| {
            self.running.set(self.running.get() + 1);
            Turn(self)
        })
    }
}

struct Turn<'a>(&'a Pumps);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.running.set(self.0.running.get().saturating_sub(1));
    }
}

/// Hands over what is due, until nothing is due or its time is over; how many messages that were.
///
/// While a pump works in this instance another call only makes sure that it looks again: so under load messages are
/// leased and kept many at a time.
///
/// # Errors
/// The store's: what is not done now is done by a later pump, or asked after.
pub async fn run<S: Store, G: Gateway, K: Sealed>(world: &World<'_, S, G, K>) -> Result<usize, Error> {
    let pumps = world.pumps;
    let Some(_turn) = pumps.turn(world.now()) else { return Ok(0) };
    let until = world.now().plus_ms(BUDGET_MS);
    let mut under_way = FuturesUnordered::new();
    let (mut count, mut failure) = (0, None);
    loop {
        let now = world.now();
        pumps.heard.set(now.0);
        // Between the last look at `called` and the end nothing else runs: no call is missed.
        let left = if failure.is_none() && now < until { pumps.places.left(world.settings) } else { 0 };
        if left > 0 && pumps.called.take() {
            match lease(world, left.min(BATCH)).await {
                Ok(leased) => {
                    count += leased.jobs.len();
                    let idle = leased.jobs.is_empty() && under_way.is_empty();
                    under_way.extend(
                        leased.jobs.into_iter().map(async |(job, place)| (submit::call(world, job).await, place)),
                    );
                    pumps.called.set(pumps.called.get() || leased.more || leased.waiting);
                    // Other pumps hold the places: they look again when one is free.
                    if idle && leased.waiting {
                        break;
                    }
                }
                Err(error) => failure = Some(error),
            }
            if under_way.is_empty() {
                continue;
            }
        }
        let Some((first, place)) = under_way.next().await else { break };
        let (mut done, mut held) = (vec![first], vec![place]);
        while let Some(Some((next, place))) = under_way.next().now_or_never() {
            done.push(next);
            held.push(place);
        }
        drop(held);
        // What is under way must be heard to its end whatever happens: an answer is never thrown away.
        match submit::settle(world, &done).await {
            Ok(again) => pumps.called.set(pumps.called.get() || again),
            Err(error) => failure = Some(error),
        }
    }
    failure.map_or(Ok(count), Err)
}

struct Leased {
    jobs: Vec<(Job, Place)>,
    /// Perhaps more is due.
    more: bool,
    /// Some found no place.
    waiting: bool,
}

/// Leases up to `most` due messages and writes down to whom they go, in one transaction.
async fn lease<S: Store, G: Gateway, K: Sealed>(world: &World<'_, S, G, K>, most: usize) -> Result<Leased, Error> {
    let due = outbox::submissions(world, most).await?;
    let found = due.len();
    if found == 0 {
        return Ok(Leased { jobs: Vec::new(), more: false, waiting: false });
    }
    let mut breakers = Breakers::read(world).await?;
    let id = world.id("lease");
    let mut plan = plan(world, due, &mut breakers, &world.pumps.places, &id);
    let trials = plan.claims.iter().filter_map(|claim| Some((claim.gateway.clone(), claim.trial?)));
    for (gateway, failures) in trials.collect::<Vec<_>>() {
        if world.store.query(breaker::trial(&gateway, failures, world.now())).await?.rows.is_empty() {
            plan.claims.retain(|other| other.gateway != gateway);
        }
    }
    let now = world.now();
    let changes: Vec<_> = plan.claims.iter().map(|claim| claim.change.clone()).chain(plan.changes).collect();
    let ids: Vec<&str> = changes.iter().map(|change| change.subject.id.as_str()).collect();
    let mut statements: Vec<_> = outbox::lease("submit", &ids, &id, now).into_iter().collect();
    statements.extend(change::statements(world, &changes, ""));
    statements.extend(outbox::postpone(&plan.postponed, now));
    statements.extend(outbox::drop("submit", &plan.stale));
    let claimed = submit::claimed(plan.claims.iter().map(|claim| &claim.change));
    let claims = claimed.is_some();
    statements.extend(claimed);
    // Where none of them could be acted on the next look would find the same.
    let (more, waiting) = (found == most && !statements.is_empty(), plan.waiting > 0);
    let answers = world.store.transact(statements).await?;
    let numbers = submit::numbers(answers.last().filter(|_| claims));
    let leased_until = now.plus_ms(outbox::LEASE_MS);
    let mut jobs = Vec::new();
    for claim in plan.claims {
        // Else another instance was faster, or it was cancelled.
        if let Some(n) = numbers.get(&claim.change.subject.id) {
            jobs.push(job(claim, *n, leased_until));
        }
    }
    Ok(Leased { jobs, more, waiting })
}

fn job(claim: Claim, n: i64, leased_until: Timestamp) -> (Job, Place) {
    let Claim { change, gateway, trial, from, attempt, expires_at, mut submit, place } = claim;
    submit.reference = change.subject.reference(n);
    let mut subject = change.subject;
    subject.event_id = Some(change.event_id);
    (Job { subject, n, gateway, trial, from, attempt, expires_at, leased_until, submit }, place)
}
