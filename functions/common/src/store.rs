//! The relational store as the rules see it: plain twins of `yunzhen:store/sql`.
//!
//! Statements are written for SQLite and PostgreSQL alike: `?1` parameters, `BIGINT` and `TEXT` columns, hashes in hex.

use crate::problem::Problem;
use std::fmt;

/// A value bound to a parameter or read from a column.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// SQL NULL.
    Null,
    /// A whole number.
    Integer(i64),
    /// A floating-point number.
    Real(f64),
    /// Text.
    Text(String),
    /// Bytes.
    Blob(Vec<u8>),
}

impl From<i64> for Value {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Self {
        Self::Text(value.to_owned())
    }
}

impl From<String> for Value {
    fn from(value: String) -> Self {
        Self::Text(value)
    }
}

impl From<Vec<u8>> for Value {
    fn from(value: Vec<u8>) -> Self {
        Self::Blob(value)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// One SQL statement with positional parameters `?1`, `?2`, ...
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The SQL.
    pub sql: String,
    /// What `?1`, `?2`, ... stand for.
    pub params: Vec<Value>,
}

impl Statement {
    /// A statement without parameters yet.
    pub fn new(sql: impl Into<String>) -> Self {
        Self { sql: sql.into(), params: Vec::new() }
    }

    /// Binds the next parameter.
    #[must_use]
    pub fn bind(mut self, value: impl Into<Value>) -> Self {
        self.params.push(value.into());
        self
    }
}

/// The rows a statement returned.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Rows {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// Each as long as `columns`.
    pub rows: Vec<Vec<Value>>,
}

impl Rows {
    /// The first row, by position.
    #[must_use]
    pub fn first(&self) -> Option<Row<'_>> {
        self.iter().next()
    }

    /// All rows.
    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(|row| Row(row))
    }
}

/// One row; a column of another type than asked for reads as `None`.
#[derive(Clone, Copy, Debug)]
pub struct Row<'a>(&'a [Value]);

impl<'a> Row<'a> {
    /// A whole number in this column.
    #[must_use]
    pub fn integer(&self, column: usize) -> Option<i64> {
        if let Value::Integer(value) = self.0.get(column)? { Some(*value) } else { None }
    }

    /// Text in this column.
    #[must_use]
    pub fn text(&self, column: usize) -> Option<&'a str> {
        if let Value::Text(value) = self.0.get(column)? { Some(value) } else { None }
    }

    /// Bytes in this column.
    #[must_use]
    pub fn blob(&self, column: usize) -> Option<&'a [u8]> {
        if let Value::Blob(value) = self.0.get(column)? { Some(value) } else { None }
    }
}

/// What the caller can do about a failure; the texts never hold bound values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The statement itself is wrong: mend the caller.
    Invalid(String),
    /// A constraint refused the change: nothing was stored.
    Conflict(String),
    /// Busy: try again after so many milliseconds.
    Busy(u32),
    /// Not reachable or damaged.
    Unavailable(String),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Invalid(why) => write!(f, "store: invalid statement: {why}"),
            Self::Conflict(why) => write!(f, "store: conflict: {why}"),
            Self::Busy(ms) => write!(f, "store: busy for {ms} ms"),
            Self::Unavailable(why) => write!(f, "store: unavailable: {why}"),
        }
    }
}

impl From<Error> for Problem {
    /// For failures the function did not foresee: a conflict it did foresee is its own business.
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(_) | Error::Conflict(_) => Self::internal(error.to_string()),
            Error::Busy(ms) => Self::unavailable("store_busy", error.to_string()).retry_in(ms.div_ceil(1000).max(1)),
            Error::Unavailable(_) => Self::unavailable("store_unavailable", error.to_string()),
        }
    }
}

/// A relational store; in a guest the component behind `yunzhen:store/sql`.
#[expect(async_fn_in_trait, reason = "guests run on one thread: no Send bound is wanted")]
pub trait Store {
    /// Runs one statement; a change is durable when it returns.
    async fn query(&self, statement: Statement) -> Result<Rows, Error>;

    /// Runs all statements in one transaction: all of them are durable when it returns, or none.
    async fn transact(&self, statements: Vec<Statement>) -> Result<Vec<Rows>, Error>;
}
