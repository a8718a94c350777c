//! How many messages of a class one phone gets in a minute, an hour and a day.

use crate::class::Class;
use common::windows::Windows;
use serde::Deserialize;

/// The longest window that is looked at.
pub use common::windows::DAY_MS;

/// The limits of all classes.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    otp: Windows,
    notice: Windows,
    marketing: Windows,
}

impl Default for Limits {
    fn default() -> Self {
        let otp = Windows { per_minute: Some(1), per_hour: Some(5), per_day: Some(10) };
        Self { otp, notice: Windows::default(), marketing: Windows::default() }
    }
}

impl Limits {
    /// From the variable `sms_limits`: `{"otp": {"per_minute": 1, "per_hour": 5, "per_day": 10}, ...}`. A class that
    /// is not named has its default, a window that is not named has no limit.
    ///
    /// # Errors
    /// Says what is wrong with it.
    pub fn parse(variable: &str) -> Result<Self, String> {
        if variable.trim().is_empty() {
            return Ok(Self::default());
        }
        serde_json::from_str(variable).map_err(|error| format!("sms_limits: {error}"))
    }

    /// The limits of a class.
    #[must_use]
    pub const fn of(&self, class: Class) -> Windows {
        match class {
            Class::Otp => self.otp,
            Class::Notice => self.notice,
            Class::Marketing => self.marketing,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use common::timestamp::Timestamp;

    const NOW: Timestamp = Timestamp(1_800_000_000_000);

    /// Seconds until the phone may have a one-time code, after codes so many seconds ago.
    fn wait(ago: &[i64]) -> Option<i64> {
        let sent: Vec<_> = ago.iter().map(|s| NOW.plus_ms(-s * 1_000)).collect();
        Limits::default().of(Class::Otp).blocked_until(&sent, NOW).map(|at| (at.0 - NOW.0) / 1_000)
    }

    #[test]
    fn one_a_minute_five_an_hour_ten_a_day() {
        let cases: [(&[i64], Option<i64>); 9] = [
            (&[], None),
            (&[60], None),
            (&[59], Some(1)),
            (&[0], Some(60)),
            (&[61, 200, 300, 400], None),
            (&[61, 200, 300, 400, 3_000], Some(600)),
            (&[61, 200, 300, 400, 3_600], None),
            (&[4_000, 5_000, 6_000, 7_000, 8_000, 9_000, 10_000, 11_000, 12_000, 13_000], Some(86_400 - 13_000)),
            (&[30, 200, 300, 400, 500, 6_000, 7_000, 8_000, 9_000, 10_000], Some(86_400 - 10_000)),
        ];
        for (ago, expected) in cases {
            assert_eq!(wait(ago), expected, "{ago:?}");
        }
    }

    #[test]
    fn classes_are_configured_apart() {
        let limits = Limits::parse(r#"{"notice": {"per_day": 2}, "marketing": {"per_day": 0}}"#).unwrap();
        assert_eq!(limits.of(Class::Otp), Limits::default().of(Class::Otp));
        let sent = [NOW.plus_ms(-1), NOW.plus_ms(-2)];
        assert_eq!(limits.of(Class::Notice).blocked_until(&sent[..1], NOW), None);
        assert_eq!(limits.of(Class::Notice).blocked_until(&sent, NOW), Some(NOW.plus_ms(DAY_MS - 2)));
        assert_eq!(limits.of(Class::Marketing).blocked_until(&[], NOW), Some(NOW.plus_ms(DAY_MS)), "none at all");
        assert_eq!(Limits::parse("").unwrap(), Limits::default());
        for bad in ["{", "7", r#"{"codes": {}}"#, r#"{"otp": {"per_week": 1}}"#, r#"{"otp": {"per_day": -1}}"#] {
            assert!(Limits::parse(bad).unwrap_err().starts_with("sms_limits: "), "{bad}");
        }
    }
}
