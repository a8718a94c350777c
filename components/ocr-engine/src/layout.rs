//! Where things stand on a resident identity card (GA 461-2004 layout), in shares of its width and height, and which side that makes.

use crate::geometry::{Quad, rotate};
use crate::ink::{self, LineRule};
use crate::rectify;
use picture::raster::{Gray, Rect, Rgb};

/// A side of the card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// Portrait, name, number.
    Front,
    /// Emblem, title, authority, validity.
    Back,
}

/// A region as shares of width and height: left, top, right, bottom.
pub type Zone = [f32; 4];

/// Values of the front.
pub const NAME: Zone = [0.158, 0.075, 0.615, 0.208];
/// Sex.
pub const SEX: Zone = [0.158, 0.212, 0.275, 0.322];
/// Ethnicity.
pub const ETHNICITY: Zone = [0.388, 0.212, 0.615, 0.322];
/// Birth date with its year, month and day labels.
pub const BIRTH: Zone = [0.158, 0.325, 0.560, 0.435];
/// Up to four lines of address.
pub const ADDRESS: Zone = [0.158, 0.448, 0.622, 0.805];
/// The citizen identity number.
pub const NUMBER: Zone = [0.305, 0.815, 0.990, 0.930];
/// The portrait.
pub const PORTRAIT: Zone = [0.625, 0.105, 0.925, 0.715];
/// One or two lines of the authority with its label.
pub const AUTHORITY: Zone = [0.220, 0.705, 0.980, 0.845];
/// The validity with its label.
pub const VALIDITY: Zone = [0.220, 0.830, 0.930, 0.945];
/// Where the label of either ends and its value begins, left and right bound: prints differ by three millimetres.
pub const LABEL_END: [f32; 2] = [0.340, 0.440];
/// Both title lines of the back.
pub const TITLE: Zone = [0.290, 0.105, 0.960, 0.470];
/// The national emblem.
pub const EMBLEM: Zone = [0.050, 0.070, 0.270, 0.420];

/// `zone` on a canonical card of the given size.
pub fn rect(zone: Zone, width: usize, height: usize) -> Rect {
    let [l, t, r, b] = zone;
    let at = |share: f32, side: usize| (share * side as f32).round() as usize;
    Rect { x0: at(l, width), y0: at(t, height), x1: at(r, width), y1: at(b, height) }
}

/// Zones with print and zones without.
pub struct Template {
    /// The side.
    pub side: Side,
    /// Where something always stands.
    pub printed: &'static [Zone],
    /// Where nothing does.
    pub empty: &'static [Zone],
}

/// Both sides.
pub const TEMPLATES: [Template; 2] = [
    Template {
        side: Side::Front,
        printed: &[
            [0.36, 0.845, 0.90, 0.90],
            [0.075, 0.125, 0.135, 0.175],
            [0.075, 0.240, 0.135, 0.290],
            [0.075, 0.355, 0.135, 0.410],
            [0.075, 0.470, 0.135, 0.525],
            [0.075, 0.850, 0.28, 0.900],
            [0.18, 0.47, 0.35, 0.53],
            [0.19, 0.125, 0.24, 0.175],
        ],
        empty: &[
            [0.04, 0.60, 0.15, 0.80],
            [0.04, 0.93, 0.96, 0.98],
            [0.04, 0.03, 0.96, 0.085],
            [0.06, 0.55, 0.15, 0.62],
            [0.93, 0.15, 0.98, 0.75],
        ],
    },
    Template {
        side: Side::Back,
        printed: &[
            [0.38, 0.13, 0.90, 0.22],
            [0.34, 0.29, 0.90, 0.43],
            [0.25, 0.745, 0.35, 0.79],
            [0.25, 0.865, 0.35, 0.91],
            [0.41, 0.745, 0.60, 0.79],
            [0.41, 0.865, 0.58, 0.91],
        ],
        empty: &[
            [0.03, 0.50, 0.22, 0.97],
            [0.04, 0.02, 0.96, 0.075],
            [0.80, 0.66, 0.97, 0.97],
            [0.03, 0.95, 0.96, 0.985],
        ],
    },
];

/// A way to read an outline.
#[derive(Clone, Copy, Debug)]
pub struct Hypothesis {
    /// Which side it shows.
    pub side: Side,
    /// The outline, starting at the corner that is top left when read.
    pub quad: Quad,
    /// How much more ink the printed zones hold than the empty ones, -1 to 1.
    pub fit: f32,
}

/// Both sides, upright and upside down, best first.
pub fn hypotheses(picture: &Rgb, quad: &Quad) -> Vec<Hypothesis> {
    const SHRINK: usize = 2;
    let Some(card) = rectify::warp(picture, quad, rectify::WIDTH / SHRINK, rectify::HEIGHT / SHRINK) else {
        return Vec::new();
    };
    let upright = ink::strokes(&card.gray());
    let turned = Gray { data: upright.data.iter().rev().copied().collect(), ..upright };
    let mut out: Vec<Hypothesis> = [(&upright, 0), (&turned, 2)]
        .into_iter()
        .flat_map(|(ink, turns)| {
            TEMPLATES.iter().map(move |t| Hypothesis { side: t.side, quad: rotate(quad, turns), fit: fit(ink, t) })
        })
        .collect();
    out.sort_by(|a, b| b.fit.total_cmp(&a.fit));
    out
}

fn fit(ink: &Gray, template: &Template) -> f32 {
    // A high quantile asks "is something printed here", whatever the stroke weight; the share of filled zones resists glare.
    let dark = |zone: &Zone, q: f32| f32::from(ink.quantile(rect(*zone, ink.width, ink.height), q));
    let mut printed: Vec<f32> = template.printed.iter().map(|z| dark(z, 0.88)).collect();
    printed.sort_by(f32::total_cmp);
    let typical = printed.get(printed.len() / 2).copied().unwrap_or(0.).max(8.);
    let full = printed.iter().map(|p| (p / typical).min(1.)).sum::<f32>() / printed.len() as f32;
    let stained =
        template.empty.iter().map(|z| (dark(z, 0.95) / typical).min(1.)).sum::<f32>() / template.empty.len() as f32;
    full - stained
}

/// What counts as a line of characters `glyph` pixels high in `area`.
pub fn line_rule(ink: &Gray, area: Rect, glyph: usize) -> LineRule {
    let threshold = (0.4 * f32::from(ink.quantile(area, 0.97))) as u8;
    LineRule { threshold: threshold.clamp(14, 60), glyph }
}
