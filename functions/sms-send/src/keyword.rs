//! Words that must not be sent, found however they are written.

use aho_corasick::{AhoCorasick, MatchKind};
use common::problem::Problem;
use unicode_normalization::UnicodeNormalization;

/// The longest word, in characters.
pub const MOST_CHARS: usize = 50;

/// A text as its reader hears it: compatible forms (full-width, circled, squared) made plain, traditional characters
/// simplified, lower case, and everything dropped that is neither letter nor digit.
///
/// Dropping separators joins neighbours, so a word may be found across a comma; that is meant.
#[must_use]
pub fn folded(text: &str) -> String {
    let plain: String = text.nfkc().flat_map(char::to_lowercase).filter(|c| c.is_alphanumeric()).collect();
    fast2s::convert(&plain)
}

/// Checks a word to be kept.
///
/// # Errors
/// 400 naming the field.
pub fn check(field: &str, word: &str) -> Result<(), Problem> {
    if folded(word).is_empty() || word.chars().count() > MOST_CHARS {
        return Err(Problem::bad_field(
            field,
            "应为 1 至 50 个字符，至少含一个文字",
            "1 to 50 characters, one a letter",
        ));
    }
    Ok(())
}

/// All words, ready to be looked for together.
#[derive(Debug, Default)]
pub struct Keywords {
    words: Vec<String>,
    finder: Option<AhoCorasick>,
}

impl Keywords {
    /// From words as they were entered.
    ///
    /// # Errors
    /// 500 when they are too many for the finder.
    pub fn new(words: Vec<String>) -> Result<Self, Problem> {
        if words.is_empty() {
            return Ok(Self::default());
        }
        let folded = words.iter().map(|word| folded(word));
        let finder = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(folded);
        let finder = finder.map_err(|error| Problem::internal(format!("keywords: {error}")))?;
        Ok(Self { words, finder: Some(finder) })
    }

    /// The first word that a text holds.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<&str> {
        let found = self.finder.as_ref()?.find(&folded(text))?;
        self.words.get(found.pattern().as_usize()).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_found_however_it_is_written() {
        let words = ["发票", "代开", "加微信", "VIP", "赌博"].map(str::to_owned);
        let keywords = Keywords::new(words.to_vec()).unwrap();
        let cases = [
            ("可代开发票", Some("代开")),
            ("發票", Some("发票")),
            ("发 票", Some("发票")),
            ("发\u{200b}票", Some("发票")),
            ("发-票", Some("发票")),
            ("发，票", Some("发票")),
            ("发😀票", Some("发票")),
            ("发\n票", Some("发票")),
            ("加*微*信", Some("加微信")),
            ("ｖｉｐ专享", Some("VIP")),
            ("V.i.P", Some("VIP")),
            ("ⓥⓘⓟ", Some("VIP")),
            ("賭博", Some("赌博")),
            ("您的就诊时间为周一上午", None),
            ("发药与票据", None),
            ("", None),
        ];
        for (text, word) in cases {
            assert_eq!(keywords.find(text), word, "{text}");
        }
        assert_eq!(Keywords::default().find("发票"), None);
    }

    #[test]
    fn the_longest_word_is_named() {
        let keywords = Keywords::new(vec!["发".to_owned(), "发票".to_owned()]).unwrap();
        assert_eq!(keywords.find("开发票"), Some("发票"));
    }

    #[test]
    fn no_character_is_too_odd() {
        for c in '\0'..=char::MAX {
            let (alone, between) = (folded(&c.to_string()), folded(&format!("发{c}票")));
            assert!(alone.chars().all(char::is_alphanumeric) && between.starts_with('发'), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn a_word_needs_something_to_find() {
        for bad in ["", " ", "，。", "\u{200b}", &"字".repeat(51)] {
            assert!(check("word", bad).is_err(), "{bad:?}");
        }
        assert!(check("word", &"字".repeat(50)).is_ok());
    }
}
