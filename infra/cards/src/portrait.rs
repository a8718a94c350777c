//! A portrait of nobody: soft shapes that stand where a face would.

use crate::canvas::{Canvas, Rgb, mix};
use crate::chance::Chance;
use crate::person::{Person, TODAY};

/// Fills `[x0, y0, x1, y1]` (millimetres).
pub fn draw(canvas: &mut Canvas, chance: &mut Chance, [x0, y0, x1, y1]: [f32; 4], person: &Person) {
    let (w, h) = (x1 - x0, y1 - y0);
    let at = |u: f32, v: f32| [x0 + u * w, y0 + v * h];
    let before = canvas.picture.clone();
    canvas.shade([x0, y0, x1, y1], [238.0, 240.0, 244.0], |_, _| 1.0);
    let age = person.birth.get(..4).and_then(|y| y.parse::<i32>().ok()).map_or(30, |year| i32::from(TODAY[0]) - year);
    let female = person.sex == "女";
    let skin = mix([232.0, 190.0, 162.0], [186.0, 138.0, 106.0], chance.uniform(0.0, 1.0));
    let shadow = mix(skin, [90.0, 50.0, 40.0], 0.35);
    let hair = if age > 62 {
        [150.0, 148.0, 148.0]
    } else {
        mix([22.0, 18.0, 20.0], [62.0, 44.0, 36.0], chance.uniform(0.0, 1.0))
    };
    let cloth: Rgb = chance.pick(&[
        [40.0, 46.0, 70.0],
        [96.0, 40.0, 44.0],
        [60.0, 66.0, 62.0],
        [34.0, 34.0, 36.0],
        [80.0, 90.0, 120.0],
    ]);
    let face = [0.215 * w + chance.uniform(-0.02, 0.02) * w, 0.235 * h + chance.uniform(-0.015, 0.02) * h];
    let (cx, cy) = (0.5 + chance.uniform(-0.02, 0.02), 0.43);
    let part = |canvas: &mut Canvas, u: f32, v: f32, ru: f32, rv: f32, ink: Rgb| {
        canvas.ellipse(at(u, v), [ru * w, rv * h], ink)
    };
    if female {
        part(canvas, cx, cy + 0.1, 0.29, 0.36, hair);
    }
    part(canvas, cx, 1.02, 0.47, 0.26, cloth);
    part(canvas, cx, cy + 0.29, 0.1, 0.16, shadow);
    part(canvas, cx, cy - 0.06, 0.25, 0.26, hair);
    canvas.ellipse(at(cx, cy), face, skin);
    let eye = chance.uniform(0.085, 0.105);
    for side in [-1.0, 1.0] {
        part(canvas, cx + side * 0.225, cy + 0.01, 0.022, 0.045, shadow);
        part(canvas, cx + side * eye, cy - 0.055, 0.045, 0.009, mix(hair, skin, 0.25));
        part(canvas, cx + side * eye, cy - 0.015, 0.036, 0.013, [244.0, 240.0, 236.0]);
        part(canvas, cx + side * eye, cy - 0.014, 0.017, 0.0135, [40.0, 28.0, 24.0]);
        part(canvas, cx + side * 0.022, cy + 0.083, 0.014, 0.007, shadow);
    }
    part(canvas, cx, cy + 0.04, 0.014, 0.05, mix(skin, [255.0; 3], 0.25));
    part(canvas, cx, cy + 0.135, 0.062, 0.013, [178.0, 96.0, 92.0]);
    let fringe = chance.uniform(0.13, 0.19);
    part(canvas, cx, cy - 0.29 + fringe * 0.35, 0.2, fringe * 0.6, hair);
    // Light from one side, and nothing outside the frame.
    let side = chance.signed(0.05, 0.16);
    canvas.shade([x0, y0, x1, y1], [20.0, 16.0, 20.0], |x, _| 0.08 + side * ((x - x0) / w - 0.5));
    let (scale, width) = (canvas.scale, canvas.picture.width);
    let mut old = before.pixels.into_iter().enumerate();
    for pixel in &mut canvas.picture.pixels {
        if let Some((i, original)) = old.next() {
            let (x, y) = ((i % width) as f32 / scale, (i / width) as f32 / scale);
            if x < x0 || x > x1 || y < y0 || y > y1 {
                *pixel = original;
            }
        }
    }
}
