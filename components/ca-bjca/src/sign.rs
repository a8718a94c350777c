//! The signature of a request: HMAC-SHA256 over its fields, in Base64.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use cloud::canonical::hmac;
use serde_json::{Map, Value};

/// Never signed.
const SIGNATURE: &str = "signature";

/// How an object or a list among the fields enters; unconfirmed, so it is the account's configuration.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Nested {
    /// Such a request is not made.
    #[default]
    Refused,
    /// As compact JSON, in the order in which it is sent.
    Json,
    /// It is left out.
    Omitted,
}

impl Nested {
    /// As the variable has it; empty is the default.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Some(match name {
            "" | "refused" => Self::Refused,
            "json" => Self::Json,
            "omitted" => Self::Omitted,
            _ => return None,
        })
    }
}

/// What is signed: `k1=v1&k2=v2` by the fields' names in the order of their bytes, values as they are; without nulls.
///
/// # Errors
/// The name of a field that may not enter.
pub fn text(fields: &Map<String, Value>, nested: Nested) -> Result<String, String> {
    text_without(fields, SIGNATURE, nested)
}

/// As [`text`], where the signature is in another field.
///
/// # Errors
/// As [`text`].
pub fn text_without(fields: &Map<String, Value>, own: &str, nested: Nested) -> Result<String, String> {
    let mut pairs = Vec::new();
    for (name, value) in fields {
        let value = match (value, nested) {
            _ if name == own => continue,
            (Value::Null, _) | (Value::Array(_) | Value::Object(_), Nested::Omitted) => continue,
            (Value::Array(_) | Value::Object(_), Nested::Refused) => return Err(name.clone()),
            (Value::String(text), _) => text.clone(),
            (other, _) => other.to_string(),
        };
        pairs.push((name, value));
    }
    // By names, before they are joined: `a1=` is below `a=`.
    pairs.sort_unstable();
    Ok(pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&"))
}

/// The signature over that.
#[must_use]
pub fn signature(secret: &str, text: &str) -> String {
    STANDARD.encode(hmac(secret.as_bytes(), text))
}
