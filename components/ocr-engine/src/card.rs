//! The whole way from a photograph to a card.

use crate::decode::Picture;
use crate::fields::{Field, date::Date};
use crate::geometry::Quad;
use crate::layout::{self, Hypothesis, Side};
use crate::net::{NetError, Nets};
use crate::read::Sheet;
use crate::{back, front, quad, rectify, refine};

/// What is wanted.
#[derive(Clone, Debug)]
pub struct Request {
    /// The side expected, if any.
    pub side: Option<Side>,
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
    /// Its outline in the upright original.
    pub corners: Quad,
}

/// Reads the card in `picture`.
pub fn read(picture: &Picture, nets: &Nets, request: &Request) -> Result<Card, Failure> {
    let rgb = &picture.rgb;
    for candidate in quad::candidates(rgb, 3) {
        // The search works on a small copy: its lines are good to two or three of its pixels.
        let reach = rgb.width.max(rgb.height) as f32 / 320. * 2.5;
        let outline = refine::refine(rgb, &candidate.quad, reach);
        let Some(best) = layout::hypotheses(rgb, &outline).into_iter().next() else { continue };
        if let Some(fields) = try_read(picture, nets, &best)? {
            let _ = request;
            let corners = best.quad.map(|p| crate::geometry::Point::new(p.x * picture.scale, p.y * picture.scale));
            return Ok(Card { side: best.side, fields, corners });
        }
    }
    Err(Failure::Rejected(Reason::NoCard))
}

fn try_read(picture: &Picture, nets: &Nets, hypothesis: &Hypothesis) -> Result<Option<Vec<Field>>, Failure> {
    let Some(card) = rectify::warp(&picture.rgb, &hypothesis.quad, rectify::WIDTH, rectify::HEIGHT) else {
        return Ok(None);
    };
    let sheet = Sheet::new(card);
    match hypothesis.side {
        Side::Front => Ok(Some(front::read(&sheet, nets)?)),
        Side::Back => {
            let [from, until] = back::validity_fields(&sheet, nets)?;
            Ok(Some(vec![back::authority(&sheet, nets)?, from, until]))
        }
    }
}
