//! Times as vendors write them, with the civil calendar of Howard Hinnant's "chrono-compatible low-level date
//! algorithms".

const DAY_MS: i64 = 86_400_000;
const CHINA_MS: i64 = 8 * 3_600_000;

/// Milliseconds of `2026-01-01T00:00:00Z` or `20260101T000000Z`.
pub fn utc(text: &str) -> Option<i64> {
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let number = |from: usize, to: usize| digits.get(from..to)?.parse::<i64>().ok();
    if digits.len() != 14 || !text.ends_with('Z') {
        return None;
    }
    let days = days(number(0, 4)?, number(4, 6)?, number(6, 8)?);
    let seconds = number(8, 10)? * 3_600 + number(10, 12)? * 60 + number(12, 14)?;
    Some(days * DAY_MS + seconds * 1_000)
}

/// When a day of China (`20260101`) begins.
pub fn china_day(text: &str) -> Option<i64> {
    Some(utc(&format!("{text}T000000Z"))? - CHINA_MS)
}

/// `2026-01-01 08:00:00` in China.
pub fn china(unix_ms: i64) -> String {
    let (date, time) = parts(unix_ms + CHINA_MS);
    format!("{date} {time}")
}

/// `2026-01-01T00:00:00Z`.
pub fn extended(unix_ms: i64) -> String {
    let (date, time) = parts(unix_ms);
    format!("{date}T{time}Z")
}

/// `2026-01-01`, in UTC.
pub fn date(unix_s: i64) -> String {
    parts(unix_s * 1_000).0
}

fn parts(unix_ms: i64) -> (String, String) {
    let (days, second) = (unix_ms.div_euclid(DAY_MS), unix_ms.rem_euclid(DAY_MS) / 1_000);
    let z = days + 719_468;
    let (era, day_of_era) = (z.div_euclid(146_097), z.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let (day, month) =
        (day_of_year - (153 * shifted + 2) / 5 + 1, if shifted < 10 { shifted + 3 } else { shifted - 9 });
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    let time = format!("{:02}:{:02}:{:02}", second / 3_600, second / 60 % 60, second % 60);
    (format!("{year:04}-{month:02}-{day:02}"), time)
}

fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let day_of_year = (153 * (if month > 2 { month - 3 } else { month + 9 }) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_go_there_and_back() {
        assert_eq!(utc("2026-01-01T00:00:00Z"), Some(1_767_225_600_000));
        assert_eq!(china(1_767_225_600_000), "2026-01-01 08:00:00");
        for day in (-1_000..40_000).step_by(7) {
            let at = day * DAY_MS + 12_345_000;
            assert_eq!(utc(&extended(at)), Some(at));
            assert_eq!(china_day(&date(at / 1_000).replace('-', "")), Some(day * DAY_MS - CHINA_MS));
        }
        assert_eq!(utc("2026-01-01"), None);
    }
}
