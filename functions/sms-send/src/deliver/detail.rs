//! Vendors' sentences, as far as they may be stored and passed on.

const MOST: usize = 200;
/// So many digits in a row may be a phone or an identity number.
const PERSONAL: usize = 7;

/// A vendor's text without control characters and long numbers, cut to 200 characters.
#[must_use]
pub fn harmless(text: &str) -> String {
    let mut clean = String::new();
    let mut digits = String::new();
    let flush = |digits: &mut String, clean: &mut String| {
        clean.push_str(if digits.chars().count() < PERSONAL { digits } else { "***" });
        digits.clear();
    };
    for c in text.chars().filter(|c| !c.is_control()).take(2 * MOST) {
        if c.is_numeric() {
            digits.push(c);
        } else {
            flush(&mut digits, &mut clean);
            clean.push(c);
        }
    }
    flush(&mut digits, &mut clean);
    clean.chars().take(MOST).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_control_characters_are_taken_out() {
        assert_eq!(harmless("mobile 13711112222 is\nblack-listed (4102)"), "mobile *** isblack-listed (4102)");
        assert_eq!(harmless("+8613711112222"), "+***");
        assert_eq!(harmless("１３７１１１１２２２２"), "***", "full-width digits");
        assert_eq!(harmless(&"汉".repeat(900)).chars().count(), MOST);
    }
}
