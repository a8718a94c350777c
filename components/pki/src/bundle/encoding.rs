//! How a bundle writes bytes and times.

use crate::asn1;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use der::DateTime;
use serde::{Deserialize, Serialize};
use std::fmt;

/// Bytes, in base64 (RFC 4648, 4).
#[derive(Clone, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bytes(pub Vec<u8>);

impl TryFrom<String> for Bytes {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        STANDARD.decode(text).map(Self).map_err(|_| "not base64")
    }
}

impl From<Bytes> for String {
    fn from(bytes: Bytes) -> Self {
        STANDARD.encode(bytes.0)
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0.len())
    }
}

/// Seconds since 1970, written as RFC 3339 in UTC without fractions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct Time(pub i64);

impl TryFrom<String> for Time {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let time: DateTime = text.parse().map_err(|_| "not a time like 2027-01-15T08:00:00Z")?;
        i64::try_from(time.unix_duration().as_secs()).map(Self).map_err(|_| "a time that is too late")
    }
}

impl From<Time> for String {
    fn from(time: Time) -> Self {
        asn1::text(time.0)
    }
}
