//! ACS3-HMAC-SHA256: parameters in the sorted query, an empty body.

use sms_vendor::canonical::{Canonical, hmac_hex};

/// The name of the scheme.
pub const ALGORITHM: &str = "ACS3-HMAC-SHA256";
/// Hex SHA-256 of nothing.
pub const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The `Authorization` header of a POST to `/`.
#[must_use]
pub fn authorization(access_key: &str, secret: &str, query: &str, headers: &[(&str, &str)]) -> String {
    let canonical = Canonical { method: "POST", path: "/", query, headers, payload: EMPTY };
    let signature = hmac_hex(secret.as_bytes(), &format!("{ALGORITHM}\n{}", canonical.digest()));
    let signed = canonical.signed_headers();
    format!("{ALGORITHM} Credential={access_key},SignedHeaders={signed},Signature={signature}")
}
