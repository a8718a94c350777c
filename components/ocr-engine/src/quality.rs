//! How fit a photograph of a card is.

use crate::geometry::Quad;
use crate::layout::{self, Side, Zone};
use crate::read::Sheet;
use crate::rectify;
use picture::raster::{Gray, Rect, Rgb};

/// Each 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Larger is sharper.
    pub sharpness: f32,
    /// Larger is more glare.
    pub glare: f32,
    /// Share of the card inside the picture.
    pub completeness: f32,
}

/// Zones that hold print, by side.
pub fn print_zones(side: Side) -> &'static [Zone] {
    match side {
        Side::Front => &[layout::NAME, layout::SEX, layout::ETHNICITY, layout::BIRTH, layout::ADDRESS, layout::NUMBER],
        Side::Back => &[layout::TITLE, layout::AUTHORITY, layout::VALIDITY],
    }
}

/// Slope of the print's steepest strokes over its contrast: 1 when a stroke's edge is one or two pixels of the canonical card wide.
pub fn sharpness(sheet: &Sheet, side: Side) -> f32 {
    let mut best = 0f32;
    // The title's strokes are so bold that they survive a blur in which nothing else can be read.
    for zone in print_zones(side).iter().filter(|z| **z != layout::TITLE) {
        let area = layout::rect(*zone, sheet.gray.width, sheet.gray.height);
        let contrast = f32::from(sheet.ink.quantile(area, 0.98));
        if contrast < 20. {
            continue;
        }
        best = best.max(f32::from(slopes(&sheet.gray, area).quantile(FULL, 0.985)) / contrast);
    }
    (best / 0.5).clamp(0., 1.)
}

const FULL: Rect = Rect { x0: 0, y0: 0, x1: usize::MAX, y1: usize::MAX };

/// Absolute horizontal and vertical differences over two pixels, halved.
fn slopes(gray: &Gray, area: Rect) -> Gray {
    let area = area.clamp(gray.width.saturating_sub(2), gray.height.saturating_sub(2));
    let at = |x: usize, y: usize| gray.data.get(y * gray.width + x).copied().unwrap_or(0);
    let data = (area.y0..area.y1)
        .flat_map(|y| {
            (area.x0..area.x1).map(move |x| (at(x, y).abs_diff(at(x + 2, y))).max(at(x, y).abs_diff(at(x, y + 2))) / 2)
        })
        .collect();
    Gray { width: area.width(), height: area.height(), data }
}

/// Below this sharpness a reading is guesswork.
pub const BLURRED: f32 = 0.42;

/// Whether nothing in the picture is bright enough to tell print from paper.
pub fn is_dark(picture: &Rgb) -> bool {
    const LIGHT: u8 = 36;
    picture.gray().quantile(FULL, 0.98) < LIGHT
}

/// Whether a picture with contrast has no steep slope anywhere.
pub fn is_out_of_focus(picture: &Rgb) -> bool {
    const CONTRAST: u8 = 100;
    const STEEP: u8 = 12;
    let gray = picture.gray();
    let range = gray.quantile(FULL, 0.995) - gray.quantile(FULL, 0.005);
    range > CONTRAST && slopes(&gray, FULL).quantile(FULL, 0.998) < STEEP
}

/// Whether the inside of an outline has no slope that a stroke's edge would make.
pub fn is_blurred(picture: &Rgb, quad: &Quad) -> bool {
    const STEEP: u8 = 14;
    rectify::warp(picture, quad, rectify::WIDTH, rectify::HEIGHT).is_some_and(|card| {
        let gray = card.gray();
        slopes(&gray, layout::rect([0.06, 0.08, 0.94, 0.92], gray.width, gray.height)).quantile(FULL, 0.99) < STEEP
    })
}

/// Share of the card that is burnt out.
pub fn glare(sheet: &Sheet) -> f32 {
    let burnt = sheet.rgb.data.chunks_exact(3).filter(|p| is_burnt(p)).count();
    burnt as f32 / (sheet.gray.data.len().max(1)) as f32
}

/// All channels at their end: the paper's tint is gone.
pub fn is_burnt(pixel: &[u8]) -> bool {
    pixel.iter().all(|&v| v >= 250)
}
