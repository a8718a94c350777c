//! A caller whom the guard lets in, and the tokens it owes.

use crate::auth::Principal;
use crate::guard::Function;
use crate::problem::Problem;
use crate::rate::{self, Limit, Refused};
use crate::store::{Statement, Store};
use crate::timestamp::Timestamp;
use std::cell::RefCell;

/// A caller who is let in and owes a token to each of its buckets.
///
/// The tokens are taken in a call of their own ([`settle`](Self::settle)), or with the change that the request
/// makes ([`demands`](Self::demands)), which saves a call and a commit.
#[derive(Debug)]
pub struct Admission {
    /// Who.
    pub caller: Principal,
    owed: RefCell<Vec<(String, Limit)>>,
}

impl Admission {
    pub(crate) const fn new(caller: Principal, owed: Vec<(String, Limit)>) -> Self {
        Self { caller, owed: RefCell::new(owed) }
    }

    /// A caller who owes nothing: it came another way than by HTTP.
    #[must_use]
    pub const fn free(caller: Principal) -> Self {
        Self { caller, owed: RefCell::new(Vec::new()) }
    }

    /// Statements for the change's transaction that take what is owed: an empty bucket is a `conflict`.
    #[must_use]
    pub fn demands(&self, function: &Function, now: Timestamp) -> Vec<Statement> {
        let owed = self.owed.borrow();
        owed.iter().map(|(bucket, limit)| rate::demand(function.tables, bucket, *limit, now)).collect()
    }

    /// The transaction with [`demands`](Self::demands) went through: nothing is owed any more.
    pub fn settled(&self) {
        self.owed.borrow_mut().clear();
    }

    /// Takes what is owed now.
    ///
    /// # Errors
    /// 429, or the store's failure.
    pub async fn settle(
        &self,
        store: &impl Store,
        refused: &RefCell<Refused>,
        function: &Function,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let owed = self.owed.take();
        if owed.is_empty() {
            return Ok(());
        }
        take(store, refused, function, &owed, now).await
    }
}

/// Takes a token from each bucket.
///
/// # Errors
/// 429, or the store's failure.
pub(crate) async fn take(
    store: &impl Store,
    refused: &RefCell<Refused>,
    function: &Function,
    buckets: &[(String, Limit)],
    now: Timestamp,
) -> Result<(), Problem> {
    let takes = buckets.iter().map(|(bucket, limit)| rate::take(function.tables, bucket, *limit, now));
    let answers = store.transact(takes.collect()).await?;
    for ((bucket, limit), answer) in buckets.iter().zip(&answers) {
        if !rate::taken(answer) {
            return Err(refused.borrow_mut().refuse(bucket, *limit, now));
        }
    }
    Ok(())
}
