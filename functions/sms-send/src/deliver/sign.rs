//! HMAC-SHA256 (RFC 2104) where others must be able to check it: on webhooks, and in the paths of receipts.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::ConstantTimeEq;

fn hmac(secret: &str, parts: &[&[u8]]) -> String {
    // HMAC takes keys of any length: there is no error to tell.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    for part in parts {
        mac.update(part);
    }
    hex::encode(mac.finalize().into_bytes())
}

/// The value of `x-yunzhen-signature`: `v1=` and the hex HMAC of `<timestamp>.<id>.<body>`.
#[must_use]
pub fn webhook(secret: &str, timestamp: i64, id: &str, body: &[u8]) -> String {
    let head = format!("{timestamp}.{id}.");
    format!("v1={}", hmac(secret, &[head.as_bytes(), body]))
}

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
    fn it_is_hmac_sha256_of_rfc_4231() {
        let mac = hmac("Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(mac, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
    }

    #[test]
    fn every_part_is_signed() {
        let signed = webhook("secret", 1_800_000_000, "evt_1", b"{}");
        assert_eq!(signed.len(), 3 + 64);
        let others = [
            webhook("secre", 1_800_000_000, "evt_1", b"{}"),
            webhook("secret", 1_800_000_001, "evt_1", b"{}"),
            webhook("secret", 1_800_000_000, "evt_2", b"{}"),
            webhook("secret", 1_800_000_000, "evt_1", b"{ }"),
        ];
        assert!(!others.contains(&signed));
    }

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
