//! A component's variables.

use crate::message::Error;
pub use cloud::Endpoint;
use std::collections::BTreeMap;
use std::time::Duration;

/// Every adapter takes it: milliseconds that one exchange with the vendor may take, 10 s where it is not set.
pub const TIMEOUT_MS: &str = "sms_timeout_ms";
const TIMEOUT: Duration = Duration::from_secs(10);

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
    /// `invalid`, naming the variable.
    pub fn required(&self, name: &str) -> Result<String, Error> {
        match self.get(name) {
            "" => Err(Error::Invalid(format!("variable {name} is not set"))),
            value => Ok(value.to_owned()),
        }
    }

    /// The address of a vendor.
    ///
    /// # Errors
    /// `invalid`, naming the variable.
    pub fn endpoint(&self, name: &str) -> Result<Endpoint, Error> {
        let value = self.required(name)?;
        Endpoint::parse(&value).ok_or_else(|| Error::Invalid(format!("variable {name} is not http(s)://host[:port]")))
    }

    /// How long one exchange may take.
    ///
    /// # Errors
    /// `invalid`, naming the variable.
    pub fn timeout(&self) -> Result<Duration, Error> {
        match self.get(TIMEOUT_MS) {
            "" => Ok(TIMEOUT),
            text => match text.parse() {
                Ok(ms @ 1..=60_000) => Ok(Duration::from_millis(ms)),
                _ => Err(Error::Invalid(format!("variable {TIMEOUT_MS} is not 1 to 60000"))),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        let variables = Variables::from_iter([("a", " x "), ("b", "")]);
        assert_eq!(variables.required("a").unwrap(), "x");
        for name in ["b", "c"] {
            assert_eq!(variables.required(name), Err(Error::Invalid(format!("variable {name} is not set"))));
        }
    }

    #[test]
    fn the_timeout_is_bounded() {
        let timeout = |value| Variables::from_iter([(TIMEOUT_MS, value)]).timeout();
        assert_eq!(timeout("").unwrap(), TIMEOUT);
        assert_eq!(timeout("1500").unwrap(), Duration::from_millis(1_500));
        assert!(["0", "-1", "60001", "x"].into_iter().all(|bad| timeout(bad).is_err()));
    }
}
