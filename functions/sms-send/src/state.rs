//! The life of a message.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where a message is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SmsState)]
pub enum State {
    /// Stored, waiting for its time or for a gateway.
    Accepted,
    /// Being handed to a gateway; after a crash this becomes `unknown`.
    Submitting,
    /// A gateway has it.
    Submitted,
    /// On the phone, every part of it.
    Delivered,
    /// The gateway or the carrier says that it does not arrive.
    Failed,
    /// Its time ran out before a gateway took it.
    Expired,
    /// Perhaps sent: the gateway is asked, and it is not sent again by the same one.
    Unknown,
    /// Taken back before it was sent.
    Cancelled,
    /// No gateway took it, or a guard stopped it: a person must look.
    Dead,
}

impl State {
    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Submitting => "submitting",
            Self::Submitted => "submitted",
            Self::Delivered => "delivered",
            Self::Failed => "failed",
            Self::Expired => "expired",
            Self::Unknown => "unknown",
            Self::Cancelled => "cancelled",
            Self::Dead => "dead",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// All of them, in the order of a life.
    pub const ALL: [Self; 9] = [
        Self::Accepted,
        Self::Submitting,
        Self::Submitted,
        Self::Delivered,
        Self::Failed,
        Self::Expired,
        Self::Unknown,
        Self::Cancelled,
        Self::Dead,
    ];

    /// Whether a message may go from here to `next`.
    ///
    /// A receipt may come before the answer to the submission and long after the message was given up, so what the
    /// carrier says wins over everything but a cancellation.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        use State::{Accepted, Cancelled, Dead, Delivered, Expired, Failed, Submitted, Submitting, Unknown};
        match (self, next) {
            (Accepted, Submitting | Cancelled | Expired | Dead) => true,
            // Back to `accepted`: certainly not sent.
            (Submitting, Accepted | Submitted | Unknown | Failed | Dead | Expired | Delivered) => true,
            (Submitted | Unknown, Delivered | Failed) => true,
            (Unknown, Submitting | Submitted | Dead) => true,
            (Failed | Expired | Dead, Delivered) => true,
            // A replay, by a person.
            (Failed | Expired | Dead, Accepted) | (Unknown, Unknown) => true,
            _ => false,
        }
    }

    /// Whether nothing more happens by itself; `unknown` is asked after until it is given up.
    #[must_use]
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Delivered | Self::Failed | Self::Expired | Self::Cancelled | Self::Dead)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for state in State::ALL {
            assert_eq!(State::named(state.name()), Some(state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.name());
        }
        assert_eq!(State::named("sent"), None);
    }

    #[test]
    fn what_arrived_stays_arrived() {
        assert!(State::ALL.into_iter().all(|next| !State::Delivered.may_become(next)));
        assert!(State::ALL.into_iter().all(|next| !State::Cancelled.may_become(next)));
    }

    #[test]
    fn only_what_was_not_handed_over_can_be_taken_back() {
        let cancellable: Vec<_> = State::ALL.into_iter().filter(|s| s.may_become(State::Cancelled)).collect();
        assert_eq!(cancellable, [State::Accepted]);
    }
}
