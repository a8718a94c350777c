//! One statement on a leased connection.

use super::database::BUSY;
use super::lease::Lease;
use crate::bindings::sqlite::{RowResult, Value};
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Error, ErrorCode, ToSql, params_from_iter};
use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::OwnedMutexGuard;

/// The most that one result may hold.
const MAX_RESULT_BYTES: usize = 64 << 20;
/// The longest that one statement may run.
const MAX_TIME: Duration = Duration::from_secs(30);

/// What is worth an async thread's time.
const BRIEF: Duration = Duration::from_millis(1);
/// How many statements are known to be brief, per database.
const MAX_KNOWN: usize = 1024;

/// A result.
pub struct Rows {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows.
    pub rows: Vec<RowResult>,
}

/// Why a statement failed.
#[derive(Debug)]
pub enum Failure {
    /// The disk is full.
    Full,
    /// What SQLite says.
    Other(String),
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full,
            _ => Self::Other(error.to_string()),
        }
    }
}

/// Runs a statement, after its turn to write has come if it writes.
///
/// Off the async threads, for it may be long. But what the one writer does between `BEGIN` and `COMMIT` is many short
/// statements: of those, one that was brief the last time would cost more for changing threads than for its work. A
/// reader's never stays, for how long it takes depends on what is asked: an hour of statistics, or a year.
///
/// # Errors
/// See [`Failure`].
pub async fn execute(
    mut lease: OwnedMutexGuard<Lease>,
    statement: String,
    parameters: Vec<Value>,
) -> Result<Rows, Failure> {
    let kind = Kind::of(&statement);
    if kind == Kind::Write && lease.writing.is_none() {
        let turn = lease.database.writer.clone().acquire_owned();
        match tokio::time::timeout(BUSY, turn).await {
            Ok(Ok(permit)) => lease.writing = Some(permit),
            _ => return Err(Failure::Other("database is locked".to_owned())),
        }
    }
    lease.tainted |= kind == Kind::Setting;
    lease.set |= kind == Kind::Undone;
    let database = lease.database.clone();
    let brief = lease.writing.is_some() && database.brief.contains(&statement);
    let run = move || {
        let start = Instant::now();
        let rows = run(&mut lease, &statement, &parameters);
        if lease.connection().is_ok_and(|connection| connection.is_autocommit()) {
            lease.writing = None;
        }
        database.brief.set(statement, start.elapsed() < BRIEF);
        rows
    };
    if brief {
        return run();
    }
    match tokio::task::spawn_blocking(run).await {
        Ok(rows) => rows,
        Err(error) => Err(Failure::Other(error.to_string())),
    }
}

/// Statements that took less than [`BRIEF`] the last time.
#[derive(Default)]
pub struct Brief(Mutex<HashSet<String>>);

impl Brief {
    fn contains(&self, statement: &str) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).contains(statement)
    }

    fn set(&self, statement: String, brief: bool) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match brief {
            false => _ = known.remove(&statement),
            true if known.contains(&statement) => {}
            true => {
                // A guest that writes its values into its statements has no end of them.
                if known.len() == MAX_KNOWN {
                    known.clear();
                }
                known.insert(statement);
            }
        }
    }
}

#[derive(PartialEq, Eq)]
enum Kind {
    /// Needs no turn.
    Read,
    /// Takes the write lock, so it queues for it.
    Write,
    /// Changes the connection beyond this user.
    Setting,
    /// A setting that is put back after this user.
    Undone,
}

impl Kind {
    fn pragma(statement: &str) -> Self {
        match words(statement).nth(1).map(str::to_ascii_lowercase).as_deref() {
            Some("foreign_keys" | "busy_timeout" | "journal_mode" | "synchronous") => Self::Undone,
            _ => Self::Setting,
        }
    }

    /// From the first word: a wrong guess costs a wait or a reconnect, never a result. A plain
    /// `BEGIN` counts as a write: it is nearly always followed by one.
    fn of(statement: &str) -> Self {
        let word: String = statement
            .trim_start()
            .chars()
            .take_while(char::is_ascii_alphabetic)
            .map(|c| c.to_ascii_uppercase())
            .collect();
        match word.as_str() {
            "PRAGMA" => Self::pragma(statement),
            "SELECT" | "EXPLAIN" | "COMMIT" | "END" | "ROLLBACK" | "SAVEPOINT" | "RELEASE" | "VALUES" => Self::Read,
            _ if words(statement).any(|w| w.eq_ignore_ascii_case("temp") || w.eq_ignore_ascii_case("temporary")) => {
                Self::Setting
            }
            _ => Self::Write,
        }
    }
}

fn words(statement: &str) -> impl Iterator<Item = &str> {
    statement.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

fn run(lease: &mut Lease, statement: &str, parameters: &[Value]) -> Result<Rows, Failure> {
    let connection = lease.connection()?;
    let end = Instant::now() + MAX_TIME;
    connection.progress_handler(100_000, Some(move || Instant::now() > end))?;
    let mut prepared = connection.prepare_cached(statement)?;
    let columns: Vec<String> = prepared.column_names().map(str::to_owned).collect();
    let mut found = prepared.query(params_from_iter(parameters))?;
    let (mut rows, mut size) = (Vec::new(), 0);
    while let Some(row) = found.next()? {
        let mut values = Vec::with_capacity(columns.len());
        for index in 0..columns.len() {
            let value = read(row.get_ref(index)?)?;
            size += match &value {
                Value::Text(text) => text.len(),
                Value::Blob(blob) => blob.len(),
                _ => 0,
            } + size_of::<Value>();
            values.push(value);
        }
        if size > MAX_RESULT_BYTES {
            return Err(Failure::Other(format!("the result is larger than {MAX_RESULT_BYTES} bytes: add a LIMIT")));
        }
        rows.push(RowResult { values });
    }
    Ok(Rows { columns, rows })
}

fn read(value: ValueRef<'_>) -> Result<Value, Failure> {
    Ok(match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(integer) => Value::Integer(integer),
        ValueRef::Real(real) => Value::Real(real),
        ValueRef::Text(text) => match str::from_utf8(text) {
            Ok(text) => Value::Text(text.to_owned()),
            Err(_) => return Err(Failure::Other("a text that is not UTF-8".to_owned())),
        },
        ValueRef::Blob(blob) => Value::Blob(blob.to_owned()),
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(integer) => ValueRef::Integer(*integer),
            Self::Real(real) => ValueRef::Real(*real),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Blob(blob) => ValueRef::Blob(blob),
        }))
    }
}
