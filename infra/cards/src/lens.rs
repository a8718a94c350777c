//! The light and the lens of one photograph.

use crate::camera;
use crate::canvas::Picture;
use crate::chance::Chance;
use crate::condition::Condition;
use crate::scene;

/// The light and the lens, drawn by level.
pub struct Lens {
    /// Direction (radians), strength and warmth of the light.
    pub light: [f32; 3],
    /// Defocus, sigma in pixels.
    pub blur: f32,
    /// Length (sigma in pixels) and direction of a hand's movement.
    pub motion: [f32; 3],
    /// Factor on the signal.
    pub gain: f32,
    /// Exponent of the tone curve.
    pub gamma: f32,
    /// Noise at mid grey, of 255.
    pub grain: f32,
}

impl Lens {
    /// Drawn for a level; `density` is in pixels per millimetre.
    pub fn new(chance: &mut Chance, level: usize, density: f32, condition: Condition) -> Self {
        let mut between = |low: [f32; 3], high: [f32; 3]| chance.uniform(low[level], high[level]);
        let mut lens = Self {
            light: [
                between([0.0; 3], [std::f32::consts::TAU; 3]),
                between([0.02, 0.1, 0.2], [0.12, 0.3, 0.5]),
                between([-0.02, -0.05, -0.1], [0.02, 0.05, 0.1]),
            ],
            blur: density * between([0.0, 0.02, 0.05], [0.04, 0.08, 0.13]),
            motion: [
                density * between([0.0; 3], [0.0, 0.03, 0.12]),
                between([-1.0; 3], [1.0; 3]),
                between([-1.0; 3], [1.0; 3]),
            ],
            gain: between([0.92, 0.8, 0.65], [1.06; 3]),
            gamma: between([0.92, 0.8, 0.65], [1.1, 1.3, 1.6]),
            grain: between([0.5, 2.0, 4.0], [2.0, 5.0, 9.0]),
        };
        match condition {
            Condition::TooDark => (lens.gain, lens.grain) = (chance.uniform(0.03, 0.07), chance.uniform(3.0, 5.0)),
            Condition::Blurred => lens.blur = density * chance.uniform(0.55, 0.9),
            Condition::TooSmall => lens.blur = lens.blur.max(0.4),
            _ => {}
        }
        lens
    }

    /// Turns light into a picture.
    pub fn expose(&self, picture: &mut Picture, chance: &mut Chance) {
        let [angle, strength, warmth] = self.light;
        scene::light(picture, angle, strength, [1.0 + warmth, 1.0, 1.0 - warmth]);
        camera::blur(picture, self.blur);
        let [length, dx, dy] = self.motion;
        if length > 0.4 {
            let norm = dx.hypot(dy).max(0.01);
            camera::directional(picture, length, [dx / norm, dy / norm]);
        }
        camera::tone(picture, self.gain, self.gamma);
        camera::noise(picture, chance, self.grain);
    }
}
