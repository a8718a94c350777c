//! Reads text lines of the rectified card.

use crate::ctc::{Prior, Reading};
use crate::ink;
use crate::layout::{self, Zone};
use crate::net::{LINE_HEIGHT, NetError, Recognizer};
use picture::raster::{Gray, Rect, Rgb};

/// The rectified card and its strokes.
pub struct Sheet {
    /// Canonical size.
    pub rgb: Rgb,
    /// The same in grey.
    pub gray: Gray,
    /// Black top-hat of `gray`.
    pub ink: Gray,
}

/// How a line is cut out.
#[derive(Clone, Copy, Debug)]
pub struct Cut {
    /// Height of a full character on the canonical card.
    pub glyph: usize,
    /// Horizontal squeeze: widely spaced digits read as well at 0.65 of their width.
    pub squeeze: f32,
}

impl Sheet {
    /// Takes the rectified card.
    pub fn new(rgb: Rgb) -> Self {
        let gray = rgb.gray();
        let ink = ink::strokes(&gray);
        Self { rgb, gray, ink }
    }

    /// The text lines of `zone`, top to bottom, each about a character high.
    pub fn lines(&self, zone: Zone, glyph: usize) -> Vec<Rect> {
        let area = layout::rect(zone, self.ink.width, self.ink.height);
        let mut lines = ink::lines(&self.ink, area, layout::line_rule(&self.ink, area, glyph));
        for line in &mut lines {
            let missing = (glyph * 4 / 5).saturating_sub(line.height());
            line.y0 = line.y0.saturating_sub(missing / 2);
            line.y1 += missing.div_ceil(2);
        }
        lines
    }

    /// The line without its label: what follows the widest gap between the bounds.
    pub fn value(&self, line: Rect, [from, to]: [f32; 2], glyph: usize) -> Rect {
        let (from, to) = (from * self.ink.width as f32, to * self.ink.width as f32);
        let words = ink::words(&self.ink, line, layout::line_rule(&self.ink, line, glyph));
        let gap = words
            .iter()
            .zip(words.iter().skip(1))
            .filter(|(a, b)| (from..to).contains(&((a.x1 + b.x0) as f32 / 2.)))
            .max_by_key(|(a, b)| b.x0 - a.x1);
        Rect { x0: gap.map_or(line.x0.max(to as usize), |(_, b)| b.x0), ..line }
    }

    /// Reads one line.
    pub fn read(&self, net: &Recognizer, line: Rect, cut: Cut, prior: Prior) -> Result<Reading, NetError> {
        let (dx, dy) = (cut.glyph / 4, (line.height().max(cut.glyph * 4 / 5) / 6).max(2));
        let area =
            Rect { x0: line.x0.saturating_sub(dx), y0: line.y0.saturating_sub(dy), x1: line.x1 + dx, y1: line.y1 + dy };
        let crop = self.rgb.crop(area);
        let width = crop.width as f32 * LINE_HEIGHT as f32 / crop.height.max(1) as f32 * cut.squeeze;
        // Whole steps of the recogniser: its stride is 8.
        let width = ((width / 8.).ceil() as usize * 8).clamp(16, 1024);
        match crop.resize(width, LINE_HEIGHT) {
            Some(line) => Ok(net.alphabet.decode(&net.scores(&line)?, prior)),
            None => Ok(Reading::default()),
        }
    }
}

/// A prior of equals.
pub fn any_of(allowed: bool) -> f32 {
    if allowed { 1. } else { 0. }
}
