//! One file per label, a pool of connections to it, and a fair queue for its one writer.

use super::statement::{self, Failure, Rows};
use crate::bindings::sqlite::Value;
use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// How long a writer waits for another before it is told that the database is locked.
pub const BUSY: Duration = Duration::from_secs(5);
/// Connections kept open per database while nobody uses them.
const SPARE: usize = 32;

/// What a commit waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Durability {
    /// Until the disk has it: survives a loss of power.
    Full,
    /// Until the operating system has it: survives the end of this process, however it comes; a
    /// loss of power may undo the last commits but leaves the database whole.
    Normal,
}

/// The databases of the application.
pub struct Databases {
    folder: PathBuf,
    durability: Durability,
    open: Mutex<BTreeMap<String, Arc<Database>>>,
}

impl Databases {
    /// Databases in a folder, which is made when the first is opened.
    pub fn new(folder: PathBuf, durability: Durability) -> Self {
        Self { folder, durability, open: Mutex::default() }
    }

    /// The database with this label, made if it is not there.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn get(&self, label: &str) -> std::io::Result<Arc<Database>> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(database) = open.get(label) {
            return Ok(database.clone());
        }
        std::fs::create_dir_all(&self.folder)?;
        let database = Arc::new(Database {
            path: self.folder.join(format!("{label}.db")),
            durability: self.durability,
            spare: Mutex::default(),
            writer: Arc::new(Semaphore::new(1)),
        });
        open.insert(label.to_owned(), database.clone());
        Ok(database)
    }
}

/// One database file.
pub struct Database {
    path: PathBuf,
    durability: Durability,
    spare: Mutex<Vec<Connection>>,
    /// SQLite itself polls for its write lock; waiting here instead is fair and wakes at once.
    pub(super) writer: Arc<Semaphore>,
}

impl Database {
    /// A connection for one user at a time.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn lease(self: &Arc<Self>) -> rusqlite::Result<Lease> {
        let spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match spare {
            Some(connection) => connection,
            None => self.connect()?,
        };
        Ok(Lease { connection: Some(connection), writing: None, tainted: false, database: self.clone() })
    }

    /// Runs one statement on a connection of its own.
    ///
    /// # Errors
    /// See [`Failure`].
    pub async fn query(self: &Arc<Self>, sql: String, parameters: Vec<Value>) -> Result<Rows, Failure> {
        let lease = Arc::new(tokio::sync::Mutex::new(self.lease()?));
        statement::execute(lease.lock_owned().await, sql, parameters).await
    }

    fn connect(&self) -> rusqlite::Result<Connection> {
        let connection = Connection::open_with_flags(
            &self.path,
            OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
        )?;
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        connection.pragma_update(
            None,
            "synchronous",
            match self.durability {
                Durability::Full => "full",
                Durability::Normal => "normal",
            },
        )?;
        // A guest reaches its own database and no other file: neither ATTACH nor VACUUM INTO.
        connection.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    }
}

/// A connection while one guest uses it. An open transaction is rolled back when it ends.
pub struct Lease {
    connection: Option<Connection>,
    /// Held from the first write until the transaction ends.
    pub(super) writing: Option<OwnedSemaphorePermit>,
    /// The connection has settings or temporary tables that the next user must not meet.
    pub(super) tainted: bool,
    pub(super) database: Arc<Database>,
}

impl Lease {
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
        let clean = connection.is_autocommit() || connection.execute_batch("ROLLBACK").is_ok();
        if clean && !self.tainted {
            let mut spare = self.database.spare.lock().unwrap_or_else(PoisonError::into_inner);
            if spare.len() < SPARE {
                spare.push(connection);
            }
        }
    }
}
