//! Quiet hours: when notices wait for the morning, by the clock in China (UTC+8 all year).

use common::timestamp::Timestamp;

const MINUTE_MS: i64 = 60_000;
const DAY_MIN: i64 = 24 * 60;
const CHINA_MIN: i64 = 8 * 60;

/// From one minute of the day to another, over midnight where it ends before it begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quiet(Option<(i64, i64)>);

impl Quiet {
    /// From the variable `sms_quiet_hours`, e.g. `22:00-08:00`; empty is none.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(variable: &str) -> Result<Self, String> {
        let variable = variable.trim();
        if variable.is_empty() {
            return Ok(Self(None));
        }
        let hours = variable.split_once('-').and_then(|(from, to)| Some((minute(from)?, minute(to)?)));
        match hours {
            Some((from, to)) if from != to => Ok(Self(hours)),
            _ => Err(format!("sms_quiet_hours: `{variable}` is not like 22:00-08:00")),
        }
    }

    /// `at` itself, or the end of the quiet hours it lies in.
    #[must_use]
    pub fn after(self, at: Timestamp) -> Timestamp {
        let Some((from, to)) = self.0 else { return at };
        let minutes = at.0.div_euclid(MINUTE_MS);
        let of_day = (minutes + CHINA_MIN).rem_euclid(DAY_MIN);
        let quiet = if from < to { (from..to).contains(&of_day) } else { of_day >= from || of_day < to };
        if !quiet {
            return at;
        }
        Timestamp((minutes + (to - of_day).rem_euclid(DAY_MIN)) * MINUTE_MS)
    }
}

fn minute(text: &str) -> Option<i64> {
    let (hour, minute) = text.trim().split_once(':')?;
    let two = |text: &str, most: i64| {
        let plain = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        plain.then(|| text.parse::<i64>().ok()).flatten().filter(|n| *n <= most)
    };
    Some(two(hour, 23)? * 60 + two(minute, 59)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All times as on the clock in China.
    fn after(quiet: &str, at: &str) -> String {
        let at = Timestamp::parse(&format!("{at}+08:00")).unwrap();
        let after = Quiet::parse(quiet).unwrap().after(at).plus_ms(8 * 3_600_000).to_string();
        after.trim_end_matches("Z").trim_end_matches(".000").to_owned()
    }

    #[test]
    fn a_night_ends_in_the_morning() {
        let cases = [
            ("22:00-08:00", "2026-03-01T21:59:59", "2026-03-01T21:59:59"),
            ("22:00-08:00", "2026-03-01T22:00:00", "2026-03-02T08:00:00"),
            ("22:00-08:00", "2026-03-01T23:59:59", "2026-03-02T08:00:00"),
            ("22:00-08:00", "2026-03-02T00:00:00", "2026-03-02T08:00:00"),
            ("22:00-08:00", "2026-03-02T07:59:59", "2026-03-02T08:00:00"),
            ("22:00-08:00", "2026-03-02T08:00:00", "2026-03-02T08:00:00"),
            ("22:00-08:00", "2026-12-31T22:30:00", "2027-01-01T08:00:00"),
            ("22:00-00:00", "2026-03-01T23:00:00", "2026-03-02T00:00:00"),
            ("22:00-00:00", "2026-03-02T00:00:00", "2026-03-02T00:00:00"),
            ("12:00-14:30", "2026-03-01T11:59:59", "2026-03-01T11:59:59"),
            ("12:00-14:30", "2026-03-01T12:00:01", "2026-03-01T14:30:00"),
            ("12:00-14:30", "2026-03-01T14:30:00", "2026-03-01T14:30:00"),
            ("00:00-23:59", "2026-03-01T23:58:00", "2026-03-01T23:59:00"),
            ("", "2026-03-01T23:00:00", "2026-03-01T23:00:00"),
        ];
        for (quiet, at, expected) in cases {
            assert_eq!(after(quiet, at), expected, "{quiet} at {at}");
        }
        // Before 1970 the same clock runs.
        assert_eq!(after("22:00-08:00", "1969-12-30T23:00:00"), "1969-12-31T08:00:00");
    }

    #[test]
    fn a_malformed_variable_is_refused() {
        for bad in ["22", "22-8", "22:00", "22:00-24:00", "22:60-08:00", "22:00-22:00", "2:00-08:00", "+2:00-08:00"] {
            assert!(Quiet::parse(bad).unwrap_err().contains(bad), "{bad}");
        }
    }
}
