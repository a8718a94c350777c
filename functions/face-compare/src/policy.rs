//! Who may do what, and how often.

use crate::schema;
use common::auth::Role;
use common::guard::{Function, Policy};
use common::rate::Limit;

/// This function.
pub const FUNCTION: Function = Function { id: "face-compare", tables: "face_compare", migrations: schema::MIGRATIONS };

/// Comparing and judging pictures: every known caller. Guessing with pictures of others must be slow for a person; a
/// hospital system serves many patients at once.
pub const VERIFY: Policy = Policy {
    roles: &[Role::Patient, Role::Doctor, Role::Pharmacist, Role::Admin, Role::System, Role::Service],
    per_user: Limit { per_minute: 20, burst: 10 },
    per_address: Limit { per_minute: 60, burst: 30 },
    per_system: Limit { per_minute: 12_000, burst: 3_000 },
};

/// Sessions are made and read by hospital systems, other functions and administrators.
pub const SESSION: Policy = Policy { roles: &[Role::Admin, Role::System, Role::Service], ..VERIFY };

/// A session's page, from one address; a ward's patients may share one.
pub const PAGE: Limit = Limit { per_minute: 120, burst: 60 };
