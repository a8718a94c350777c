//! The `yunzhen:store/sql` interface on Spin's SQLite.
//!
//! The blocking forms of `spin:sqlite` are called on purpose. One call is then one crossing into the host, without a
//! stream and a future to read afterwards; and since nothing else of this instance runs in between, a transaction
//! can never meet another request on its connection, so one connection per instance is enough and stays open.
//! Other instances meet in SQLite itself: write-ahead log, `BEGIN IMMEDIATE`, and a time to wait for the lock.

pub mod error;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "wit-bindgen writes the exported entry points here")]
mod guest {
    mod bindings {
        #![allow(missing_docs, reason = "generated")]
        spin_sdk::wit_bindgen::generate!({
            path: "../../wit/store", world: "engine", runtime_path: "::spin_sdk::wit_bindgen::rt",
        });
    }

    use super::error::{Kind, classify};
    use bindings::exports::yunzhen::store::sql::{Error, Guest, Rows, Statement, Value};
    // The public `Connection` of the SDK has the asynchronous forms only.
    use spin_sdk::sqlite::wit::sqlite::{Connection, Error as HostError, Value as HostValue};
    use std::cell::RefCell;

    /// Waiting longer than this for the lock is `busy`.
    const BUSY_TIMEOUT_MS: u32 = 5_000;

    thread_local! {
        static CONNECTION: RefCell<Option<Connection>> = const { RefCell::new(None) };
    }

    struct Store;

    impl Guest for Store {
        async fn query(statement: Statement) -> Result<Rows, Error> {
            connected(|connection| execute(connection, statement))
        }

        async fn transact(statements: Vec<Statement>) -> Result<Vec<Rows>, Error> {
            connected(|connection| {
                // A single statement is a transaction by itself.
                if statements.len() < 2 {
                    return statements.into_iter().map(|statement| execute(connection, statement)).collect();
                }
                command(connection, "BEGIN IMMEDIATE")?;
                let done = statements.into_iter().map(|statement| execute(connection, statement));
                let done = done.collect::<Result<Vec<_>, _>>();
                let done = done.and_then(|rows| command(connection, "COMMIT").map(|()| rows));
                if done.is_err() {
                    // Fails where SQLite has rolled back by itself; then there is nothing left to do.
                    let _ = command(connection, "ROLLBACK");
                }
                done
            })
        }
    }

    /// Lends the instance's connection, opened at first use; one that failed for good is not kept.
    fn connected<T>(work: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let connection = match CONNECTION.take() {
            Some(connection) => connection,
            None => open()?,
        };
        let done = work(&connection);
        if !matches!(done, Err(Error::Unavailable(_))) {
            CONNECTION.set(Some(connection));
        }
        done
    }

    fn open() -> Result<Connection, Error> {
        let connection = Connection::open("default").map_err(failure)?;
        command(&connection, &format!("PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}"))?;
        command(&connection, "PRAGMA journal_mode = WAL")?;
        command(&connection, "PRAGMA synchronous = NORMAL")?;
        command(&connection, "PRAGMA foreign_keys = ON")?;
        Ok(connection)
    }

    fn command(connection: &Connection, sql: &str) -> Result<(), Error> {
        connection.execute(sql, &[]).map(|_| ()).map_err(failure)
    }

    fn execute(connection: &Connection, statement: Statement) -> Result<Rows, Error> {
        let params = statement.params.into_iter().map(|value| match value {
            Value::Null => HostValue::Null,
            Value::Integer(v) => HostValue::Integer(v),
            Value::Real(v) => HostValue::Real(v),
            Value::Text(v) => HostValue::Text(v),
            Value::Blob(v) => HostValue::Blob(v),
        });
        let params: Vec<_> = params.collect();
        let found = connection.execute(&statement.sql, &params).map_err(failure)?;
        let value = |value| match value {
            HostValue::Null => Value::Null,
            HostValue::Integer(v) => Value::Integer(v),
            HostValue::Real(v) => Value::Real(v),
            HostValue::Text(v) => Value::Text(v),
            HostValue::Blob(v) => Value::Blob(v),
        };
        let rows = found.rows.into_iter().map(|row| row.values.into_iter().map(value).collect());
        Ok(Rows { columns: found.columns, rows: rows.collect() })
    }

    fn failure(error: HostError) -> Error {
        match error {
            HostError::Io(text) => match classify(&text) {
                Kind::Invalid => Error::Invalid(text),
                Kind::Conflict => Error::Conflict(text),
                Kind::Busy => Error::Busy(BUSY_TIMEOUT_MS),
                Kind::Unavailable => Error::Unavailable(text),
            },
            other => Error::Unavailable(format!("{other:?}")),
        }
    }

    bindings::export!(Store with_types_in bindings);
}
