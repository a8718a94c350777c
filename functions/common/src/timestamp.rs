//! Points in time as the API and the store write them.

use std::fmt;
use time::{Date, OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// Milliseconds since 1970-01-01T00:00:00Z; displayed as RFC 3339 in UTC.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// The point so many milliseconds later (earlier when negative).
    #[must_use]
    pub const fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Whole seconds since the epoch, as JWT claims count them.
    #[must_use]
    pub const fn seconds(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// Reads RFC 3339 with any offset; finer than a millisecond is cut off.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let at = OffsetDateTime::parse(text, &Rfc3339).ok()?;
        i64::try_from(at.unix_timestamp_nanos().div_euclid(1_000_000)).ok().map(Self)
    }

    /// The calendar date in China (UTC+8 all year), on which a card's validity is judged.
    #[must_use]
    pub fn china_date(self) -> Date {
        let china = UtcOffset::from_hms(8, 0, 0).unwrap_or(UtcOffset::UTC);
        self.utc().to_offset(china).date()
    }

    fn utc(self) -> OffsetDateTime {
        // Outside the years 1 to 9999 there is no RFC 3339 form; no clock of ours goes there.
        OffsetDateTime::from_unix_timestamp_nanos(i128::from(self.0) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (at, ms) = (self.utc(), self.0.rem_euclid(1000));
        let (date, time) = (at.date(), at.time());
        let (hour, minute, second) = time.as_hms();
        write!(f, "{}T{hour:02}:{minute:02}:{second:02}.{ms:03}Z", date)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_and_read_as_rfc_3339() {
        let at = Timestamp(1_700_000_000_007);
        assert_eq!(at.to_string(), "2023-11-14T22:13:20.007Z");
        assert_eq!(Timestamp::parse("2023-11-15T06:13:20.007+08:00"), Some(at));
        assert_eq!(Timestamp(-1).to_string(), "1969-12-31T23:59:59.999Z");
        assert_eq!(Timestamp::parse("2023-02-30T00:00:00Z"), None);
    }

    #[test]
    fn the_day_changes_at_midnight_in_china() {
        let day = |text| Timestamp::parse(text).unwrap().china_date().to_string();
        assert_eq!(day("2026-03-01T15:59:59Z"), "2026-03-01");
        assert_eq!(day("2026-03-01T16:00:00Z"), "2026-03-02");
    }
}
