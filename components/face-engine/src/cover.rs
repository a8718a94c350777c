//! Whether eyes or mouth are hidden: by a mask, a hand, dark glasses.
//!
//! What a network sees in a part shows when that part is taken away (occlusion sensitivity: Zeiler and Fergus 2014,
//! "Visualizing and Understanding Convolutional Networks"). Where blurring the mouth away changes nothing, there was no
//! mouth to be seen. Limits by some 700 press photographs and masks, glasses and hands painted over them.

use picture::raster::{Rect, Rgb};

use crate::face::{ALIGNED, Embedding, Face};
use crate::geometry::Point;
use crate::nets::{NetError, Nets};

/// A part of an aligned face: ellipses by centre and radii.
struct Part {
    places: &'static [(Point, Point)],
    /// A face that is more like itself than this without the part had none to be seen.
    unchanged: f32,
}

const MOUTH: Part = Part { places: &[(Point::new(56., 92.), Point::new(20., 14.))], unchanged: 0.978 };
const EYES: Part = Part {
    places: &[(Point::new(38.3, 51.7), Point::new(15., 10.)), (Point::new(73.5, 51.7), Point::new(15., 10.))],
    unchanged: 0.85,
};

/// Whether eyes or mouth are hidden.
///
/// # Errors
/// Where the network fails.
pub fn covered(nets: &Nets, face: &Face, embedding: &Embedding) -> Result<bool, NetError> {
    let hidden = |part: &Part| {
        let without = Embedding::new(nets.embed(&without(&face.aligned, part))?);
        Ok(embedding.cosine(&without) > part.unchanged)
    };
    // A look of the network costs as much as half the comparison: cheap signs say where it is worth it.
    let signs = Signs::of(face);
    Ok(signs.mouth() && hidden(&MOUTH)? || signs.eyes() && hidden(&EYES)?)
}

/// What a face shows for nothing; three in five of the faces that hide nothing are within these limits, and of those
/// with a hand before the mouth one in sixteen.
struct Signs {
    /// The detector's confidence; low for masks.
    confidence: f32,
    /// Contrast about the mouth against that of the face.
    contrast: f32,
    /// How dark the line between the lips is against what is above and below, in contrasts of the face.
    line: f32,
    /// The brighter part of the darker eye against the cheeks.
    eyes: f32,
}

impl Signs {
    /// Of a face.
    fn of(face: &Face) -> Self {
        let gray = face.aligned.gray();
        let about =
            |x: usize, y: usize, w: usize, h: usize| Rect { x0: x - w, y0: y - h, x1: x + w + 1, y1: y + h + 1 };
        let span = |area| f32::from(gray.quantile(area, 0.95)) - f32::from(gray.quantile(area, 0.05));
        let whole = span(Rect { x0: 28, y0: 36, x1: 84, y1: 102 }).max(1.);
        let mouth = about(56, 92, 17, 11);
        let rows: Vec<f32> = (mouth.y0..mouth.y1).map(|y| gray.mean(Rect { y0: y, y1: y + 1, ..mouth })).collect();
        // Light from above or below makes a slope of its own.
        let (first, last) = (rows.first().copied().unwrap_or(0.), rows.last().copied().unwrap_or(0.));
        let slope = (last - first) / (rows.len() as f32 - 1.);
        let line = rows.iter().zip(0u8..).map(|(row, i)| first + slope * f32::from(i) - row).fold(0., f32::max);
        let cheeks = (gray.mean(about(36, 72, 5, 5)) + gray.mean(about(76, 72, 5, 5))) / 2.;
        let bright = |eye| f32::from(gray.quantile(eye, 0.85)) / (cheeks + 5.);
        Self {
            confidence: face.found.confidence,
            contrast: span(mouth) / whole,
            line: line / whole,
            eyes: bright(about(38, 52, 11, 6)).min(bright(about(73, 52, 11, 6))),
        }
    }

    const fn mouth(&self) -> bool {
        self.confidence < 0.91 || self.contrast < 0.65 || self.line < 0.28
    }

    const fn eyes(&self) -> bool {
        self.eyes < 0.62
    }
}

/// Pixels that blurring makes one of.
const BLUR: usize = 16;

/// The face with a part blurred away, softly at its border.
fn without(aligned: &Rgb, part: &Part) -> Rgb {
    let side = ALIGNED / BLUR;
    let flat = aligned.resize(side, side).and_then(|small| small.resize(ALIGNED, ALIGNED));
    let Some(flat) = flat else { return aligned.clone() };
    let mut out = aligned.clone();
    let pixels = out.data.as_chunks_mut::<3>().0.iter_mut().zip(flat.data.as_chunks::<3>().0);
    for (index, (pixel, flat)) in pixels.enumerate() {
        let (x, y) = ((index % ALIGNED) as f32 + 0.5, (index / ALIGNED) as f32 + 0.5);
        let far = |(centre, radius): &(Point, Point)| ((x - centre.x) / radius.x).hypot((y - centre.y) / radius.y);
        let nearest = part.places.iter().map(far).fold(f32::MAX, f32::min);
        let share = ((1.1 - nearest) / 0.2).clamp(0., 1.);
        for (to, from) in pixel.iter_mut().zip(flat) {
            *to = (f32::from(*to) * (1. - share) + f32::from(*from) * share + 0.5) as u8;
        }
    }
    out
}
