//! The audit log: who did what to which object, with what result. Entries are only ever appended.
//!
//! [`append`] stores an entry in the transaction of the change it tells of, then seals it: a sealed entry has a number
//! and `SM3(hash of the entry before || number || its own fields)`, so a changed, missing or inserted entry breaks the
//! chain. Sealing is a second step because a hash cannot be made inside a SQL transaction, and a chain that each writer
//! extends in its own transaction lets one writer win and all others start again. Here the loser of a race has
//! nothing to do again: losing twice means that another one sealed its entry (see [`seal`]).
//! A batch of changes puts [`insert_where`] into its own transaction and seals afterwards.
//! Who can rewrite the whole table can rewrite the whole chain: ship the head hash elsewhere to be safe from that.

use crate::store::{Error, Row, Rows, Statement, Store};
use crate::timestamp::Timestamp;
use sm3::{Digest, Sm3};

mod sealing;

pub use sealing::Sealing;

/// The hash before the first entry.
const ROOT: &str = "0000000000000000000000000000000000000000000000000000000000000000";
/// Entries stored, sealed or verified in one go.
const PAGE: usize = 500;

/// One entry; nothing in it may be personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
    /// `aud_<ULID>`, unique.
    pub id: &'a str,
    /// When.
    pub at: Timestamp,
    /// In which request.
    pub request_id: &'a str,
    /// Who: `system:<key name>`, `user:<subject>` or `service:<function>`.
    pub actor: &'a str,
    /// What, a verb: `read`, `create`, ...
    pub action: &'a str,
    /// To what: an id or a digest.
    pub object: &'a str,
    /// `ok` or a problem's code.
    pub result: &'a str,
}

/// The end of the chain: the number of its entries and the last one's hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Entries.
    pub count: i64,
    /// Hex SM3.
    pub hash: String,
}

/// Appends an entry in one transaction with `changes`; returns what the changes returned.
///
/// # Errors
/// The store's; `conflict` is one of `changes`.
pub async fn append(
    store: &impl Store,
    prefix: &str,
    entry: &Entry<'_>,
    changes: Vec<Statement>,
) -> Result<Vec<Rows>, Error> {
    let mut statements = changes;
    statements.extend(insert(prefix, std::slice::from_ref(entry)));
    let mut rows = store.transact(statements).await?;
    rows.pop();
    // The entry is stored whatever comes of this: if the store fails just now, the next append seals it.
    let _ = seal(store, prefix).await;
    Ok(rows)
}

/// Extends the chain by all entries that are not in it yet.
///
/// Each attempt reads the head and the unsealed entries in one statement, and has no effect if the head moved since.
/// Two attempts are enough for every entry stored before the first: who wins against the second attempt read the
/// table after the winner against the first had committed, hence after this entry was stored.
///
/// # Errors
/// The store's, but no conflict.
pub async fn seal(store: &impl Store, prefix: &str) -> Result<(), Error> {
    for _ in 0..2 {
        let rows = store.query(unsealed(prefix)).await?;
        let Some(statement) = sealing(prefix, &rows) else { return Ok(()) };
        match store.query(statement).await {
            Ok(sealed) if !sealed.rows.is_empty() => return Ok(()),
            // The head moved before the statement, or (in a store with several writers) during it.
            Ok(_) | Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

/// Checks the whole chain, a page at a time, after sealing what is left to seal.
///
/// # Errors
/// The store's; `unavailable` names the first entry that does not fit.
pub async fn verify(store: &impl Store, prefix: &str) -> Result<Head, Error> {
    seal(store, prefix).await?;
    let mut head = Head { count: 0, hash: ROOT.to_owned() };
    loop {
        let page = format!(
            "SELECT id, at, request_id, actor, action, object, result, seq, hash FROM {prefix}_audit \
             WHERE seq > ?1 ORDER BY seq LIMIT {PAGE}"
        );
        let rows = store.query(Statement::new(page).bind(head.count)).await?;
        if rows.rows.is_empty() {
            return Ok(head);
        }
        for row in rows.iter() {
            let next = entry(row).map(|entry| follow(&head, &entry));
            let fits = |next: &Head| row.integer(7) == Some(next.count) && row.text(8) == Some(&next.hash);
            head = next.filter(fits).ok_or_else(|| {
                Error::Unavailable(format!("audit log {prefix}: the chain breaks at entry {}", head.count + 1))
            })?;
        }
    }
}

/// The statements that store any number of entries: for a transaction that a function puts together by itself, and
/// follows up with [`seal`], at once or (see [`Sealing`]) for many transactions together.
#[must_use]
pub fn insert(prefix: &str, entries: &[Entry<'_>]) -> Vec<Statement> {
    let chunk = |entries: &[Entry<'_>]| {
        let mut statement = Statement::new(format!(
            "INSERT INTO {prefix}_audit (id, at, request_id, actor, action, object, result) VALUES "
        ));
        for (i, entry) in entries.iter().enumerate() {
            let n = i * 7;
            let comma = if i == 0 { "" } else { ", " };
            statement.sql +=
                &format!("{comma}(?{}, ?{}, ?{}, ?{}, ?{}, ?{}, ?{})", n + 1, n + 2, n + 3, n + 4, n + 5, n + 6, n + 7);
            let texts = [entry.request_id, entry.actor, entry.action, entry.object, entry.result];
            statement = texts.into_iter().fold(statement.bind(entry.id).bind(entry.at.0), Statement::bind);
        }
        statement
    };
    entries.chunks(PAGE).map(chunk).collect()
}

/// The head (if there is one) and the entries that are to follow it, from one snapshot.
fn unsealed(prefix: &str) -> Statement {
    let columns = "id, at, request_id, actor, action, object, result, seq, hash";
    Statement::new(format!(
        "SELECT * FROM (SELECT {columns} FROM {prefix}_audit WHERE seq IS NOT NULL ORDER BY seq DESC LIMIT 1) AS head \
         UNION ALL SELECT * FROM \
         (SELECT {columns} FROM {prefix}_audit WHERE seq IS NULL ORDER BY id LIMIT {PAGE}) AS rest"
    ))
}

/// One statement that seals what [`unsealed`] found, none where there is nothing to do.
fn sealing(prefix: &str, found: &Rows) -> Option<Statement> {
    let sealed = found.iter().find_map(|row| Some(Head { count: row.integer(7)?, hash: row.text(8)?.to_owned() }));
    let mut head = sealed.unwrap_or(Head { count: 0, hash: ROOT.to_owned() });
    let mut values = Vec::new();
    let mut statement = Statement::new("").bind(head.count);
    for entry in found.iter().filter(|row| row.integer(7).is_none()).filter_map(entry) {
        head = follow(&head, &entry);
        let n = statement.params.len();
        values.push(format!("(?{}, ?{}, ?{})", n + 1, n + 2, n + 3));
        statement = statement.bind(entry.id).bind(head.count).bind(&*head.hash);
    }
    statement.sql = format!(
        "UPDATE {prefix}_audit SET seq = v.column2, hash = v.column3 FROM (VALUES {}) AS v \
         WHERE id = v.column1 AND seq IS NULL AND NOT EXISTS (SELECT 1 FROM {prefix}_audit WHERE seq > ?1) RETURNING id",
        values.join(", ")
    );
    (!values.is_empty()).then_some(statement)
}

fn entry<'a>(row: Row<'a>) -> Option<Entry<'a>> {
    Some(Entry {
        id: row.text(0)?,
        at: Timestamp(row.integer(1)?),
        request_id: row.text(2)?,
        actor: row.text(3)?,
        action: row.text(4)?,
        object: row.text(5)?,
        result: row.text(6)?,
    })
}

/// The head after this entry: SM3 (GB/T 32905) over the hash before, number and time, and each text behind its length.
fn follow(head: &Head, entry: &Entry<'_>) -> Head {
    let count = head.count + 1;
    let mut hash = Sm3::new();
    hash.update(&head.hash);
    hash.update(count.to_be_bytes());
    hash.update(entry.at.0.to_be_bytes());
    for text in [entry.id, entry.request_id, entry.actor, entry.action, entry.object, entry.result] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    Head { count, hash: hex::encode(hash.finalize()) }
}

/// One statement that stores these entries (at least one) in the transaction of the changes they tell of, each only where
/// `condition` holds just then; in it `v.column1` is the entry's id and `v.column6` its object. [`seal`] afterwards.
#[must_use]
pub fn insert_where(prefix: &str, entries: &[Entry<'_>], condition: &str) -> Statement {
    let mut statement = Statement::new("");
    let mut values = Vec::new();
    for entry in entries {
        let n = statement.params.len();
        let places: Vec<_> = (n + 1..=n + 7).map(|i| format!("?{i}")).collect();
        values.push(format!("({})", places.join(", ")));
        let texts = [entry.request_id, entry.actor, entry.action, entry.object, entry.result];
        statement = texts.into_iter().fold(statement.bind(entry.id).bind(entry.at.0), Statement::bind);
    }
    statement.sql = format!(
        "INSERT INTO {prefix}_audit (id, at, request_id, actor, action, object, result) \
         SELECT v.column1, v.column2, v.column3, v.column4, v.column5, v.column6, v.column7 FROM (VALUES {}) AS v \
         WHERE {condition}",
        values.join(", ")
    );
    statement
}

#[cfg(test)]
mod tests;
