//! A component's variables.

use crate::Error;
use std::collections::BTreeMap;

/// Names and values; one that is not set is empty.
#[derive(Clone, Debug, Default)]
pub struct Variables(BTreeMap<String, String>);

impl<K: Into<String>, V: Into<String>> FromIterator<(K, V)> for Variables {
    fn from_iter<T: IntoIterator<Item = (K, V)>>(pairs: T) -> Self {
        Self(pairs.into_iter().map(|(name, value)| (name.into(), value.into())).collect())
    }
}

impl Variables {
    /// A value, empty where it is not set.
    #[must_use]
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map(|value| value.trim()).unwrap_or_default()
    }

    /// A value that must be there.
    ///
    /// # Errors
    /// `unavailable`, naming the variable.
    pub fn required(&self, name: &str) -> Result<&str, Error> {
        match self.get(name) {
            "" => Err(Error::Unavailable(format!("variable {name} is not set"))),
            value => Ok(value),
        }
    }
}
