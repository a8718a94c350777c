//! One file per label, a pool of connections to it, and a fair queue for its one writer.

use super::lease::Lease;
use super::statement::{self, Brief, Failure, Rows};
use crate::bindings::sqlite::Value;
use rusqlite::config::DbConfig;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::Semaphore;

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
            brief: Brief::default(),
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
    pub(super) brief: Brief,
}

impl Database {
    /// A connection for one user at a time.
    ///
    /// # Errors
    /// The file cannot be opened.
    pub fn lease(self: &Arc<Self>) -> rusqlite::Result<Lease> {
        // Held while one connects: SQLite refuses, without waiting, where two turn a new file to a write-ahead log.
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        let connection = match spare.pop() {
            Some(connection) => connection,
            None => self.connect()?,
        };
        Ok(Lease::new(connection, self.clone()))
    }

    /// Takes a connection back for the next user.
    pub(super) fn give_back(&self, connection: Connection) {
        let mut spare = self.spare.lock().unwrap_or_else(PoisonError::into_inner);
        if spare.len() < SPARE {
            spare.push(connection);
        }
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
        let mut connection = Connection::open_with_flags(
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
        connection.authorizer(Some(authorize))?;
        Ok(connection)
    }
}

/// How commits reach the disk is the operator's choice: what a guest says of it has no effect.
fn authorize(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Attach { .. } | AuthAction::Detach { .. } => Authorization::Deny,
        AuthAction::Pragma { pragma_name, pragma_value: Some(_) } => match pragma_name.to_ascii_lowercase().as_str() {
            "journal_mode" | "synchronous" => Authorization::Ignore,
            _ => Authorization::Allow,
        },
        _ => Authorization::Allow,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    fn database(folder: &tempfile::TempDir) -> Arc<Database> {
        Databases::new(folder.path().to_owned(), Durability::Normal).get("default").unwrap()
    }

    async fn run(lease: &Arc<tokio::sync::Mutex<Lease>>, sql: &str) -> Result<Rows, Failure> {
        statement::execute(lease.clone().lock_owned().await, sql.to_owned(), vec![]).await
    }

    fn lease(database: &Arc<Database>) -> Arc<tokio::sync::Mutex<Lease>> {
        Arc::new(tokio::sync::Mutex::new(database.lease().unwrap()))
    }

    #[test]
    fn many_open_a_new_database_at_once() {
        for _ in 0..50 {
            let folder = tempfile::tempdir().unwrap();
            let (database, start) = (database(&folder), std::sync::Barrier::new(16));
            std::thread::scope(|scope| {
                for _ in 0..16 {
                    scope.spawn(|| {
                        start.wait();
                        database.lease().unwrap();
                    });
                }
            });
        }
    }

    #[tokio::test]
    async fn no_statement_reaches_another_file() {
        let folder = tempfile::tempdir().unwrap();
        let lease = lease(&database(&folder));
        let outside = folder.path().join("outside.db");
        for sql in [format!("ATTACH '{}' AS x", outside.display()), format!("VACUUM INTO '{}'", outside.display())] {
            assert!(run(&lease, &sql).await.is_err(), "{sql}");
        }
        assert!(run(&lease, "SELECT load_extension('x')").await.is_err());
        assert!(!outside.exists());
    }

    #[tokio::test]
    async fn the_operator_chooses_how_commits_reach_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let lease = lease(&database(&folder));
        run(&lease, "PRAGMA synchronous = OFF").await.unwrap();
        run(&lease, "PRAGMA journal_mode = MEMORY").await.unwrap();
        let value = |rows: Rows| format!("{:?}", rows.rows[0].values[0]);
        assert!(value(run(&lease, "PRAGMA synchronous").await.unwrap()).contains("Integer(1)"));
        assert!(value(run(&lease, "PRAGMA journal_mode").await.unwrap()).contains("wal"));
    }

    #[tokio::test]
    async fn a_dropped_transaction_is_undone_and_lets_the_next_writer_in() {
        let folder = tempfile::tempdir().unwrap();
        let database = database(&folder);
        let first = lease(&database);
        run(&first, "CREATE TABLE t(x)").await.unwrap();
        run(&first, "BEGIN IMMEDIATE").await.unwrap();
        run(&first, "INSERT INTO t VALUES (1)").await.unwrap();
        let second = lease(&database);
        let mut waiting = Box::pin(run(&second, "INSERT INTO t VALUES (2)"));
        assert!((&mut waiting).now_or_never().is_none(), "a second writer waits");
        drop(first);
        waiting.await.unwrap();
        let rows = run(&second, "SELECT x FROM t").await.unwrap();
        assert_eq!(rows.rows.len(), 1, "the first insert is undone");
    }

    #[test]
    fn only_a_writers_brief_statement_stays_on_its_thread() {
        let folder = tempfile::tempdir().unwrap();
        let lease = lease(&database(&folder));
        // Whether it is done while the only other thread is busy.
        let stays = async |until| {
            let count = "SELECT max(i) FROM (WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) \
                         SELECT i FROM n)";
            let guard = lease.clone().lock_owned().await;
            let (release, busy) = std::sync::mpsc::channel::<()>();
            let other = tokio::task::spawn_blocking(move || busy.recv().is_err());
            let mut running = Box::pin(statement::execute(guard, count.to_owned(), vec![Value::Integer(until)]));
            let done = (&mut running).now_or_never();
            drop(release);
            assert!(other.await.unwrap());
            let stayed = done.is_some();
            match done {
                Some(done) => drop(done.unwrap()),
                None => drop(running.await.unwrap()),
            }
            stayed
        };
        // A busy machine may interrupt even the shortest.
        let soon = async || {
            for _ in 0..100 {
                if stays(1).await {
                    return true;
                }
            }
            false
        };
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().max_blocking_threads(1).build().unwrap();
        runtime.block_on(async {
            assert!(!soon().await, "a reader's");
            run(&lease, "BEGIN IMMEDIATE").await.unwrap();
            assert!(soon().await);
            stays(200_000).await;
            assert!(!stays(1).await, "it was long the last time");
            assert!(soon().await);
        });
    }

    #[tokio::test]
    async fn settings_and_temporary_tables_do_not_reach_the_next_user() {
        let folder = tempfile::tempdir().unwrap();
        let database = database(&folder);
        let first = lease(&database);
        run(&first, "PRAGMA foreign_keys = OFF").await.unwrap();
        drop(first);
        let second = lease(&database);
        let rows = run(&second, "PRAGMA foreign_keys").await.unwrap();
        assert!(format!("{:?}", rows.rows[0].values[0]).contains("Integer(1)"));
        run(&second, "CREATE TEMP TABLE secret(x)").await.unwrap();
        drop(second);
        assert!(run(&lease(&database), "SELECT * FROM secret").await.is_err());
    }
}
