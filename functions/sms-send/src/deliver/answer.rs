//! What a gateway's HTTP answer means. In doubt a message counts as perhaps sent.

use super::gateway::{Outcome, Parsed, Receipt};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What came of a request to a gateway.
#[derive(Clone, Debug, PartialEq)]
pub enum Answer {
    /// Status and body.
    Http(u16, Vec<u8>),
    /// The request did not get there: no such component, connection refused.
    NotReached(String),
    /// The connection broke, or time ran out.
    Broken(String),
}

/// Of `submit`.
#[must_use]
pub fn submitted(answer: Answer) -> Outcome {
    match answered::<Outcome>(answer) {
        // An id longer than any vendor's, or none at all, could never be found again.
        Ok(Outcome::Submitted { id, .. }) if !(1..=128).contains(&id.len()) => lost("an id of no use"),
        Ok(outcome) | Err(outcome) => outcome,
    }
}

/// Of `query`.
///
/// # Errors
/// Why there is no answer.
pub fn found(answer: Answer) -> Result<Vec<Receipt>, Outcome> {
    #[derive(Deserialize)]
    struct Found {
        receipts: Vec<Receipt>,
    }
    either::<Found>(answer).map(|found| found.receipts)
}

/// Of `receipts`.
///
/// # Errors
/// Why they cannot be read.
pub fn parsed(answer: Answer) -> Result<Parsed, Outcome> {
    either(answer)
}

fn either<T: DeserializeOwned>(answer: Answer) -> Result<T, Outcome> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either<T> {
        Good(T),
        Bad(Outcome),
    }
    match answered(answer)? {
        Either::Good(good) => Ok(good),
        Either::Bad(outcome) => Err(outcome),
    }
}

fn answered<T: DeserializeOwned>(answer: Answer) -> Result<T, Outcome> {
    match answer {
        Answer::Http(200, body) => serde_json::from_slice(&body).map_err(|_| lost("the answer is not understood")),
        // The gateway turned the request away before it looked at the message.
        Answer::Http(status @ (400 | 401 | 403 | 404 | 405 | 413 | 429), _) => {
            Err(Outcome::Unavailable { detail: format!("the gateway answers {status}") })
        }
        Answer::Http(status, _) => Err(lost(&format!("the gateway answers {status}"))),
        Answer::NotReached(detail) => Err(Outcome::Unavailable { detail }),
        Answer::Broken(detail) => Err(Outcome::Lost { detail }),
    }
}

fn lost(detail: &str) -> Outcome {
    Outcome::Lost { detail: detail.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::deliver::gateway::{Fate, Reason};

    fn http(status: u16, body: &str) -> Answer {
        Answer::Http(status, body.as_bytes().to_vec())
    }

    #[test]
    fn outcomes_are_read() {
        let cases = [
            (r#"{"outcome":"submitted","id":"v1","parts":2}"#, Outcome::Submitted { id: "v1".into(), parts: Some(2) }),
            (r#"{"outcome":"submitted","id":"v1"}"#, Outcome::Submitted { id: "v1".into(), parts: None }),
            (
                r#"{"outcome":"rejected","reason":"bad_number","code":"C","detail":"d"}"#,
                Outcome::Rejected { reason: Reason::BadNumber, code: "C".into(), detail: "d".into() },
            ),
            (r#"{"outcome":"busy","retry_after_ms":5}"#, Outcome::Busy { retry_after_ms: 5 }),
            (r#"{"outcome":"invalid","detail":"d"}"#, Outcome::Invalid { detail: "d".into() }),
        ];
        for (body, outcome) in cases {
            assert_eq!(submitted(http(200, body)), outcome, "{body}");
        }
    }

    #[test]
    fn in_doubt_it_is_perhaps_sent() {
        let unsure = [
            http(200, ""),
            http(200, r#"{"outcome":"sent"}"#),
            http(200, r#"{"outcome":"submitted","id":""}"#),
            http(200, &format!(r#"{{"outcome":"submitted","id":"{}"}}"#, "x".repeat(129))),
            http(500, ""),
            http(503, ""),
            http(204, ""),
            Answer::Broken("time".into()),
        ];
        for answer in unsure {
            assert_eq!(submitted(answer.clone()).name(), "lost", "{answer:?}");
        }
        let turned_away = [400, 401, 403, 404, 405, 413, 429].map(|status| http(status, ""));
        for answer in turned_away.into_iter().chain([Answer::NotReached("x".into())]) {
            assert_eq!(submitted(answer.clone()).name(), "unavailable", "{answer:?}");
        }
    }

    #[test]
    fn receipts_are_read() {
        let body = r#"{"receipts":[{"id":"v1","phone":"+8613711112222","part":[1,2],"fate":"failed",
            "reason":"unreachable","code":"X","at_ms":7}]}"#;
        let receipts = found(http(200, body)).unwrap();
        assert_eq!((receipts[0].fate, receipts[0].part, receipts[0].at_ms), (Fate::Failed, Some([1, 2]), Some(7)));
        assert_eq!(found(http(200, r#"{"receipts":[]}"#)).unwrap(), []);
        assert_eq!(found(http(200, r#"{"outcome":"busy","retry_after_ms":1}"#)).unwrap_err().name(), "busy");
        let body = r#"{"receipts":[],"kept":{"status":200,"content_type":"a/b","body":"b2s="},
            "again":{"status":500,"content_type":"a/b","body":""}}"#;
        let parsed = parsed(http(200, body)).unwrap();
        assert_eq!((parsed.kept.body.0.as_slice(), parsed.again.status), (&b"ok"[..], 500));
    }
}
