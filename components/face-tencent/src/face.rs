//! Faces in the terms of the interface, of what the vendor tells in two answers.

use crate::answers::{Analyzed, Attributes, Detected, Info, Marks, Point, Shape};
use crate::codes::{Failure, Reason};

/// A face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Face {
    /// x, y, width and height in pixels.
    pub area: [f32; 4],
    /// The person's right eye, left eye, nose tip, right and left corner of the mouth.
    pub landmarks: [Point; 5],
    /// How fit it is.
    pub quality: Quality,
}

/// As the interface has it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// 0 to 1.
    pub sharpness: f32,
    /// 0 to 1: the vendor's mark for the light, not a mean of pixels.
    pub brightness: f32,
    /// Degrees, positive to the person's own left.
    pub yaw: f32,
    /// Degrees; the vendor does not say which sign is up.
    pub pitch: f32,
    /// Degrees, positive clockwise.
    pub roll: f32,
    /// Pixels.
    pub eye_distance: f32,
    /// Share of the box inside the picture.
    pub completeness: f32,
}

/// Faces smaller than this share of the largest stand in the background and are not counted.
const BACKGROUND: f32 = 0.25;
/// Up to here the vendor calls a face very blurred, of 100.
const BLURRED: f32 = 40.;
/// Up to here the light is too weak, of 100. The vendor calls 30 rather dark, but compares such faces still.
const DARK: f32 = 15.;
/// Where the vendor's scale of angles ends, in degrees.
const TURNED: f32 = 30.;
/// Up to here an eye, the nose or the mouth is hidden, of 100.
const HIDDEN: [f32; 3] = [80., 60., 50.];
/// Smallest side of a face whose liveness the vendor judges, in pixels.
const SMALL: f32 = 100.;

/// What does not make a picture unfit.
#[derive(Clone, Copy, Debug, Default)]
pub struct Allowed {
    /// Several faces: the largest is taken.
    pub several: bool,
    /// A face that is partly hidden.
    pub covered: bool,
}

/// The face that is compared: the largest.
///
/// # Errors
/// Where there is none, there are several that may not be, or it is not fit.
pub fn choose(detected: &Detected, allowed: Allowed) -> Result<&Info, Failure> {
    let rejected = |reason| Err(Failure::Rejected(reason));
    let size = |info: &Info| info.width * info.height;
    let infos = &detected.face_infos;
    let Some(largest) = infos.iter().reduce(|a, b| if size(b) > size(a) { b } else { a }) else {
        return rejected(Reason::NoFace);
    };
    if !allowed.several && infos.iter().filter(|info| size(info) > size(largest) * BACKGROUND).count() > 1 {
        return rejected(Reason::SeveralFaces);
    }
    match flaw(told(largest)?, allowed) {
        Some(reason) => rejected(reason),
        None => Ok(largest),
    }
}

/// Whether liveness can be told of a face.
///
/// # Errors
/// When it is too small.
pub fn large_enough(info: &Info) -> Result<(), Failure> {
    match info.width.min(info.height) < SMALL {
        true => Err(Failure::Rejected(Reason::TooSmall)),
        false => Ok(()),
    }
}

fn told(info: &Info) -> Result<(Attributes, Marks), Failure> {
    let told = info.face_attributes_info.zip(info.face_quality_info);
    told.ok_or_else(|| Failure::Unavailable("a face without attributes or quality".to_owned()))
}

fn flaw((head, marks): (Attributes, Marks), allowed: Allowed) -> Option<Reason> {
    let covered = marks
        .completeness
        .is_some_and(|c| [c.eye, c.nose, c.mouth].iter().zip(HIDDEN).any(|(mark, most)| *mark <= most));
    let checks = [
        (covered && !allowed.covered, Reason::Covered),
        (marks.brightness <= DARK, Reason::TooDark),
        (head.yaw.abs() >= TURNED || head.pitch.abs() >= TURNED, Reason::Turned),
        (marks.sharpness <= BLURRED, Reason::Blurred),
    ];
    checks.into_iter().find_map(|(fails, reason)| fails.then_some(reason))
}

/// A face with the shape that lies in it.
///
/// # Errors
/// `unavailable` where an answer lacks what was asked for.
pub fn face(picture: &Detected, info: &Info, analyzed: &Analyzed) -> Result<Face, Failure> {
    let (head, marks) = told(info)?;
    let inside =
        |p: Point| (info.x..info.x + info.width).contains(&p.x) && (info.y..info.y + info.height).contains(&p.y);
    let mut shapes = analyzed.face_shape_set.iter().filter_map(landmarks);
    let landmarks = shapes.find(|[right, left, nose, ..]| [right, left, nose].into_iter().all(|p| inside(*p)));
    let landmarks = landmarks.ok_or_else(|| Failure::Unavailable("no landmarks of a face".to_owned()))?;
    let [right, left, nose, ..] = landmarks;
    let (dx, dy) = (left.x - right.x, left.y - right.y);
    // A turn to the person's own left moves the nose along the line from the right eye to the left one.
    let along = (nose.x - (right.x + left.x) / 2.) * dx + (nose.y - (right.y + left.y) / 2.) * dy;
    let common = |at: f32, length: f32, limit: f32| ((at + length).min(limit) - at.max(0.)).max(0.);
    let visible = common(info.x, info.width, picture.image_width) * common(info.y, info.height, picture.image_height);
    let quality = Quality {
        sharpness: share(marks.sharpness),
        brightness: share(marks.brightness),
        yaw: head.yaw.abs().copysign(along),
        pitch: head.pitch,
        roll: dy.atan2(dx).to_degrees(),
        eye_distance: dx.hypot(dy),
        completeness: (visible / (info.width * info.height).max(1.)).min(1.),
    };
    Ok(Face { area: [info.x, info.y, info.width, info.height], landmarks, quality })
}

fn share(mark: f32) -> f32 {
    mark.clamp(0., 100.) / 100.
}

/// The middle of each eye's outline; of the nose the first point, which is its tip; of the mouth the first and the
/// seventh, its corners. What the picture shows on the left is the person's right.
fn landmarks(shape: &Shape) -> Option<[Point; 5]> {
    let (nose, left, right) = (shape.nose.first()?, shape.mouth.first()?, shape.mouth.get(6)?);
    Some([middle(&shape.left_eye)?, middle(&shape.right_eye)?, *nose, *left, *right])
}

fn middle(points: &[Point]) -> Option<Point> {
    let count = points.len() as f32;
    let sum = points.iter().fold(Point::default(), |sum, p| Point { x: sum.x + p.x, y: sum.y + p.y });
    (!points.is_empty()).then(|| Point { x: sum.x / count, y: sum.y / count })
}
