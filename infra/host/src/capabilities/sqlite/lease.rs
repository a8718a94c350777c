//! A connection while one guest uses it.

use super::database::{BUSY, Database};
use rusqlite::Connection;
use std::sync::Arc;
use tokio::sync::OwnedSemaphorePermit;

/// A connection while one guest uses it. An open transaction is rolled back when it ends.
pub struct Lease {
    connection: Option<Connection>,
    /// Held from the first write until the transaction ends.
    pub(super) writing: Option<OwnedSemaphorePermit>,
    /// The connection has settings or temporary tables that the next user must not meet.
    pub(super) tainted: bool,
    /// The guest used a setting that is put back for the next user.
    pub(super) set: bool,
    pub(super) database: Arc<Database>,
}

impl Lease {
    pub(super) fn new(connection: Connection, database: Arc<Database>) -> Self {
        Self { connection: Some(connection), writing: None, tainted: false, set: false, database }
    }

    /// The connection itself; absent only while the lease is being dropped.
    pub(super) fn connection(&mut self) -> rusqlite::Result<&mut Connection> {
        self.connection.as_mut().ok_or(rusqlite::Error::InvalidQuery)
    }

    /// See `spin:sqlite`.
    pub fn last_insert_rowid(&self) -> i64 {
        self.connection.as_ref().map_or(0, Connection::last_insert_rowid)
    }

    /// See `spin:sqlite`.
    pub fn changes(&self) -> u64 {
        self.connection.as_ref().map_or(0, Connection::changes)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(connection) = self.connection.take() else {
            return;
        };
        let mut clean = connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok();
        if self.set {
            clean &=
                connection.execute_batch("PRAGMA foreign_keys = ON").is_ok() && connection.busy_timeout(BUSY).is_ok();
        }
        if clean && !self.tainted {
            self.database.give_back(connection);
        }
    }
}
