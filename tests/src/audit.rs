//! The audit log as it lies in the database, its chain checked without the platform's own code.

use anyhow::{Context, Result, ensure};
use sm3::{Digest, Sm3};
use std::path::Path;

/// An entry: id, request id, actor, action, object, result.
pub type Entry = [String; 6];

/// The sealed entries of a function's log in a host's data folder, and how many wait to be sealed.
///
/// # Errors
/// Names the first entry that does not fit its hash.
pub fn entries(data: &Path, tables: &str) -> Result<(Vec<Entry>, i64)> {
    let db = rusqlite::Connection::open(data.join("sqlite/default.db"))?;
    let waiting = format!("SELECT count(*) FROM {tables}_audit WHERE seq IS NULL");
    let waiting = db.query_row(&waiting, [], |row| row.get(0))?;
    let sql = format!(
        "SELECT seq, at, hash, id, request_id, actor, action, object, result FROM {tables}_audit \
         WHERE seq IS NOT NULL ORDER BY seq"
    );
    let mut statement = db.prepare(&sql)?;
    let mut rows = statement.query([])?;
    let (mut before, mut entries) = ("0".repeat(64), Vec::new());
    while let Some(row) = rows.next()? {
        let (seq, at, sealed): (i64, i64, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        ensure!(usize::try_from(seq).context("a negative number")? == entries.len() + 1, "entry {seq} is out of order");
        let entry: Vec<String> = (3..9).map(|column| row.get(column)).collect::<Result<_, _>>()?;
        let mut hash = Sm3::new();
        hash.update(&before);
        hash.update(seq.to_be_bytes());
        hash.update(at.to_be_bytes());
        for text in &entry {
            hash.update((text.len() as u64).to_be_bytes());
            hash.update(text);
        }
        before = hex::encode(hash.finalize());
        ensure!(before == sealed, "entry {seq} does not fit its hash");
        entries.push(entry.try_into().expect("six columns"));
    }
    Ok((entries, waiting))
}
