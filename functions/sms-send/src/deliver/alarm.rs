//! The alarm: a gateway has the message, and five minutes later there is still no receipt.

use super::World;
use super::change::{Change, Next};
use super::message::Subject;
use crate::state::State;

/// So long after the submission.
pub const AFTER_MS: i64 = 5 * 60_000;
/// Once only: a condition for [`super::change::statements`].
pub const ONCE: &str = " AND m.alarm_at IS NULL";

/// Raises it, with an event and a report; the state stays.
#[must_use]
pub fn raise<S, G, K>(world: &World<'_, S, G, K>, subject: &Subject, lease: &str) -> Change {
    let mut change = Change::new(world, subject, &[State::Submitted], State::Submitted)
        .because("no_receipt", Some("no receipt within 5 minutes".to_owned()))
        .then(Next::Keep)
        .under(lease);
    change.alarm = true;
    change
}
