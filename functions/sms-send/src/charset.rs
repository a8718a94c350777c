//! Characters that have no place in a message because a reader does not see them.

/// Controls, invisible format characters (zero width, direction marks, tags), fillers that show as nothing, private
/// use and non-characters: Unicode 16, `Default_Ignorable_Code_Point` and the categories Cc, Cf, Co.
#[must_use]
pub fn hidden(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}'..='\u{1160}' | '\u{17b4}'..='\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{2800}' | '\u{3164}' | '\u{e000}'..='\u{f8ff}' | '\u{fdd0}'..='\u{fdef}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}'..='\u{ffff}' | '\u{1bca0}'..='\u{1bca3}'
            | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..)
}

/// As [`hidden`], but for what a whole text may hold: line breaks, and what emoji are joined with.
#[must_use]
pub fn hidden_in_text(c: char) -> bool {
    hidden(c) && !matches!(c, '\n' | '\u{200d}' | '\u{fe0f}')
}

/// `U+200B` for U+200B: how an answer names a character that nobody would see in it.
#[must_use]
pub fn named(c: char) -> String {
    format!("U+{:04X}", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_seen_is_not_hidden() {
        for c in "汉字 AZ09，。【】{}😀𠮷é\u{301}　".chars() {
            assert!(!hidden(c), "{c}");
        }
        for c in ['\0', '\n', '\t', '\u{7f}', '\u{85}', '\u{200b}', '\u{202e}', '\u{2066}', '\u{feff}', '\u{e0041}'] {
            assert!(hidden(c), "{}", named(c));
        }
        assert!(!hidden_in_text('\n') && hidden_in_text('\r') && hidden_in_text('\u{200b}'));
        assert_eq!(named('\u{200b}'), "U+200B");
    }
}
