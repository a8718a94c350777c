//! E.164 and the ways in which vendors write numbers.

/// Without `+86` for the mainland, without `+` for the rest of the world.
#[must_use]
pub fn local(e164: &str) -> String {
    let digits = e164.trim_start_matches('+');
    digits.strip_prefix("86").filter(|number| is_mainland(number)).unwrap_or(digits).to_owned()
}

/// E.164 of a number in a receipt; empty for what is none.
#[must_use]
pub fn e164(text: &str) -> String {
    let digits = text.trim_start_matches('+').trim_start_matches("00");
    if !(5..=15).contains(&digits.len()) || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return String::new();
    }
    if is_mainland(digits) { format!("+86{digits}") } else { format!("+{digits}") }
}

/// Eleven digits as mobile numbers of the mainland have them.
fn is_mainland(number: &str) -> bool {
    number.len() == 11 && matches!(number.as_bytes(), [b'1', b'3'..=b'9', ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_go_there_and_back() {
        assert_eq!(local("+8613711112222"), "13711112222");
        assert_eq!(local("+85251234567"), "85251234567");
        for text in ["13711112222", "8613711112222", "+8613711112222", "008613711112222"] {
            assert_eq!(e164(text), "+8613711112222", "{text}");
        }
        assert_eq!(e164("85251234567"), "+85251234567");
        for bad in ["", "+", "137 1111 2222", "１３７１１１１２２２２", "1234", &"1".repeat(16)] {
            assert_eq!(e164(bad), "", "{bad}");
        }
    }
}
