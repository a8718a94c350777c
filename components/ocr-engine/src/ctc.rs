//! Greedy decoding of CTC outputs (Graves et al. 2006), restricted to the characters a field can hold.

use unicode_normalization::UnicodeNormalization;

use crate::net::Scores;

/// The characters of a recogniser: class 0 is the blank, the last class the space.
pub struct Alphabet(Vec<char>);

/// One character as read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    /// The character, full-width forms folded (NFKC).
    pub text: char,
    /// Probability of the best class over all classes.
    pub p: f32,
    /// Probability of the next best character.
    pub second: f32,
    /// Where it stands: share of the line's width.
    pub at: f32,
}

/// One line as read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Reading(pub Vec<Glyph>);

impl Alphabet {
    /// One character a line, in class order.
    pub fn new(dictionary: &str) -> Self {
        let chars = dictionary.lines().map(|l| fold(l.chars().next().unwrap_or(' ')));
        Self(std::iter::once('\0').chain(chars).chain(std::iter::once(' ')).collect())
    }

    /// Number of classes, blank included.
    pub fn classes(&self) -> usize {
        self.0.len()
    }

    /// Whether some class stands for `c`.
    pub fn knows(&self, c: char) -> bool {
        self.0.contains(&c)
    }

    /// The most probable text whose characters all satisfy `allowed`. A character's probability is taken over every class, so a
    /// line of forbidden characters reads with low confidence instead of as a lucky permitted one.
    pub fn decode(&self, scores: &Scores, allowed: impl Fn(char) -> bool) -> Reading {
        let permitted: Vec<bool> = self.0.iter().map(|&c| c == '\0' || allowed(c)).collect();
        let steps = (scores.data.len() / scores.classes.max(1)).max(1);
        let mut glyphs: Vec<Glyph> = Vec::new();
        let mut previous = '\0';
        for (step, row) in scores.data.chunks_exact(scores.classes.max(1)).enumerate() {
            let (mut best, mut second) = (('\0', 0.), 0.);
            for ((&c, &p), _) in self.0.iter().zip(row).zip(&permitted).filter(|(_, ok)| **ok) {
                if p > best.1 {
                    (second, best) = (best.1, (c, p));
                } else if p > second {
                    second = p;
                }
            }
            let (text, p) = best;
            let at = (step as f32 + 0.5) / steps as f32;
            match glyphs.last_mut() {
                Some(last) if text == previous && text != '\0' => {
                    if p > last.p {
                        *last = Glyph { text, p, second, at };
                    }
                }
                _ if text != '\0' => glyphs.push(Glyph { text, p, second, at }),
                _ => {}
            }
            previous = text;
        }
        Reading(glyphs)
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
            [0., 0.6, 0., 0.4, 0.],
            [0.1, 0., 0., 0.9, 0.],
        ];
        assert_eq!(alphabet.decode(&scores(&rows), |_| true).text(), "11A");
        let digits = alphabet.decode(&scores(&rows), |c| c.is_ascii_digit());
        assert_eq!(digits.text(), "11");
        assert_eq!(digits.confidence(), 0.6);
        assert_eq!(alphabet.classes(), 5);
    }

    #[test]
    fn forbidden_characters_leave_little_confidence() {
        let alphabet = Alphabet::new("1\n2\nA");
        let read = alphabet.decode(&scores(&[[0.01, 0.02, 0.01, 0.96, 0.]]), |c| c.is_ascii_digit());
        assert!(read.confidence() < 0.05);
    }
}
