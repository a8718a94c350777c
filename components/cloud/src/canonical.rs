//! The signing that the cloud vendors have in common: a canonical request, its SHA-256 digest, and HMAC-SHA256
//! (RFC 2104) over a string that holds the digest.

use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

/// RFC 3986: all but the unreserved characters.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A request as it is signed.
#[derive(Clone, Debug)]
pub struct Canonical<'a> {
    /// HTTP method.
    pub method: &'a str,
    /// Encoded path, with the final `/` where the vendor wants one.
    pub path: &'a str,
    /// From [`query`].
    pub query: &'a str,
    /// Names in lower case and values, in any order.
    pub headers: &'a [(&'a str, &'a str)],
    /// Hex SHA-256 of the body, or the word the vendor takes in its place.
    pub payload: &'a str,
}

impl Canonical<'_> {
    /// The names of the signed headers, in order, with `;` between them.
    #[must_use]
    pub fn signed_headers(&self) -> String {
        let names: Vec<_> = self.sorted().iter().map(|(name, _)| *name).collect();
        names.join(";")
    }

    /// Hex SHA-256 of the canonical form.
    #[must_use]
    pub fn digest(&self) -> String {
        let headers: String = self.sorted().iter().map(|(name, value)| format!("{name}:{}\n", value.trim())).collect();
        let lines = [self.method, self.path, self.query, &headers, &self.signed_headers(), self.payload];
        sha256(lines.join("\n").as_bytes())
    }

    fn sorted(&self) -> Vec<(&str, &str)> {
        let mut headers = self.headers.to_vec();
        headers.sort_unstable();
        headers
    }
}

/// Encodes all but RFC 3986's unreserved characters.
#[must_use]
pub fn encode(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// An encoded query or form, sorted by name.
#[must_use]
pub fn query(pairs: &[(&str, &str)]) -> String {
    let mut pairs: Vec<_> = pairs.iter().map(|(name, value)| (encode(name), encode(value))).collect();
    pairs.sort_unstable();
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
    pairs.join("&")
}

/// SHA-256 in lower-case hex.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

/// HMAC-SHA256 in lower-case hex.
#[must_use]
pub fn hmac_hex(key: &[u8], message: &str) -> String {
    hex::encode(hmac(key, message))
}

/// HMAC-SHA256.
#[must_use]
pub fn hmac(key: &[u8], message: &str) -> Vec<u8> {
    // HMAC takes a key of any length, so there is always a code.
    let mac =
        Hmac::<Sha256>::new_from_slice(key).map(|mac| mac.chain_update(message.as_bytes()).finalize().into_bytes());
    mac.map(|code| code.to_vec()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hmac_agrees_with_rfc_4231() {
        let code = hmac_hex(b"Jefe", "what do ya want for nothing?");
        assert_eq!(code, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
        let long = hmac_hex(&[0xaa; 131], "Test Using Larger Than Block-Size Key - Hash Key First");
        assert_eq!(long, "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
    }

    #[test]
    fn only_unreserved_characters_stay() {
        assert_eq!(encode("aZ9-._~ +*/=&%【"), "aZ9-._~%20%2B%2A%2F%3D%26%25%E3%80%90");
        assert_eq!(query(&[("b", "2"), ("a b", "1&")]), "a%20b=1%26&b=2");
    }

    #[test]
    fn the_order_of_headers_does_not_matter() {
        let canonical = |headers| Canonical { method: "POST", path: "/", query: "", headers, payload: "x" };
        let one = canonical(&[("host", "a"), ("content-type", "b")]);
        let other = canonical(&[("content-type", " b "), ("host", "a")]);
        assert_eq!(one.digest(), other.digest());
        assert_eq!(one.signed_headers(), "content-type;host");
        assert_ne!(one.digest(), canonical(&[("host", "b"), ("content-type", "b")]).digest());
    }
}
