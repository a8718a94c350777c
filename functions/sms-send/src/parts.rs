//! How long a message is for the carriers: in UCS-2 units, the signature included.

use common::problem::Problem;

/// Units of a message that fits in one part.
const SINGLE: usize = 70;
/// Units per part of a longer one: three are lost to the header that joins the parts.
const JOINED: usize = 67;
/// The most units of a message with its signature: 8 parts.
pub const MOST_UNITS: usize = 500;

/// The text as the phone shows it.
#[must_use]
pub fn signed(signature: &str, text: &str) -> String {
    format!("【{signature}】{text}")
}

/// Length in UCS-2 units (UTF-16 code units: a character beyond the basic plane counts twice), signature included.
#[must_use]
pub fn units(signature: &str, text: &str) -> usize {
    2 + signature.encode_utf16().count() + text.encode_utf16().count()
}

/// Length in UCS-2 units, where the message may be so long.
///
/// # Errors
/// 400 naming `field` beyond [`MOST_UNITS`].
pub fn checked(field: &str, signature: &str, text: &str) -> Result<usize, Problem> {
    let units = units(signature, text);
    if units > MOST_UNITS {
        let zh = format!("含签名最长 {MOST_UNITS} 个字（现为 {units}）");
        return Err(Problem::bad_field(
            field,
            &zh,
            &format!("at most {MOST_UNITS} UCS-2 units with signature, not {units}"),
        ));
    }
    Ok(units)
}

/// Parts that so many units are sent in and paid for.
#[must_use]
pub const fn parts(units: usize) -> usize {
    if units <= SINGLE { 1 } else { units.div_ceil(JOINED) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_those_of_utf_16() {
        let cases = [("", 4), ("a", 5), ("汉", 5), ("😀", 6), ("𠮷", 6), ("👨‍👩‍👧", 12), ("e\u{301}", 6), ("\n", 5)];
        for (text, expected) in cases {
            assert_eq!(units("云诊", text), expected, "{text}");
            assert_eq!(signed("云诊", text).encode_utf16().count(), expected, "{text}");
        }
    }

    #[test]
    fn what_is_too_long_is_told() {
        assert_eq!(checked("text", "云诊", &"字".repeat(496)).unwrap(), 500);
        let problem = checked("text", "云诊", &"字".repeat(497)).unwrap_err();
        assert_eq!(problem.detail[1], "field text: at most 500 UCS-2 units with signature, not 501");
    }

    #[test]
    fn seventy_or_sixty_seven_each() {
        for (units, expected) in
            [(0, 1), (1, 1), (69, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4), (500, 8)]
        {
            assert_eq!(parts(units), expected, "{units} units");
        }
        // 66 characters and 【云诊】 are 70 units; one emoji in place of a character makes it 71.
        assert_eq!(parts(units("云诊", &"字".repeat(66))), 1);
        assert_eq!(parts(units("云诊", &format!("{}😀", "字".repeat(65)))), 2);
    }
}
