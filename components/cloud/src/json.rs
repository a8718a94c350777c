//! JSON from outside: errors do not quote it, and `serde_json` bounds its nesting.

use serde::de::{DeserializeOwned, Deserializer, Error as _};
use serde::{Deserialize, Serialize, Serializer};
use serde_json::Value;

/// Reads JSON of a length that the caller has bounded.
///
/// # Errors
/// What is wrong with it, without quoting it: it may hold personal data.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let what = if error.is_data() { "not the JSON expected" } else { "not JSON" };
        format!("{what}, line {line} column {column}")
    })
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
    fn deep_json_is_refused() {
        let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
        assert!(parse::<Value>(deep(12).as_bytes()).is_ok());
        assert!(parse::<Value>(deep(100_000).as_bytes()).unwrap_err().starts_with("not JSON, line 1"));
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
