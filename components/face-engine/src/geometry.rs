//! Points, boxes and similarities of the plane.

/// A point in pixels from the top left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
}

impl Point {
    /// A point.
    #[must_use]
    pub const fn new(x: f32, y: f32) -> Self {
        Self { x, y }
    }

    /// Euclidean distance.
    #[must_use]
    pub fn distance(self, other: Self) -> f32 {
        (self.x - other.x).hypot(self.y - other.y)
    }

    /// The point half way to `other`.
    #[must_use]
    pub fn middle(self, other: Self) -> Self {
        Self::new((self.x + other.x) / 2., (self.y + other.y) / 2.)
    }
}

/// A rectangle in pixels; it may reach beyond the picture.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Area {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Columns.
    pub width: f32,
    /// Rows.
    pub height: f32,
}

impl Area {
    /// `factor` times as wide and high about the same centre.
    #[must_use]
    pub fn scaled(self, factor: f32) -> Self {
        let (width, height) = (self.width * factor, self.height * factor);
        Self { x: self.x + (self.width - width) / 2., y: self.y + (self.height - height) / 2., width, height }
    }

    /// Pixels.
    #[must_use]
    pub fn size(self) -> f32 {
        self.width.max(0.) * self.height.max(0.)
    }

    /// The common part; of size 0 when there is none.
    #[must_use]
    pub fn common(self, other: Self) -> Self {
        let (x, y) = (self.x.max(other.x), self.y.max(other.y));
        let right = (self.x + self.width).min(other.x + other.width);
        let bottom = (self.y + self.height).min(other.y + other.height);
        Self { x, y, width: (right - x).max(0.), height: (bottom - y).max(0.) }
    }

    /// Intersection over union, 0 to 1.
    #[must_use]
    pub fn overlap(self, other: Self) -> f32 {
        let common = self.common(other).size();
        common / (self.size() + other.size() - common).max(f32::MIN_POSITIVE)
    }
}

/// `p -> (a + bi) p + (x + yi)`, points as complex numbers: rotation, scale and shift.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Similarity {
    a: f32,
    b: f32,
    x: f32,
    y: f32,
}

impl Similarity {
    /// A scale and a shift.
    #[must_use]
    pub const fn scale(factor: f32, x: f32, y: f32) -> Self {
        Self { a: factor, b: 0., x, y }
    }

    /// The least-squares map of `from` to `to` (Umeyama 1991, in the plane); `None` when `from` is one point.
    #[must_use]
    pub fn fit<const N: usize>(from: &[Point; N], to: &[Point; N]) -> Option<Self> {
        let centre = |points: &[Point; N]| {
            let sum = points.iter().fold(Point::default(), |s, p| Point::new(s.x + p.x, s.y + p.y));
            Point::new(sum.x / N as f32, sum.y / N as f32)
        };
        let (p0, q0) = (centre(from), centre(to));
        let (mut a, mut b, mut norm) = (0., 0., 0.);
        for (p, q) in from.iter().zip(to) {
            let (px, py, qx, qy) = (p.x - p0.x, p.y - p0.y, q.x - q0.x, q.y - q0.y);
            a += px * qx + py * qy;
            b += px * qy - py * qx;
            norm += px * px + py * py;
        }
        if norm < 1e-6 {
            return None;
        }
        let (a, b) = (a / norm, b / norm);
        Some(Self { a, b, x: q0.x - a * p0.x + b * p0.y, y: q0.y - b * p0.x - a * p0.y })
    }

    /// Where `p` goes.
    #[must_use]
    pub fn apply(&self, p: Point) -> Point {
        Point::new(self.a * p.x - self.b * p.y + self.x, self.b * p.x + self.a * p.y + self.y)
    }

    /// How much longer distances become.
    #[must_use]
    pub fn factor(&self) -> f32 {
        self.a.hypot(self.b)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fit_finds_turn_scale_and_shift() {
        let map = Similarity { a: 0.8, b: -1.3, x: 12., y: -4. };
        let from = [(0., 0.), (10., 1.), (4., 7.), (-3., 5.), (8., 8.)].map(|(x, y)| Point::new(x, y));
        let found = Similarity::fit(&from, &from.map(|p| map.apply(p))).unwrap();
        assert!(from.iter().all(|p| found.apply(*p).distance(map.apply(*p)) < 1e-4));
        assert!((found.factor() - 0.8f32.hypot(1.3)).abs() < 1e-5);
        assert!(Similarity::fit(&[Point::new(1., 1.); 5], &from).is_none());
    }

    #[test]
    fn boxes_overlap_by_their_common_part() {
        let a = Area { x: 0., y: 0., width: 10., height: 10. };
        let b = Area { x: 5., y: 0., width: 10., height: 10. };
        assert!((a.overlap(b) - 1. / 3.).abs() < 1e-6);
        assert_eq!(a.overlap(Area { x: 20., ..b }), 0.);
        assert_eq!(a.scaled(2.), Area { x: -5., y: -5., width: 20., height: 20. });
    }
}
