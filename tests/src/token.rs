//! Tokens (RFC 7515, RFC 8037), made without the platform's own code.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use std::time::{SystemTime, UNIX_EPOCH};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Seconds since the epoch.
pub fn now_s() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Seconds since the epoch as RFC 3339 writes them.
///
/// # Panics
/// For a year beyond 9999.
pub fn rfc3339(at_s: i64) -> String {
    OffsetDateTime::from_unix_timestamp(at_s).unwrap().format(&Rfc3339).unwrap()
}

/// An entry of the variable `token_public_keys`.
pub fn public(kid: &str, key: &SigningKey) -> String {
    format!("{kid}:{}", BASE64.encode(key.verifying_key().as_bytes()))
}

/// The value of an `Authorization` header with these claims.
pub fn bearer(key: &SigningKey, kid: &str, typ: &str, claims: &Value) -> String {
    let header = json!({"alg": "EdDSA", "typ": typ, "kid": kid});
    let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
    let signature = BASE64.encode(key.sign(signed.as_bytes()).to_bytes());
    format!("Bearer {signed}.{signature}")
}

/// That of a call from one function to another, just now.
pub fn service(key: &SigningKey, from: &str, to: &str) -> String {
    let now = now_s();
    bearer(key, from, "service+jwt", &json!({"iss": from, "aud": to, "iat": now, "exp": now + 60}))
}
