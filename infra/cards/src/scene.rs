//! The table, the card on it, and the light.

use crate::canvas::{Picture, Rgb, mix, smoothstep};
use crate::chance::Chance;
use crate::geometry::{Homography, invert, project, quad};
use crate::layout::{SCALE, beyond, inside};

/// Lays the flat card over the table; each pixel is the mean of 3 x 3 samples. `shadow` is 0 for what is printed on the ground.
pub fn lay(table: &mut Picture, card: &Picture, map: &Homography, shadow: f32) {
    let back = invert(map);
    let corners = quad(map);
    let low = |axis: usize| corners.iter().map(|c| c[axis]).fold(f32::MAX, f32::min) - 12.0;
    let high = |axis: usize| corners.iter().map(|c| c[axis]).fold(f32::MIN, f32::max) + 12.0;
    table.each_in([low(0), low(1), high(0), high(1)], |x, y, pixel| {
        let (mut sum, mut cover) = ([0.0f32; 3], 0.0);
        for i in 0..9 {
            let [mx, my] = project(&back, x + (i % 3 - 1) as f32 / 3.0, y + (i / 3 - 1) as f32 / 3.0);
            let alpha = inside(mx, my);
            if alpha > 0.0 {
                let colour = card.sample(mx * SCALE, my * SCALE);
                sum = [sum[0] + alpha * colour[0], sum[1] + alpha * colour[1], sum[2] + alpha * colour[2]];
                cover += alpha;
            }
        }
        // A card lies a little above the table: a thin soft shadow.
        let [mx, my] = project(&back, x, y);
        let shade = shadow * (1.0 - smoothstep(-0.3, 1.3, beyond(mx - 0.35, my - 0.45)));
        let ground = pixel.map(|v| v * (1.0 - shade));
        *pixel = if cover > 0.0 { mix(ground, sum.map(|v| v / cover), cover / 9.0) } else { ground };
    });
}

/// What the card lies on.
pub fn table(chance: &mut Chance, width: usize, height: usize) -> (&'static str, Picture) {
    let tone: Rgb = chance.pick(&[
        [226.0, 224.0, 218.0],
        [64.0, 60.0, 58.0],
        [150.0, 112.0, 78.0],
        [90.0, 116.0, 140.0],
        [186.0, 150.0, 140.0],
        [120.0, 140.0, 112.0],
        [40.0, 46.0, 60.0],
        [178.0, 182.0, 186.0],
    ]);
    let other = mix(tone, chance.pick(&[[255.0; 3], [0.0; 3], [130.0, 90.0, 60.0]]), chance.uniform(0.12, 0.3));
    let mut picture = Picture::filled(width, height, tone);
    let name = chance.pick(&["flat", "wood", "cloth", "stone", "paper", "stripes"]);
    let noise = Noise::new(chance);
    let unit = width as f32 / 1600.0;
    let turn = chance.uniform(-0.6, 0.6);
    let paint = |x: f32, y: f32| -> f32 {
        let (x, y) = (x / unit, y / unit);
        let (u, v) = (x * turn.cos() + y * turn.sin(), y * turn.cos() - x * turn.sin());
        match name {
            "wood" => {
                0.5 + 0.5 * (v * 0.05 + 9.0 * noise.at(u * 0.0016, v * 0.008) + 0.6 * noise.at(u * 0.02, v * 0.4)).sin()
            }
            "cloth" => 0.35 * ((u * 0.9).sin() * (v * 0.9).sin()) + 0.5 + 0.3 * noise.at(u * 0.01, v * 0.01),
            "stone" => smoothstep(
                0.25,
                0.8,
                noise.at(u * 0.006, v * 0.006) * 0.6
                    + noise.at(u * 0.03, v * 0.03) * 0.3
                    + noise.at(u * 0.2, v * 0.2) * 0.2,
            ),
            "paper" => {
                // A sheet with ruled lines and blocks like print: it must not look like a card.
                let line = (v / 46.0).fract();
                let word = noise.at((u / 60.0).floor() * 7.3, (v / 46.0).floor() * 3.1);
                if line > 0.55 && line < 0.85 && word > 0.42 && noise.at(u * 0.16, (v / 46.0).floor()) > 0.5 {
                    1.0
                } else {
                    0.1 * noise.at(u * 0.05, v * 0.05)
                }
            }
            "stripes" => {
                smoothstep(0.45, 0.55, (u / 170.0).fract()) * (1.0 - smoothstep(0.92, 1.0, (u / 170.0).fract()))
            }
            _ => 0.25 * noise.at(u * 0.004, v * 0.004),
        }
    };
    picture.each_in([0.0, 0.0, width as f32, height as f32], |x, y, pixel| *pixel = mix(tone, other, paint(x, y)));
    (name, picture)
}

/// Smooth value noise, 0 to 1.
pub struct Noise([f32; 256]);

impl Noise {
    /// A new field.
    pub fn new(chance: &mut Chance) -> Self {
        Self(std::array::from_fn(|_| chance.uniform(0.0, 1.0)))
    }

    /// The value at a point; one cell is 1 x 1.
    pub fn at(&self, x: f32, y: f32) -> f32 {
        let (xf, yf) = (x.floor(), y.floor());
        let (fx, fy) = (smoothstep(0.0, 1.0, x - xf), smoothstep(0.0, 1.0, y - yf));
        let cell = |dx: i64, dy: i64| {
            let (i, j) = (xf as i64 + dx, yf as i64 + dy);
            self.0[((i.wrapping_mul(73) ^ j.wrapping_mul(179)) & 255) as usize]
        };
        let top = cell(0, 0) + (cell(1, 0) - cell(0, 0)) * fx;
        let bottom = cell(0, 1) + (cell(1, 1) - cell(0, 1)) * fx;
        top + (bottom - top) * fy
    }
}

/// Light that falls unevenly: `[angle, strength]`, and a warm or cold tint.
pub fn light(picture: &mut Picture, angle: f32, strength: f32, tint: Rgb) {
    let (w, h) = (picture.width as f32, picture.height as f32);
    let (s, c) = angle.sin_cos();
    picture.each_in([0.0, 0.0, w, h], |x, y, pixel| {
        let (u, v) = (x / w - 0.5, y / h - 0.5);
        let k = 1.0 + strength * (u * c + v * s) - 0.25 * strength * (u * u + v * v);
        *pixel = [pixel[0] * k * tint[0], pixel[1] * k * tint[1], pixel[2] * k * tint[2]];
    });
}

/// A lamp's reflection: an ellipse on the card, millimetres.
#[derive(Clone, Copy)]
pub struct Glare {
    /// Its middle.
    pub at: [f32; 2],
    /// Its radii.
    pub size: [f32; 2],
    /// What it adds at most, of 255.
    pub power: f32,
}

impl Glare {
    /// What it adds at a point of the card.
    pub fn add(&self, x: f32, y: f32) -> f32 {
        let d2 = ((x - self.at[0]) / self.size[0]).powi(2) + ((y - self.at[1]) / self.size[1]).powi(2);
        self.power * (-d2 * d2 * 0.7 - d2 * 0.5).exp()
    }

    /// Lets it shine on the card only.
    pub fn shine(&self, picture: &mut Picture, map: &Homography) {
        let back = invert(map);
        picture.each_in([0.0, 0.0, picture.width as f32, picture.height as f32], |x, y, pixel| {
            let [mx, my] = project(&back, x, y);
            let add = inside(mx, my) * self.add(mx, my);
            *pixel = pixel.map(|v| v + add);
        });
    }
}
