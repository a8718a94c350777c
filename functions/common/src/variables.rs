//! What the hospital sets in `spin.toml`.

use std::collections::BTreeMap;

/// A function's variables by name; one that is not declared is empty.
pub type Variables = BTreeMap<&'static str, String>;
