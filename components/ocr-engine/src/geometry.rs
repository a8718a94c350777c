//! Points, quads and plane homographies.

/// A point in pixels from the top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

/// Top left, top right, bottom right, bottom left.
pub type Quad = [Point; 4];

impl Point {
    /// A point.
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// Euclidean distance.
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The point at share `t` of the way to `other`.
    pub fn towards(self, other: Self, t: f32) -> Self {
        Self::new(self.x + (other.x - self.x) * t, self.y + (other.y - self.y) * t)
    }
}

/// The corners of a `width` x `height` picture.
pub fn frame(width: f32, height: f32) -> Quad {
    [Point::new(0., 0.), Point::new(width, 0.), Point::new(width, height), Point::new(0., height)]
}

/// Signed area, positive when the corners run clockwise on the screen.
pub fn area(quad: &Quad) -> f32 {
    let [a, b, c, d] = *quad;
    0.5 * ((c.x - a.x) * (d.y - b.y) - (d.x - b.x) * (c.y - a.y))
}

/// Whether every corner turns the same, clockwise, way.
pub fn is_convex(quad: &Quad) -> bool {
    let [a, b, c, d] = *quad;
    let turn = |p: Point, q: Point, r: Point| (q.x - p.x) * (r.y - q.y) - (q.y - p.y) * (r.x - q.x);
    [(a, b, c), (b, c, d), (c, d, a), (d, a, b)].into_iter().all(|(p, q, r)| turn(p, q, r) > 0.)
}

/// The mean of the corners.
pub fn centre(quad: &Quad) -> Point {
    let [a, b, c, d] = *quad;
    a.towards(b, 0.5).towards(c.towards(d, 0.5), 0.5)
}

/// Whether `p` lies inside a convex clockwise quad.
pub fn contains(quad: &Quad, p: Point) -> bool {
    let next = quad.iter().cycle().skip(1);
    quad.iter().zip(next).all(|(a, b)| (b.x - a.x) * (p.y - a.y) - (b.y - a.y) * (p.x - a.x) >= 0.)
}

/// The same quad read from another corner: `turns` times 90 degrees clockwise.
pub fn rotate(quad: &Quad, turns: usize) -> Quad {
    let mut out = *quad;
    out.rotate_left(turns % 4);
    out
}

/// A 3x3 projective map, row-major, last element 1.
#[derive(Clone, Copy, Debug)]
pub struct Homography([f64; 9]);

impl Homography {
    /// The map that takes each corner of `from` to the same corner of `to`; `None` when degenerate.
    pub fn between(from: &Quad, to: &Quad) -> Option<Self> {
        let pairs: Vec<_> = from.iter().copied().zip(to.iter().copied()).collect();
        Self::fit(&pairs)
    }

    /// The least-squares map for four or more pairs (direct linear transform with `h33 = 1`).
    pub fn fit(pairs: &[(Point, Point)]) -> Option<Self> {
        let mut normal = [[0f64; 9]; 8];
        for (p, q) in pairs {
            let (x, y, u, v) = (f64::from(p.x), f64::from(p.y), f64::from(q.x), f64::from(q.y));
            for row in [[x, y, 1., 0., 0., 0., -u * x, -u * y, u], [0., 0., 0., x, y, 1., -v * x, -v * y, v]] {
                for (out, &a) in normal.iter_mut().zip(&row) {
                    for (cell, &b) in out.iter_mut().zip(&row) {
                        *cell += a * b;
                    }
                }
            }
        }
        let h = solve(normal)?;
        let [a, b, c, d, e, f, g, i] = h;
        Some(Self([a, b, c, d, e, f, g, i, 1.]))
    }

    /// Where `p` goes.
    pub fn apply(&self, p: Point) -> Point {
        let [a, b, c, d, e, f, g, h, i] = self.0;
        let (x, y) = (f64::from(p.x), f64::from(p.y));
        let w = g * x + h * y + i;
        let w = if w.abs() < 1e-9 { 1e-9 } else { w };
        Point::new(((a * x + b * y + c) / w) as f32, ((d * x + e * y + f) / w) as f32)
    }

    /// Where each corner of `quad` goes.
    pub fn apply_quad(&self, quad: &Quad) -> Quad {
        quad.map(|p| self.apply(p))
    }

    /// The coefficients, row-major.
    pub fn coefficients(&self) -> [f64; 9] {
        self.0
    }
}

/// Gauss-Jordan elimination with row pivoting on an augmented 8x9 system.
pub fn solve(mut m: [[f64; 9]; 8]) -> Option<[f64; 8]> {
    for col in 0..8 {
        let pivot = (col..8).max_by(|&a, &b| {
            let at = |r: usize| m.get(r).and_then(|row| row.get(col)).map_or(0., |v| v.abs());
            at(a).total_cmp(&at(b))
        })?;
        m.swap(col, pivot);
        let lead = *m.get(col)?;
        let scale = *lead.get(col)?;
        if scale.abs() < 1e-12 {
            return None;
        }
        for (r, row) in m.iter_mut().enumerate() {
            let factor = row.get(col)? / scale;
            for (cell, &l) in row.iter_mut().zip(&lead) {
                *cell = if r == col { l / scale } else { *cell - factor * l };
            }
        }
    }
    Some(m.map(|row| row.last().copied().unwrap_or(0.)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_homography_takes_corners_to_corners() {
        let from = [Point::new(10., 20.), Point::new(300., 5.), Point::new(320., 210.), Point::new(2., 190.)];
        let to = frame(1012., 638.);
        let map = Homography::between(&from, &to).unwrap();
        for (p, q) in from.iter().zip(&to) {
            assert!(map.apply(*p).distance(*q) < 0.01);
        }
        assert!(Homography::between(&[Point::new(1., 1.); 4], &to).is_none());
    }

    #[test]
    fn orientation_of_a_quad() {
        let quad = frame(4., 3.);
        assert!(is_convex(&quad) && area(&quad) == 12.);
        let [a, b, c, d] = quad;
        assert!(!is_convex(&[a, d, c, b]));
        assert_eq!(rotate(&quad, 1), [b, c, d, a]);
    }
}
