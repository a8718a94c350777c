//! Greedy decoding of CTC outputs (Graves et al. 2006), restricted to the characters a field can hold.

use unicode_normalization::UnicodeNormalization;

use crate::net::Scores;

/// The characters of a recogniser: class 0 is the blank, the last class the space.
pub struct Alphabet(Vec<Class>);

struct Class {
    text: char,
    form: Form,
}

/// How a character comes to be on a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// In GB 2312-1980, the 6,763 characters that nearly all print on cards is made of.
    Common,
    /// Not in there; names and places hold some.
    Rare,
    /// Has a simplified form, which is printed instead of it since the reform of 1956.
    Traditional,
}

/// How likely a character is before looking: 0 for those a field cannot hold.
pub type Prior = fn(char, Form) -> f32;

/// Weight of forbidden characters as evidence against what was chosen.
const FORBIDDEN: f32 = 0.25;

/// One character as read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// The character, full-width forms folded (NFKC).
    pub text: char,
    /// Posterior probability under the field's prior.
    pub p: f32,
    /// Where it stands: share of the line's width.
    pub at: f32,
}

/// One line as read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading(pub Vec<Glyph>);

impl Alphabet {
    /// One character a line, in class order.
    pub fn new(dictionary: &str) -> Self {
        let class = |text: char| Class { text, form: Form::of(text) };
        let chars = dictionary.lines().map(|l| class(fold(l.chars().next().unwrap_or(' '))));
        Self(std::iter::once(class('\0')).chain(chars).chain(std::iter::once(class(' '))).collect())
    }

    /// Number of classes, blank included.
    pub fn classes(&self) -> usize {
        self.0.len()
    }

    /// Whether some class stands for `c`.
    pub fn knows(&self, c: char) -> bool {
        self.0.iter().any(|class| class.text == c)
    }

    /// The most probable text under `prior`. Forbidden characters are never chosen but count against the choice, so a line of them
    /// reads with low confidence instead of as a lucky permitted one.
    pub fn decode(&self, scores: &Scores, prior: Prior) -> Reading {
        let weights: Vec<f32> =
            self.0.iter().map(|c| if c.text == '\0' { 1. } else { prior(c.text, c.form) }).collect();
        let steps = (scores.data.len() / scores.classes.max(1)).max(1);
        let mut glyphs: Vec<Glyph> = Vec::new();
        let mut previous = '\0';
        for (step, row) in scores.data.chunks_exact(scores.classes.max(1)).enumerate() {
            let at = (step as f32 + 0.5) / steps as f32;
            let (text, p) = self.choose(row, &weights);
            let glyph = Glyph { text, p, at };
            match glyphs.last_mut() {
                _ if text == '\0' => {}
                Some(last) if text == previous && p > last.p => *last = glyph,
                Some(_) if text == previous => {}
                _ => glyphs.push(glyph),
            }
            previous = text;
        }
        Reading(glyphs)
    }

    fn choose(&self, row: &[f32], weights: &[f32]) -> (char, f32) {
        let (mut best, mut all) = (('\0', 0.), 0.);
        for ((class, &p), &weight) in self.0.iter().zip(row).zip(weights) {
            all += p * if weight > 0. { weight } else { FORBIDDEN };
            if p * weight > best.1 {
                best = (class.text, p * weight);
            }
        }
        // Several classes may stand for one character: full-width digits, compatibility forms.
        let same: f32 =
            self.0.iter().zip(row).zip(weights).filter(|((c, _), _)| c.text == best.0).map(|((_, p), w)| p * w).sum();
        (best.0, same / all.max(f32::MIN_POSITIVE))
    }
}

impl Reading {
    /// The text without spaces.
    pub fn text(&self) -> String {
        self.0.iter().map(|g| g.text).filter(|c| !c.is_whitespace()).collect()
    }

    /// The least sure character decides; 0 when nothing was read.
    pub fn confidence(&self) -> f32 {
        self.0.iter().filter(|g| !g.text.is_whitespace()).map(|g| g.p).reduce(f32::min).unwrap_or(0.)
    }

    /// Mean probability; 0 when nothing was read.
    pub fn mean(&self) -> f32 {
        self.0.iter().map(|g| g.p).sum::<f32>() / self.0.len().max(1) as f32
    }
}

/// Full-width and compatibility forms to the usual ones, where that gives one character.
fn fold(c: char) -> char {
    let mut folded = std::iter::once(c).nfkc();
    match (folded.next(), folded.next()) {
        (Some(f), None) => f,
        _ => c,
    }
}

impl Form {
    fn of(c: char) -> Self {
        let mut text = [0; 4];
        let text = &*c.encode_utf8(&mut text);
        let (bytes, _, unmappable) = encoding_rs::GBK.encode(text);
        // Rows 0xB0 to 0xF7 of the double-byte code hold the hanzi of GB 2312; GBK and GB 18030 keep them there.
        if !unmappable && matches!(*bytes, [0xb0..=0xf7, 0xa1..=0xfe]) {
            return Self::Common;
        }
        if fast2s::convert(text) == text { Self::Rare } else { Self::Traditional }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scores(rows: &[[f32; 5]]) -> Scores {
        Scores { data: rows.concat(), classes: 5 }
    }

    #[test]
    fn repeats_merge_and_blanks_separate() {
        // Classes: blank, 1, full-width 1, A, space.
        let alphabet = Alphabet::new("1\n１\nA");
        let rows = [
            [0.1, 0.9, 0., 0., 0.],
            [0.1, 0.2, 0.7, 0., 0.],
            [0.9, 0.1, 0., 0., 0.],
            [0., 0.5, 0.1, 0.4, 0.],
            [0.1, 0., 0., 0.9, 0.],
        ];
        assert_eq!(alphabet.decode(&scores(&rows), |_, _| 1.).text(), "11A");
        let digits = alphabet.decode(&scores(&rows), |c, _| f32::from(u8::from(c.is_ascii_digit())));
        assert_eq!(digits.text(), "11");
        assert!((digits.confidence() - 0.6 / 0.7).abs() < 1e-4, "both forms of 1 count, and the A against them");
        assert_eq!(alphabet.classes(), 5);
    }

    #[test]
    fn forbidden_characters_leave_little_confidence() {
        let alphabet = Alphabet::new("1\n2\nA");
        let read =
            alphabet.decode(&scores(&[[0.01, 0.02, 0.01, 0.96, 0.]]), |c, _| f32::from(u8::from(c.is_ascii_digit())));
        assert!(read.confidence() < 0.1);
    }

    #[test]
    fn a_prior_prefers_the_printed_form_of_a_character() {
        let alphabet = Alphabet::new("凉\n涼\nA");
        let row = [[0., 0.4, 0.6, 0., 0.]];
        assert_eq!(alphabet.decode(&scores(&row), |_, _| 1.).text(), "涼");
        assert_eq!(alphabet.decode(&scores(&row), |_, form| f32::from(u8::from(form == Form::Common))).text(), "凉");
    }

    #[test]
    fn rare_is_not_traditional() {
        assert_eq!(['凉', '李', '釪', '瀼', '涼', '煥'].map(Form::of), {
            use Form::{Common, Rare, Traditional};
            [Common, Common, Rare, Rare, Traditional, Traditional]
        });
    }
}
