//! Reports to hospital systems: how they are signed, and when one that was not taken is tried again.

use crate::timestamp::Timestamp;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// The pauses between ten tries: a little less than a day altogether.
const PAUSES_S: [i64; 9] = [10, 60, 300, 900, 1_800, 3_600, 10_800, 21_600, 43_200];

/// HMAC-SHA256 (RFC 2104) in hex.
#[must_use]
pub fn hmac(secret: &str, parts: &[&[u8]]) -> String {
    // HMAC takes keys of any length: there is no error to tell.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    for part in parts {
        mac.update(part);
    }
    hex::encode(mac.finalize().into_bytes())
}

/// The value of `x-yunzhen-signature`: `v1=` and the hex HMAC of `<timestamp>.<id>.<body>`.
#[must_use]
pub fn signature(secret: &str, timestamp: i64, id: &str, body: &[u8]) -> String {
    let head = format!("{timestamp}.{id}.");
    format!("v1={}", hmac(secret, &[head.as_bytes(), body]))
}

/// The headers of a report: `x-yunzhen-timestamp` (seconds since 1970), `x-yunzhen-id` (the event, the same each time it
/// is tried) and `x-yunzhen-signature`.
#[must_use]
pub fn headers(secret: &str, now: Timestamp, id: &str, body: &[u8]) -> [(&'static str, String); 3] {
    let timestamp = now.seconds();
    [
        ("x-yunzhen-timestamp", timestamp.to_string()),
        ("x-yunzhen-id", id.to_owned()),
        ("x-yunzhen-signature", signature(secret, timestamp, id, body)),
    ]
}

/// When a report is tried again after so many tries, give or take a tenth; none after the last.
#[must_use]
pub fn next(now: Timestamp, attempt: i64, random: u128) -> Option<Timestamp> {
    let pause = usize::try_from(attempt - 1).ok().and_then(|n| PAUSES_S.get(n))? * 1_000;
    let spread = i64::try_from(random % 200).unwrap_or(0) - 100;
    Some(now.plus_ms(pause + pause * spread / 1_000))
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
        let signed = signature("secret", 1_800_000_000, "evt_1", b"{}");
        assert_eq!(signed.len(), 3 + 64);
        let others = [
            signature("secre", 1_800_000_000, "evt_1", b"{}"),
            signature("secret", 1_800_000_001, "evt_1", b"{}"),
            signature("secret", 1_800_000_000, "evt_2", b"{}"),
            signature("secret", 1_800_000_000, "evt_1", b"{ }"),
        ];
        assert!(!others.contains(&signed));
    }

    #[test]
    fn it_is_tried_ten_times() {
        let pauses: Vec<_> = (1..=10).map(|n| next(Timestamp(0), n, 100).map(|at| at.0 / 1_000)).collect();
        assert_eq!((pauses[0], pauses[8], pauses[9]), (Some(10), Some(43_200), None));
    }
}
