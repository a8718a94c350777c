//! The citizen's number (GB 11643-1999): 17 digits and a check character (ISO 7064, MOD 11-2).

use crate::timestamp::Timestamp;
use time::{Date, Month};

/// A number whose check character and date of birth are right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdNumber {
    text: String,
    birth: Date,
}

impl IdNumber {
    /// Reads one; a small `x` is taken for the large one.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.to_ascii_uppercase();
        let (digits, check) = text.split_at_checked(17)?;
        if text.len() != 18 || !digits.bytes().all(|b| b.is_ascii_digit()) || digits.starts_with('0') {
            return None;
        }
        let sum = digits.bytes().fold(0u32, |sum, b| (sum + u32::from(b - b'0')) * 2 % 11);
        let expected = (12 - sum) % 11;
        let given = if check == "X" { 10 } else { check.parse().ok()? };
        let part = |from: usize, to: usize| digits.get(from..to)?.parse::<u16>().ok();
        let (year, month, day) = (part(6, 10)?, part(10, 12)?, part(12, 14)?);
        let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
        let birth = Date::from_calendar_date(year.into(), month, u8::try_from(day).ok()?).ok()?;
        (given == expected).then_some(Self { text, birth })
    }

    /// As printed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// YYYY-MM-DD.
    #[must_use]
    pub fn birth_date(&self) -> String {
        let (year, month, day) = self.birth.to_calendar_date();
        format!("{year:04}-{:02}-{day:02}", u8::from(month))
    }

    /// 男 or 女: the 17th digit is odd for men.
    #[must_use]
    pub fn sex(&self) -> &'static str {
        let odd = self.text.as_bytes().get(16).is_some_and(|digit| digit % 2 == 1);
        if odd { "男" } else { "女" }
    }

    /// Full years on the day it is in China; none before birth.
    #[must_use]
    pub fn age(&self, now: Timestamp) -> Option<i32> {
        let today = now.china_date();
        let before = (today.month() as u8, today.day()) < (self.birth.month() as u8, self.birth.day());
        let age = today.year() - self.birth.year() - i32::from(before);
        (today >= self.birth).then_some(age)
    }
}

/// The first and last characters of a number: `1***************6`.
#[must_use]
pub fn masked(number: &str) -> String {
    let chars: Vec<char> = number.chars().collect();
    match chars.as_slice() {
        [first, middle @ .., last] => format!("{first}{}{last}", "*".repeat(middle.len())),
        _ => "*".repeat(chars.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_characters_and_dates_are_checked() {
        // GB 11643-1999, 4.3.
        let x = IdNumber::parse("11010519491231002x").unwrap();
        assert_eq!((x.as_str(), x.birth_date().as_str(), x.sex()), ("11010519491231002X", "1949-12-31", "女"));
        assert_eq!(IdNumber::parse("440524188001010014").unwrap().sex(), "男");
        for bad in ["", "110105194912310021", "11010519491331002X", "1101051949123100", "11010519491231002XX", "１１"]
        {
            assert_eq!(IdNumber::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_birthday_begins_in_china() {
        let number = IdNumber::parse("11010519491231002X").unwrap();
        let at = |text| number.age(Timestamp::parse(text).unwrap());
        assert_eq!(at("2026-12-30T15:59:59Z"), Some(76));
        assert_eq!(at("2026-12-30T16:00:00Z"), Some(77));
        assert_eq!(at("1949-12-30T00:00:00Z"), None);
        assert_eq!(masked("11010519491231002X"), "1****************X");
    }
}
