//! A vendor's codes and what the caller can do about each.

use crate::Answer;
use crate::answer::{self, SOON_MS};
use crate::carrier;
use crate::message::{Error, Fate, Reason, Rejection};

/// What a code means for the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Refused for this reason.
    Refused(Reason),
    /// Not taken now.
    Busy,
    /// Not taken now; milliseconds until it may be.
    BusyFor(u32),
    /// Not taken, and when it will be is not known.
    Unavailable,
    /// The vendor does not know itself whether it goes out.
    Lost,
}

/// Codes with their meanings; one that ends in `*` stands for all that begin so. The first that fits counts.
pub type Codes = &'static [(&'static str, Meaning)];
/// The same for receipts.
pub type Reasons = &'static [(&'static str, Reason)];

/// The failure behind a code in an answer to a submission.
///
/// A code that no table knows is a refusal with the code kept, unless the status says that something broke.
#[must_use]
pub fn failure(codes: Codes, answer: &Answer, code: &str, detail: &str) -> Error {
    match find(codes, code) {
        Some(Meaning::Refused(reason)) => Error::Rejected(Rejection::new(reason, code, detail)),
        Some(Meaning::Busy) => Error::Busy(SOON_MS),
        Some(Meaning::BusyFor(ms)) => Error::Busy(ms),
        Some(Meaning::Unavailable) => Error::Unavailable(said(code, detail)),
        Some(Meaning::Lost) => Error::Lost(said(code, detail)),
        None if answer.status().is_server_error() || answer.status() == 429 => {
            answer::unreadable(answer, &said(code, detail))
        }
        None => Error::Rejected(Rejection::new(Reason::Other, code, detail)),
    }
}

/// The failure that a receipt's code tells of: the vendor's own table first, then the carriers'.
#[must_use]
pub fn failed(reasons: Reasons, code: &str, detail: &str) -> Fate {
    let reason = find(reasons, code).or_else(|| find(carrier::REASONS, code)).unwrap_or(Reason::Other);
    Fate::Failed(Rejection::new(reason, code, detail))
}

fn find<T: Copy>(table: &[(&str, T)], code: &str) -> Option<T> {
    let fits = |pattern: &str| match pattern.strip_suffix('*') {
        Some(start) => code.starts_with(start),
        None => code == pattern,
    };
    table.iter().find(|(pattern, _)| fits(pattern)).map(|(_, value)| *value)
}

fn said(code: &str, detail: &str) -> String {
    let Rejection { code, detail, .. } = Rejection::new(Reason::Other, code, detail);
    format!("{code}: {detail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODES: Codes = &[
        ("A.B", Meaning::Refused(Reason::Limit)),
        ("A.*", Meaning::Refused(Reason::Template)),
        ("B", Meaning::BusyFor(7)),
        ("C", Meaning::Lost),
    ];

    fn failure_at(status: u16, code: &str) -> Error {
        let answer = http::Response::builder().status(status).body(Vec::new()).unwrap();
        failure(CODES, &answer, code, "d")
    }

    #[test]
    fn the_first_that_fits_counts() {
        let refused = |reason, code| Error::Rejected(Rejection::new(reason, code, "d"));
        assert_eq!(failure_at(200, "A.B"), refused(Reason::Limit, "A.B"));
        assert_eq!(failure_at(400, "A.C"), refused(Reason::Template, "A.C"));
        assert_eq!(failure_at(200, "X"), refused(Reason::Other, "X"));
        assert_eq!(failure_at(500, "B"), Error::Busy(7));
        assert_eq!(failure_at(200, "C"), Error::Lost("C: d".into()));
    }

    #[test]
    fn an_unknown_code_under_a_broken_status_is_not_a_refusal() {
        assert!(matches!(failure_at(500, "X"), Error::Lost(_)));
        assert!(matches!(failure_at(503, "X"), Error::Unavailable(_)));
        assert!(matches!(failure_at(429, "X"), Error::Busy(_)));
    }

    #[test]
    fn what_is_kept_is_short() {
        let Error::Rejected(rejection) = failure_at(200, &"码".repeat(1_000)) else { panic!() };
        assert_eq!(rejection.code.chars().count(), 64);
    }
}
