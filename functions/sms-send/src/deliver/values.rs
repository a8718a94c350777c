//! Many rows in one statement: `(VALUES (?1, ?2), (?3, ?4)) AS v`, whose columns SQLite and PostgreSQL both call
//! `v.column1`, `v.column2`, ...

use common::store::{Statement, Value};
use std::fmt::Write as _;

/// Rows to be bound.
#[derive(Debug, Default)]
pub struct Values {
    sql: String,
    params: Vec<Value>,
}

impl Values {
    /// Adds a row; all have the same columns.
    pub fn row(&mut self, columns: impl IntoIterator<Item = Value>) {
        self.sql.push_str(if self.sql.is_empty() { "(" } else { ", (" });
        for (i, value) in columns.into_iter().enumerate() {
            self.params.push(value);
            let comma = if i == 0 { "" } else { ", " };
            // Writing to a string does not fail.
            let _ = write!(self.sql, "{comma}?{}", self.params.len());
        }
        self.sql.push(')');
    }

    /// Whether there is no row.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.params.is_empty()
    }

    /// The statement around them, none without rows; `{values}` in it stands for the rows.
    ///
    /// What it binds itself is `{1}`, `{2}`, ...
    #[must_use]
    pub fn statement(self, sql: &str, own: impl IntoIterator<Item = Value>) -> Option<Statement> {
        if self.is_empty() {
            return None;
        }
        let mut sql = sql.replace("{values}", &format!("(VALUES {}) AS v", self.sql));
        let mut params = self.params;
        for (i, value) in own.into_iter().enumerate() {
            params.push(value);
            sql = sql.replace(&format!("{{{}}}", i + 1), &format!("?{}", params.len()));
        }
        Some(Statement { sql, params })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_come_first_and_own_parameters_after() {
        let mut values = Values::default();
        assert!(Values::default().statement("x", []).is_none());
        values.row([1.into(), "a".into()]);
        values.row([2.into(), "b".into()]);
        let made = values.statement("UPDATE t SET x = {2} FROM {values} WHERE y = {1}", [7.into(), 8.into()]).unwrap();
        assert_eq!(made.sql, "UPDATE t SET x = ?6 FROM (VALUES (?1, ?2), (?3, ?4)) AS v WHERE y = ?5");
        assert_eq!(made.params.len(), 6);
    }
}
