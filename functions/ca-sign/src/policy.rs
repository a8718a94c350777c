//! Who may do what, and how often.

use crate::schema;
use common::auth::Role;
use common::guard::{Function, Policy};
use common::rate::Limit;

/// This function.
pub const FUNCTION: Function = Function { id: "ca-sign", tables: "ca_sign", migrations: schema::MIGRATIONS };

/// Everybody who has to do with documents; whose, each route tells.
pub const USERS: Policy = Policy {
    roles: &[Role::Patient, Role::Doctor, Role::Pharmacist, Role::Admin, Role::System],
    per_user: Limit { per_minute: 240, burst: 120 },
    per_address: Limit { per_minute: 1_200, burst: 600 },
    per_system: Limit { per_minute: 12_000, burst: 3_000 },
};

/// Those who write and sign.
pub const STAFF: Policy = Policy { roles: &[Role::Doctor, Role::Pharmacist, Role::Admin], ..USERS };

/// Signers and the drug dictionary: a person who runs the platform.
pub const ADMIN: Policy = Policy { roles: &[Role::Admin], ..USERS };

/// The tick, where it is not the host's own.
pub const TICK: Policy = Policy { roles: &[Role::System, Role::Admin], ..USERS };

/// Verifying, and what a link opens: anybody, from one address.
pub const VISIT: Limit = Limit { per_minute: 60, burst: 60 };

/// Callbacks of the authority, from few addresses.
pub const CALLBACKS: Limit = Limit { per_minute: 6_000, burst: 600 };

/// Wrong pins in a row, after which a signer is suspended.
pub const PIN_TRIES: i64 = 5;
