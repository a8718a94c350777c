//! What the rules need from outside, and the one way in which a change is stored.

use crate::book::Book;
use crate::policy::FUNCTION;
use crate::settings::Settings;
use common::audit::{self, Entry};
use common::auth::Principal;
use common::call::Call;
use common::id;
use common::rate::Refused;
use common::store::{Error, Rows, Statement, Store};
use common::timestamp::Timestamp;
use std::cell::{Cell, RefCell};

/// The request in which something happens.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Its id, for the audit log.
    pub id: &'a str,
    /// When it came.
    pub now: Timestamp,
}

impl<'a> From<&'a Call> for Request<'a> {
    fn from(call: &'a Call) -> Self {
        Self { id: &call.request_id, now: call.now }
    }
}

/// Store, settings, memory and chance.
pub struct Desk<'a, S> {
    /// The tables.
    pub store: &'a S,
    /// The variables.
    pub settings: &'a Settings,
    /// What this instance remembers of templates and keywords.
    pub book: &'a RefCell<Book>,
    /// Callers known to be refused.
    pub refused: &'a RefCell<Refused>,
    /// 128 bits from a cryptographic source.
    pub chance: &'a dyn Fn() -> u128,
    /// Audit entries stored and not yet sealed: to be sealed after the answer.
    pub unsealed: &'a Cell<usize>,
}

/// A table's full name.
#[must_use]
pub fn table(name: &str) -> String {
    format!("{}_{name}", FUNCTION.tables)
}

impl<S: Store> Desk<'_, S> {
    /// A new identifier.
    #[must_use]
    pub fn id(&self, prefix: &str, now: Timestamp) -> String {
        id::new(prefix, now, (self.chance)())
    }

    /// Stores `changes` and an audit entry in one transaction; returns what the changes returned.
    ///
    /// # Errors
    /// The store's; `conflict` is one of `changes`.
    pub async fn change(
        &self,
        request: Request<'_>,
        caller: &Principal,
        action: &str,
        object: &str,
        changes: Vec<Statement>,
    ) -> Result<Vec<Rows>, Error> {
        let (id, actor) = (self.id("aud", request.now), caller.actor());
        let (at, request_id, result) = (request.now, request.id, "ok");
        let entry = Entry { id: &id, at, request_id, actor: &actor, action, object, result };
        let count = changes.len();
        let mut statements = changes;
        statements.extend(audit::insert(FUNCTION.tables, &[entry]));
        let mut rows = self.store.transact(statements).await?;
        self.unsealed.set(self.unsealed.get() + 1);
        rows.truncate(count);
        Ok(rows)
    }
}
