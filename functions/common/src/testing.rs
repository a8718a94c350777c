//! A real SQLite in memory behind [`Store`], so that the statements themselves are tested; for other crates behind the
//! feature `testing`.

#![allow(clippy::unwrap_used, reason = "part of tests")]

use crate::store::{Error, Rows, Statement, Store, Value};
use rusqlite::{Connection, ErrorCode, types::ValueRef};
use std::cell::{Cell, RefCell};

/// Blocks on a future of a [`Memory`] store, which is always ready.
pub fn now<T>(future: impl Future<Output = T>) -> T {
    futures::executor::block_on(future)
}

/// SQLite in memory.
pub struct Memory {
    connection: Connection,
    /// Each runs before one transaction, the last first, to let a test act in between.
    pub before_transact: RefCell<Vec<Vec<Statement>>>,
    /// How often the store was called.
    pub calls: Cell<usize>,
}

impl Default for Memory {
    fn default() -> Self {
        Self::new()
    }
}

impl Memory {
    /// An empty database.
    #[must_use]
    pub fn new() -> Self {
        let connection = Connection::open_in_memory().unwrap();
        Self { connection, before_transact: RefCell::default(), calls: Cell::new(0) }
    }

    fn run(&self, statement: &Statement) -> Result<Rows, Error> {
        let mut prepared = self.connection.prepare_cached(&statement.sql).map_err(error)?;
        let columns: Vec<String> = prepared.column_names().map(str::to_owned).collect();
        let params = statement.params.iter().map(|value| match value {
            Value::Null => rusqlite::types::Value::Null,
            Value::Integer(v) => (*v).into(),
            Value::Real(v) => (*v).into(),
            Value::Text(v) => v.clone().into(),
            Value::Blob(v) => v.clone().into(),
        });
        let mut found = prepared.query(rusqlite::params_from_iter(params)).map_err(error)?;
        let mut rows = Vec::new();
        while let Some(row) = found.next().map_err(error)? {
            rows.push((0..columns.len()).map(|i| value(row.get_ref(i).unwrap())).collect());
        }
        Ok(Rows { columns, rows })
    }

    fn all(&self, statements: &[Statement]) -> Result<Vec<Rows>, Error> {
        self.connection.execute_batch("BEGIN IMMEDIATE").unwrap();
        let done: Result<Vec<_>, _> = statements.iter().map(|statement| self.run(statement)).collect();
        self.connection.execute_batch(if done.is_ok() { "COMMIT" } else { "ROLLBACK" }).unwrap();
        done
    }
}

impl Store for Memory {
    async fn query(&self, statement: Statement) -> Result<Rows, Error> {
        self.calls.set(self.calls.get() + 1);
        self.run(&statement)
    }

    async fn transact(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, Error> {
        self.calls.set(self.calls.get() + 1);
        if let Some(first) = self.before_transact.borrow_mut().pop() {
            self.all(&first).unwrap();
        }
        self.all(&statements)
    }
}

fn value(value: ValueRef<'_>) -> Value {
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(v) => Value::Integer(v),
        ValueRef::Real(v) => Value::Real(v),
        ValueRef::Text(v) => Value::Text(String::from_utf8(v.to_vec()).unwrap()),
        ValueRef::Blob(v) => Value::Blob(v.to_vec()),
    }
}

fn error(error: rusqlite::Error) -> Error {
    match error.sqlite_error_code() {
        Some(ErrorCode::ConstraintViolation) => Error::Conflict(error.to_string()),
        _ => Error::Invalid(error.to_string()),
    }
}
