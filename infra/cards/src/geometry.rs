//! Where the card is: maps between its millimetres and the picture's pixels.

use crate::layout::SIZE;

/// A projective map of the plane, row by row.
pub type Homography = [f32; 9];

/// Applies the map.
pub fn project(m: &Homography, x: f32, y: f32) -> [f32; 2] {
    let w = m[6] * x + m[7] * y + m[8];
    [(m[0] * x + m[1] * y + m[2]) / w, (m[3] * x + m[4] * y + m[5]) / w]
}

/// The inverse map.
pub fn invert(m: &Homography) -> Homography {
    let [a, b, c, d, e, f, g, h, i] = *m;
    [
        e * i - f * h,
        c * h - b * i,
        b * f - c * e,
        f * g - d * i,
        a * i - c * g,
        c * d - a * f,
        d * h - e * g,
        b * g - a * h,
        a * e - b * d,
    ]
}

/// How the card lies before the lens: turns in radians.
#[derive(Clone, Copy, Debug)]
pub struct Pose {
    /// In the plane of the card.
    pub roll: f32,
    /// Away from the lens at the top.
    pub pitch: f32,
    /// Away from the lens at the right.
    pub yaw: f32,
    /// Part of the picture that the card's bounding box takes, along the tighter side.
    pub fill: f32,
    /// Shift of the card's centre in parts of the free space, -1 to 1.
    pub shift: [f32; 2],
}

/// The map from millimetres on the card to pixels of a `width` x `height` picture, by a pinhole at the distance of 1.6 card widths.
pub fn place(pose: Pose, width: usize, height: usize) -> Homography {
    let (sr, cr) = pose.roll.sin_cos();
    let (sp, cp) = pose.pitch.sin_cos();
    let (sy, cy) = pose.yaw.sin_cos();
    let distance = 1.6 * SIZE[0];
    // Centre, roll, then pitch and yaw as depth; z is what divides.
    let rot = [
        [cy * cr + sy * sp * sr, -cy * sr + sy * sp * cr],
        [cp * sr, cp * cr],
        [-sy * cr + cy * sp * sr, sy * sr + cy * sp * cr],
    ];
    let (hx, hy) = (SIZE[0] / 2.0, SIZE[1] / 2.0);
    let column = |r: [f32; 2], t: f32| [r[0], r[1], t - r[0] * hx - r[1] * hy];
    let (x, y, z) = (column(rot[0], 0.0), column(rot[1], 0.0), column(rot[2], distance));
    let raw: Homography = [x[0], x[1], x[2], y[0], y[1], y[2], z[0] / distance, z[1] / distance, z[2] / distance];
    let corners = quad(&raw);
    let bound = |axis: usize| {
        let values = corners.map(|c| c[axis]);
        (values.iter().copied().fold(f32::MAX, f32::min), values.iter().copied().fold(f32::MIN, f32::max))
    };
    let ((x0, x1), (y0, y1)) = (bound(0), bound(1));
    let (w, h) = (width as f32, height as f32);
    let zoom = pose.fill * (w / (x1 - x0)).min(h / (y1 - y0));
    let free = [w - zoom * (x1 - x0), h - zoom * (y1 - y0)];
    let tx = free[0] / 2.0 * (1.0 + pose.shift[0]) - zoom * x0;
    let ty = free[1] / 2.0 * (1.0 + pose.shift[1]) - zoom * y0;
    let [a, b, c, d, e, f, g, i, j] = raw;
    [
        zoom * a + tx * g,
        zoom * b + tx * i,
        zoom * c + tx * j,
        zoom * d + ty * g,
        zoom * e + ty * i,
        zoom * f + ty * j,
        g,
        i,
        j,
    ]
}

/// Top left, top right, bottom right, bottom left of the card in the picture.
pub fn quad(m: &Homography) -> [[f32; 2]; 4] {
    [[0.0, 0.0], [SIZE[0], 0.0], SIZE, [0.0, SIZE[1]]].map(|[x, y]| project(m, x, y))
}

/// The product: first `b`, then `a`.
pub fn product(a: &Homography, b: &Homography) -> Homography {
    std::array::from_fn(|k| (0..3).map(|i| a[k / 3 * 3 + i] * b[i * 3 + k % 3]).sum())
}

/// A shift by pixels.
pub fn shift(dx: f32, dy: f32) -> Homography {
    [1.0, 0.0, dx, 0.0, 1.0, dy, 0.0, 0.0, 1.0]
}

/// The corners of a rectangle on the card (millimetres) in the picture, to a tenth of a pixel.
pub fn corners([x0, y0, x1, y1]: [f32; 4], map: &Homography) -> [[f32; 2]; 4] {
    [[x0, y0], [x1, y0], [x1, y1], [x0, y1]].map(|[x, y]| project(map, x, y).map(|v| (v * 10.0).round() / 10.0))
}

/// Mean pixels per millimetre along the card's long edges.
pub fn density(map: &Homography) -> f32 {
    let [a, b, c, d] = quad(map);
    ((b[0] - a[0]).hypot(b[1] - a[1]) + (c[0] - d[0]).hypot(c[1] - d[1])) / (2.0 * SIZE[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chance::Chance;

    #[test]
    fn the_inverse_undoes_the_map_and_the_card_stays_in_the_picture() {
        let mut chance = Chance::new(4, 0);
        for _ in 0..200 {
            let mut angle = || chance.signed(0.0, 0.8);
            let (roll, pitch, yaw) = (angle(), angle(), angle());
            let pose = Pose { roll, pitch, yaw, fill: 0.9, shift: [0.6, -0.9] };
            let map = place(pose, 1600, 1200);
            for [x, y] in quad(&map) {
                assert!((0.0..=1600.0).contains(&x) && (0.0..=1200.0).contains(&y), "{pose:?}: {x} {y}");
            }
            let [x, y] = project(&map, 12.0, 40.0);
            let [u, v] = project(&invert(&map), x, y);
            assert!((u - 12.0).abs() < 0.01 && (v - 40.0).abs() < 0.01, "{u} {v}");
        }
    }
}
