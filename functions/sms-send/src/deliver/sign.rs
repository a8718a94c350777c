//! The paths of receipts: HMAC-SHA256 (RFC 2104) of the gateway.

use common::webhook::hmac;
use subtle::ConstantTimeEq;

/// The last segment of a gateway's receipt path: 32 hex digits that nobody guesses.
#[must_use]
pub fn receipt_token(secret: &str, gateway: &str) -> String {
    let mut token = hmac(secret, &[b"receipts/", gateway.as_bytes()]);
    token.truncate(32);
    token
}

/// Whether it is the gateway's token; takes the same time for any other.
#[must_use]
pub fn is_receipt_token(secret: &str, gateway: &str, token: &str) -> bool {
    // Without a secret everybody could make one.
    !secret.is_empty() && bool::from(receipt_token(secret, gateway).as_bytes().ct_eq(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_gateway() {
        let token = receipt_token("secret", "a");
        assert_eq!(token.len(), 32);
        assert!(is_receipt_token("secret", "a", &token));
        assert!(!is_receipt_token("secret", "b", &token) && !is_receipt_token("other", "a", &token));
        assert!(!is_receipt_token("secret", "a", "") && !is_receipt_token("secret", "a", &token[..31]));
        assert!(!is_receipt_token("", "a", &receipt_token("", "a")));
    }
}
