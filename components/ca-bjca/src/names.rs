//! What the services call their fields, states and paths. Most names here are unconfirmed, so that each can be put right
//! by configuration.

use std::collections::BTreeMap;

/// From the names used here to the services' own, where they differ.
#[derive(Clone, Debug, Default)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// Reads a JSON object of names; empty is none.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() { Some(Self::default()) } else { serde_json::from_str(text).ok().map(Self) }
    }

    /// The service's name.
    #[must_use]
    pub fn of<'a>(&'a self, name: &'a str) -> &'a str {
        self.known(name).unwrap_or(name)
    }

    /// The service's name of something that is not assumed to be there.
    #[must_use]
    pub fn known(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}
