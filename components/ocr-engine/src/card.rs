//! The whole way from a photograph to a card.

use crate::crops::{self, Crops};
use crate::decode::Picture;
use crate::fields::{Field, Name, date::Date, number};
use crate::geometry::{self, Point, Quad};
use crate::layout::{self, Hypothesis, Side};
use crate::net::{NetError, Nets};
use crate::quality::{self, Quality};
use crate::raster::{Rect, Rgb};
use crate::read::Sheet;
use crate::warnings::{self, Kind, Warning};
use crate::{back, front, quad, rectify, refine, text};

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Request {
    /// The side expected, if any.
    pub side: Option<Side>,
    /// Whether to cut out the card and the portrait.
    pub crops: bool,
    /// The alarms to look for.
    pub warnings: Vec<Kind>,
    /// The day on which validity is judged.
    pub today: Date,
}

/// Why a photograph is not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// No card.
    NoCard,
    /// More than one.
    SeveralCards,
    /// The other side than expected.
    WrongSide,
    /// Too few pixels on the card.
    TooSmall,
    /// Too dark.
    TooDark,
    /// Blurred.
    Blurred,
}

/// Why there is no result.
#[derive(Clone, Debug)]
pub enum Failure {
    /// Take another photograph.
    Rejected(Reason),
    /// The networks do not work.
    Net(NetError),
}

impl From<NetError> for Failure {
    fn from(error: NetError) -> Self {
        Self::Net(error)
    }
}

/// A card as read.
#[derive(Debug)]
pub struct Card {
    /// Which side.
    pub side: Side,
    /// What stands on it.
    pub fields: Vec<Field>,
    /// Alarms raised.
    pub warnings: Vec<Warning>,
    /// Fitness of the photograph.
    pub quality: Quality,
    /// Cut-outs, when wanted.
    pub crops: Option<Crops>,
    /// Its outline in the upright original.
    pub corners: Quad,
}

/// A card that was found.
pub struct Found {
    /// Its side and outline.
    pub hypothesis: Hypothesis,
    /// The rectified card.
    pub sheet: Sheet,
    /// The fields of the line that proves it.
    pub key: Vec<Field>,
}

/// Reads the card in `picture`.
pub fn read(picture: &Picture, nets: &Nets, request: &Request) -> Result<Card, Failure> {
    let found = find(picture, nets)?;
    let Found { hypothesis: Hypothesis { side, quad, .. }, sheet, key } = found;
    if request.side.is_some_and(|wanted| wanted != side) {
        return Err(Failure::Rejected(Reason::WrongSide));
    }
    let fields = match side {
        Side::Front => front::read(&sheet, nets, key)?,
        Side::Back => back::read(&sheet, nets, key)?,
    };
    let quality = Quality {
        sharpness: quality::sharpness(&sheet, side),
        glare: quality::glare(&sheet),
        completeness: warnings::border::completeness(&quad, picture.rgb.width, picture.rgb.height),
    };
    if quality.sharpness < quality::BLURRED {
        return Err(Failure::Rejected(Reason::Blurred));
    }
    let scene = warnings::Scene { picture, sheet: &sheet, side, quad: &quad, fields: &fields, today: request.today };
    Ok(Card {
        side,
        warnings: warnings::look(&scene, nets, &request.warnings)?,
        crops: request.crops.then(|| crops::crops(&sheet.rgb, side)).flatten(),
        quality,
        corners: quad.map(|p| Point::new(p.x * picture.scale, p.y * picture.scale)),
        fields,
    })
}

/// Outlines tried before giving up.
const ATTEMPTS: usize = 4;
/// Least difference between printed and empty zones of something worth reading.
const MIN_FIT: f32 = 0.15;
/// The same for saying that there is a second card.
const SECOND_FIT: f32 = 0.45;
/// Least length of the card's long side in pixels of the original: below, strokes of a dense character touch.
const MIN_PIXELS: f32 = 330.;
/// Support of all four sides that makes an outline a card, whatever is on it.
const PLAIN_OUTLINE: f32 = 0.6;

/// Finds the card without reading all of it.
pub fn find(picture: &Picture, nets: &Nets) -> Result<Found, Failure> {
    let rgb = &picture.rgb;
    let candidates = quad::candidates(rgb, 24);
    let big = |c: &&quad::Candidate| long_side(&c.quad) * picture.scale >= MIN_PIXELS;
    for candidate in candidates.iter().filter(big).take(ATTEMPTS) {
        // The search works on a small copy: its lines are good to two or three of its pixels.
        let reach = rgb.width.max(rgb.height) as f32 / 320. * 2.5;
        let outline = refine::refine(rgb, &candidate.quad, reach);
        for hypothesis in layout::hypotheses(rgb, &outline).into_iter().take(2).filter(|h| h.fit > MIN_FIT) {
            if let Some(found) = verify(picture, nets, hypothesis)? {
                if is_second(rgb, &candidates, &outline) {
                    return Err(Failure::Rejected(Reason::SeveralCards));
                }
                return Ok(found);
            }
        }
    }
    for outline in text::candidates(rgb, nets, ATTEMPTS)? {
        for hypothesis in layout::hypotheses(rgb, &outline).into_iter().take(1).filter(|h| h.fit > MIN_FIT) {
            if let Some(found) = verify(picture, nets, hypothesis)? {
                return Ok(found);
            }
        }
    }
    Err(Failure::Rejected(why_not(picture, &candidates)))
}

fn long_side(quad: &Quad) -> f32 {
    let [a, b, c, d] = *quad;
    (a.distance(b) + c.distance(d)) / 2.
}

/// Whether another outline, beside the one that was read, is laid out like a card.
fn is_second(rgb: &Rgb, candidates: &[quad::Candidate], first: &Quad) -> bool {
    let size = geometry::area(first);
    // A card that fills the picture leaves no room for another.
    if size > 0.55 * (rgb.width * rgb.height) as f32 {
        return false;
    }
    let apart = |c: &&quad::Candidate| {
        let second = geometry::area(&c.quad);
        (0.4..2.5).contains(&(second / size)) && !geometry::contains(first, geometry::centre(&c.quad)) && !geometry::contains(&c.quad, geometry::centre(first))
    };
    candidates.iter().filter(apart).take(3).any(|c| layout::hypotheses(rgb, &c.quad).first().is_some_and(|h| h.fit > SECOND_FIT))
}

/// The most helpful reason for not having read anything.
fn why_not(picture: &Picture, candidates: &[quad::Candidate]) -> Reason {
    const DARK: u8 = 48;
    let gray = picture.rgb.gray();
    if gray.quantile(Rect { x0: 0, y0: 0, x1: gray.width, y1: gray.height }, 0.98) < DARK {
        return Reason::TooDark;
    }
    let outlined = |c: &&quad::Candidate| c.sides.iter().all(|s| *s > PLAIN_OUTLINE);
    match candidates.iter().find(outlined) {
        Some(c) if long_side(&c.quad) * picture.scale < MIN_PIXELS => Reason::TooSmall,
        Some(c) if quality::is_blurred(&picture.rgb, &c.quad) => Reason::Blurred,
        _ => Reason::NoCard,
    }
}

/// Reads the line that only this side, upright, has.
fn verify(picture: &Picture, nets: &Nets, hypothesis: Hypothesis) -> Result<Option<Found>, Failure> {
    let Some(card) = rectify::warp(&picture.rgb, &hypothesis.quad, rectify::WIDTH, rectify::HEIGHT) else {
        return Ok(None);
    };
    let sheet = Sheet::new(card);
    let key = match hypothesis.side {
        Side::Front => vec![front::number_field(&sheet, nets)?],
        Side::Back => back::validity_fields(&sheet, nets)?.into(),
    };
    Ok(proves(&key).then_some(Found { hypothesis, sheet, key }))
}

fn proves(key: &[Field]) -> bool {
    key.iter().any(|f| match f.name {
        Name::IdNumber => f.text.len().abs_diff(number::LENGTH) <= 2 && (f.confidence > 0.3 || number::check(&f.text).is_ok()),
        _ => f.confidence > 0.3,
    })
}
