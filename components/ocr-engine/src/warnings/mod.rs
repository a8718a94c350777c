//! Alarms about the photograph or the card.

pub mod border;

use crate::decode::Picture;
use crate::fields::{Field, date::Date};
use crate::geometry::Quad;
use crate::layout::Side;
use crate::net::{NetError, Nets};
use crate::read::Sheet;

/// The alarms there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A border is outside the picture or covered.
    Border,
    /// A colour photocopy.
    Copy,
    /// Photographed from a screen.
    Recapture,
    /// A temporary identity card.
    Temporary,
    /// Something covers a part inside the frame.
    Occlusion,
    /// Signs of editing.
    Tampered,
    /// A reflection over a field.
    Reflection,
    /// A black-and-white photocopy.
    MonochromeCopy,
    /// Dates malformed, expired or contradictory.
    InvalidValidity,
}

/// One alarm that was raised.
#[derive(Clone, Debug, PartialEq)]
pub struct Warning {
    /// Which.
    pub kind: Kind,
    /// Why, in English.
    pub detail: String,
    /// 0 to 1, larger is surer.
    pub score: f32,
}

/// Everything an alarm may look at.
pub struct Scene<'a> {
    /// The photograph.
    pub picture: &'a Picture,
    /// The rectified card.
    pub sheet: &'a Sheet,
    /// Its side.
    pub side: Side,
    /// Its outline in `picture`.
    pub quad: &'a Quad,
    /// What was read.
    pub fields: &'a [Field],
    /// The day of judgement.
    pub today: Date,
}

/// Raises the alarms among `wanted` that apply.
pub fn look(scene: &Scene<'_>, _nets: &Nets, wanted: &[Kind]) -> Result<Vec<Warning>, NetError> {
    let mut out = Vec::new();
    for &kind in wanted {
        let raised = match kind {
            Kind::Border => border::border(scene),
            _ => None,
        };
        out.extend(raised.map(|(detail, score)| Warning { kind, detail, score: score.clamp(0., 1.) }));
    }
    Ok(out)
}
