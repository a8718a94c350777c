//! What YuNet's outputs mean (Wu, Peng, Yu 2023, "YuNet: A Tiny Millisecond-level Face Detector"; decoding as its authors publish it).

use picture::raster::Rgb;

use crate::geometry::{Area, Point};
use crate::nets::{NetError, Nets};

/// From this confidence on something is a face.
pub const SURE: f32 = 0.7;
/// Below this confidence nothing is a face; between the two it may be one that is partly hidden.
pub const DOUBTFUL: f32 = 0.5;
/// Two boxes that overlap more are one face.
const SAME: f32 = 0.3;
/// More are not looked at.
const MOST: usize = 32;
/// The sides of a picture are multiples of it.
pub const STRIDE: usize = 32;

/// A face in the pixels of the picture that was looked at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Detection {
    /// About from the forehead to the chin.
    pub area: Area,
    /// 0 to 1.
    pub confidence: f32,
    /// The person's right eye, left eye, nose tip, right and left corner of the mouth.
    pub points: [Point; 5],
}

/// Faces in `picture`, whose sides are multiples of [`STRIDE`], of at `least` this confidence, the surest first.
///
/// # Errors
/// Where the network fails.
pub fn detect(nets: &Nets, picture: &Rgb, least: f32) -> Result<Vec<Detection>, NetError> {
    let [c8, c16, c32, o8, o16, o32, b8, b16, b32, k8, k16, k32] = nets.detect(picture)?;
    let levels = [(8, c8, o8, b8, k8), (16, c16, o16, b16, k16), (32, c32, o32, b32, k32)];
    let mut found = Vec::new();
    for (stride, classes, objects, boxes, points) in levels {
        let columns = (picture.width / stride).max(1);
        let cells = classes.iter().zip(&objects).zip(boxes.as_chunks().0.iter().zip(points.as_chunks().0));
        for (i, ((class, object), (area, points))) in cells.enumerate() {
            let confidence = (class.clamp(0., 1.) * object.clamp(0., 1.)).sqrt();
            if confidence >= least {
                let cell = Point::new((i % columns) as f32, (i / columns) as f32);
                found.extend(Some(decode(cell, stride as f32, confidence, area, points)).filter(is_face_like));
            }
        }
    }
    Ok(distinct(found))
}

/// Offsets are in strides from the cell's corner, sizes are logarithms of strides.
fn decode(cell: Point, stride: f32, confidence: f32, area: &[f32; 4], points: &[f32; 10]) -> Detection {
    let [x, y, width, height] = *area;
    let (width, height) = (width.exp() * stride, height.exp() * stride);
    let [ax, ay, bx, by, cx, cy, dx, dy, ex, ey] = *points;
    let point = |x: f32, y: f32| Point::new((cell.x + x) * stride, (cell.y + y) * stride);
    let centre = point(x, y);
    Detection {
        area: Area { x: centre.x - width / 2., y: centre.y - height / 2., width, height },
        confidence,
        points: [point(ax, ay), point(bx, by), point(cx, cy), point(dx, dy), point(ex, ey)],
    }
}

/// Nothing of another shape is a face, whatever the network says of a picture made to fool it.
fn is_face_like(face: &Detection) -> bool {
    let Area { width, height, .. } = face.area;
    let finite = face.points.iter().all(|p| p.x.is_finite() && p.y.is_finite());
    finite && width > 1. && height > 1. && width < 4000. && height < 4000. && (0.3..3.).contains(&(width / height))
}

/// Greedy non-maximum suppression.
fn distinct(mut found: Vec<Detection>) -> Vec<Detection> {
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
    let mut kept: Vec<Detection> = Vec::new();
    for face in found {
        if kept.len() < MOST && kept.iter().all(|k| k.area.overlap(face.area) < SAME) {
            kept.push(face);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_decoded_in_strides() {
        let face = decode(Point::new(3., 2.), 8., 0.9, &[0.5, 0.25, 0., 2f32.ln()], &[1.; 10]);
        assert_eq!(face.area, Area { x: 24., y: 10., width: 8., height: 16. });
        assert_eq!(face.points, [Point::new(32., 24.); 5]);
    }

    #[test]
    fn of_overlapping_boxes_the_surest_stays() {
        let face = |x: f32, confidence| Detection {
            area: Area { x, y: 0., width: 10., height: 10. },
            confidence,
            points: [Point::default(); 5],
        };
        let kept = distinct(vec![face(0., 0.8), face(2., 0.9), face(30., 0.75)]);
        assert_eq!(kept.iter().map(|f| f.confidence).collect::<Vec<_>>(), [0.9, 0.75]);
    }
}
