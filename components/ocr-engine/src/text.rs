//! Finds a card by its print where its edges do not show: on photocopies, under sleeves, on a table of its own colour.
//!
//! The text detector marks print, its dominant direction turns the picture level, and the layout of either side is laid over every
//! place at every size.
#![expect(clippy::indexing_slicing, reason = "kernels over buffers whose length is width * height by construction")]

use crate::geometry::{Point, Quad, rotate};
use crate::layout::{self, Zone};
use crate::net::{NetError, Nets};
use crate::rectify;
use picture::raster::Rgb;

/// Long side of the picture that the detector sees.
const SIDE: usize = 512;
/// Text probability that counts.
const TEXT: f32 = 0.3;
/// Smallest and largest width of a card, as a share of the picture's long side.
const WIDTHS: (f32, f32) = (0.25, 1.3);
/// Least difference between printed and empty zones.
const LEAST_FIT: f32 = 0.35;

/// Outlines whose layout fits the print, best first, starting at the corner that is top left when read.
pub fn candidates(picture: &Rgb, nets: &Nets, most: usize) -> Result<Vec<Quad>, NetError> {
    let scale = SIDE as f32 / picture.width.max(picture.height) as f32;
    let to = |side: usize| ((side as f32 * scale / 32.).round() as usize).max(1) * 32;
    let Some(small) = picture.resize(to(picture.width), to(picture.height)) else { return Ok(Vec::new()) };
    let map = nets.text_map(&small)?;
    let text: Vec<Point> = (0..map.len())
        .filter(|&i| map[i] > TEXT)
        .map(|i| Point::new((i % small.width) as f32 + 0.5, (i / small.width) as f32 + 0.5))
        .collect();
    if text.len() < 60 {
        return Ok(Vec::new());
    }
    let level = Level::new(&map, small.width, small.height);
    let (sx, sy) = (picture.width as f32 / small.width as f32, picture.height as f32 / small.height as f32);
    let quads = level.search(most).into_iter().map(|q| q.map(|p| Point::new(p.x * sx, p.y * sy)));
    Ok(quads.collect())
}

/// The text map turned so that lines run level, as a summed-area table (Crow 1984).
struct Level {
    side: usize,
    sums: Vec<f32>,
    angle: f32,
    centre: Point,
}

impl Level {
    fn new(map: &[f32], width: usize, height: usize) -> Self {
        let angle = direction(map, width, height);
        let side = (width as f32).hypot(height as f32).ceil() as usize;
        let (sin, cos) = angle.sin_cos();
        let (centre, half) = (Point::new(width as f32 / 2., height as f32 / 2.), side as f32 / 2.);
        let mut sums = vec![0f32; (side + 1) * (side + 1)];
        for v in 0..side {
            let mut row = 0.;
            for u in 0..side {
                let (du, dv) = (u as f32 + 0.5 - half, v as f32 + 0.5 - half);
                let (x, y) = (centre.x + du * cos - dv * sin, centre.y + du * sin + dv * cos);
                if x >= 0.
                    && y >= 0.
                    && x < width as f32
                    && y < height as f32
                    && map[y as usize * width + x as usize] > TEXT
                {
                    row += 1.;
                }
                sums[(v + 1) * (side + 1) + u + 1] = sums[v * (side + 1) + u + 1] + row;
            }
        }
        Self { side, sums, angle, centre }
    }

    /// Share of text in a rectangle; what lies outside is empty.
    fn share(&self, x0: f32, y0: f32, x1: f32, y1: f32) -> f32 {
        let at = |v: f32| ((v + 0.5).max(0.) as usize).min(self.side);
        let (a, b, c, d) = (at(x0), at(y0), at(x1), at(y1));
        let sum = |x: usize, y: usize| self.sums[y * (self.side + 1) + x];
        (sum(c, d) + sum(a, b) - sum(a, d) - sum(c, b)) / ((x1 - x0) * (y1 - y0)).max(1.)
    }

    fn search(&self, most: usize) -> Vec<Quad> {
        let mut found: Vec<(f32, [f32; 3], usize)> = Vec::new();
        let mut width = WIDTHS.0 * SIDE as f32;
        while width < WIDTHS.1 * SIDE as f32 {
            let height = width * rectify::HEIGHT as f32 / rectify::WIDTH as f32;
            let step = width * 0.015;
            let steps = |span: f32| ((self.side as f32 - span * 0.6) / step).max(1.) as usize;
            for j in 0..steps(height) {
                for i in 0..steps(width) {
                    let (x, y) = (i as f32 * step - width * 0.2, j as f32 * step - height * 0.2);
                    for turned in [false, true] {
                        let best = self.fit(x, y, width, height, turned);
                        if best > LEAST_FIT {
                            found.push((best, [x, y, width], usize::from(turned) * 2));
                        }
                    }
                }
            }
            width *= 1.04;
        }
        found.sort_by(|a, b| b.0.total_cmp(&a.0));
        let mut kept: Vec<([f32; 3], usize)> = Vec::new();
        for (_, place, turns) in found {
            let near =
                |(k, t): &([f32; 3], usize)| *t == turns && (0..3).all(|i| (k[i] - place[i]).abs() < 0.08 * place[2]);
            if kept.len() < most && !kept.iter().any(near) {
                kept.push((place, turns));
            }
        }
        kept.into_iter().map(|(place, turns)| self.quad(place, turns)).collect()
    }

    /// The better of both sides' layouts at one place.
    fn fit(&self, x: f32, y: f32, width: f32, height: f32, turned: bool) -> f32 {
        let share = |zone: &Zone, squeeze: f32| {
            let [l, t, r, b] = *zone;
            let [l, t, r, b] = if turned { [1. - r, 1. - b, 1. - l, 1. - t] } else { [l, t, r, b] };
            // The detector marks the inner part of a line's height.
            let inset = (b - t) * squeeze;
            self.share(x + l * width, y + (t + inset) * height, x + r * width, y + (b - inset) * height)
        };
        let filled = |zone: &Zone, squeeze: f32| (share(zone, squeeze) * 1.5).min(1.);
        // Nearly every place fails by its first zones: the rest is not looked at once it cannot make up for them.
        let printed = |zones: &[Zone]| {
            let mut possible = zones.len() as f32;
            for zone in zones {
                possible -= 1. - filled(zone, 0.3);
                if possible < LEAST_FIT * zones.len() as f32 {
                    return None;
                }
            }
            Some(possible / zones.len() as f32)
        };
        let stained = |zones: &[Zone]| zones.iter().map(|z| filled(z, 0.)).sum::<f32>() / zones.len() as f32;
        layout::TEMPLATES.iter().filter_map(|t| Some(printed(t.printed)? - stained(t.empty))).fold(-1., f32::max)
    }

    fn quad(&self, [x, y, width]: [f32; 3], turns: usize) -> Quad {
        let height = width * rectify::HEIGHT as f32 / rectify::WIDTH as f32;
        let (sin, cos) = self.angle.sin_cos();
        let half = self.side as f32 / 2.;
        let corner = |u: f32, v: f32| {
            let (du, dv) = (u - half, v - half);
            Point::new(self.centre.x + du * cos - dv * sin, self.centre.y + du * sin + dv * cos)
        };
        rotate(&[corner(x, y), corner(x + width, y), corner(x + width, y + height), corner(x, y + height)], turns)
    }
}

/// Direction of the lines in radians, -pi/2 to pi/2: the mean axis of the connected marks, long ones first.
fn direction(map: &[f32], width: usize, height: usize) -> f32 {
    let mut seen = vec![false; map.len()];
    let (mut sin, mut cos) = (0f32, 0f32);
    let mut stack = Vec::new();
    for start in 0..map.len() {
        if seen[start] || map[start] <= TEXT {
            continue;
        }
        stack.push(start);
        seen[start] = true;
        let (mut n, mut sx, mut sy, mut sxx, mut syy, mut sxy) = (0f32, 0f32, 0f32, 0f32, 0f32, 0f32);
        while let Some(i) = stack.pop() {
            let (x, y) = (i % width, i / width);
            let (dx, dy) = (x as f32 - (start % width) as f32, y as f32 - (start / width) as f32);
            (n, sx, sy) = (n + 1., sx + dx, sy + dy);
            (sxx, syy, sxy) = (sxx + dx * dx, syy + dy * dy, sxy + dx * dy);
            let mut visit = |k: usize| {
                if !seen[k] && map[k] > TEXT {
                    seen[k] = true;
                    stack.push(k);
                }
            };
            if x > 0 {
                visit(i - 1);
            }
            if x + 1 < width {
                visit(i + 1);
            }
            if y > 0 {
                visit(i - width);
            }
            if y + 1 < height {
                visit(i + width);
            }
        }
        let (a, b, c) = (sxx / n - sx * sx / n / n, syy / n - sy * sy / n / n, sxy / n - sx * sy / n / n);
        // Twice the angle, weighted by how long and thin the mark is.
        sin += 2. * c * n;
        cos += (a - b) * n;
    }
    0.5 * sin.atan2(cos)
}
