//! The whole way from a photograph to a card.

use crate::crops::{self, Crops};
use crate::decode::Picture;
use crate::fields::{Field, Name, date::Date, number};
use crate::geometry::{Point, Quad};
use crate::layout::{self, Hypothesis, Side};
use crate::net::{NetError, Nets};
use crate::quality::{self, Quality};
use crate::read::Sheet;
use crate::warnings::{self, Kind, Warning};
use crate::{back, front, quad, rectify, refine};

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

/// A card that was found: its outline, the rectified picture and the line that proves it.
struct Found {
    hypothesis: Hypothesis,
    sheet: Sheet,
    key: Vec<Field>,
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

fn find(picture: &Picture, nets: &Nets) -> Result<Found, Failure> {
    let rgb = &picture.rgb;
    for candidate in quad::candidates(rgb, 3) {
        // The search works on a small copy: its lines are good to two or three of its pixels.
        let reach = rgb.width.max(rgb.height) as f32 / 320. * 2.5;
        let outline = refine::refine(rgb, &candidate.quad, reach);
        for hypothesis in layout::hypotheses(rgb, &outline).into_iter().take(2) {
            if let Some(found) = verify(picture, nets, hypothesis)? {
                return Ok(found);
            }
        }
    }
    Err(Failure::Rejected(Reason::NoCard))
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
