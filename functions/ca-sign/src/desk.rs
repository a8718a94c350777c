//! What the rules need from outside.

use crate::policy::FUNCTION;
use crate::settings::Settings;
use common::store::Statement;

/// One request's table.
pub type Desk<'a, S, O> = common::desk::Desk<'a, S, O, Settings>;

/// A table's full name in place of `{name}`.
#[must_use]
pub fn sql(text: &str) -> Statement {
    FUNCTION.sql(text)
}
