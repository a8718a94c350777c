//! The audit log: who did what to which object, with what result. Entries are only ever appended.
//!
//! Each entry holds `SM3(hash of the entry before it || its own fields)`, so a changed, missing or inserted entry
//! breaks the chain. [`append`] stores the entry in the same transaction as the change it tells of; the sequence
//! number is the primary key, so of two entries appended at the same time one is refused and tries again.
//! Who can rewrite the whole table can rewrite the whole chain: ship the head hash elsewhere to be safe from that.

use crate::store::{Error, Row, Rows, Statement, Store};
use crate::timestamp::Timestamp;
use sm3::{Digest, Sm3};

/// How often an append is tried before it counts as busy.
const ATTEMPTS: usize = 32;
/// The hash before the first entry.
const ROOT: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One entry; nothing in it may be personal data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry<'a> {
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

/// Appends an entry in one transaction with `changes`; returns what the changes returned.
///
/// # Errors
/// The store's; `conflict` is one of `changes`, `busy` when too many others append.
pub async fn append(
    store: &impl Store,
    prefix: &str,
    entry: &Entry<'_>,
    changes: &[Statement],
) -> Result<Vec<Rows>, Error> {
    let mut head = head(store, prefix).await?;
    for _ in 0..ATTEMPTS {
        let mut statements = changes.to_vec();
        statements.push(insert(prefix, &head, entry));
        match store.transact(statements).await {
            Ok(mut rows) => {
                rows.pop();
                return Ok(rows);
            }
            // A conflict is the chain's exactly when the chain grew meanwhile.
            Err(Error::Conflict(why)) => {
                let grown = self::head(store, prefix).await?;
                if grown == head {
                    return Err(Error::Conflict(why));
                }
                head = grown;
            }
            Err(error) => return Err(error),
        }
    }
    Err(Error::Busy(100))
}

/// Checks the whole chain, a page at a time; the number of entries and the last hash.
///
/// # Errors
/// The store's; `unavailable` names the first entry that does not fit.
pub async fn verify(store: &impl Store, prefix: &str) -> Result<(i64, String), Error> {
    let mut head = (0, ROOT.to_owned());
    loop {
        let page = format!(
            "SELECT seq, hash, at, request_id, actor, action, object, result FROM {prefix}_audit \
             WHERE seq > ?1 ORDER BY seq LIMIT 500"
        );
        let rows = store.query(Statement::new(page).bind(head.0)).await?;
        if rows.rows.is_empty() {
            return Ok(head);
        }
        for row in rows.iter() {
            let seq = head.0 + 1;
            let expected = entry(row).map(|entry| digest(&head.1, seq, &entry));
            if row.integer(0) != Some(seq) || expected.is_none() || expected.as_deref() != row.text(1) {
                return Err(Error::Unavailable(format!("audit log {prefix}: the chain breaks at entry {seq}")));
            }
            head = (seq, expected.unwrap_or_default());
        }
    }
}

async fn head(store: &impl Store, prefix: &str) -> Result<(i64, String), Error> {
    let last = format!("SELECT seq, hash FROM {prefix}_audit ORDER BY seq DESC LIMIT 1");
    let rows = store.query(Statement::new(last)).await?;
    let head = rows.first().and_then(|row| Some((row.integer(0)?, row.text(1)?.to_owned())));
    Ok(head.unwrap_or((0, ROOT.to_owned())))
}

fn insert(prefix: &str, head: &(i64, String), entry: &Entry<'_>) -> Statement {
    let seq = head.0 + 1;
    Statement::new(format!(
        "INSERT INTO {prefix}_audit (seq, at, request_id, actor, action, object, result, hash) \
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
    ))
    .bind(seq)
    .bind(entry.at.0)
    .bind(entry.request_id)
    .bind(entry.actor)
    .bind(entry.action)
    .bind(entry.object)
    .bind(entry.result)
    .bind(digest(&head.1, seq, entry))
}

fn entry<'a>(row: Row<'a>) -> Option<Entry<'a>> {
    Some(Entry {
        at: Timestamp(row.integer(2)?),
        request_id: row.text(3)?,
        actor: row.text(4)?,
        action: row.text(5)?,
        object: row.text(6)?,
        result: row.text(7)?,
    })
}

/// SM3 (GB/T 32905) in hex over the hash before, number and time, and each text behind its length.
fn digest(before: &str, seq: i64, entry: &Entry<'_>) -> String {
    let mut hash = Sm3::new();
    hash.update(before);
    hash.update(seq.to_be_bytes());
    hash.update(entry.at.0.to_be_bytes());
    for text in [entry.request_id, entry.actor, entry.action, entry.object, entry.result] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration;
    use crate::testing::{Memory, now};

    fn sample(object: &str) -> Entry<'_> {
        let (request_id, actor, action, result) = ("req_1", "system:his", "read", "ok");
        Entry { at: Timestamp(5), request_id, actor, action, object, result }
    }

    fn store(entries: usize) -> Memory {
        let store = Memory::new();
        now(migration::run(&store, "f", migration::COMMON, Timestamp(0))).unwrap();
        for i in 0..entries {
            now(append(&store, "f", &sample(&format!("obj_{i}")), &[])).unwrap();
        }
        store
    }

    #[test]
    fn any_change_breaks_the_chain() {
        assert_eq!(now(verify(&store(0), "f")).unwrap(), (0, ROOT.to_owned()));
        assert_eq!(now(verify(&store(501), "f")).unwrap().0, 501);
        let tampering = [
            "UPDATE f_audit SET result = 'denied' WHERE seq = 2",
            "UPDATE f_audit SET at = 6 WHERE seq = 2",
            "UPDATE f_audit SET actor = 'system:hisr', action = 'ead' WHERE seq = 2",
            "DELETE FROM f_audit WHERE seq = 2",
            "UPDATE f_audit SET seq = 9 WHERE seq = 2",
        ];
        for sql in tampering {
            let store = store(3);
            now(store.query(Statement::new(sql))).unwrap();
            let error = now(verify(&store, "f")).unwrap_err().to_string();
            assert!(error.contains("breaks at entry 2"), "{sql}: {error}");
        }
    }

    #[test]
    fn entries_appended_at_the_same_time_all_stay() {
        let store = store(1);
        let head = now(head(&store, "f")).unwrap();
        store.before_transact.borrow_mut().push(vec![insert("f", &head, &sample("theirs"))]);
        now(append(&store, "f", &sample("ours"), &[])).unwrap();
        assert_eq!(now(verify(&store, "f")).unwrap().0, 3);
    }

    #[test]
    fn a_change_and_its_entry_are_one() {
        let store = store(0);
        now(store.query(Statement::new("CREATE TABLE t (id BIGINT PRIMARY KEY)"))).unwrap();
        let change = [Statement::new("INSERT INTO t (id) VALUES (1) RETURNING id")];
        let rows = now(append(&store, "f", &sample("a"), &change)).unwrap();
        assert_eq!(rows.first().unwrap().first().unwrap().integer(0), Some(1));
        // The second insert breaks the caller's own constraint: no entry is left behind.
        let error = now(append(&store, "f", &sample("b"), &change)).unwrap_err();
        assert!(matches!(error, Error::Conflict(_)));
        assert_eq!(now(verify(&store, "f")).unwrap().0, 1);
    }
}
