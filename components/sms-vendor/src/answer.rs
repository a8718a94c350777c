//! What an answer means before, or without, the vendor's own code.

use crate::message::{Error, cut};
use crate::{Answer, json};
use serde::de::DeserializeOwned;

/// When neither the vendor nor a table says how long to wait.
pub const SOON_MS: u32 = 1_000;
/// Nobody is told to wait longer.
const LATE_S: u32 = 3_600;

/// The vendor's JSON in an answer, whatever its media type says.
///
/// # Errors
/// As [`unreadable`].
pub fn parse<T: DeserializeOwned>(answer: &Answer) -> Result<T, Error> {
    json::parse(answer.body()).map_err(|why| unreadable(answer, &why))
}

/// What to make of an answer that does not hold what the vendor promises.
///
/// A refusal (3xx, 4xx, 429) and a 503 come before the request is acted on, be it from the vendor or from a proxy in
/// between. After any other 5xx, and after a success that cannot be read, the message may be on its way.
#[must_use]
pub fn unreadable(answer: &Answer, why: &str) -> Error {
    let status = answer.status().as_u16();
    let said = format!("status {status}, {}", cut(why, 100));
    match (status, retry_after_ms(answer)) {
        (429 | 503, Some(ms)) => Error::Busy(ms),
        (429, None) => Error::Busy(SOON_MS),
        (503 | 300..=499, _) => Error::Unavailable(said),
        _ => Error::Lost(said),
    }
}

fn retry_after_ms(answer: &Answer) -> Option<u32> {
    let seconds: u32 = answer.headers().get("retry-after")?.to_str().ok()?.trim().parse().ok()?;
    Some(seconds.min(LATE_S).saturating_mul(1_000).max(SOON_MS))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn answer(status: u16, retry_after: &str, body: &str) -> Answer {
        let builder = http::Response::builder().status(status).header("retry-after", retry_after);
        builder.body(body.as_bytes().to_vec()).unwrap()
    }

    #[test]
    fn the_status_tells_whether_it_may_have_been_sent() {
        let unreadable = |status, retry| parse::<Value>(&answer(status, retry, "<html>")).unwrap_err();
        for status in [200, 202, 500, 502, 504, 599] {
            assert!(matches!(unreadable(status, "1"), Error::Lost(_)), "{status}");
        }
        for status in [301, 302, 400, 401, 403, 404, 413, 499] {
            assert!(matches!(unreadable(status, "1"), Error::Unavailable(_)), "{status}");
        }
        assert!(matches!(unreadable(503, ""), Error::Unavailable(_)));
        assert_eq!(unreadable(503, "7"), Error::Busy(7_000));
        assert_eq!(unreadable(429, "later"), Error::Busy(SOON_MS));
        assert_eq!(unreadable(429, "4294967295"), Error::Busy(3_600_000));
    }

    #[test]
    fn what_is_json_is_left_to_the_vendors_code() {
        assert_eq!(parse::<Value>(&answer(500, "", r#"{"a":1}"#)).unwrap()["a"], 1);
        assert!(matches!(parse::<Value>(&answer(200, "", r#"{"a":1}, "#)), Err(Error::Lost(_))));
    }
}
