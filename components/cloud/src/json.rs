//! JSON from outside: bounded before anything is built of it.

use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// Objects and arrays within each other; no vendor needs more than five.
const DEPTH: usize = 12;

/// Reads JSON of a length that the caller has bounded.
///
/// # Errors
/// What is wrong with it, without quoting it: it may hold personal data.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    if deeper_than(DEPTH, bytes) {
        return Err("JSON nested too deeply".to_owned());
    }
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let what = if error.is_data() { "not the JSON expected" } else { "not JSON" };
        format!("{what}, line {line} column {column}")
    })
}

fn deeper_than(limit: usize, bytes: &[u8]) -> bool {
    let (mut depth, mut quoted, mut escaped) = (0usize, false, false);
    for &byte in bytes {
        match byte {
            _ if escaped => escaped = false,
            b'\\' if quoted => escaped = true,
            b'"' => quoted = !quoted,
            b'{' | b'[' if !quoted => depth += 1,
            b'}' | b']' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > limit {
            return true;
        }
    }
    false
}

/// For a field that is a string in one version of a vendor's documents and a number in another; null is empty.
///
/// # Errors
/// For objects and arrays.
pub fn text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        Value::Null => Ok(String::new()),
        Value::Array(_) | Value::Object(_) => Err(D::Error::custom("neither a string nor a number")),
    }
}

/// Names and values as one JSON object, in their order.
pub struct Object<'a>(pub &'a [(&'a str, &'a str)]);

impl Serialize for Object<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().copied())
    }
}

/// A value as JSON.
#[must_use]
pub fn write(value: &impl Serialize) -> String {
    // Strings, and lists and objects of them, always have a JSON form.
    serde_json::to_string(value).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deep_json_is_refused_before_it_is_built() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse::<Value>(deep(DEPTH).as_bytes()).is_ok());
        assert_eq!(parse::<Value>(deep(100_000).as_bytes()).unwrap_err(), "JSON nested too deeply");
        assert!(parse::<Value>(br#""[[[[[[[[[[[[[[[[[[[[\"[[[[""#).is_ok());
    }

    #[test]
    fn errors_do_not_quote() {
        for bad in ["{\"phone\":\"137", "[137]x", "\"137\" 137"] {
            assert!(!parse::<Value>(bad.as_bytes()).unwrap_err().contains("137"));
        }
        #[derive(Debug, Deserialize)]
        #[expect(dead_code, reason = "never read")]
        struct Wanted {
            a: u8,
        }
        assert!(!parse::<Wanted>(br#"{"a":"13711112222"}"#).unwrap_err().contains("137"));
    }

    #[test]
    fn an_object_keeps_its_order() {
        assert_eq!(write(&Object(&[("b", "1\""), ("a", "心")])), r#"{"b":"1\"","a":"心"}"#);
        assert_eq!(write(&Object(&[])), "{}");
    }
}
