//! Copies, screens and splices: what is passed off as a card in front of the lens.

use crate::camera;
use crate::canvas::{Canvas, Picture, Rgb, Type, mix, smoothstep};
use crate::chance::Chance;
use crate::fonts::Fonts;
use crate::geometry::{Homography, invert, product, project, shift};
use crate::scene::Noise;

/// A laser copy: grey, steep, with toner specks and missing fine lines.
pub fn monochrome(card: &mut Picture, chance: &mut Chance) {
    let (low, high) = (chance.uniform(20.0, 60.0), chance.uniform(205.0, 240.0));
    camera::blur(card, chance.uniform(0.8, 1.6));
    for pixel in &mut card.pixels {
        let grey = 0.3 * pixel[0] + 0.59 * pixel[1] + 0.11 * pixel[2];
        let speck = if chance.one_in(900) { -90.0 } else { chance.normal() * 7.0 };
        *pixel = [24.0 + 220.0 * smoothstep(low, high, grey) + speck; 3];
    }
}

/// A colour print: paper white, narrower gamut, cyan, magenta, yellow and black dots on turned screens.
pub fn colour(card: &mut Picture, chance: &mut Chance, scale: f32) {
    camera::blur(card, chance.uniform(1.0, 1.8));
    // 133 to 175 lines per inch.
    let pitch = std::f32::consts::TAU * chance.uniform(5.2, 6.9) / scale;
    let screens = [15.0f32, 75.0, 0.0, 45.0].map(|degrees| degrees.to_radians().sin_cos());
    let paper: Rgb = [244.0, 243.0, 238.0];
    let inks: [Rgb; 4] = [[50.0, 182.0, 236.0], [228.0, 84.0, 158.0], [250.0, 234.0, 84.0], [44.0, 42.0, 44.0]];
    let (w, h) = (card.width as f32, card.height as f32);
    card.each_in([0.0, 0.0, w, h], |x, y, pixel| {
        let [r, g, b] = pixel.map(|v| (v / 255.0).clamp(0.0, 1.0));
        let black = ((1.0 - r.max(g).max(b) - 0.25) * 1.2).max(0.0);
        let amounts = [1.0 - r - black, 1.0 - g - black, 1.0 - b - black, black];
        let mut out = paper;
        for ((amount, ink), (s, c)) in amounts.into_iter().zip(inks).zip(screens) {
            let (u, v) = (x * c + y * s, y * c - x * s);
            let cell = 0.5 + 0.25 * ((u * pitch).cos() + (v * pitch).cos());
            let dot = smoothstep(cell - 0.22, cell + 0.22, amount);
            let cover = 0.5 * dot + 0.5 * amount.clamp(0.0, 1.0);
            out = [0, 1, 2].map(|i| out[i] * (1.0 - cover * (1.0 - ink[i] / 255.0)));
        }
        *pixel = out;
    });
}

/// Paper under and around a copy.
pub fn sheet(picture: &mut Picture, chance: &mut Chance) {
    let noise = Noise::new(chance);
    let white = chance.uniform(232.0, 248.0);
    let (w, h) = (picture.width as f32, picture.height as f32);
    picture.each_in([0.0, 0.0, w, h], |x, y, pixel| {
        *pixel = [white + 3.0 * noise.at(x * 0.3, y * 0.3) + 2.0 * noise.at(x * 0.01, y * 0.01); 3]
    });
}

/// A screen that shows `shown`, seen by a camera: red, green and blue stripes, dark gaps, aliasing on the sensor's grid.
///
/// Gives the new picture and the map from `shown`'s pixels to its own.
pub fn screen(shown: &Picture, chance: &mut Chance) -> (Picture, Homography) {
    let zoom = chance.uniform(1.12, 1.75);
    let (sin, cos) = chance.signed(0.004, 0.05).sin_cos();
    let (w, h) = (shown.width as f32, shown.height as f32);
    let (width, height) = ((w * zoom * 0.98) as usize, (h * zoom * 0.98) as usize);
    let (bend_x, bend_y) = (chance.uniform(-4e-5, 4e-5), chance.uniform(-4e-5, 4e-5));
    // Around the centre: turn, zoom, a little perspective.
    let turn: Homography = [zoom * cos, -zoom * sin, 0.0, zoom * sin, zoom * cos, 0.0, bend_x, bend_y, 1.0];
    let map = product(&shift(width as f32 / 2.0, height as f32 / 2.0), &product(&turn, &shift(-w / 2.0, -h / 2.0)));
    let back = invert(&map);
    let (gap, leak) = (chance.uniform(0.12, 0.3), chance.uniform(0.04, 0.2));
    let mut seen = Picture::filled(width, height, [0.0; 3]);
    seen.each_in([0.0, 0.0, width as f32, height as f32], |x, y, pixel| {
        let mut sum = [0.0f32; 3];
        for k in 0..25 {
            let [u, v] = project(&back, x - 0.4 + 0.2 * (k % 5) as f32, y - 0.4 + 0.2 * (k / 5) as f32);
            if u < 0.0 || v < 0.0 || u >= w || v >= h {
                continue;
            }
            let lit = shown.pixels[v as usize * shown.width + u as usize];
            let stripe = (u.fract() * 3.0) as usize % 3;
            let row = if v.fract() < gap { 0.25 } else { 1.0 };
            for (i, total) in sum.iter_mut().enumerate() {
                *total += lit[i] * row * if i == stripe { 3.0 - 2.0 * leak } else { leak };
            }
        }
        let level = 1.0 / (1.0 - 0.75 * gap);
        *pixel = sum.map(|v| (v / 25.0 * level).clamp(0.0, 400.0));
    });
    camera::blur(&mut seen, chance.uniform(0.3, 0.8));
    (seen, map)
}

/// Replaces characters `at..at + text.len()` of a line that starts at `x` with `pitch` (millimetres) by another face, base line and size.
pub fn other_face(
    canvas: &mut Canvas,
    fonts: &Fonts,
    chance: &mut Chance,
    text: &str,
    [x, y]: [f32; 2],
    pitch: f32,
    size: f32,
) {
    let face = &fonts.hei[chance.below(fonts.hei.len())];
    let width = pitch * text.chars().count() as f32;
    let ground = canvas.picture.sample(x * canvas.scale, (y - size * 1.15) * canvas.scale);
    let soft = chance.uniform(0.1, 0.5);
    canvas.shade([x - 0.3, y - size * 0.95, x + width + 0.3, y + size * 0.25], ground, |px, _| {
        smoothstep(x - 0.1 - soft, x - 0.1, px) * (1.0 - smoothstep(x + width - 0.1, x + width - 0.1 + soft, px))
    });
    let (drop, grow, ink) = (chance.signed(0.15, 0.45), chance.uniform(0.86, 1.08), chance.uniform(0.0, 60.0));
    for (i, c) in text.chars().enumerate() {
        let kind = Type { face, size: size * grow, tracking: 0.0, ink: [ink; 3], opacity: 1.0 };
        canvas.text(c.encode_utf8(&mut [0; 4]), x + 0.2 + pitch * i as f32, y + drop, kind);
    }
}

/// Takes the pixels inside `quad` (four corners in order) from `donor`.
pub fn splice(picture: &mut Picture, donor: &Picture, quad: &[[f32; 2]; 4]) {
    let bound = |axis: usize, pick: fn(f32, f32) -> f32, start: f32| quad.iter().map(|c| c[axis]).fold(start, pick);
    let rect = [
        bound(0, f32::min, f32::MAX),
        bound(1, f32::min, f32::MAX),
        bound(0, f32::max, f32::MIN),
        bound(1, f32::max, f32::MIN),
    ];
    picture.each_in(rect, |x, y, pixel| {
        let within = (0..4).all(|i| {
            let ([ax, ay], [bx, by]) = (quad[i], quad[(i + 1) % 4]);
            (bx - ax) * (y - ay) - (by - ay) * (x - ax) >= 0.0
        });
        if within {
            *pixel = mix(*pixel, donor.sample(x, y), 1.0);
        }
    });
}
