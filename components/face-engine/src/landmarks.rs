//! How far eyes and mouth are open, from 68 landmarks in the order of the 300-W challenge (Sagonas et al. 2013).

use picture::raster::Rgb;

use crate::geometry::Point;
use crate::nets::{NetError, Nets};
use crate::warp::stretch;
use crate::yunet::Detection;

/// The face's box is looked at with so much around it.
const AROUND: f32 = 1.1;

/// Height over width of openings.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Openness {
    /// Mean of both eyes, about 0.3 open and 0.1 closed (Soukupová and Čech 2016, "eye aspect ratio").
    pub eyes: f32,
    /// Between the lips, about 0 closed.
    pub mouth: f32,
}

/// Looks at a face.
///
/// # Errors
/// Where the network fails.
pub fn openness(nets: &Nets, picture: &Rgb, found: &Detection) -> Result<Openness, NetError> {
    let area = found.area.scaled(AROUND);
    let Some(crop) = stretch(picture, area, 64, 64) else { return Ok(Openness::default()) };
    let shares = nets.landmarks(&crop)?;
    let points = shares.as_chunks().0.iter().map(|[x, y]| Point::new(x * area.width, y * area.height));
    Ok(of(&points.collect::<Vec<_>>()))
}

/// Of the 68 landmarks; nothing is open when there are fewer.
#[must_use]
pub fn of(points: &[Point]) -> Openness {
    let eye = |first: usize| match points.get(first..first + 6) {
        Some(&[a, b, c, d, e, f]) => (b.distance(f) + c.distance(e)) / (2. * a.distance(d)).max(1e-3),
        _ => 0.,
    };
    let mouth = match points.get(60..68) {
        Some(&[a, b, c, d, e, f, g, h]) => {
            (b.distance(h) + c.distance(g) + d.distance(f)) / (3. * a.distance(e)).max(1e-3)
        }
        _ => 0.,
    };
    Openness { eyes: (eye(36) + eye(42)) / 2., mouth }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn openings_are_height_over_width() {
        let mut points = vec![Point::default(); 68];
        let mut ring = |first: usize, places: &[(f32, f32)]| {
            places.iter().enumerate().for_each(|(i, (x, y))| points[first + i] = Point::new(*x, *y));
        };
        let eye = [(0., 0.), (1., -0.5), (3., -0.5), (4., 0.), (3., 0.5), (1., 0.5)];
        ring(36, &eye);
        ring(42, &eye);
        ring(60, &[(0., 0.), (1., -1.), (2., -1.), (3., -1.), (4., 0.), (3., 1.), (2., 1.), (1., 1.)]);
        let open = of(&points);
        assert!((open.eyes - 0.25).abs() < 1e-6 && (open.mouth - 0.5).abs() < 1e-6, "{open:?}");
        assert_eq!(of(&points[..42]), Openness { eyes: 0.125, mouth: 0. });
    }
}
