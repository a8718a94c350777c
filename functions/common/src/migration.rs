//! Schema changes: an ordered list beside the function that owns the tables, applied by the first instance that needs it.
//!
//! Each migration and its record are one transaction, and the record's primary key lets only one instance win, so
//! instances that start at the same time do no harm. A migration that was changed after it ran is refused.

use crate::store::{Error, Statement, Store};
use crate::timestamp::Timestamp;
use sm3::{Digest, Sm3};
use std::collections::BTreeMap;

/// One schema change. `{fn}` in the SQL stands for the function's table prefix.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// Unique in the function, e.g. `0001_orders`; never reused.
    pub name: &'static str,
    /// Its statements, in order.
    pub sql: &'static [&'static str],
}

/// The tables every function has: audit log, idempotency, rate limits.
pub const COMMON: &[Migration] = &[FIRST, SECOND];

const FIRST: Migration = Migration {
    name: "common_0001",
    sql: &[
        "CREATE TABLE {fn}_audit (id TEXT PRIMARY KEY, at BIGINT NOT NULL, request_id TEXT NOT NULL, \
         actor TEXT NOT NULL, action TEXT NOT NULL, object TEXT NOT NULL, result TEXT NOT NULL, \
         seq BIGINT UNIQUE, hash TEXT)",
        "CREATE INDEX {fn}_audit_unsealed ON {fn}_audit (id) WHERE seq IS NULL",
        "CREATE TABLE {fn}_claim (caller TEXT NOT NULL, idempotency_key TEXT NOT NULL, digest TEXT NOT NULL, \
         until_at BIGINT NOT NULL, PRIMARY KEY (caller, idempotency_key))",
        "CREATE TABLE {fn}_outcome (caller TEXT NOT NULL, idempotency_key TEXT NOT NULL, digest TEXT NOT NULL, \
         at BIGINT NOT NULL, status BIGINT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (caller, idempotency_key))",
        "CREATE TABLE {fn}_rate (bucket TEXT PRIMARY KEY, full_at BIGINT NOT NULL)",
    ],
};

/// For [`sweep`], which each new instance runs.
const SECOND: Migration =
    Migration { name: "common_0002", sql: &["CREATE INDEX {fn}_outcome_by_time ON {fn}_outcome (at)"] };

/// Brings the tables with this prefix up to date.
///
/// # Errors
/// The store's own; `invalid` when an applied migration differs from the list: restore it and add a new one instead.
pub async fn run(store: &impl Store, prefix: &str, list: &[Migration], now: Timestamp) -> Result<(), Error> {
    let mut applied = match recorded(store, prefix).await {
        // Most probably the table is not there yet; a deeper trouble shows in the next call.
        Err(Error::Invalid(_)) => {
            let table = format!(
                "CREATE TABLE IF NOT EXISTS {prefix}_migration \
                 (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL)"
            );
            store.query(Statement::new(table)).await?;
            recorded(store, prefix).await?
        }
        other => other?,
    };
    for migration in list {
        let sum = checksum(migration);
        if !applied.contains_key(migration.name) {
            match store.transact(statements(migration, prefix, &sum, now)).await {
                Ok(_) => continue,
                // Another instance was faster: its record tells whether it applied the same.
                Err(Error::Conflict(_)) => applied = recorded(store, prefix).await?,
                Err(error) => return Err(error),
            }
        }
        if applied.get(migration.name) != Some(&sum) {
            let why = format!("migration {} was changed after it ran: restore it and add a new one", migration.name);
            return Err(Error::Invalid(why));
        }
    }
    Ok(())
}

/// Removes what has no meaning any more: full buckets, old claims and outcomes. Cheap; run once per instance.
pub fn sweep(prefix: &str, now: Timestamp) -> Vec<Statement> {
    let expired = now.plus_ms(-crate::idempotency::KEPT_MS);
    vec![
        Statement::new(format!("DELETE FROM {prefix}_rate WHERE full_at < ?1")).bind(now.0 * 1_000),
        Statement::new(format!("DELETE FROM {prefix}_claim WHERE until_at < ?1")).bind(expired.0),
        Statement::new(format!("DELETE FROM {prefix}_outcome WHERE at < ?1")).bind(expired.0),
    ]
}

async fn recorded(store: &impl Store, prefix: &str) -> Result<BTreeMap<String, String>, Error> {
    let rows = store.query(Statement::new(format!("SELECT name, checksum FROM {prefix}_migration"))).await?;
    Ok(rows.iter().filter_map(|row| Some((row.text(0)?.to_owned(), row.text(1)?.to_owned()))).collect())
}

fn statements(migration: &Migration, prefix: &str, sum: &str, now: Timestamp) -> Vec<Statement> {
    let record = format!("INSERT INTO {prefix}_migration (name, checksum, applied_at) VALUES (?1, ?2, ?3)");
    // The record goes first, so that the slower of two instances fails before it touches a table.
    let record = Statement::new(record).bind(migration.name).bind(sum).bind(now.0);
    let changes = migration.sql.iter().map(|sql| Statement::new(sql.replace("{fn}", prefix)));
    std::iter::once(record).chain(changes).collect()
}

fn checksum(migration: &Migration) -> String {
    let mut sum = Sm3::new();
    for sql in migration.sql {
        sum.update((sql.len() as u64).to_be_bytes());
        sum.update(sql);
    }
    hex::encode(sum.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Memory, now};

    const T: Timestamp = Timestamp(1_000);
    const FIRST: Migration = Migration { name: "1", sql: &["CREATE TABLE {fn}_t (a BIGINT)"] };
    const SECOND: Migration = Migration { name: "2", sql: &["ALTER TABLE {fn}_t ADD COLUMN b TEXT"] };

    #[test]
    fn run_once_and_in_order() {
        let store = Memory::new();
        now(run(&store, "f", &[FIRST], T)).unwrap();
        now(run(&store, "f", &[FIRST, SECOND], T)).unwrap();
        now(run(&store, "f", &[FIRST, SECOND], T)).unwrap();
        now(store.query(Statement::new("INSERT INTO f_t (a, b) VALUES (1, 'x')"))).unwrap();
        now(run(&store, "g", &[FIRST], T)).unwrap();
        now(run(&store, "f", COMMON, T)).unwrap();
        now(store.transact(sweep("f", T))).unwrap();
    }

    #[test]
    fn a_changed_migration_is_refused() {
        let store = Memory::new();
        now(run(&store, "f", &[FIRST], T)).unwrap();
        let changed = Migration { name: "1", sql: &["CREATE TABLE {fn}_t (a TEXT)"] };
        let error = now(run(&store, "f", &[changed], T)).unwrap_err();
        assert!(error.to_string().contains("migration 1 was changed"), "{error}");
    }

    #[test]
    fn a_failing_migration_leaves_nothing() {
        let store = Memory::new();
        let broken = Migration { name: "1", sql: &["CREATE TABLE {fn}_t (a BIGINT)", "CREATE TABEL x"] };
        assert!(now(run(&store, "f", &[broken], T)).is_err());
        now(run(&store, "f", &[FIRST], T)).unwrap();
    }

    #[test]
    fn another_instance_may_win_the_race() {
        for (theirs, same) in [(FIRST, true), (Migration { name: "1", sql: &["SELECT 1"] }, false)] {
            let store = Memory::new();
            store.before_transact.borrow_mut().push(statements(&theirs, "f", &checksum(&theirs), T));
            assert_eq!(now(run(&store, "f", &[FIRST], T)).is_ok(), same);
        }
    }
}
