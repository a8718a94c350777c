//! Printed strokes of the rectified card, and the lines and words they make.
#![expect(clippy::indexing_slicing, reason = "kernels over buffers whose length is width * height by construction")]

use picture::raster::{Gray, Rect};

/// Half the window of the background estimate: wider than the boldest stroke on the canonical card.
const REACH: usize = 12;

/// How much darker each pixel is than the paper around it: the morphological black top-hat, which ignores shading and glare.
pub fn strokes(gray: &Gray) -> Gray {
    let paper = erode(&dilate(gray));
    let data = paper.data.iter().zip(&gray.data).map(|(p, g)| p.saturating_sub(*g)).collect();
    Gray { width: gray.width, height: gray.height, data }
}

fn dilate(gray: &Gray) -> Gray {
    transpose(&extreme_rows(&transpose(&extreme_rows(gray, u8::max, 0)), u8::max, 0))
}

fn erode(gray: &Gray) -> Gray {
    transpose(&extreme_rows(&transpose(&extreme_rows(gray, u8::min, 255)), u8::min, 255))
}

/// Running extreme over `2 * REACH + 1` columns (van Herk, Gil and Werman: three comparisons a pixel).
fn extreme_rows(gray: &Gray, pick: fn(u8, u8) -> u8, neutral: u8) -> Gray {
    const WINDOW: usize = 2 * REACH + 1;
    let padded = (gray.width + 2 * REACH).next_multiple_of(WINDOW);
    let (mut line, mut left, mut right) = (vec![neutral; padded], vec![neutral; padded], vec![neutral; padded]);
    let mut out = Gray { data: Vec::with_capacity(gray.data.len()), ..*gray };
    for y in 0..gray.height {
        line[REACH..REACH + gray.width].copy_from_slice(gray.row(y));
        for block in (0..padded).step_by(WINDOW) {
            let (mut a, mut b) = (neutral, neutral);
            for k in 0..WINDOW {
                a = pick(a, line[block + k]);
                left[block + k] = a;
                b = pick(b, line[block + WINDOW - 1 - k]);
                right[block + WINDOW - 1 - k] = b;
            }
        }
        out.data.extend((0..gray.width).map(|x| pick(right[x], left[x + WINDOW - 1])));
    }
    out
}

fn transpose(gray: &Gray) -> Gray {
    let mut data = vec![0; gray.data.len()];
    // Blocks keep both sides in cache.
    for y0 in (0..gray.height).step_by(16) {
        for x0 in (0..gray.width).step_by(16) {
            for y in y0..(y0 + 16).min(gray.height) {
                for x in x0..(x0 + 16).min(gray.width) {
                    data[x * gray.height + y] = gray.data[y * gray.width + x];
                }
            }
        }
    }
    Gray { width: gray.height, height: gray.width, data }
}

/// What counts as a line of text.
#[derive(Clone, Copy, Debug)]
pub struct LineRule {
    /// Least stroke contrast.
    pub threshold: u8,
    /// Height of a full character.
    pub glyph: usize,
}

/// The tight boxes of the text lines in `area`, from top to bottom.
pub fn lines(ink: &Gray, area: Rect, rule: LineRule) -> Vec<Rect> {
    let area = area.clamp(ink.width, ink.height);
    let rows: Vec<usize> = (area.y0..area.y1).map(|y| count(&ink.row(y)[area.x0..area.x1], rule.threshold)).collect();
    // A stray guilloche crossing makes a pixel or two; a character makes more.
    let inked: Vec<bool> = rows.iter().map(|n| *n >= 3).collect();
    runs(&inked, rule.glyph / 5)
        .into_iter()
        .flat_map(|run| split(&rows, run, rule.glyph))
        .filter(|(from, to)| to - from >= rule.glyph / 3)
        .filter_map(|(from, to)| {
            let (y0, y1) = (area.y0 + from, area.y0 + to);
            let words = words(ink, Rect { y0, y1, ..area }, rule);
            let (first, last) = (words.first()?, words.last()?);
            Some(Rect { x0: first.x0, y0, x1: last.x1, y1 })
        })
        .collect()
}

/// The runs of inked columns in one line, joined over gaps that may lie inside a character.
pub fn words(ink: &Gray, line: Rect, rule: LineRule) -> Vec<Rect> {
    let line = line.clamp(ink.width, ink.height);
    let columns: Vec<bool> = (line.x0..line.x1)
        .map(|x| (line.y0..line.y1).filter(|&y| ink.data[y * ink.width + x] >= rule.threshold).count() >= 2)
        .collect();
    // Single specks left and right of the text are not part of it.
    let wide = runs(&columns, 2).into_iter().filter(|(a, b)| b - a >= 3);
    wide.map(|(a, b)| Rect { x0: line.x0 + a, x1: line.x0 + b, ..line }).collect()
}

/// Cuts a run of rows too high for one line at its emptiest rows.
fn split(rows: &[usize], (from, to): (usize, usize), glyph: usize) -> Vec<(usize, usize)> {
    let reach = glyph * 3 / 5;
    if to - from < glyph * 3 / 2 {
        return vec![(from, to)];
    }
    let mean = rows[from..to].iter().sum::<usize>() / (to - from);
    let Some(cut) = (from + reach..to - reach).min_by_key(|&y| rows[y]) else { return vec![(from, to)] };
    if rows[cut] * 3 > mean {
        return vec![(from, to)];
    }
    let mut parts = split(rows, (from, cut), glyph);
    parts.extend(split(rows, (cut + 1, to), glyph));
    parts
}

fn count(row: &[u8], threshold: u8) -> usize {
    row.iter().filter(|v| **v >= threshold).count()
}

/// Half-open runs of `true`, joined over at most `gap` of `false`.
fn runs(flags: &[bool], gap: usize) -> Vec<(usize, usize)> {
    let mut out: Vec<(usize, usize)> = Vec::new();
    for i in flags.iter().enumerate().filter_map(|(i, f)| f.then_some(i)) {
        match out.last_mut() {
            Some(last) if i <= last.1 + gap => last.1 = i + 1,
            _ => out.push((i, i + 1)),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_lines_on_shaded_paper() {
        let (width, height) = (200, 120);
        let mut gray = Gray { width, height, data: (0..width * height).map(|i| 120 + (i % width / 2) as u8).collect() };
        for (top, left) in [(20, 30), (70, 50)] {
            for y in top..top + 20 {
                for x in (left..left + 80).filter(|x| x % 10 < 4) {
                    gray.data[y * width + x] -= 80;
                }
            }
        }
        let ink = strokes(&gray);
        let rule = LineRule { threshold: 40, glyph: 20 };
        let found = lines(&ink, Rect { x0: 0, y0: 0, x1: width, y1: height }, rule);
        assert_eq!(found, [Rect { x0: 30, y0: 20, x1: 104, y1: 40 }, Rect { x0: 50, y0: 70, x1: 124, y1: 90 }]);
    }
}
