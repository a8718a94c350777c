//! Things over the card: patches whose paper is not the card's.

use super::Scene;
use crate::layout::{self, Side, Zone};
use crate::quality::is_burnt;
use picture::raster::{Rect, Rgb};

/// Blocks across and down, about 2.7 mm each.
pub const GRID: (usize, usize) = (32, 20);

/// A connected patch of foreign blocks.
#[derive(Clone, Debug)]
pub struct Patch {
    /// Its blocks: column, row.
    pub blocks: Vec<(usize, usize)>,
    /// Mean difference from the card's paper in grey levels.
    pub difference: f32,
}

impl Patch {
    /// Whether it reaches the card's edge.
    pub fn touches_edge(&self) -> bool {
        self.blocks.iter().any(|&(x, y)| x == 0 || y == 0 || x + 1 == GRID.0 || y + 1 == GRID.1)
    }

    /// Whether one of its blocks lies on print.
    pub fn covers(&self, area: Rect, width: usize, height: usize) -> bool {
        self.blocks.iter().any(|&block| {
            let b = block_rect(block, width, height);
            b.x0 < area.x1 && area.x0 < b.x1 && b.y0 < area.y1 && area.y0 < b.y1
        })
    }
}

/// Parts of a side that are not paper.
fn pictures(side: Side) -> &'static [Zone] {
    match side {
        Side::Front => &[[0.60, 0.09, 0.95, 0.74]],
        Side::Back => &[[0.05, 0.06, 0.30, 0.45], [0.25, 0.40, 1.0, 0.74]],
    }
}

fn block_rect((x, y): (usize, usize), width: usize, height: usize) -> Rect {
    let at = |i: usize, n: usize, side: usize| i * side / n;
    Rect {
        x0: at(x, GRID.0, width),
        y0: at(y, GRID.1, height),
        x1: at(x + 1, GRID.0, width),
        y1: at(y + 1, GRID.1, height),
    }
}

/// Foreign patches of at least `least` blocks, largest first.
pub fn patches(card: &Rgb, side: Side, threshold: f32, least: usize) -> Vec<Patch> {
    let blocks: Vec<(usize, usize)> = (0..GRID.1).flat_map(|y| (0..GRID.0).map(move |x| (x, y))).collect();
    let drawn = |&(x, y): &(usize, usize)| {
        let (u, v) = ((x as f32 + 0.5) / GRID.0 as f32, (y as f32 + 0.5) / GRID.1 as f32);
        pictures(side).iter().any(|[l, t, r, b]| u > *l && u < *r && v > *t && v < *b)
    };
    let papers: Vec<Option<[f32; 3]>> = blocks
        .iter()
        .map(|b| if drawn(b) { None } else { paper(card, block_rect(*b, card.width, card.height)) })
        .collect();
    let differences = residuals(&blocks, &papers);
    let foreign: Vec<bool> = differences.iter().map(|d| d.is_some_and(|d| d > threshold)).collect();
    let mut seen = vec![false; foreign.len()];
    let mut out = Vec::new();
    for start in 0..foreign.len() {
        let mut patch = Patch { blocks: Vec::new(), difference: 0. };
        let mut stack = vec![start];
        while let Some(i) = stack.pop() {
            if !foreign.get(i).copied().unwrap_or(false) || seen.get(i).copied().unwrap_or(true) {
                continue;
            }
            if let Some(s) = seen.get_mut(i) {
                *s = true;
            }
            let (x, y) = (i % GRID.0, i / GRID.0);
            patch.blocks.push((x, y));
            patch.difference += differences.get(i).copied().flatten().unwrap_or(0.);
            if x > 0 {
                stack.push(i - 1);
            }
            if x + 1 < GRID.0 {
                stack.push(i + 1);
            }
            stack.push(i + GRID.0);
            stack.extend(i.checked_sub(GRID.0));
        }
        if patch.blocks.len() >= least.max(1) {
            patch.difference /= patch.blocks.len() as f32;
            out.push(patch);
        }
    }
    out.sort_by_key(|p| std::cmp::Reverse(p.blocks.len()));
    out
}

/// The colour of the paper between the print: per channel the value that a fifth of the block exceeds; `None` in a reflection.
fn paper(card: &Rgb, area: Rect) -> Option<[f32; 3]> {
    let crop = card.crop(area);
    let burnt = crop.data.chunks_exact(3).filter(|p| is_burnt(p)).count();
    if burnt * 5 > area.width() * area.height() {
        return None;
    }
    Some([0, 1, 2].map(|k| {
        let mut values: Vec<u8> = crop.data.iter().skip(k).step_by(3).copied().collect();
        let at = values.len() * 4 / 5;
        if values.is_empty() { 0. } else { f32::from(*values.select_nth_unstable(at).1) }
    }))
}

/// Distance of each block from a smooth surface through the others: a quadratic in x and y per channel, fitted again without outliers.
fn residuals(blocks: &[(usize, usize)], papers: &[Option<[f32; 3]>]) -> Vec<Option<f32>> {
    let basis = |&(x, y): &(usize, usize)| {
        let (u, v) = (x as f64 / GRID.0 as f64 - 0.5, y as f64 / GRID.1 as f64 - 0.5);
        [1., u, v, u * u, u * v, v * v, u * u * u, u * u * u * u]
    };
    let mut weights = vec![1f64; blocks.len()];
    let mut out = vec![None; blocks.len()];
    for _ in 0..6 {
        let mut squares = vec![0f32; blocks.len()];
        let mut darker = vec![0f32; blocks.len()];
        for k in 0..3 {
            let value = |p: &[f32; 3]| f64::from(p.get(k).copied().unwrap_or(0.));
            let mut normal = [[0f64; 9]; 8];
            for ((b, p), w) in blocks.iter().zip(papers).zip(&weights) {
                let Some(p) = p else { continue };
                let phi = basis(b);
                for (row, &f) in normal.iter_mut().zip(&phi) {
                    for (cell, g) in row.iter_mut().zip(phi.iter().copied().chain([value(p)])) {
                        *cell += w * f * g;
                    }
                }
            }
            let Some(c) = crate::geometry::solve(normal) else { return out };
            for (((b, p), s), d) in blocks.iter().zip(papers).zip(&mut squares).zip(&mut darker) {
                let Some(p) = p else { continue };
                let model: f64 = basis(b).iter().zip(&c).map(|(f, c)| f * c).sum();
                let r = (value(p) - model) as f32;
                *s += r * r;
                *d += r;
            }
        }
        for ((((o, w), p), s), d) in out.iter_mut().zip(&mut weights).zip(papers).zip(&squares).zip(&darker) {
            let size = s.sqrt();
            *w = 1. / (1. + (f64::from(size) / 8.).powi(4));
            // Brighter in all channels is light, not matter.
            *o = p.map(|_| if *d > 1.2 * size { 0. } else { size });
        }
    }
    out
}

/// Something reaches in over the card's edge.
pub fn over_edge(scene: &Scene<'_>) -> Option<(String, f32)> {
    let found = patches(&scene.sheet.rgb, scene.side, THRESHOLD, LEAST);
    let patch = found.iter().find(|p| p.touches_edge())?;
    Some(("something lies over the edge of the card".to_owned(), 0.55 + patch.difference / 250.))
}

/// Something lies over print.
pub fn occlusion(scene: &Scene<'_>) -> Option<(String, f32)> {
    let (width, height) = (scene.sheet.rgb.width, scene.sheet.rgb.height);
    let found = patches(&scene.sheet.rgb, scene.side, THRESHOLD, LEAST);
    let patch = found.iter().find(|p| {
        scene.fields.iter().any(|f| p.covers(f.area, width, height))
            || labels(scene.side).iter().any(|z| p.covers(layout::rect(*z, width, height), width, height))
    })?;
    Some((
        format!(
            "something covers {} % of the card's print side",
            (patch.blocks.len() * 100 / (GRID.0 * GRID.1)).max(1)
        ),
        0.55 + patch.difference / 150.,
    ))
}

/// Grey levels by which paper differs from itself under uneven light at most.
const THRESHOLD: f32 = 26.;
/// Blocks of the smallest thing worth an alarm.
const LEAST: usize = 6;

fn labels(side: Side) -> &'static [Zone] {
    match side {
        Side::Front => &[[0.07, 0.09, 0.60, 0.60], [0.07, 0.83, 0.95, 0.92]],
        Side::Back => &[[0.24, 0.73, 0.80, 0.92], [0.33, 0.12, 0.92, 0.45]],
    }
}
