//! Who may have cards read, and how often.

use common::auth::Role;
use common::guard::{Function, Policy};
use common::rate::Limit;

/// This function.
pub const FUNCTION: Function = Function { id: "ocr-idcard", tables: "ocr_idcard", migrations: &[] };

/// `POST /read`: every known caller. A reading takes about a second of a core, which the burst of a user keeps to
/// itself for some seconds only; a hospital system serves many patients at once.
pub const READ: Policy = Policy {
    roles: &[Role::Patient, Role::Doctor, Role::Pharmacist, Role::Admin, Role::System, Role::Service],
    per_user: Limit { per_minute: 20, burst: 10 },
    per_address: Limit { per_minute: 60, burst: 30 },
    per_system: Limit { per_minute: 12_000, burst: 3_000 },
};
