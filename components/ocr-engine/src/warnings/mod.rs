//! Alarms about the photograph or the card.

pub mod border;
pub mod chroma;
pub mod cover;
pub mod moire;
pub mod rules;
pub mod tamper;

use crate::fields::{Field, date::Date};
use crate::geometry::Quad;
use crate::layout::Side;
use crate::net::{NetError, Nets};
use crate::read::Sheet;
use picture::decode::Picture;

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
pub fn look(scene: &Scene<'_>, nets: &Nets, wanted: &[Kind]) -> Result<Vec<Warning>, NetError> {
    let needs_title = wanted.iter().any(|k| matches!(k, Kind::Temporary | Kind::InvalidValidity));
    let temporary = needs_title && rules::is_temporary(scene, nets)?;
    let mut out = Vec::new();
    for &kind in wanted {
        let raised = match kind {
            Kind::Border => border::border(scene),
            Kind::Copy => chroma::colour_copy(scene),
            Kind::Recapture => moire::recapture(scene),
            Kind::Temporary => temporary.then(|| ("the title says 临时".to_owned(), 0.95)),
            Kind::Occlusion => cover::occlusion(scene),
            Kind::Tampered => tamper::tampered(scene),
            Kind::Reflection => rules::reflection(scene),
            Kind::MonochromeCopy => chroma::monochrome_copy(scene),
            Kind::InvalidValidity => rules::invalid_validity(scene, temporary),
        };
        out.extend(raised.map(|(detail, score)| Warning { kind, detail, score: score.clamp(0., 1.) }));
    }
    Ok(out)
}
