//! Time and chance, as arguments, and the ways in which vendors write time.

use std::time::{SystemTime, UNIX_EPOCH};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset, format_description::BorrowedFormatItem};

/// When a request is made, and what makes it unique.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub unix_ms: i64,
    /// Random.
    pub nonce: u128,
}

const BASIC: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day]T[hour][minute][second]Z");
const EXTENDED: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
const DATE: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
const PLAIN_DATE: &[BorrowedFormatItem<'_>] = format_description!("[year][month][day]");
const LOCAL: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day] [hour]:[minute]:[second]");

impl Moment {
    /// By the clock of the machine.
    #[must_use]
    pub fn now(nonce: u128) -> Self {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { unix_ms: i64::try_from(since.as_millis()).unwrap_or(i64::MAX), nonce }
    }

    /// Whole seconds since the epoch.
    #[must_use]
    pub const fn unix_s(self) -> i64 {
        self.unix_ms.div_euclid(1_000)
    }

    /// `20260101T000000Z`, ISO 8601 basic.
    #[must_use]
    pub fn basic(self) -> String {
        write(utc(self.unix_ms), BASIC)
    }

    /// `2026-01-01T00:00:00Z`.
    #[must_use]
    pub fn extended(self) -> String {
        write(utc(self.unix_ms), EXTENDED)
    }

    /// `2026-01-01`, in UTC.
    #[must_use]
    pub fn date(self) -> String {
        write(utc(self.unix_ms), DATE)
    }

    /// 32 hex digits.
    #[must_use]
    pub fn nonce_hex(self) -> String {
        format!("{:032x}", self.nonce)
    }
}

/// `20260101`, the day in China.
#[must_use]
pub fn china_day(unix_ms: i64) -> String {
    write(utc(unix_ms).to_offset(china()), PLAIN_DATE)
}

/// Milliseconds of a time of day in China (`2026-01-01 08:00:00`) or of RFC 3339.
#[must_use]
pub fn parse(text: &str) -> Option<i64> {
    let at = match PrimitiveDateTime::parse(text, LOCAL) {
        Ok(local) => local.assume_offset(china()),
        Err(_) => OffsetDateTime::parse(text, &Rfc3339).ok()?,
    };
    i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok()
}

fn china() -> UtcOffset {
    UtcOffset::from_hms(8, 0, 0).unwrap_or(UtcOffset::UTC)
}

fn utc(unix_ms: i64) -> OffsetDateTime {
    // Outside the years 1 to 9999 a time has no such form; no clock of ours goes there.
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

fn write(at: OffsetDateTime, format: &[BorrowedFormatItem<'_>]) -> String {
    at.format(format).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NEW_YEAR: Moment = Moment { unix_ms: 1_767_225_600_999, nonce: 0xabc };

    #[test]
    fn times_are_written_as_vendors_want_them() {
        assert_eq!(NEW_YEAR.basic(), "20260101T000000Z");
        assert_eq!(NEW_YEAR.extended(), "2026-01-01T00:00:00Z");
        assert_eq!(NEW_YEAR.date(), "2026-01-01");
        assert_eq!(NEW_YEAR.unix_s(), 1_767_225_600);
        assert_eq!(NEW_YEAR.nonce_hex(), "00000000000000000000000000000abc");
    }

    #[test]
    fn the_day_and_the_clock_are_chinas() {
        assert_eq!(china_day(1_767_225_600_000 - 8 * 3_600_000), "20260101");
        assert_eq!(china_day(1_767_225_600_000 - 8 * 3_600_000 - 1), "20251231");
        assert_eq!(parse("2026-01-01 08:00:00"), Some(1_767_225_600_000));
        assert_eq!(parse("2026-01-01T00:00:00Z"), Some(1_767_225_600_000));
        for bad in ["", "2026-02-30 08:00:00", "2026-01-01", "9999999-01-01T00:00:00Z"] {
            assert_eq!(parse(bad), None, "{bad}");
        }
        assert_eq!(china_day(i64::MAX), "19700101");
    }
}
