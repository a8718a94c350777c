//! Editing: a program named in the metadata, or characters of the number that do not belong to their line.

use super::Scene;
use crate::fields::{Name, number};
use crate::layout;
use crate::read::Sheet;
use picture::raster::Rect;

/// What one character of the number looks like.
#[derive(Clone, Copy, Debug)]
pub struct Digit {
    /// Lower end of its ink.
    pub bottom: f32,
    /// Height of its ink.
    pub height: f32,
    /// Darkness of its strokes.
    pub ink: f32,
    /// Brightness of the paper around them.
    pub paper: f32,
    /// Graininess of the paper.
    pub grain: f32,
}

/// Measures the characters of the number line.
pub fn digits(sheet: &Sheet, line: Rect) -> Vec<Digit> {
    let rule = layout::line_rule(&sheet.ink, line, 30);
    let grown = Rect { y0: line.y0.saturating_sub(6), y1: line.y1 + 6, ..line };
    crate::ink::words(&sheet.ink, grown, rule)
        .into_iter()
        .filter_map(|cell| {
            let tight = crate::ink::lines(&sheet.ink, cell, rule).into_iter().max_by_key(|r| r.height())?;
            // Half covered rows count by their share, so that the ends are known to a fraction of a pixel.
            let edge = |y: usize| f32::from(sheet.ink.quantile(Rect { y0: y, y1: y + 1, ..cell }, 0.9)) / 255.;
            let around = Rect { x0: cell.x0.saturating_sub(4), x1: cell.x1 + 4, ..grown };
            Some(Digit {
                bottom: tight.y1 as f32 + edge(tight.y1),
                height: tight.height() as f32 + edge(tight.y1) + edge(tight.y0.saturating_sub(1)),
                ink: f32::from(sheet.ink.quantile(tight, 0.9)),
                paper: f32::from(sheet.gray.quantile(around, 0.75)),
                grain: grain(sheet, around),
            })
        })
        .collect()
}

/// Mean size of the paper's second differences, which shading does not change.
fn grain(sheet: &Sheet, area: Rect) -> f32 {
    let area = area.clamp(sheet.gray.width, sheet.gray.height);
    let (mut sum, mut count) = (0f32, 0f32);
    for y in area.y0..area.y1 {
        let row = sheet.gray.row(y).get(area.x0..area.x1).unwrap_or(&[]);
        let ink = sheet.ink.row(y).get(area.x0..area.x1).unwrap_or(&[]);
        for (v, i) in row.windows(3).zip(ink.windows(3)) {
            if let ([a, b, c], true) = (v, i.iter().all(|k| *k < 12)) {
                sum += (2. * f32::from(*b) - f32::from(*a) - f32::from(*c)).abs();
                count += 1.;
            }
        }
    }
    sum / count.max(1.)
}

/// One measure of a digit.
type Feature = fn(&Digit) -> f32;

/// How far the most foreign run of one to four characters stands off the others: base line, height, ink, paper, grain, each in units of what
/// is normal.
pub fn foreign(digits: &[Digit]) -> [f32; 5] {
    // A perfect photograph spreads less than the rules of any printer: the second value is the least spread assumed.
    let features: [(Feature, f32); 5] =
        [(|d| d.bottom, 0.3), (|d| d.height, 0.3), (|d| d.ink, 1.5), (|d| d.paper, 0.6), (|d| d.grain, 0.1)];
    if digits.len() != number::LENGTH {
        return [0.; 5];
    }
    features.map(|(feature, least)| {
        let values: Vec<f32> = digits.iter().map(feature).collect();
        let mut best = 0f32;
        for length in 1..=4 {
            for start in 0..=values.len() - length {
                let inside = values.get(start..start + length).unwrap_or(&[]);
                let rest: Vec<(f32, f32)> = values
                    .iter()
                    .enumerate()
                    .filter(|(i, _)| *i < start || *i >= start + length)
                    .map(|(i, v)| (i as f32, *v))
                    .collect();
                let (base, slope, spread) = trend(&rest);
                let off = |i: usize, v: f32| v - base - slope * (start + i) as f32;
                let offs: Vec<f32> = inside.iter().enumerate().map(|(i, v)| off(i, *v)).collect();
                // All of the run must be off to the same side.
                let low = offs.iter().copied().fold(f32::INFINITY, f32::min);
                let high = offs.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                let agreed = if low > 0. {
                    low
                } else if high < 0. {
                    -high
                } else {
                    0.
                };
                best = best.max(agreed / spread.max(least));
            }
        }
        best
    })
}

/// Least-squares line and the root mean square distance from it.
fn trend(points: &[(f32, f32)]) -> (f32, f32, f32) {
    let n = points.len() as f32;
    let (mx, my) = (points.iter().map(|p| p.0).sum::<f32>() / n, points.iter().map(|p| p.1).sum::<f32>() / n);
    let sxx: f32 = points.iter().map(|p| (p.0 - mx).powi(2)).sum();
    let sxy: f32 = points.iter().map(|p| (p.0 - mx) * (p.1 - my)).sum();
    let slope = sxy / sxx.max(1e-6);
    let base = my - slope * mx;
    let spread = (points.iter().map(|p| (p.1 - base - slope * p.0).powi(2)).sum::<f32>() / n).sqrt();
    (base, slope, spread)
}

/// Signs of editing.
pub fn tampered(scene: &Scene<'_>) -> Option<(String, f32)> {
    if let Some(editor) = scene.picture.editor {
        return Some((format!("the file was written by {editor}"), 0.7));
    }
    let number = scene.fields.iter().find(|f| f.name == Name::IdNumber)?;
    let off = foreign(&digits(scene.sheet, number.area));
    const NORMAL: [f32; 5] = [6., 11., 6., 11., 9.];
    const WORDS: [&str; 5] =
        ["stand off the line", "differ in height", "differ in ink", "differ in paper", "differ in grain"];
    let (excess, what) = off.iter().zip(NORMAL).map(|(o, n)| o / n).zip(WORDS).max_by(|a, b| a.0.total_cmp(&b.0))?;
    (excess > 1.).then(|| (format!("suspect: digits of the number {what}"), 0.4 + 0.2 * (excess - 1.)))
}
