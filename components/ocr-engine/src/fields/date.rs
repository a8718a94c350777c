//! Calendar dates, proleptic Gregorian.

use std::fmt;

/// A date that may or may not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    /// Four digits.
    pub year: u16,
    /// From 1.
    pub month: u8,
    /// From 1.
    pub day: u8,
}

impl Date {
    /// Whether the calendar has this day.
    pub fn exists(self) -> bool {
        let leap = self.year.is_multiple_of(4) && (!self.year.is_multiple_of(100) || self.year.is_multiple_of(400));
        let days = match self.month {
            2 if leap => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            _ => 0,
        };
        (1..=days).contains(&self.day) && (1..=9999).contains(&self.year)
    }

    /// From YYYY-MM-DD.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let date = Self {
            year: parts.next()?.parse().ok()?,
            month: parts.next()?.parse().ok()?,
            day: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(date)
    }

    /// From a birth line as printed, `1962年9月3日`: the labels part the numbers, blanks where a label is lost.
    pub fn from_birth_line(line: &str) -> Option<Self> {
        let parts: Vec<&str> = line.split(|c: char| !c.is_ascii_digit()).filter(|p| !p.is_empty()).collect();
        let (year, month, day) = match parts[..] {
            [y, m, d] => (y, m, d),
            _ => return None,
        };
        (year.len() == 4 && month.len() <= 2 && day.len() <= 2)
            .then(|| Some(Self { year: year.parse().ok()?, month: month.parse().ok()?, day: day.parse().ok()? }))
            .flatten()
    }

    /// The same day `years` later; 29 February becomes 28 in a common year.
    pub fn plus_years(self, years: u16) -> Self {
        let later = Self { year: self.year.saturating_add(years), ..self };
        if later.exists() || !self.exists() { later } else { Self { day: 28, ..later } }
    }

    /// Whole years from `self` to `other`, 0 when `other` is earlier.
    pub fn years_until(self, other: Self) -> u16 {
        let not_yet = (other.month, other.day) < (self.month, self.day);
        other.year.saturating_sub(self.year).saturating_sub(u16::from(not_yet))
    }

    /// Days since 1 March of year 0, for differences.
    pub fn ordinal(self) -> i32 {
        let (month, year) = (i32::from(self.month), i32::from(self.year));
        let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
        year * 365 + year.div_euclid(4) - year.div_euclid(100)
            + year.div_euclid(400)
            + (month * 153 + 2) / 5
            + i32::from(self.day)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn the_calendar() {
        for good in ["2000-02-29", "2024-02-29", "1999-12-31"] {
            assert!(date(good).exists());
        }
        for bad in ["1900-02-29", "2023-02-29", "2023-04-31", "2023-13-01", "2023-00-10", "2023-01-00", "0000-01-01"] {
            assert!(!date(bad).exists(), "{bad}");
        }
        assert_eq!(date("2004-02-29").plus_years(10), date("2014-02-28"));
        assert_eq!(date("2000-05-20").years_until(date("2016-05-19")), 15);
        assert_eq!(date("2000-05-20").years_until(date("2016-05-20")), 16);
        assert_eq!(date("2024-03-01").ordinal() - date("2024-02-28").ordinal(), 2);
        assert_eq!(date("2025-01-01").ordinal() - date("2024-01-01").ordinal(), 366);
    }

    #[test]
    fn birth_lines() {
        assert_eq!(Date::from_birth_line("1962年9月3日"), Some(date("1962-09-03")));
        assert_eq!(Date::from_birth_line("2002年11月25"), Some(date("2002-11-25")));
        assert_eq!(Date::from_birth_line("196年9月3日"), None);
        assert_eq!(Date::from_birth_line("1962年93日"), None);
    }
}
