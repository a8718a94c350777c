//! How long a message is for the carriers: in UCS-2 units, the signature included.

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
