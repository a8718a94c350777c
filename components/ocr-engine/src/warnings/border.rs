//! Whether all of the card is in the picture.

use super::Scene;
use crate::geometry::{Quad, area};

/// Share of the outline's area that lies inside a `width` x `height` picture.
pub fn completeness(quad: &Quad, width: usize, height: usize) -> f32 {
    let mut polygon = quad.to_vec();
    let (w, h) = (width as f32, height as f32);
    // Sutherland and Hodgman: clip by each border of the picture in turn.
    for side in 0..4 {
        let depth = |p: &crate::geometry::Point| match side {
            0 => p.x,
            1 => w - p.x,
            2 => p.y,
            _ => h - p.y,
        };
        let mut clipped = Vec::new();
        for (p, q) in polygon.iter().zip(polygon.iter().cycle().skip(1)) {
            let (a, b) = (depth(p), depth(q));
            if a >= 0. {
                clipped.push(*p);
            }
            if (a >= 0.) != (b >= 0.) {
                clipped.push(p.towards(*q, a / (a - b)));
            }
        }
        polygon = clipped;
    }
    let inside: f32 =
        polygon.iter().zip(polygon.iter().cycle().skip(1)).map(|(p, q)| p.x * q.y - q.x * p.y).sum::<f32>() / 2.;
    (inside / area(quad).max(1.)).clamp(0., 1.)
}

/// A part cut off by the picture's border, or an edge under something.
pub fn border(scene: &Scene<'_>) -> Option<(String, f32)> {
    let missing = 1. - completeness(scene.quad, scene.picture.rgb.width, scene.picture.rgb.height);
    if missing > 0.012 {
        return Some((format!("{:.0} % of the card are outside the picture", missing * 100.), 0.6 + missing * 8.));
    }
    super::cover::over_edge(scene)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::{Point, frame};

    #[test]
    fn half_a_card() {
        assert_eq!(completeness(&frame(100., 50.), 100, 50), 1.);
        let half = frame(100., 50.).map(|p| Point::new(p.x - 50., p.y));
        assert!((completeness(&half, 100, 50) - 0.5).abs() < 1e-4);
    }
}
