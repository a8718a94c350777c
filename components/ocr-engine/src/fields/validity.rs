//! The validity of a card: 《居民身份证法》 articles 5 and 12, and how it is printed.

use super::date::Date;

/// When cards of the second generation were first issued.
const FIRST_ISSUED: Date = Date { year: 2004, month: 1, day: 1 };

/// The last day, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// 长期
    LongTerm,
    /// A day.
    Day(Date),
}

impl std::fmt::Display for Until {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::LongTerm => f.write_str("long_term"),
            Self::Day(day) => day.fmt(f),
        }
    }
}

/// Both ends of a line as printed, `2012.10.14-2032.10.14` or `2012.10.14-长期`; an end that cannot be read is absent.
pub fn parse(line: &str) -> (Option<Date>, Option<Until>) {
    let digits: String = line.chars().filter(char::is_ascii_digit).collect();
    let day = |at: usize| {
        Some(Date {
            year: digits.get(at..at + 4)?.parse().ok()?,
            month: digits.get(at + 4..at + 6)?.parse().ok()?,
            day: digits.get(at + 6..at + 8)?.parse().ok()?,
        })
    };
    let long = line.contains('长') || line.contains('期');
    match digits.len() {
        16 if !long => (day(0), day(8).map(Until::Day)),
        8 if long => (day(0), Some(Until::LongTerm)),
        // One end lost a digit: the dash tells which end is whole.
        _ => {
            let mut ends = line.splitn(2, ['-', '—', '–', '一', '~', '至']);
            let end = |text: Option<&str>| {
                let parts: Vec<&str> = text?.split('.').map(str::trim).collect();
                let date = Date::parse(&parts.join("-"))?;
                (text?.chars().filter(char::is_ascii_digit).count() == 8).then_some(date)
            };
            let (first, last) = (end(ends.next()), end(ends.next()));
            (first, if long { Some(Until::LongTerm) } else { last.map(Until::Day) })
        }
    }
}

/// Everything wrong with a validity on the day `today`, in English; `temporary` cards are valid for three months.
pub fn problems(from: Option<Date>, until: Option<Until>, today: Date, temporary: bool) -> Vec<String> {
    let mut out = Vec::new();
    let (Some(from), Some(until)) = (from, until) else {
        return vec!["the validity is not two dates, or a date and 长期".into()];
    };
    if !from.exists() {
        out.push(format!("{from} does not exist"));
    } else if from > today {
        out.push(format!("it begins in the future, on {from}"));
    } else if from < FIRST_ISSUED {
        out.push(format!("it begins on {from}, before such cards were issued"));
    }
    let Until::Day(until) = until else { return out };
    if !until.exists() {
        out.push(format!("{until} does not exist"));
        return out;
    }
    if until < today {
        out.push(format!("it expired on {until}"));
    }
    if until <= from {
        out.push(format!("it ends on {until}, before it begins"));
    } else if from.exists() {
        let days = until.ordinal() - from.ordinal();
        let whole = [5, 10, 20].into_iter().any(|years| near(from.plus_years(years), until));
        if temporary && !(80..=93).contains(&days) {
            out.push("a temporary card is valid for three months".into());
        } else if !temporary && !whole {
            out.push("it lasts neither 5, 10 nor 20 years".into());
        }
    }
    out
}

/// Some offices print the day before the anniversary.
fn near(a: Date, b: Date) -> bool {
    (a.ordinal() - b.ordinal()).abs() <= 1
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: Date = Date { year: 2025, month: 6, day: 1 };

    fn judge(line: &str) -> Vec<String> {
        let (from, until) = parse(line);
        problems(from, until, TODAY, false)
    }

    #[test]
    fn good_validities() {
        for line in [
            "2012.10.14-长期",
            "2023.06.19-2043.06.19",
            "2020.02.29-2030.02.28",
            "2021.01.01-2025.12.31",
            "2021.01.01-2026.01.01",
        ] {
            assert_eq!(judge(line), [""; 0], "{line}");
        }
    }

    #[test]
    fn bad_validities() {
        for (line, problem) in [
            ("2010.01.01-2020.01.01", "it expired on 2020-01-01"),
            ("2026.01.01-2036.01.01", "it begins in the future, on 2026-01-01"),
            ("2003.05.01-长期", "it begins on 2003-05-01, before such cards were issued"),
            ("2020.02.30-2030.02.28", "2020-02-30 does not exist"),
            ("2020.01.01-2027.01.01", "it lasts neither 5, 10 nor 20 years"),
            ("2020.01.01-20", "the validity is not two dates, or a date and 长期"),
        ] {
            assert_eq!(judge(line), [problem], "{line}");
        }
        assert_eq!(judge("2025.01.01-2024.01.01").len(), 2);
    }

    #[test]
    fn temporary_cards_last_three_months() {
        let (from, until) = parse("2025.05.01-2025.08.01");
        assert!(problems(from, until, TODAY, true).is_empty());
        assert_eq!(problems(from, until, TODAY, false).len(), 1);
    }

    #[test]
    fn a_whole_end_survives_a_broken_one() {
        let day = |y, m, d| Date { year: y, month: m, day: d };
        assert_eq!(parse("2012.1.14-2032.10.14"), (None, Some(Until::Day(day(2032, 10, 14)))));
        assert_eq!(parse("2012.10.14-2032.10.1"), (Some(day(2012, 10, 14)), None));
        assert_eq!(parse("20121014-20321014"), (Some(day(2012, 10, 14)), Some(Until::Day(day(2032, 10, 14)))));
        assert_eq!(parse("2012.10.14-期"), (Some(day(2012, 10, 14)), Some(Until::LongTerm)));
    }
}
