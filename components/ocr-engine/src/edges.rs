//! Long straight edges of a photograph: gradients and a gradient-directed Hough transform (O'Gorman and Clowes 1976).
#![expect(clippy::indexing_slicing, reason = "kernels over buffers whose length is width * height by construction")]

use picture::raster::Rgb;

/// Directions of the accumulator, one every degree over the half circle.
const ANGLES: usize = 180;
/// Gradients below this are noise.
const WEAK: f32 = 10.;
/// Gradients above this say no more: a printed stroke must not outvote a pale border.
const STRONG: f32 = 40.;

/// Colour gradient per pixel.
pub struct Gradients {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Horizontal and vertical slope of the channel that changes most.
    pub slopes: Vec<(f32, f32)>,
}

/// The line `x cos a + y sin a = rho`.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// Direction of the normal in radians, 0 to pi.
    pub angle: f32,
    /// Distance from the top left corner.
    pub rho: f32,
    /// Votes.
    pub votes: f32,
}

impl Line {
    /// Signed distance of a point.
    pub fn distance(&self, x: f32, y: f32) -> f32 {
        x * self.angle.cos() + y * self.angle.sin() - self.rho
    }

    /// The same distance with the normal turned the way of `other`'s.
    pub fn signed_like(&self, other: &Self, x: f32, y: f32) -> f32 {
        let d = self.distance(x, y);
        if (self.angle - other.angle).abs() > std::f32::consts::FRAC_PI_2 { -d } else { d }
    }

    /// Angle to another line, 0 to pi / 2.
    pub fn turn(&self, other: &Self) -> f32 {
        let d = (self.angle - other.angle).abs() % std::f32::consts::PI;
        d.min(std::f32::consts::PI - d)
    }

    /// Where two lines cross; `None` when they are nearly parallel.
    pub fn cross(&self, other: &Self) -> Option<crate::geometry::Point> {
        let (a, b) = (self.angle.sin_cos(), other.angle.sin_cos());
        let det = a.1 * b.0 - a.0 * b.1;
        (det.abs() > 0.05).then(|| {
            crate::geometry::Point::new(
                (self.rho * b.0 - other.rho * a.0) / det,
                (a.1 * other.rho - b.1 * self.rho) / det,
            )
        })
    }
}

/// Sobel slopes, scaled to grey levels per pixel.
pub fn gradients(picture: &Rgb) -> Gradients {
    let (width, height) = (picture.width, picture.height);
    let mut slopes = vec![(0., 0.); width * height];
    let stride = width * 3;
    for y in 1..height.saturating_sub(1) {
        for x in 1..width.saturating_sub(1) {
            let mut best = (0., 0.);
            let mut most = 0.;
            for k in 0..3 {
                let i = y * stride + x * 3 + k;
                let at = |i: usize| f32::from(picture.data[i]);
                let (n, s) = (i - stride, i + stride);
                let gx = (at(n + 3) + 2. * at(i + 3) + at(s + 3) - at(n - 3) - 2. * at(i - 3) - at(s - 3)) / 4.;
                let gy = (at(s - 3) + 2. * at(s) + at(s + 3) - at(n - 3) - 2. * at(n) - at(n + 3)) / 4.;
                let size = gx * gx + gy * gy;
                if size > most {
                    (most, best) = (size, (gx, gy));
                }
            }
            slopes[y * width + x] = best;
        }
    }
    Gradients { width, height, slopes }
}

/// The `most` lines with the largest support, each at least a few degrees or pixels from the others.
pub fn lines(gradients: &Gradients, most: usize) -> Vec<Line> {
    let reach = (gradients.width as f32).hypot(gradients.height as f32).ceil() as usize;
    let rhos = 2 * reach + 1;
    let table: Vec<(f32, f32)> = (0..ANGLES).map(|a| (a as f32).to_radians().sin_cos()).collect();
    let mut votes = vec![0f32; ANGLES * rhos];
    for (i, &(gx, gy)) in gradients.slopes.iter().enumerate() {
        let size = gx.hypot(gy);
        if size < WEAK {
            continue;
        }
        let (x, y) = ((i % gradients.width) as f32, (i / gradients.width) as f32);
        let direction = gy.atan2(gx).to_degrees().rem_euclid(180.) as usize;
        for step in 0..7 {
            let angle = (direction + ANGLES + step - 3) % ANGLES;
            let (sin, cos) = table[angle];
            let rho = (x * cos + y * sin).round() as isize + reach as isize;
            votes[angle * rhos + rho as usize] += size.min(STRONG);
        }
    }
    peaks(votes, rhos, reach, most)
}

fn peaks(mut votes: Vec<f32>, rhos: usize, reach: usize, most: usize) -> Vec<Line> {
    // Neighbouring bins share the votes of one slightly bent or blurred edge.
    let mut out: Vec<Line> = Vec::new();
    while out.len() < most {
        let Some((best, &top)) = votes.iter().enumerate().max_by(|a, b| a.1.total_cmp(b.1)) else { break };
        if top < STRONG * 12. {
            break;
        }
        let (angle, rho) = (best / rhos, best % rhos);
        out.push(Line { angle: (angle as f32).to_radians(), rho: rho as f32 - reach as f32, votes: top });
        for da in 0..9 {
            let a = (angle + ANGLES + da - 4) % ANGLES;
            // Past the half circle the same line has the opposite sign.
            let wrapped = (angle + da < 4) || (angle + da - 4 >= ANGLES);
            let centre = if wrapped { 2 * reach - rho } else { rho };
            for r in centre.saturating_sub(5)..(centre + 6).min(rhos) {
                votes[a * rhos + r] = 0.;
            }
        }
    }
    out
}
