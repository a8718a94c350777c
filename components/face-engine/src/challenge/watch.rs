//! A frame's picture to what the rules need of it.

use picture::raster::{Rect, Rgb};

use super::{Finding, STRAIGHT, Sighting};
use crate::detect::detect;
use crate::face::{ALIGNED, Face};
use crate::landmarks::openness;
use crate::nets::{NetError, Nets};
use crate::quality::Reason;
use crate::verify::{is_crowd, is_too_close, silent};
use crate::yunet::SURE;

/// The part of the aligned face that is kept to find repetitions: without hair, which is mostly flat.
const KEPT: Rect = Rect { x0: 20, y0: 32, x1: ALIGNED - 20, y1: ALIGNED };

/// Looks at one frame.
///
/// # Errors
/// Where a network fails; a frame without a face is a finding.
pub fn watch(nets: &Nets, picture: &Rgb) -> Result<Result<Sighting, Finding>, NetError> {
    let found = detect(nets, picture, SURE)?;
    let Some(largest) = found.first() else { return Ok(Err(Finding::NoFace)) };
    if is_crowd(&found) {
        return Ok(Err(Finding::SeveralFaces));
    }
    let Some(face) = Face::new(picture, *largest) else { return Ok(Err(Finding::NoFace)) };
    let open = openness(nets, picture, largest)?;
    let quality = face.quality;
    let flaw = match quality.flaw() {
        _ if is_too_close(picture, largest) => Some(Finding::TooClose),
        Some(Reason::TooSmall) => Some(Finding::TooSmall),
        Some(Reason::TooDark) => Some(Finding::TooDark),
        Some(Reason::Blurred) => Some(Finding::Blurred),
        _ => None,
    };
    let straight = quality.yaw.abs() < STRAIGHT;
    Ok(Ok(Sighting {
        yaw: quality.yaw,
        pitch: quality.pitch,
        eyes: open.eyes,
        mouth: open.mouth,
        sharpness: quality.sharpness,
        flaw,
        silent: if straight { Some(silent(nets, picture, largest)?) } else { None },
        embedding: face.embedding(nets)?,
        pixels: face.aligned.crop(KEPT).gray(),
    }))
}
