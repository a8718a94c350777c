//! Stores that stop, let others have a turn, or are changed by others meanwhile.

use crate::support::{now, turn};
use common::store::{Error, Rows, Statement, Store};
use common::testing::Memory;
use std::cell::Cell;

/// A store that stops at one of its calls, before or after doing it, and never comes back.
pub struct Stopping<'a> {
    pub store: &'a Memory,
    pub left: Cell<usize>,
    pub after: bool,
}

impl Stopping<'_> {
    async fn stop<T>(&self, work: impl Future<Output = T>) -> T {
        let last = self.left.get() == 0;
        self.left.set(self.left.get().saturating_sub(1));
        if last && !self.after {
            std::future::pending::<()>().await;
        }
        let done = work.await;
        if last {
            std::future::pending::<()>().await;
        }
        done
    }
}

impl Store for Stopping<'_> {
    async fn query(&self, statement: Statement) -> Result<Rows, Error> {
        self.stop(self.store.query(statement)).await
    }

    async fn transact(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, Error> {
        self.stop(self.store.transact(statements)).await
    }
}

/// A store that lets other instances have a turn before each call.
pub struct Yielding<'a>(pub &'a Memory);

impl Store for Yielding<'_> {
    async fn query(&self, statement: Statement) -> Result<Rows, Error> {
        turn().await;
        self.0.query(statement).await
    }

    async fn transact(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, Error> {
        turn().await;
        self.0.transact(statements).await
    }
}

/// A store in which others do something before one of the calls.
pub struct Between<'a> {
    pub store: &'a Memory,
    pub left: Cell<usize>,
    pub others: &'a [&'a str],
}

impl Between<'_> {
    fn turn(&self) {
        if self.left.get() == 0 {
            self.others.iter().for_each(|sql| drop(now(self.store.query(Statement::new(*sql))).unwrap()));
        }
        self.left.set(self.left.get().wrapping_sub(1));
    }
}

impl Store for Between<'_> {
    async fn query(&self, statement: Statement) -> Result<Rows, Error> {
        self.turn();
        self.store.query(statement).await
    }

    async fn transact(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, Error> {
        self.turn();
        self.store.transact(statements).await
    }
}
