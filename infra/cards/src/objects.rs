//! Things over the card, placed in millimetres on it so that they have their real size.

use crate::canvas::{Picture, Rgb, mix, smoothstep};
use crate::chance::Chance;
use crate::geometry::{Homography, invert, project};
use crate::layout::SIZE;

/// Something opaque.
#[derive(Clone, Copy)]
pub enum Thing {
    /// A finger from outside to its tip, with its radius.
    Finger { from: [f32; 2], tip: [f32; 2], radius: f32, skin: Rgb },
    /// A slip of paper: centre, half sizes, turn.
    Slip { centre: [f32; 2], half: [f32; 2], turn: f32, tint: Rgb },
}

impl Thing {
    /// A finger that comes over the nearest edge to `depth` millimetres inside, towards `target`.
    pub fn finger(chance: &mut Chance, target: [f32; 2], depth: f32) -> Self {
        let [x, y] = target;
        let gaps = [x, SIZE[0] - x, y, SIZE[1] - y];
        let nearest = gaps.iter().copied().fold(f32::MAX, f32::min);
        let sway = chance.uniform(-14.0, 14.0);
        let (edge, inward, out): ([f32; 2], [f32; 2], [f32; 2]) = if nearest == gaps[0] {
            ([0.0, y], [1.0, 0.0], [-70.0, sway])
        } else if nearest == gaps[1] {
            ([SIZE[0], y], [-1.0, 0.0], [70.0, sway])
        } else if nearest == gaps[2] {
            ([x, 0.0], [0.0, 1.0], [sway, -70.0])
        } else {
            ([x, SIZE[1]], [0.0, -1.0], [sway, 70.0])
        };
        let radius = chance.uniform(6.5, 8.5);
        let reach = depth - radius;
        let tip = [edge[0] + inward[0] * reach, edge[1] + inward[1] * reach];
        let skin = mix([226.0, 178.0, 150.0], [172.0, 120.0, 92.0], chance.uniform(0.0, 1.0));
        Self::Finger { from: [tip[0] + out[0], tip[1] + out[1]], tip, radius, skin }
    }

    /// A slip of paper over `[x0, y0, x1, y1]`, covering part of it.
    pub fn slip(chance: &mut Chance, [x0, y0, x1, y1]: [f32; 4]) -> Self {
        let half = [chance.uniform(3.5, 8.0), chance.uniform(2.6, 4.5)];
        let bound = |v: f32, h: f32, size: f32| v.clamp(h + 1.5, size - h - 1.5);
        let centre =
            [bound(chance.uniform(x0 + 1.0, x1 - 1.0), half[0], SIZE[0]), bound((y0 + y1) / 2.0, half[1], SIZE[1])];
        let tint = chance.pick(&[
            [244.0, 226.0, 120.0],
            [238.0, 238.0, 236.0],
            [60.0, 64.0, 70.0],
            [232.0, 150.0, 170.0],
            [70.0, 130.0, 190.0],
        ]);
        Self::Slip { centre, half, turn: chance.uniform(-0.12, 0.12), tint }
    }

    /// Distance outside (positive) or inside (negative) of the thing, in millimetres, and the shade of its surface there.
    fn surface(&self, x: f32, y: f32) -> (f32, Rgb) {
        match *self {
            Self::Finger { from, tip, radius, skin } => {
                let (dx, dy) = (from[0] - tip[0], from[1] - tip[1]);
                let length = dx.hypot(dy);
                let (ux, uy) = (dx / length, dy / length);
                let along = ((x - tip[0]) * ux + (y - tip[1]) * uy).max(0.0);
                let distance = (x - tip[0] - along * ux).hypot(y - tip[1] - along * uy);
                let round = (1.0 - (distance / radius).powi(2)).max(0.0).sqrt();
                let lit = skin.map(|v| v * (0.55 + 0.45 * round));
                // The nail: an ellipse just behind the tip.
                let (s, t) = ((x - tip[0]) * ux + (y - tip[1]) * uy, (y - tip[1]) * ux - (x - tip[0]) * uy);
                let nail = 1.0 - smoothstep(0.85, 1.05, ((s - 0.5) / (radius * 0.75)).hypot(t / (radius * 0.6)));
                (distance - radius, mix(lit, [236.0, 200.0, 190.0], nail * 0.55))
            }
            Self::Slip { centre, half, turn, tint } => {
                let (s, c) = turn.sin_cos();
                let (dx, dy) = (x - centre[0], y - centre[1]);
                let (u, v) = (dx * c + dy * s, dy * c - dx * s);
                ((u.abs() - half[0]).max(v.abs() - half[1]), tint.map(|t| t * (1.0 - 0.01 * (u + v))))
            }
        }
    }

    /// Whether the card's point (millimetres) is under it.
    pub fn covers(&self, x: f32, y: f32) -> bool {
        self.surface(x, y).0 < 0.0
    }

    /// Lays it into the picture, with its shadow.
    pub fn lay(&self, picture: &mut Picture, map: &Homography) {
        let back = invert(map);
        let (w, h) = (picture.width as f32, picture.height as f32);
        picture.each_in([0.0, 0.0, w, h], |x, y, pixel| {
            let [mx, my] = project(&back, x, y);
            let (distance, colour) = self.surface(mx, my);
            if distance < 3.0 {
                let (shade, _) = self.surface(mx - 0.8, my - 0.8);
                let ground = pixel.map(|v| v * (1.0 - 0.4 * (1.0 - smoothstep(-0.5, 1.6, shade))));
                *pixel = mix(colour, ground, smoothstep(-0.08, 0.08, distance));
            }
        });
    }
}
