//! One face against another, and one face by itself.

use std::ops::Range;

use picture::raster::Rgb;

use crate::cover::covered;
use crate::detect::detect;
use crate::face::{Embedding, Face};
use crate::nets::{NetError, Nets};
use crate::quality::Reason;
use crate::score::score;
use crate::warp::stretch;
use crate::yunet::{DOUBTFUL, Detection, SURE};

/// What is done about several faces in one picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Several {
    /// The picture is rejected.
    Refuse,
    /// The largest face is taken.
    Largest,
}

/// Why no answer was found.
#[derive(Debug)]
pub enum Failure {
    /// The picture is not fit.
    Rejected(Reason),
    /// A network failed.
    Net(NetError),
}

impl From<NetError> for Failure {
    fn from(error: NetError) -> Self {
        Self::Net(error)
    }
}

/// Faces smaller than this share of the largest stand in the background and are not counted.
const BACKGROUND: f32 = 0.25;

/// The face of a picture that is compared.
///
/// # Errors
/// Where there is none, there are several that may not be, or it is not fit.
pub fn face(nets: &Nets, picture: &Rgb, several: Several) -> Result<Face, Failure> {
    let found = detect(nets, picture, SURE)?;
    let Some(largest) = found.first() else { return Err(Failure::Rejected(Reason::NoFace)) };
    if several == Several::Refuse && is_crowd(&found) {
        return Err(Failure::Rejected(Reason::SeveralFaces));
    }
    let face = Face::new(picture, *largest).ok_or(Failure::Rejected(Reason::NoFace))?;
    match face.quality.flaw() {
        Some(reason) => Err(Failure::Rejected(reason)),
        None => Ok(face),
    }
}

/// The face of a picture with its embedding; one whose eyes or mouth are hidden only where that is to be `accept`ed.
///
/// # Errors
/// As [`face`].
pub fn embedded(nets: &Nets, picture: &Rgb, several: Several, accept: bool) -> Result<(Face, Embedding), Failure> {
    let (face, sure) = match face(nets, picture, several) {
        // A mask hides so much of a face that the detector doubts it.
        Err(Failure::Rejected(Reason::NoFace)) => (doubtful(nets, picture)?, false),
        face => (face?, true),
    };
    let embedding = face.embedding(nets)?;
    if sure && accept {
        return Ok((face, embedding));
    }
    match covered(nets, &face, &embedding)? {
        true if !accept => Err(Failure::Rejected(Reason::Covered)),
        false if !sure => Err(Failure::Rejected(Reason::NoFace)),
        _ => Ok((face, embedding)),
    }
}

/// The largest of what may be faces.
fn doubtful(nets: &Nets, picture: &Rgb) -> Result<Face, Failure> {
    let found = detect(nets, picture, DOUBTFUL)?;
    let face = found.first().and_then(|largest| Face::new(picture, *largest));
    let face = face.ok_or(Failure::Rejected(Reason::NoFace))?;
    match face.quality.flaw() {
        Some(reason) => Err(Failure::Rejected(reason)),
        None => Ok(face),
    }
}

/// Whether there is more than one face, the largest first, that does not stand in the background.
#[must_use]
pub fn is_crowd(found: &[Detection]) -> bool {
    let mut sizes = found.iter().map(|face| face.area.size());
    sizes.next().zip(sizes.next()).is_some_and(|(largest, second)| second > largest * BACKGROUND)
}

/// Cosines about the thresholds, where a closer look is worth twice the time.
const DOUBT: Range<f32> = 0.2..0.55;

/// How alike two faces are, 0 to 100.
///
/// # Errors
/// Where the network fails.
pub fn compare(nets: &Nets, (a, of_a): &(Face, Embedding), (b, of_b): &(Face, Embedding)) -> Result<f32, NetError> {
    let cosine = of_a.cosine(of_b);
    if !DOUBT.contains(&cosine) {
        return Ok(score(cosine));
    }
    Ok(score(a.mean_with_mirror(nets, of_a)?.cosine(&b.mean_with_mirror(nets, of_b)?)))
}

/// How many times the face's box the silent network wants to see.
const SURROUNDINGS: f32 = 2.7;
/// Where less of that lies inside the picture, the face fills it and the network's word is worth nothing.
const ROOM: f32 = 1.6;

/// How likely a living person is before the camera, 0 to 1; a weak signal.
///
/// The surroundings are moved into the picture where they reach beyond it, and shrunk where they are larger than it
/// (as the network was trained: Silent-Face-Anti-Spoofing).
///
/// # Errors
/// Where the network fails.
pub fn silent(nets: &Nets, picture: &Rgb, found: &Detection) -> Result<f32, NetError> {
    let (width, height) = (picture.width as f32, picture.height as f32);
    let mut area = found.area.scaled(room(picture, found).min(SURROUNDINGS));
    area.x = area.x.min(width - area.width).max(0.);
    area.y = area.y.min(height - area.height).max(0.);
    let Some(crop) = stretch(picture, area, 128, 128) else { return Ok(0.) };
    let logits = nets.liveness(&crop)?;
    let most = logits.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = logits.iter().map(|x| (x - most).exp()).sum();
    Ok(logits.first().map_or(0., |x| (x - most).exp() / sum))
}

/// How many times the face's box fits the picture.
fn room(picture: &Rgb, found: &Detection) -> f32 {
    (picture.width as f32 / found.area.width).min(picture.height as f32 / found.area.height)
}

/// Whether the face fills the picture, so that its surroundings cannot be judged.
#[must_use]
pub fn is_too_close(picture: &Rgb, found: &Detection) -> bool {
    room(picture, found) < ROOM
}
