//! The font: which glyph a character has, how wide it is, where a line may end.
//!
//! Glyphs are placed one by one: Chinese print needs no shaping, and reading the font's tables for it would take longer
//! than the page.

use super::Error;
use krilla::text::{Font, GlyphId, KrillaGlyph};
use skrifa::instance::{LocationRef, Size};
use skrifa::{FontRef, MetadataProvider};
use std::sync::Arc;

/// A font that was read; to be kept, since reading it copies it.
#[derive(Clone)]
pub struct Face {
    data: Arc<Vec<u8>>,
    pub(super) font: Font,
}

/// Glyphs of a line, with its width at size 1.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    pub text: String,
    pub glyphs: Vec<KrillaGlyph>,
    pub width: f32,
}

impl Face {
    /// Reads a TrueType or OpenType font.
    ///
    /// # Errors
    /// Where it is none.
    pub fn read(bytes: Vec<u8>) -> Result<Self, Error> {
        let data = Arc::new(bytes);
        let font = Font::new(Arc::clone(&data).into(), 0).filter(|font| font.units_per_em() > 0.).ok_or(Error::Font)?;
        Ok(Self { data, font })
    }

    /// Whether every character has a glyph.
    ///
    /// # Errors
    /// The first that has none.
    pub fn check(&self, text: &str) -> Result<(), Error> {
        self.line(text).map(drop)
    }

    /// One line.
    pub(super) fn line(&self, text: &str) -> Result<Text, Error> {
        let font = FontRef::from_index(&self.data, 0).map_err(|_| Error::Font)?;
        let (map, metrics) = (font.charmap(), font.glyph_metrics(Size::unscaled(), LocationRef::default()));
        let mut line = Text { text: text.to_owned(), ..Text::default() };
        for (at, char) in text.char_indices() {
            let missing = || Error::GlyphMissing(char);
            let glyph = map.map(char).filter(|glyph| glyph.to_u32() != 0).ok_or_else(missing)?;
            let drawn = metrics.bounds(glyph).is_some_and(|b| b.x_max > b.x_min && b.y_max > b.y_min);
            let advance = metrics.advance_width(glyph).ok_or_else(missing)? / self.font.units_per_em();
            if !matches!(char, ' ' | '\u{a0}' | '\u{3000}') && !drawn || advance <= 0. {
                return Err(missing());
            }
            let (id, range) = (GlyphId::new(glyph.to_u32()), at..at + char.len_utf8());
            line.glyphs.push(KrillaGlyph::new(id, advance, 0., 0., 0., range, None));
            line.width += advance;
        }
        Ok(line)
    }

    /// Lines of at most `width` at size 1, broken where UAX #14 allows it, else where they must be.
    pub(super) fn lines(&self, text: &str, width: f32) -> Result<Vec<Text>, Error> {
        let mut lines = Vec::new();
        for paragraph in text.split('\n') {
            let mut line = String::new();
            let mut from = 0;
            for (to, _) in unicode_linebreak::linebreaks(paragraph) {
                let piece = paragraph.get(from..to).unwrap_or_default();
                from = to;
                if self.line(&format!("{line}{}", piece.trim_end()))?.width > width && !line.is_empty() {
                    lines.push(self.line(line.trim_end())?);
                    line.clear();
                }
                line.push_str(piece);
                while let Some(rest) = self.overflow(&mut line, width)? {
                    lines.push(self.line(&line)?);
                    line = rest;
                }
            }
            lines.push(self.line(line.trim_end())?);
        }
        Ok(lines)
    }

    /// Cuts off what a line of one unbreakable piece has too much.
    fn overflow(&self, line: &mut String, width: f32) -> Result<Option<String>, Error> {
        let whole = self.line(line.trim_end())?;
        let mut used = 0.;
        let fits = whole.glyphs.iter().take_while(|glyph| {
            used += glyph.x_advance;
            used <= width
        });
        let fitting = fits.count().max(1);
        Ok(whole.glyphs.get(fitting).map(|glyph| line.split_off(glyph.text_range.start)))
    }
}
