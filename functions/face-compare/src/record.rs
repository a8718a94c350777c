//! The audit log: who asked, about which pictures by their digests, and what came of it.

use crate::policy::FUNCTION;
use common::audit::{self, Entry};
use common::auth::{Principal, Role};
use common::call::Call;
use common::guest::{self, Sql};
use common::id;
use common::problem::Problem;
use common::store::{Error, Statement};

/// Who opened a session's page.
pub fn by(session: &str) -> Principal {
    Principal { id: session.to_owned(), role: Role::Patient }
}

/// The result in words, or the problem's code.
pub fn said<T>(found: &Result<T, Problem>, words: impl FnOnce(&T) -> String) -> String {
    found.as_ref().map_or_else(|problem| problem.code.to_owned(), words)
}

/// Appends an entry in the transaction of `changes`.
///
/// # Errors
/// The store's.
pub async fn record(
    call: &Call,
    caller: &Principal,
    action: &str,
    object: &str,
    result: &str,
    changes: Vec<Statement>,
) -> Result<(), Error> {
    let (actor, id) = (caller.actor(), id::new("aud", call.now, guest::random()));
    let (at, request_id) = (call.now, &*call.request_id);
    let entry = Entry { id: &id, at, request_id, actor: &actor, action, object, result };
    audit::append(&Sql, FUNCTION.tables, &entry, changes).await.map(drop)
}
