//! One request's table: what its rules need from outside, and the one way in which a change is stored.

use crate::audit::{self, Entry};
use crate::call::Call;
use crate::guard::Function;
use crate::id;
use crate::idempotency::{Key, Outcome};
use crate::problem::Problem;
use crate::rate::{self, Limit, Refused};
use crate::seal::Seal;
use crate::store::{Error, Rows, Statement, Store};
use crate::timestamp::Timestamp;
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use std::cell::RefCell;

/// Store, ways out, settings, chance. `S` is the store, `O` what lies outside the function, `T` its settings.
pub struct Desk<'a, S, O, T> {
    /// Whose.
    pub function: &'static Function,
    /// The tables.
    pub store: &'a S,
    /// Other functions and systems.
    pub outside: &'a O,
    /// The variables.
    pub settings: &'a T,
    /// Callers known to be refused.
    pub refused: &'a RefCell<Refused>,
    /// 128 bits from a cryptographic source.
    pub chance: &'a dyn Fn() -> u128,
    /// The request.
    pub call: &'a Call,
}

impl<S: Store, O, T: AsRef<Seal>> Desk<'_, S, O, T> {
    /// When the request came.
    #[must_use]
    pub const fn now(&self) -> Timestamp {
        self.call.now
    }

    /// A new identifier.
    #[must_use]
    pub fn id(&self, prefix: &str) -> String {
        id::new(prefix, self.now(), (self.chance)())
    }

    /// Keys of personal data.
    #[must_use]
    pub fn keys(&self) -> &Seal {
        self.settings.as_ref()
    }

    /// Seals a value for its place.
    ///
    /// # Errors
    /// As [`Seal::seal`].
    pub fn seal(&self, plain: &[u8], place: &str) -> Result<Vec<u8>, Problem> {
        self.keys().seal(plain, place, (self.chance)())
    }

    /// Asks the store.
    ///
    /// # Errors
    /// The store's.
    pub async fn query(&self, statement: Statement) -> Result<Rows, Problem> {
        Ok(self.store.query(statement).await?)
    }

    /// Stores `changes` and an audit entry in one transaction; returns what the changes returned.
    ///
    /// # Errors
    /// The store's; `conflict` is one of `changes`.
    pub async fn change(
        &self,
        actor: &str,
        action: &str,
        object: &str,
        result: &str,
        changes: Vec<Statement>,
    ) -> Result<Vec<Rows>, Error> {
        let (id, at, request_id) = (self.id("aud"), self.now(), &*self.call.request_id);
        let entry = Entry { id: &id, at, request_id, actor, action, object, result };
        audit::append(self.store, self.function.tables, &entry, changes).await
    }

    /// Takes a token from a bucket.
    ///
    /// # Errors
    /// 429 when it is empty.
    pub async fn take(&self, bucket: &str, limit: Limit) -> Result<(), Problem> {
        self.refused.borrow_mut().check(bucket, self.now())?;
        let answer = self.query(rate::take(self.function.tables, bucket, limit, self.now())).await?;
        if rate::taken(&answer) {
            return Ok(());
        }
        Err(self.refused.borrow_mut().refuse(bucket, limit, self.now()))
    }

    /// The idempotency key of this request; the body enters it by a keyed digest, for what is in it could be guessed.
    ///
    /// # Errors
    /// 400 for a header that is missing or malformed.
    pub fn key(&self, actor: &str, route: &str, body: &[u8]) -> Result<Key, Problem> {
        let digest = self.keys().index("request", body);
        Key::new(self.call.header("idempotency-key"), actor, route, digest.as_bytes())
    }

    /// Does a thing once per key: `make` stores the [`Desk::outcome`] of the key it is given in its own transaction, and
    /// whatever went wrong there, a first answer wins.
    ///
    /// # Errors
    /// Those of `make`, 409 for a key that came with another body.
    pub async fn once(
        &self,
        key: &Key,
        make: impl AsyncFnOnce(&Key) -> Result<Outcome, Problem>,
    ) -> Result<Outcome, Problem> {
        if let Some(first) = self.first(key).await? {
            return Ok(first);
        }
        match make(key).await {
            Ok(outcome) => Ok(outcome),
            Err(problem) => self.first(key).await?.ok_or(problem),
        }
    }

    /// Goes into the transaction of a change made by [`Desk::once`]; sealed, for answers hold what requests hold.
    ///
    /// # Errors
    /// As [`Seal::seal`].
    pub fn outcome(&self, key: &Key, outcome: &Outcome) -> Result<Statement, Problem> {
        let body = BASE64.encode(self.seal(outcome.body.as_bytes(), &key.place())?);
        Ok(key.outcome(self.function.tables, &Outcome { status: outcome.status, body }, self.now()))
    }

    async fn first(&self, key: &Key) -> Result<Option<Outcome>, Problem> {
        let found = key.replay(&self.query(key.find(self.function.tables)).await?)?;
        let open = |Outcome { status, body }| {
            let sealed = BASE64.decode(body).map_err(|_| Problem::internal("an outcome row is malformed"))?;
            Ok(Outcome { status, body: self.keys().open_text(&sealed, &key.place())? })
        };
        found.map(open).transpose()
    }
}
