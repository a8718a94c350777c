//! Finding faces of any size: a small picture first, a larger one only where that shows none.

use picture::raster::{Rect, Rgb};

use crate::geometry::{Area, Point, Similarity};
use crate::nets::{NetError, Nets};
use crate::warp::warp;
use crate::yunet::{self, Detection, STRIDE};

/// Longer sides of the picture that is searched, in this order: most faces are found in the first, small ones in the
/// second, faces that fill the picture in the third.
const SIDES: [usize; 3] = [352, 640, 160];
/// Black pixels to the right and below, for the points of faces that end at the border are placed worse.
const MARGIN: usize = 32;
/// Pixels between the eyes, in the picture that was searched, below which the points are too rough for a comparison.
const ROUGH: f32 = 30.;
/// Side of the second look at one face.
const CLOSE_UP: usize = 160;

/// Faces in the pixels of `picture` of at `least` this confidence, the largest first.
///
/// # Errors
/// Where a network fails.
pub fn detect(nets: &Nets, picture: &Rgb, least: f32) -> Result<Vec<Detection>, NetError> {
    let longer = picture.width.max(picture.height);
    for side in SIDES {
        let factor = (longer as f32 / side as f32).max(1.);
        let Some(canvas) = fitted(picture, factor) else { continue };
        let mut found = yunet::detect(nets, &canvas, least)?;
        if found.is_empty() {
            continue;
        }
        found.iter_mut().for_each(|face| *face = moved(face, factor, Point::default()));
        found.sort_by(|a, b| b.area.size().total_cmp(&a.area.size()));
        let [right, left, ..] = found.first().map_or([Point::default(); 5], |face| face.points);
        if factor > 1.5 && right.distance(left) < ROUGH * factor {
            for face in found.iter_mut().take(1) {
                *face = close_up(nets, picture, face)?.unwrap_or(*face);
            }
        }
        return Ok(found);
    }
    Ok(Vec::new())
}

/// `picture` shrunk by `factor`, with a margin, up to whole strides.
fn fitted(picture: &Rgb, factor: f32) -> Option<Rgb> {
    let to = |side: usize| ((side as f32 / factor).round() as usize).max(1);
    let (width, height) = (to(picture.width), to(picture.height));
    let small = if factor > 1. {
        picture.resize(width, height)?
    } else {
        picture.crop(Rect { x0: 0, y0: 0, x1: width, y1: height })
    };
    let mut canvas = Rgb::new((width + MARGIN).next_multiple_of(STRIDE), (height + MARGIN).next_multiple_of(STRIDE));
    let rows = canvas.data.chunks_exact_mut(canvas.width * 3).zip(small.data.chunks_exact(width * 3));
    for (to, from) in rows {
        if let Some(to) = to.get_mut(..from.len()) {
            to.copy_from_slice(from);
        }
    }
    Some(canvas)
}

/// The same face with its points as a closer look finds them; `None` where that does not find it.
fn close_up(nets: &Nets, picture: &Rgb, face: &Detection) -> Result<Option<Detection>, NetError> {
    let side = face.area.width.max(face.area.height) * 1.6;
    let (x, y) = (face.area.x + (face.area.width - side) / 2., face.area.y + (face.area.height - side) / 2.);
    let factor = side / CLOSE_UP as f32;
    let Some(crop) = warp(picture, &Similarity::scale(factor, x, y), CLOSE_UP, CLOSE_UP) else { return Ok(None) };
    let found =
        yunet::detect(nets, &crop, yunet::SURE)?.into_iter().map(|found| moved(&found, factor, Point::new(x, y)));
    let overlap = |found: &Detection| found.area.overlap(face.area);
    Ok(found.filter(|f| overlap(f) > 0.4).max_by(|a, b| overlap(a).total_cmp(&overlap(b))))
}

fn moved(face: &Detection, factor: f32, by: Point) -> Detection {
    let Area { x, y, width, height } = face.area;
    Detection {
        area: Area { x: x * factor + by.x, y: y * factor + by.y, width: width * factor, height: height * factor },
        confidence: face.confidence,
        points: face.points.map(|p| Point::new(p.x * factor + by.x, p.y * factor + by.y)),
    }
}
