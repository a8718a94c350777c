//! What SQLite's words mean for a caller.
//!
//! `spin:sqlite` reports a failed statement as text alone, so the text decides; the phrases are those of SQLite's
//! result codes (<https://sqlite.org/rescode.html>) and are checked in the tests against SQLite itself.

/// The caller's choices, as in `yunzhen:store/sql`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The statement is wrong.
    Invalid,
    /// A constraint refused the change.
    Conflict,
    /// Another writer holds the database.
    Busy,
    /// The database is damaged, full or read-only.
    Unavailable,
}

/// Phrases by which SQLite tells a failure that is not the statement's.
const PHRASES: &[(&str, Kind)] = &[
    ("constraint failed", Kind::Conflict),
    ("database is locked", Kind::Busy),
    ("database table is locked", Kind::Busy),
    ("database schema has changed", Kind::Busy),
    ("disk I/O error", Kind::Unavailable),
    ("database disk image is malformed", Kind::Unavailable),
    ("database or disk is full", Kind::Unavailable),
    ("unable to open database file", Kind::Unavailable),
    ("attempt to write a readonly database", Kind::Unavailable),
    ("file is not a database", Kind::Unavailable),
    ("out of memory", Kind::Unavailable),
    ("interrupted", Kind::Unavailable),
];

/// Classifies the text of a failed statement.
#[must_use]
pub fn classify(text: &str) -> Kind {
    PHRASES.iter().find(|(phrase, _)| text.contains(phrase)).map_or(Kind::Invalid, |(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    fn kind(connection: &Connection, sql: &str) -> Kind {
        classify(&connection.execute_batch(sql).unwrap_err().to_string())
    }

    #[test]
    fn sqlites_own_words_are_understood() {
        let db = Connection::open_in_memory().unwrap();
        db.execute_batch(
            "PRAGMA foreign_keys = ON; CREATE TABLE p (id INTEGER PRIMARY KEY, a TEXT NOT NULL UNIQUE, b INT CHECK (b > 0));
             CREATE TABLE c (p INTEGER REFERENCES p (id)); INSERT INTO p VALUES (1, 'x', 1);",
        )
        .unwrap();
        let conflicts = [
            "INSERT INTO p VALUES (1, 'y', 1)",
            "INSERT INTO p VALUES (2, 'x', 1)",
            "INSERT INTO p VALUES (2, NULL, 1)",
            "INSERT INTO p VALUES (2, 'y', 0)",
            "INSERT INTO c VALUES (7)",
        ];
        for sql in conflicts {
            assert_eq!(kind(&db, sql), Kind::Conflict, "{sql}");
        }
        for sql in ["SELEKT 1", "SELECT * FROM nothing", "INSERT INTO p VALUES (1)", "SELECT ?1 FROM p WHERE q = 1"] {
            assert_eq!(kind(&db, sql), Kind::Invalid, "{sql}");
        }
        db.execute_batch("PRAGMA query_only = ON").unwrap();
        assert_eq!(kind(&db, "DELETE FROM p"), Kind::Unavailable);
    }

    #[test]
    fn another_writer_is_busy() {
        let folder = std::env::temp_dir().join(format!("store-sqlite-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let open = || Connection::open(folder.join("busy.db")).unwrap();
        let (one, other) = (open(), open());
        other.busy_timeout(std::time::Duration::ZERO).unwrap();
        one.execute_batch("BEGIN IMMEDIATE; CREATE TABLE t (a)").unwrap();
        assert_eq!(kind(&other, "BEGIN IMMEDIATE"), Kind::Busy);
        drop((one, other));
        std::fs::remove_dir_all(folder).unwrap();
    }
}
