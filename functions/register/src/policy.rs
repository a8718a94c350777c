//! Who may do what, and how often.

use crate::schema;
use common::auth::Role;
use common::guard::{Function, Policy};
use common::rate::Limit;

/// This function.
pub const FUNCTION: Function = Function { id: "register", tables: "register", migrations: schema::MIGRATIONS };

const PATIENTS: Policy = Policy {
    roles: &[Role::Patient],
    per_user: Limit { per_minute: 60, burst: 40 },
    per_address: Limit { per_minute: 600, burst: 300 },
    per_system: Limit { per_minute: 12_000, burst: 3_000 },
};

/// Real names: patients only; each step costs seconds of a core, and attempts are bounded besides.
pub const IDENTITY: Policy = PATIENTS;

/// What concerns one's own account: every user.
pub const OWN: Policy = Policy { roles: &[Role::Patient, Role::Doctor, Role::Pharmacist, Role::Admin], ..PATIENTS };

/// Staff and reviews: a person who runs the platform.
pub const ADMIN: Policy = Policy { roles: &[Role::Admin], ..PATIENTS };

/// Patient records: hospital systems.
pub const SYSTEM: Policy = Policy { roles: &[Role::System], ..PATIENTS };

/// One patient's record: the function that signs documents, too, which was shown an identity proof.
pub const RECORD: Policy = Policy { roles: &[Role::System, Role::Service], ..PATIENTS };

/// The tick, where it is not the host's own.
pub const TICK: Policy = Policy { roles: &[Role::System, Role::Admin], ..PATIENTS };

/// Signing in, from one address: a hospital's network or a carrier's hides many patients behind one.
pub const VISIT: Limit = Limit { per_minute: 60, burst: 60 };

/// Asking for codes, from one address: each costs a message, so it takes three times as much of the same bucket.
pub const ASK: Limit = Limit { per_minute: 20, burst: 30 };

/// Codes tried for one phone, whichever of its codes they are meant for.
pub const TRIES: Limit = Limit { per_minute: 1, burst: 15 };
