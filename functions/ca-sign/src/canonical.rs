//! The one form of a document whose digest is signed.

use serde_json::Value;
use sm3::{Digest, Sm3};

/// Bytes of a document in canonical form, at most.
pub const MOST: usize = 64 << 10;

/// The canonical form of JSON (RFC 8785): members sorted, numbers as ECMAScript writes them, no spaces.
///
/// # Errors
/// In words, where it is longer than [`MOST`] or holds a number that a double cannot.
pub fn bytes(document: &Value) -> Result<Vec<u8>, String> {
    if let Some(number) = inexact(document) {
        return Err(format!("{number} would change: write it as text"));
    }
    let bytes = serde_json_canonicalizer::to_vec(document).map_err(|error| error.to_string())?;
    if bytes.len() > MOST { Err(format!("{} bytes: at most {MOST}", bytes.len())) } else { Ok(bytes) }
}

/// Its SM3 (GB/T 32905), in hex.
#[must_use]
pub fn digest(canonical: &[u8]) -> String {
    hex::encode(Sm3::digest(canonical))
}

/// A number whose canonical form is an integer beyond what a double keeps apart; canonical JSON knows only doubles
/// (RFC 8785, 3.2.2.3), and writes whole ones below 1e21 as integers.
fn inexact(value: &Value) -> Option<String> {
    const EXACT: f64 = 9_007_199_254_740_992.;
    match value {
        Value::Number(number) => {
            let whole = number.as_u64().or_else(|| number.as_i64().map(i64::unsigned_abs));
            let large = match (whole, number.as_f64()) {
                (Some(whole), _) => whole > 1 << 53,
                (None, Some(float)) => float.fract() == 0. && (EXACT..1e21).contains(&float.abs()),
                (None, None) => true,
            };
            large.then(|| number.to_string())
        }
        Value::Array(items) => items.iter().find_map(inexact),
        Value::Object(members) => members.values().find_map(inexact),
        _ => None,
    }
}
