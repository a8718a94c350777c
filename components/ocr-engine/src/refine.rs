//! Moves the sides of an outline onto the edges of the card at full resolution.

use crate::geometry::{Point, Quad, is_convex};
use picture::raster::Rgb;

/// Samples along a side.
const SAMPLES: usize = 48;

/// The outline with each side fitted to the strongest nearby edge, `reach` pixels to either side. A side without a clear edge stays.
pub fn refine(picture: &Rgb, quad: &Quad, reach: f32) -> Quad {
    let [a, b, c, d] = *quad;
    let sides = [(a, b), (b, c), (c, d), (d, a)].map(|(p, q)| shift(picture, p, q, reach).unwrap_or((p, q)));
    let [top, right, bottom, left] = sides;
    let corners = [cross(left, top), cross(top, right), cross(right, bottom), cross(bottom, left)];
    match corners {
        [Some(a), Some(b), Some(c), Some(d)] if is_convex(&[a, b, c, d]) => [a, b, c, d],
        _ => *quad,
    }
}

/// The side moved along its normal: a line through the offsets of the strongest steps that most samples agree on.
fn shift(picture: &Rgb, p: Point, q: Point, reach: f32) -> Option<(Point, Point)> {
    let length = p.distance(q).max(1.);
    let normal = Point::new((p.y - q.y) / length, (q.x - p.x) / length);
    let steps: Vec<(f32, f32, f32)> = (0..SAMPLES)
        .filter_map(|i| {
            let s = 0.08 + 0.84 * (i as f32 + 0.5) / SAMPLES as f32;
            let (offset, contrast) = step(picture, p.towards(q, s), normal, reach)?;
            (contrast > 8.).then_some((s, offset, contrast.min(60.)))
        })
        .collect();
    if steps.len() < SAMPLES / 4 {
        return None;
    }
    let vote = |(base, slope): (f32, f32)| -> f32 {
        let close = |t: &&(f32, f32, f32)| (base + slope * t.0 - t.1).abs() < 1.5;
        steps.iter().filter(close).map(|t| t.2).sum()
    };
    let mut best = ((0., 0.), vote((0., 0.)));
    for (i, a) in steps.iter().enumerate() {
        for b in steps.iter().skip(i + SAMPLES / 5) {
            let slope = (b.1 - a.1) / (b.0 - a.0).max(0.05);
            let line = (a.1 - slope * a.0, slope);
            let votes = vote(line);
            if votes > best.1 {
                best = (line, votes);
            }
        }
    }
    let (base, slope) = least_squares(&steps, best.0).unwrap_or(best.0);
    let move_to = |s: f32, p: Point| {
        let offset = base + slope * s;
        Point::new(p.x + normal.x * offset, p.y + normal.y * offset)
    };
    Some((move_to(0., p), move_to(1., q)))
}

/// Where along the normal the colours of the two banks differ most, and by how much.
fn step(picture: &Rgb, at: Point, normal: Point, reach: f32) -> Option<(f32, f32)> {
    const BANK: usize = 3;
    let count = (2. * reach) as usize + 2 * BANK;
    let start = -(count as f32) / 2.;
    let profile: Vec<[f32; 3]> = (0..count)
        .map(|i| {
            let t = start + i as f32 + 0.5;
            let (x, y) = (at.x + normal.x * t, at.y + normal.y * t);
            let pixel = picture.at(x.floor() as isize, y.floor() as isize);
            pixel.map(f32::from)
        })
        .collect();
    let outside =
        |p: Point| p.x < 1. || p.y < 1. || p.x > picture.width as f32 - 1. || p.y > picture.height as f32 - 1.;
    if outside(at) {
        return None;
    }
    let mean = |bank: &[[f32; 3]], k: usize| bank.iter().filter_map(|c| c.get(k)).sum::<f32>() / BANK as f32;
    profile
        .windows(2 * BANK)
        .enumerate()
        .map(|(i, window)| {
            let (out, inn) = window.split_at(BANK);
            let contrast = (0..3).map(|k| (mean(inn, k) - mean(out, k)).powi(2)).sum::<f32>().sqrt();
            (start + (i + BANK) as f32, contrast)
        })
        .max_by(|a, b| a.1.total_cmp(&b.1))
}

fn least_squares(steps: &[(f32, f32, f32)], (base, slope): (f32, f32)) -> Option<(f32, f32)> {
    let (mut n, mut sx, mut sy, mut sxx, mut sxy) = (0., 0., 0., 0., 0.);
    for (s, t, weight) in steps.iter().filter(|(s, t, _)| (base + slope * s - t).abs() < 2.) {
        n += weight;
        sx += weight * s;
        sy += weight * t;
        sxx += weight * s * s;
        sxy += weight * s * t;
    }
    let det = n * sxx - sx * sx;
    (det > 1e-3 * n * n).then(|| ((sy * sxx - sx * sxy) / det, (n * sxy - sx * sy) / det))
}

fn cross(a: (Point, Point), b: (Point, Point)) -> Option<Point> {
    let (d, e) = (Point::new(a.1.x - a.0.x, a.1.y - a.0.y), Point::new(b.1.x - b.0.x, b.1.y - b.0.y));
    let det = d.x * e.y - d.y * e.x;
    let t = ((b.0.x - a.0.x) * e.y - (b.0.y - a.0.y) * e.x) / det;
    t.is_finite().then(|| a.0.towards(a.1, t))
}
