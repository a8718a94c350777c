//! Who may do what, and how often.

use crate::schema;
use common::auth::{Principal, Role};
use common::guard::{Function, Policy, forbidden};
use common::problem::Problem;
use common::rate::Limit;

/// This function.
pub const FUNCTION: Function = Function { id: "sms-send", tables: "sms_send", migrations: schema::MIGRATIONS };

/// Sending, and what concerns one's own messages: a hospital system speaks for many patients, a person for a test.
pub const SEND: Policy = Policy {
    roles: &[Role::System, Role::Service, Role::Admin],
    per_user: Limit { per_minute: 60, burst: 30 },
    per_address: Limit { per_minute: 120, burst: 60 },
    per_system: Limit { per_minute: 600_000, burst: 20_000 },
};

/// Templates, keywords, opt-outs, statistics.
pub const MANAGE: Policy = Policy {
    roles: &[Role::System, Role::Admin],
    per_user: Limit { per_minute: 120, burst: 60 },
    per_address: Limit { per_minute: 240, burst: 120 },
    per_system: Limit { per_minute: 6_000, burst: 600 },
};

/// Approving a template: a person.
pub const REVIEW: Policy = Policy { roles: &[Role::Admin], ..MANAGE };

/// Answers of phones, pushed by a vendor from few addresses.
pub const INBOUND: Limit = Limit { per_minute: 6_000, burst: 600 };

/// Receipts, pushed by vendors from few addresses: a reminder of a whole campaign is answered within minutes.
pub const RECEIPTS: Limit = Limit { per_minute: 60_000, burst: 6_000 };

/// Whose messages a caller sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// Everybody's.
    All,
    /// Its own.
    Own(String),
}

impl Scope {
    /// A person who runs the platform sees everything, a system or a function what it sent.
    #[must_use]
    pub fn of(caller: &Principal) -> Self {
        if caller.role == Role::Admin { Self::All } else { Self::Own(caller.actor()) }
    }

    /// Whether an object of this owner is within it.
    #[must_use]
    pub fn holds(&self, owner: &str) -> bool {
        match self {
            Self::All => true,
            Self::Own(own) => own == owner,
        }
    }

    /// The problem of an object that is not there, or not within it: who sees only his own learns no difference.
    #[must_use]
    pub fn missing(&self) -> Problem {
        match self {
            Self::All => Problem::not_found(),
            Self::Own(_) => forbidden(),
        }
    }
}
