//! Identifiers: `<prefix>_<ULID>`, sortable by the time of their making.

use crate::timestamp::Timestamp;
use ulid::Ulid;

/// A new identifier such as `req_01J...`; `random` must come from a cryptographic source, 80 bits of it are used.
#[must_use]
pub fn new(prefix: &str, now: Timestamp, random: u128) -> String {
    let ms = u64::try_from(now.0).unwrap_or(0);
    format!("{prefix}_{}", Ulid::from_parts(ms, random))
}

/// Whether `text` is an identifier with this prefix, in the one spelling that [`new`] writes.
#[must_use]
pub fn is(prefix: &str, text: &str) -> bool {
    text.strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('_'))
        .is_some_and(|rest| Ulid::from_string(rest).is_ok_and(|ulid| ulid.to_string() == rest))
}

/// The time in an identifier of any prefix; none where it is not one.
#[must_use]
pub fn time(text: &str) -> Option<Timestamp> {
    let (_, rest) = text.rsplit_once('_')?;
    i64::try_from(Ulid::from_string(rest).ok()?.timestamp_ms()).ok().map(Timestamp)
}

/// The caller's own request id when it is harmless in logs (8 to 128 of `A-Z a-z 0-9 - _ .`), else a new one.
#[must_use]
pub fn request(given: Option<&str>, now: Timestamp, random: u128) -> String {
    let harmless = |id: &&str| {
        (8..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
    };
    given.filter(harmless).map_or_else(|| new("req", now, random), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sort_by_time() {
        let [early, late] = [1_000, 1_001].map(|ms| new("msg", Timestamp(ms), u128::MAX >> 48));
        assert!(early < late);
        assert!(is("msg", &early) && !is("req", &early) && !is("msg", &early.to_lowercase()));
        assert!(!is("msg", "msg_") && !is("msg", "msg"));
        assert_eq!((time(&late), time("msg_x")), (Some(Timestamp(1_001)), None));
    }

    #[test]
    fn a_callers_request_id_is_kept_only_when_harmless() {
        let keep = |given| request(Some(given), Timestamp(0), 0);
        assert_eq!(keep("trace-0123_abc"), "trace-0123_abc");
        for bad in ["short", "with space and more", "line\nbreak-in-it", &"x".repeat(129), "汉字汉字汉字"] {
            assert!(is("req", &keep(bad)), "{bad}");
        }
    }
}
