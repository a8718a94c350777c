//! Who a function is.

use crate::migration::Migration;
use crate::store::Statement;

/// A function's names and tables.
#[derive(Clone, Copy, Debug)]
pub struct Function {
    /// Component id and first path segment after `/v1/`, e.g. `ocr-idcard`.
    pub id: &'static str,
    /// Prefix of its tables, e.g. `ocr_idcard`.
    pub tables: &'static str,
    /// Its own migrations, after those that all functions share.
    pub migrations: &'static [Migration],
}

impl Function {
    /// A statement with the full names of this function's tables in place of `{name}`.
    #[must_use]
    pub fn sql(&self, text: &str) -> Statement {
        Statement::new(text.replace('{', &format!("{}_", self.tables)).replace('}', ""))
    }
}
