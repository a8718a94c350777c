//! The whole way from a photograph to a card.

use crate::crops::{self, Crops};
use crate::fields::{Field, Name, date::Date};
use crate::geometry::{self, Point, Quad};
use crate::layout::{self, Hypothesis, Side};
use crate::net::{NetError, Nets};
use crate::quality::{self, Quality};
use crate::read::Sheet;
use crate::warnings::{self, Kind, Warning};
use crate::{back, front, quad, rectify, refine, text};
use picture::decode::Picture;
use picture::raster::Rgb;

/// Longest side of a picture that is read: a card that fills 2/3 of it still has more pixels than the canonical one.
pub const WORKING_SIDE: usize = 1920;

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
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
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
    // A blur leaves the number readable longest: it alone is no reading.
    let legible = fields.iter().any(|f| f.name != Name::IdNumber && f.confidence >= LEGIBLE);
    if quality.sharpness < quality::BLURRED || !legible {
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

/// Least confidence of a field that says more than nothing.
const LEGIBLE: f32 = 0.5;
/// Outlines looked at.
const OUTLINES: usize = 4;
/// Ways to read them that are tried before giving up.
const ATTEMPTS: usize = 4;
/// Least difference between printed and empty zones of something worth reading.
const MIN_FIT: f32 = 0.15;
/// A difference so clear that no better outline is looked for.
const CLEAR_FIT: f32 = 0.7;
/// The same for saying that there is a second card.
const SECOND_FIT: f32 = 0.45;
/// Least length of the card's long side in pixels of the original: below, strokes of a dense character touch.
const MIN_PIXELS: f32 = 330.;
/// Support of all four sides that makes an outline a card, whatever is on it.
const PLAIN_OUTLINE: f32 = 0.6;

/// Finds the card without reading all of it.
pub fn find(picture: &Picture, nets: &Nets) -> Result<Found, Failure> {
    let rgb = &picture.rgb;
    if quality::is_dark(rgb) {
        return Err(Failure::Rejected(Reason::TooDark));
    }
    let candidates = quad::candidates(rgb, 24);
    for hypothesis in by_edges(picture, &candidates).into_iter().take(ATTEMPTS) {
        if let Some(found) = verify(picture, nets, hypothesis)? {
            if is_second(rgb, &candidates, &found.hypothesis.quad) {
                return Err(Failure::Rejected(Reason::SeveralCards));
            }
            return Ok(found);
        }
    }
    for outline in text::candidates(rgb, nets, OUTLINES)? {
        for hypothesis in layout::hypotheses(rgb, &outline).into_iter().take(1).filter(|h| h.fit > MIN_FIT) {
            if let Some(found) = verify(picture, nets, hypothesis)? {
                return Ok(found);
            }
        }
    }
    Err(Failure::Rejected(why_not(picture, &candidates)))
}

/// Ways to read the outlines that edges make, the best laid out first.
fn by_edges(picture: &Picture, candidates: &[quad::Candidate]) -> Vec<Hypothesis> {
    let rgb = &picture.rgb;
    // The search works on a small copy: its lines are good to two or three of its pixels.
    let reach = rgb.width.max(rgb.height) as f32 / 320. * 2.5;
    let mut out: Vec<Hypothesis> = Vec::new();
    for candidate in candidates.iter().filter(|c| long_side(&c.quad) * picture.scale >= MIN_PIXELS).take(OUTLINES) {
        let outline = refine::refine(rgb, &candidate.quad, reach);
        out.extend(layout::hypotheses(rgb, &outline).into_iter().take(2).filter(|h| h.fit > MIN_FIT));
        if out.iter().any(|h| h.fit > CLEAR_FIT) {
            break;
        }
    }
    out.sort_by(|a, b| b.fit.total_cmp(&a.fit));
    out
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
        (0.4..2.5).contains(&(second / size))
            && !geometry::contains(first, geometry::centre(&c.quad))
            && !geometry::contains(&c.quad, geometry::centre(first))
    };
    candidates
        .iter()
        .filter(apart)
        .take(3)
        .any(|c| layout::hypotheses(rgb, &c.quad).first().is_some_and(|h| h.fit > SECOND_FIT))
}

/// The most helpful reason for not having read anything.
fn why_not(picture: &Picture, candidates: &[quad::Candidate]) -> Reason {
    let rgb = &picture.rgb;
    let outlined = |c: &&quad::Candidate| c.sides.iter().all(|s| *s > PLAIN_OUTLINE);
    let laid_out = |quad: &Quad| layout::hypotheses(rgb, quad).first().is_some_and(|h| h.fit > MIN_FIT);
    if let Some(c) = candidates.iter().find(outlined)
        && laid_out(&c.quad)
    {
        if long_side(&c.quad) * picture.scale < MIN_PIXELS {
            return Reason::TooSmall;
        }
        if quality::is_blurred(rgb, &c.quad) {
            return Reason::Blurred;
        }
    }
    if quality::is_out_of_focus(rgb) {
        return Reason::Blurred;
    }
    let small = quad::small_candidates(rgb).filter(|c| outlined(&c)).any(|c| laid_out(&c.quad));
    if small { Reason::TooSmall } else { Reason::NoCard }
}

/// Reads the line that only this side, upright, has; where that is covered, another one.
fn verify(picture: &Picture, nets: &Nets, hypothesis: Hypothesis) -> Result<Option<Found>, Failure> {
    let Some(card) = rectify::warp(&picture.rgb, &hypothesis.quad, rectify::WIDTH, rectify::HEIGHT) else {
        return Ok(None);
    };
    let sheet = Sheet::new(card);
    let (key, proved) = match hypothesis.side {
        Side::Front => {
            let number = front::number_field(&sheet, nets)?;
            let proved =
                front::is_number(&number) || hypothesis.fit > MIN_FIT * 2. && front::has_birth_line(&sheet, nets)?;
            (vec![number], proved)
        }
        Side::Back => {
            let validity = back::validity_fields(&sheet, nets)?;
            let proved = validity.iter().any(|f| f.confidence > 0.3)
                || hypothesis.fit > MIN_FIT * 2.
                    && back::has_title(&sheet, nets)?
                    && back::has_authority(&sheet, nets)?;
            (validity.into(), proved)
        }
    };
    Ok(proved.then_some(Found { hypothesis, sheet, key }))
}
