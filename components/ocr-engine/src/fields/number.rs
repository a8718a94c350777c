//! The citizen identity number, GB 11643-1999: region, birth date, sequence, check character.

use super::date::Date;

/// Characters of a number.
pub const LENGTH: usize = 18;

/// What is wrong with a number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Characters are missing or too many.
    #[error("it has {0} of 18 characters")]
    Length(usize),
    /// Something other than digits and a final X.
    #[error("it holds a character that no number has")]
    Character,
    /// ISO 7064 MOD 11-2 over the first 17 digits gives another character.
    #[error("its check digit should be {0}")]
    CheckDigit(char),
}

/// Whether `number` is well-formed and its check character right.
pub fn check(number: &str) -> Result<(), NumberError> {
    let length = number.chars().count();
    if length != LENGTH {
        return Err(NumberError::Length(length));
    }
    let digits = || number.chars().take(LENGTH - 1).map(|c| c.to_digit(10));
    let last = number.chars().last().unwrap_or(' ');
    if digits().any(|d| d.is_none()) || !(last == 'X' || last.is_ascii_digit()) {
        return Err(NumberError::Character);
    }
    // Weights are 2^(17 - i) mod 11: Horner's scheme gives the same sum.
    let sum = digits().flatten().fold(0, |sum, d| (sum + d) * 2 % 11);
    let expected = match (12 - sum) % 11 {
        10 => 'X',
        d => char::from_digit(d, 10).unwrap_or('0'),
    };
    if last == expected { Ok(()) } else { Err(NumberError::CheckDigit(expected)) }
}

/// The birth date in characters 7 to 14.
pub fn birth_date(number: &str) -> Option<Date> {
    if number.len() != LENGTH {
        return None;
    }
    Some(Date {
        year: number.get(6..10)?.parse().ok()?,
        month: number.get(10..12)?.parse().ok()?,
        day: number.get(12..14)?.parse().ok()?,
    })
}

/// The sex in character 17: odd is male.
pub fn sex(number: &str) -> Option<&'static str> {
    if number.len() != LENGTH {
        return None;
    }
    let digit: u8 = number.get(16..17)?.parse().ok()?;
    Some(if digit % 2 == 1 { "男" } else { "女" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_single_wrong_digit_is_noticed() {
        let good = "11010519491231002X"; // the example of the standard
        assert_eq!(check(good), Ok(()));
        for i in 0..LENGTH {
            for c in "0123456789X".chars() {
                let wrong: String = good.chars().enumerate().map(|(k, g)| if k == i { c } else { g }).collect();
                assert_eq!(check(&wrong).is_ok(), wrong == good, "{wrong}");
            }
        }
    }

    #[test]
    fn parts() {
        assert_eq!(birth_date("11010519491231002X"), Some(Date { year: 1949, month: 12, day: 31 }));
        assert_eq!(sex("11010519491231002X"), Some("女"));
        assert_eq!(sex("991316200804252830"), Some("男"));
        assert_eq!((birth_date("1101"), sex("1101")), (None, None));
        assert_eq!(check("1101"), Err(NumberError::Length(4)));
        assert_eq!(check("1101051949123100X2"), Err(NumberError::Character));
    }
}
