//! Card outlines: quadrilaterals of strong lines whose inside differs from their surroundings.

use crate::edges::{self, Gradients, Line};
use crate::geometry::{Point, Quad, area, is_convex};
use picture::raster::{Rect, Rgb};

/// Long side of the picture in which lines are searched.
const SEARCH_SIDE: usize = 320;
/// Lines considered.
const LINES: usize = 28;
/// Samples along a side.
const SAMPLES: usize = 40;
/// Least distance of opposite sides, as a share of the picture's short side.
const MIN_SIDE: f32 = 0.06;
/// Least share of the picture.
const MIN_AREA: f32 = 0.004;
/// Long side over short side of ID-1.
const ASPECT: f32 = 85.6 / 54.;

/// A possible outline of a card.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// In pixels of the picture searched; the long sides are top and bottom.
    pub quad: Quad,
    /// Larger is better.
    pub score: f32,
    /// How well each side (top, right, bottom, left) is supported, 0 to 1.
    pub sides: [f32; 4],
}

/// Up to `most` outlines, best first.
pub fn candidates(picture: &Rgb, most: usize) -> Vec<Candidate> {
    let scale = picture.width.max(picture.height) as f32 / SEARCH_SIDE as f32;
    let to = |side: usize| ((side as f32 / scale).round() as usize).max(8);
    let Some(small) = picture.resize(to(picture.width), to(picture.height)) else { return Vec::new() };
    let gradients = edges::gradients(&small);
    let lines = edges::lines(&gradients, LINES);
    let mut found: Vec<Candidate> = Vec::new();
    let pairs = parallel_pairs(&lines, &small);
    for quad in whole(&pairs, &small).into_iter().chain(cut_off(&pairs, &lines, &small)) {
        found.extend(judge(&small, &gradients, quad));
    }
    found.sort_by(|a, b| b.score.total_cmp(&a.score));
    let mut kept: Vec<Candidate> = Vec::new();
    for candidate in found {
        let same = |k: &Candidate| k.quad.iter().zip(&candidate.quad).all(|(a, b)| a.distance(*b) < 6.);
        if kept.len() < most && !kept.iter().any(same) {
            kept.push(candidate);
        }
    }
    for candidate in &mut kept {
        candidate.quad = candidate.quad.map(|p| Point::new((p.x + 0.5) * scale, (p.y + 0.5) * scale));
    }
    kept
}

/// Outlines too small for the whole picture's search, found part by part as they are asked for.
pub fn small_candidates(picture: &Rgb) -> impl Iterator<Item = Candidate> {
    const PARTS: usize = 5;
    let (width, height) = (picture.width / 3, picture.height / 3);
    (0..PARTS * PARTS).flat_map(move |k| {
        let (i, j) = (k % PARTS, k / PARTS);
        let (x0, y0) = (i * (picture.width - width) / (PARTS - 1), j * (picture.height - height) / (PARTS - 1));
        let part = picture.crop(Rect { x0, y0, x1: x0 + width, y1: y0 + height });
        let shifted =
            move |c: Candidate| Candidate { quad: c.quad.map(|p| Point::new(p.x + x0 as f32, p.y + y0 as f32)), ..c };
        candidates(&part, 2).into_iter().map(shifted)
    })
}

/// Lines that can be opposite sides of a card.
fn parallel_pairs<'a>(lines: &'a [Line], picture: &Rgb) -> Vec<(&'a Line, &'a Line)> {
    let (w, h) = (picture.width as f32, picture.height as f32);
    let pairs = lines.iter().enumerate().flat_map(|(i, a)| lines.iter().skip(i + 1).map(move |b| (a, b)));
    // Opposite sides of a card stay within 35 degrees under any usable perspective.
    pairs
        .filter(|(a, b)| {
            a.turn(b) < 0.61
                && (a.distance(w / 2., h / 2.) - b.signed_like(a, w / 2., h / 2.)).abs() > MIN_SIDE * w.min(h)
        })
        .collect()
}

/// Every plausible quadrilateral of two pairs.
fn whole(pairs: &[(&Line, &Line)], picture: &Rgb) -> Vec<Quad> {
    let mut out = Vec::new();
    for (i, (a, b)) in pairs.iter().enumerate() {
        for (c, d) in pairs.iter().skip(i + 1) {
            if [(a, c), (b, d), (a, d), (b, c)].iter().any(|(p, q)| p.turn(q) < 0.87) {
                continue;
            }
            let corners = [a.cross(c), a.cross(d), b.cross(d), b.cross(c)];
            let [Some(p), Some(q), Some(r), Some(s)] = corners else { continue };
            out.extend(card_like([p, q, r, s], picture, 0.12));
        }
    }
    out
}

/// Cards with one side outside the picture: two parallel sides and one across; the shape of ID-1 gives the fourth.
fn cut_off(pairs: &[(&Line, &Line)], lines: &[Line], picture: &Rgb) -> Vec<Quad> {
    let outside = |p: Point| p.x < 0. || p.y < 0. || p.x > picture.width as f32 || p.y > picture.height as f32;
    let mut out = Vec::new();
    for (a, b) in pairs.iter().filter(|(a, b)| a.turn(b) < 0.3) {
        for c in lines.iter().filter(|c| c.turn(a) > 1.2 && c.turn(b) > 1.2) {
            let (Some(p), Some(q)) = (a.cross(c), b.cross(c)) else { continue };
            for length in [p.distance(q) * ASPECT, p.distance(q) / ASPECT] {
                for sign in [-1., 1.] {
                    // Along each of the parallel sides, to the same bank of the third.
                    let far = |line: &Line, from: Point| {
                        let (sin, cos) = line.angle.sin_cos();
                        let (one, other) =
                            (Point::new(from.x - sin, from.y + cos), Point::new(from.x + sin, from.y - cos));
                        let ahead = if c.distance(one.x, one.y) * sign > 0. { one } else { other };
                        from.towards(ahead, length)
                    };
                    let (r, s) = (far(b, q), far(a, p));
                    if outside(r) || outside(s) {
                        out.extend(card_like([p, q, r, s], picture, 0.35));
                    }
                }
            }
        }
    }
    out
}

/// The quad with clockwise corners and its long sides on top and bottom, if it can be a card; corners may lie `margin` of the picture outside.
fn card_like(quad: Quad, picture: &Rgb, margin: f32) -> Option<Quad> {
    let (w, h) = (picture.width as f32, picture.height as f32);
    let [a, b, c, d] = quad;
    let quad = if area(&quad) < 0. { [a, d, c, b] } else { quad };
    let margin = margin * w.max(h);
    let inside = |p: &Point| p.x > -margin && p.y > -margin && p.x < w + margin && p.y < h + margin;
    if !is_convex(&quad) || !quad.iter().all(inside) || area(&quad) < MIN_AREA * w * h {
        return None;
    }
    let [a, b, c, d] = quad;
    let (across, down) = (a.distance(b) + c.distance(d), b.distance(c) + d.distance(a));
    let quad = if across >= down { quad } else { [b, c, d, a] };
    let aspect = across.max(down) / across.min(down);
    // Foreshortening changes the ratio by at most about the cosine of 45 degrees.
    (aspect > 1.15 && aspect < 2.2).then_some(quad)
}

fn judge(picture: &Rgb, gradients: &Gradients, quad: Quad) -> Option<Candidate> {
    let [a, b, c, d] = quad;
    let seen = [(a, b), (b, c), (c, d), (d, a)].map(|(p, q)| support(picture, gradients, p, q));
    let visible = || seen.iter().flatten();
    if visible().count() < 3 {
        return None;
    }
    let weakest = visible().copied().fold(1., f32::min);
    let mean = visible().sum::<f32>() / visible().count() as f32;
    let whole = if seen.iter().all(Option::is_some) { 1. } else { 0.8 };
    let sides = seen.map(Option::unwrap_or_default);
    if mean < 0.25 {
        return None;
    }
    let aspect = (a.distance(b) + c.distance(d)) / (b.distance(c) + d.distance(a));
    let shape = 1. - (aspect / ASPECT).ln().abs().min(0.35);
    let size = area(&quad) / (picture.width * picture.height) as f32;
    // Inner frames (the portrait, a table edge) support fewer sides; larger outlines win ties.
    let score = whole * (mean + 0.5 * weakest) * shape * (0.75 + 0.25 * size.min(0.6) / 0.6);
    Some(Candidate { quad, score, sides })
}

/// Share of the side from `p` to `q` that lies on an edge, weighted by how consistently its two banks differ in colour; `None` for a side
/// outside the picture.
fn support(picture: &Rgb, gradients: &Gradients, p: Point, q: Point) -> Option<f32> {
    let length = p.distance(q).max(1.);
    let (nx, ny) = ((p.y - q.y) / length, (q.x - p.x) / length);
    let (mut hits, mut seen) = (0., 0.);
    let mut total = [0f32; 3];
    let mut sizes = 0.;
    for i in 0..SAMPLES {
        // Corners are round: leave them out.
        let at = p.towards(q, 0.06 + 0.88 * (i as f32 + 0.5) / SAMPLES as f32);
        let inside =
            |x: f32, y: f32| x >= 1. && y >= 1. && x < picture.width as f32 - 2. && y < picture.height as f32 - 2.;
        if !inside(at.x, at.y) {
            continue;
        }
        seen += 1.;
        let slope = [-1f32, 0., 1.]
            .into_iter()
            .map(|t| gradients.along(at.x + t * nx, at.y + t * ny, nx, ny))
            .fold(0., f32::max);
        hits += (slope / 16.).min(1.);
        let bank = |t: f32| picture.at(nearest(at.x + t * nx) as isize, nearest(at.y + t * ny) as isize);
        let (near, far) = ([bank(2.), bank(4.)], [bank(-2.), bank(-4.)]);
        let mut size = 0.;
        for (k, sum) in total.iter_mut().enumerate() {
            let level = |b: &[[u8; 3]; 2]| b.iter().filter_map(|c| c.get(k)).map(|&v| f32::from(v)).sum::<f32>() / 2.;
            let difference = level(&near) - level(&far);
            *sum += difference;
            size += difference * difference;
        }
        sizes += size.sqrt();
    }
    if seen < SAMPLES as f32 / 4. {
        return None;
    }
    let coherent = total.iter().map(|t| t * t).sum::<f32>().sqrt();
    let contrast = (coherent / seen / 14.).min(1.);
    let consistency = coherent / (sizes + 1.);
    Some(hits / seen * (0.4 + 0.3 * contrast + 0.3 * consistency) * (seen / SAMPLES as f32).powf(0.25))
}

/// The nearest pixel; what lies left of or above the picture counts as its border. `f32::round` is a call of a library in wasm.
fn nearest(v: f32) -> usize {
    (v + 0.5) as usize
}

impl Gradients {
    /// Size of the slope along the normal at the nearest pixel.
    fn along(&self, x: f32, y: f32, nx: f32, ny: f32) -> f32 {
        let (x, y) = (nearest(x), nearest(y));
        let slope = if x < self.width { self.slopes.get(y * self.width + x) } else { None };
        slope.map_or(0., |(gx, gy)| (gx * nx + gy * ny).abs())
    }
}
