//! Photocopies, by colour: a black-and-white copy has none, a colour print less of it, on paper that is white all around.

use super::Scene;
use crate::geometry::{Point, Quad};
use crate::layout::Side;
use crate::quality::is_burnt;
use picture::raster::{Rect, Rgb};

/// Mean colourfulness of the card in grey levels, after the light's own tint is taken out (grey-world assumption, Buchsbaum 1980).
pub fn colourfulness(card: &Rgb) -> f32 {
    // Every 37th pixel is enough and meets no period of the print.
    let samples =
        || card.data.chunks_exact(3).step_by(37).filter(|p| !is_burnt(p)).map(|p| p.iter().map(|&v| f32::from(v)));
    let mut total = [0f32; 3];
    for pixel in samples() {
        for (sum, v) in total.iter_mut().zip(pixel) {
            *sum += v;
        }
    }
    let level = total.iter().sum::<f32>() / 3.;
    let gains = total.map(|t| level / t.max(1.));
    let (mut sum, mut count) = (0f32, 0f32);
    for pixel in samples() {
        let mut balanced = pixel.zip(gains).map(|(v, g)| v * g);
        let (r, g, b) = (balanced.next().unwrap_or(0.), balanced.next().unwrap_or(0.), balanced.next().unwrap_or(0.));
        sum += (r - g).hypot((r + g) / 2. - b);
        count += 1.;
    }
    sum / f32::max(count, 1.)
}

/// A black-and-white photocopy.
pub fn monochrome_copy(scene: &Scene<'_>) -> Option<(String, f32)> {
    const NONE: f32 = 3.;
    let colour = colourfulness(&scene.sheet.rgb);
    (colour < NONE).then(|| (format!("the card has no colour ({colour:.1})"), 0.6 + 0.4 * (NONE - colour) / NONE))
}

/// A colour print, weakly: pale colours on paper that is white all around. A good print that fills the picture is not noticed.
pub fn colour_copy(scene: &Scene<'_>) -> Option<(String, f32)> {
    let signs = print_signs(scene);
    // The emblem's red covers more of the back than any colour of the front.
    let pale = if scene.side == Side::Front { 0.185 } else { 0.5 };
    let on_white = signs.surround > 1.02 && signs.surround_colour < 16.;
    (on_white && signs.vivid < pale && colourfulness(&scene.sheet.rgb) > 2.)
        .then(|| ("pale colours on white paper, as a print has".to_owned(), 0.45 + (pale - signs.vivid).min(0.3)))
}

/// What tells a print on paper from a card.
#[derive(Clone, Copy, Debug)]
pub struct PrintSigns {
    /// Brightness of the surroundings over that of the card.
    pub surround: f32,
    /// Colourfulness of the surroundings.
    pub surround_colour: f32,
    /// Saturation of the strongest colours.
    pub vivid: f32,
}

/// Measures them.
pub fn print_signs(scene: &Scene<'_>) -> PrintSigns {
    let sheet = scene.sheet;
    let whole = Rect { x0: 0, y0: 0, x1: sheet.gray.width, y1: sheet.gray.height };
    let paper = f32::from(sheet.gray.quantile(whole, 0.7)).max(1.);
    let (around, around_colour) = surround(&scene.picture.rgb, scene.quad);
    let mut saturations: Vec<u8> = sheet
        .rgb
        .data
        .chunks_exact(3)
        .step_by(37)
        .map(|p| p.iter().max().copied().unwrap_or(0) - p.iter().min().copied().unwrap_or(0))
        .collect();
    saturations.sort_unstable();
    let vivid = saturations.get(saturations.len() * 97 / 100).copied().unwrap_or(0);
    PrintSigns { surround: around / paper, surround_colour: around_colour, vivid: f32::from(vivid) / paper }
}

/// Mean brightness and colourfulness of a band around the outline, as far as it is in the picture.
fn surround(picture: &Rgb, quad: &Quad) -> (f32, f32) {
    let centre = crate::geometry::centre(quad);
    let (mut light, mut colour, mut count) = (0f32, 0f32, 0f32);
    for (p, q) in quad.iter().zip(quad.iter().cycle().skip(1)) {
        for i in 0..40 {
            let at = centre.towards(p.towards(*q, (i as f32 + 0.5) / 40.), 1.07);
            if !inside(picture, at) {
                continue;
            }
            let [r, g, b] = picture.at(at.x as isize, at.y as isize).map(f32::from);
            light += 0.3 * r + 0.59 * g + 0.11 * b;
            colour += (r - g).hypot((r + g) / 2. - b);
            count += 1.;
        }
    }
    (light / count.max(1.), colour / count.max(1.))
}

fn inside(picture: &Rgb, p: Point) -> bool {
    p.x >= 0. && p.y >= 0. && p.x < picture.width as f32 && p.y < picture.height as f32
}
