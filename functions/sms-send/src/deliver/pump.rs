//! Empties the outbox: leases due messages, hands them over side by side, keeps the answers.

use super::breaker::{self, Breakers};
use super::gateway::Gateway;
use super::plan::{Claim, Places, plan};
use super::submit::{self, Done, Job};
use super::{Sealed, World, change, outbox};
use common::store::{Error, Store};
use common::timestamp::Timestamp;
use futures::FutureExt;
use futures::stream::{FuturesUnordered, StreamExt};
use std::cell::Cell;

/// Messages leased at once.
const BATCH: usize = 64;
/// A pump stops leasing after this time; the next one goes on.
const BUDGET_MS: i64 = 10_000;

/// Whose turn it is: one pump at a time in an instance, which keeps this in a `thread_local`.
#[derive(Debug, Default)]
pub struct Turns {
    running: Cell<bool>,
    called: Cell<bool>,
}

impl Turns {
    /// Nobody's turn.
    #[must_use]
    pub const fn new() -> Self {
        Self { running: Cell::new(false), called: Cell::new(false) }
    }

    /// The turn, until it is dropped, with whatever becomes of the pump.
    fn take(&self) -> Option<Turn<'_>> {
        self.called.set(true);
        (!self.running.replace(true)).then_some(Turn(self))
    }
}

struct Turn<'a>(&'a Turns);

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        self.0.running.set(false);
    }
}

/// Hands over what is due, until nothing is due or its time is over; how many messages that were.
///
/// While a pump runs in this instance another call only makes sure that it looks again.
///
/// # Errors
/// The store's: what is not done now is done by a later pump, or asked after.
pub async fn run<S: Store, G: Gateway, K: Sealed>(world: &World<'_, S, G, K>) -> Result<usize, Error> {
    let Some(turn) = world.turns.take() else { return Ok(0) };
    let until = world.now().plus_ms(BUDGET_MS);
    let mut count = 0;
    // Between the last look at this flag and the end of the turn nothing else runs: no call is missed.
    while turn.0.called.take() && world.now() < until {
        count += drain(world, until).await?;
    }
    Ok(count)
}

async fn drain<S: Store, G: Gateway, K: Sealed>(world: &World<'_, S, G, K>, until: Timestamp) -> Result<usize, Error> {
    let (mut places, mut under_way) = (Places::default(), FuturesUnordered::new());
    let (mut more, mut count, mut failure) = (true, 0, None);
    loop {
        let left = places.left(world.settings);
        if more && left > 0 && world.now() < until {
            match lease(world, left.min(BATCH), &mut places).await {
                Ok(leased) => {
                    count += leased.jobs.len();
                    more = leased.more;
                    under_way.extend(leased.jobs.into_iter().map(|job| submit::call(world, job)));
                }
                Err(error) => (more, failure) = (false, Some(error)),
            }
        }
        let Some(first) = under_way.next().await else { if more && world.now() < until { continue } else { break } };
        let mut done: Vec<Done> = vec![first];
        while let Some(Some(next)) = under_way.next().now_or_never() {
            done.push(next);
        }
        for one in &done {
            places.give(&one.job.gateway);
        }
        // What is under way must be heard to its end whatever happens: an answer is never thrown away.
        match submit::settle(world, &done).await {
            Ok(again) => more |= again && failure.is_none(),
            Err(error) => (more, failure) = (false, Some(error)),
        }
    }
    failure.map_or(Ok(count), Err)
}

struct Leased {
    jobs: Vec<Job>,
    more: bool,
}

/// Leases up to `most` due messages and writes down to whom they go, in one transaction.
async fn lease<S: Store, G: Gateway, K: Sealed>(
    world: &World<'_, S, G, K>,
    most: usize,
    places: &mut Places,
) -> Result<Leased, Error> {
    let due = outbox::submissions(world, most).await?;
    let found = due.len();
    if found == 0 {
        return Ok(Leased { jobs: Vec::new(), more: false });
    }
    let mut breakers = Breakers::read(world).await?;
    let id = world.id("lease");
    let mut plan = plan(world, due, &mut breakers, places, &id);
    let trials = plan.claims.iter().filter_map(|claim| Some((claim.gateway.clone(), claim.trial?)));
    for (gateway, failures) in trials.collect::<Vec<_>>() {
        if world.store.query(breaker::trial(&gateway, failures, world.now())).await?.rows.is_empty() {
            places.give(&gateway);
            plan.claims.retain(|other| other.gateway != gateway);
        }
    }
    let now = world.now();
    let ids: Vec<&str> = plan.claims.iter().map(|claim| claim.change.subject.id.as_str()).collect();
    let mut statements: Vec<_> = outbox::lease("submit", &ids, &id, now).into_iter().collect();
    let changes: Vec<_> = plan.claims.iter().map(|claim| claim.change.clone()).chain(plan.changes).collect();
    statements.extend(change::statements(world, &changes, ""));
    statements.extend(outbox::postpone(&plan.postponed, now));
    statements.extend(outbox::drop("submit", &plan.stale));
    let claimed = submit::claimed(plan.claims.iter().map(|claim| &claim.change));
    let claims = claimed.is_some();
    statements.extend(claimed);
    let more = found == most || plan.waiting > 0;
    if statements.is_empty() {
        return Ok(Leased { jobs: Vec::new(), more: plan.waiting > 0 });
    }
    let answers = world.store.transact(statements).await;
    let answers = answers.inspect_err(|_| plan.claims.iter().for_each(|claim| places.give(&claim.gateway)))?;
    let numbers = submit::numbers(answers.last().filter(|_| claims));
    let leased_until = now.plus_ms(outbox::LEASE_MS);
    let mut jobs = Vec::new();
    for claim in plan.claims {
        match numbers.get(&claim.change.subject.id) {
            Some(n) => jobs.push(job(claim, *n, leased_until)),
            // Another instance was faster, or it was cancelled.
            None => places.give(&claim.gateway),
        }
    }
    Ok(Leased { jobs, more })
}

fn job(claim: Claim, n: i64, leased_until: Timestamp) -> Job {
    let Claim { change, gateway, trial, from, attempt, expires_at, mut submit } = claim;
    submit.reference = change.subject.reference(n);
    let mut subject = change.subject;
    subject.event_id = Some(change.event_id);
    Job { subject, n, gateway, trial, from, attempt, expires_at, leased_until, submit }
}
