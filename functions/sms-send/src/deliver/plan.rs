//! What becomes of messages that are due: handed over, put off, or given up.

use super::World;
use super::breaker::Breakers;
use super::change::{Change, Next};
use super::gateway::Submit;
use super::message::vendor_template;
use super::outbox::Due;
use super::places::{Place, Places};
use super::route::{self, Route, Wanted};
use crate::state::State;
use common::timestamp::Timestamp;

/// Attempts to hand a message over; with the pauses between them they take about half an hour.
pub const ATTEMPTS: i64 = 12;
/// A message that is to be handed over.
#[derive(Debug)]
pub struct Claim {
    /// The step to `submitting`.
    pub change: Change,
    /// To whom.
    pub gateway: String,
    /// It tries a gateway again that failed so often.
    pub trial: Option<i64>,
    /// Where it comes from, and goes back to where it is certainly not sent.
    pub from: State,
    /// Attempts with this one.
    pub attempt: i64,
    /// Of no use after that.
    pub expires_at: Timestamp,
    /// What is said; the reference is not known yet.
    pub submit: Submit,
    /// Held until the answer is there.
    pub place: Place,
}

/// What is to be done.
#[derive(Debug, Default)]
pub struct Plan {
    /// To be handed over.
    pub claims: Vec<Claim>,
    /// Given up.
    pub changes: Vec<Change>,
    /// Put off.
    pub postponed: Vec<(String, Timestamp)>,
    /// Not to be handed over at all.
    pub stale: Vec<String>,
    /// How many wait for a place.
    pub waiting: usize,
}

/// Decides. `lease` is the one under which all of it will be done.
#[must_use]
pub fn plan<S, G, K>(
    world: &World<'_, S, G, K>,
    due: Vec<Due>,
    breakers: &mut Breakers,
    places: &Places,
    lease: &str,
) -> Plan {
    let now = world.now();
    let mut plan = Plan::default();
    for mut due in due {
        if !matches!(due.state, State::Accepted | State::Unknown) {
            plan.stale.push(due.subject.id);
            continue;
        }
        let Some(content) = due.content.take() else {
            plan.changes.push(give_up(world, &due, "unreadable", lease));
            continue;
        };
        if due.expires_at <= now {
            plan.changes.push(give_up(world, &due, "expired", lease));
            continue;
        }
        let templated = |gateway: &str| vendor_template(due.vendor_ids.as_deref(), gateway, &[]).is_some();
        let later = due.attempt > 0 || !due.tried.is_empty();
        let last = due.gateway.as_deref().filter(|_| later);
        let wanted = Wanted { carrier: &due.carrier, tried: &due.tried, last };
        let random = (world.chance)();
        let free = |gateway: &str| places.free(gateway);
        match route::choose(world.settings, wanted, breakers, templated, free, now, random) {
            Route::Nowhere => plan.changes.push(give_up(world, &due, "no_route", lease)),
            Route::Full => plan.waiting += 1,
            Route::Wait(until) => {
                // Not all of them in the same moment.
                let spread = i64::try_from(random % 1_000).unwrap_or(0);
                plan.postponed.push((due.subject.id, until.plus_ms(spread).min(due.expires_at)));
            }
            Route::To(gateway, trial) => {
                if trial.is_some() {
                    breakers.occupied(&gateway.name, now);
                }
                let from: &[State] = if due.state == State::Accepted { &[State::Accepted] } else { &[State::Unknown] };
                let change = Change::new(world, &due.subject, from, State::Submitting);
                let mut change = change.then(Next::Keep).under(lease);
                change.gateway = Some(gateway.name.clone());
                plan.claims.push(Claim {
                    gateway: gateway.name.clone(),
                    trial,
                    from: due.state,
                    attempt: due.attempt + 1,
                    expires_at: due.expires_at,
                    place: places.take(&gateway.name),
                    submit: Submit {
                        reference: String::new(),
                        phone: content.phone,
                        signature: due.signature,
                        template: vendor_template(due.vendor_ids.as_deref(), &gateway.name, &content.params),
                        text: content.text,
                    },
                    change,
                });
            }
        }
    }
    plan
}

/// Nobody is to have it any more: `expired` or `dead`, but `unknown` where one may have sent it.
fn give_up<S, G, K>(world: &World<'_, S, G, K>, due: &Due, why: &str, lease: &str) -> Change {
    if due.state == State::Unknown {
        let change = Change::new(world, &due.subject, &[State::Unknown], State::Unknown);
        return change.because(why, due.detail.clone()).then(Next::Ask(world.now(), 0)).under(lease);
    }
    let (to, reason) = match why {
        "expired" => (State::Expired, why),
        // The last gateway's reason says more than that there is no other.
        "no_route" => (State::Dead, due.reason.as_deref().unwrap_or(why)),
        _ => (State::Dead, why),
    };
    Change::new(world, &due.subject, &[State::Accepted], to).because(reason, due.detail.clone()).under(lease)
}
