//! How fit a face is for comparing.

use picture::raster::{Gray, Rect, Rgb};

use crate::geometry::{Area, Point};
use crate::yunet::Detection;

/// What was measured of a face.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Quality {
    /// 0 to 1, larger is sharper.
    pub sharpness: f32,
    /// Mean luma, 0 to 1.
    pub brightness: f32,
    /// Estimated degrees, positive to the person's own left.
    pub yaw: f32,
    /// Estimated degrees, positive upwards.
    pub pitch: f32,
    /// Degrees, positive clockwise in the picture.
    pub roll: f32,
    /// Pixels of the picture.
    pub eye_distance: f32,
    /// Share of the face inside the picture.
    pub completeness: f32,
    /// From the outermost of the five points to the border of the picture, in distances between the eyes; below 0 outside.
    pub room: f32,
}

/// Why a face is not compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Reason {
    NoFace,
    SeveralFaces,
    TooSmall,
    /// It fills the picture, so that its surroundings cannot be judged.
    TooClose,
    Blurred,
    Turned,
    /// A part is hidden or outside the picture.
    Covered,
    TooDark,
}

/// Fewer pixels between the eyes than 5/7 of the template's make the embedding guess.
const SMALL: f32 = 25.;
/// Below, the mean luma leaves too few levels.
const DARK: f32 = 0.12;
/// Press photographs lie between 0.38 and 0.9; blur that halves a face's likeness to itself brings them to 0.15.
const BLURRED: f32 = 0.2;
/// Degrees.
const TURNED: f32 = 50.;
/// Degrees; the estimate is rougher than that of the yaw.
const TILTED: f32 = 40.;
/// Less of the face inside the picture hides an eye or the mouth.
const COMPLETE: f32 = 0.65;
/// Where a border cuts through an eye or the mouth, the detector puts the point just inside of it.
const ROOM: f32 = 0.12;

impl Quality {
    /// The first reason against comparing.
    #[must_use]
    pub fn flaw(&self) -> Option<Reason> {
        let checks = [
            // First, for half a face has its eyes close together.
            (self.completeness < COMPLETE || self.room < ROOM, Reason::Covered),
            (self.eye_distance < SMALL, Reason::TooSmall),
            (self.brightness < DARK, Reason::TooDark),
            (self.yaw.abs() > TURNED || self.pitch.abs() > TILTED, Reason::Turned),
            (self.sharpness < BLURRED, Reason::Blurred),
        ];
        checks.into_iter().find_map(|(fails, reason)| fails.then_some(reason))
    }
}

/// Pixels from the outermost point to the nearest border.
fn room(points: &[Point; 5], picture: &Rgb) -> f32 {
    let (width, height) = (picture.width as f32, picture.height as f32);
    points.iter().map(|p| p.x.min(p.y).min(width - p.x).min(height - p.y)).fold(f32::MAX, f32::min)
}

/// Measures a face; `aligned` is its cut-out.
#[must_use]
pub fn judge(picture: &Rgb, found: &Detection, aligned: &Rgb) -> Quality {
    let whole = Area { x: 0., y: 0., width: picture.width as f32, height: picture.height as f32 };
    let gray = aligned.gray();
    let [right, left, ..] = found.points;
    let (yaw, pitch, roll) = pose(&found.points);
    Quality {
        sharpness: sharpness(&gray),
        brightness: gray.mean(INNER) / 255.,
        yaw,
        pitch,
        roll,
        eye_distance: right.distance(left),
        room: room(&found.points, picture) / right.distance(left).max(1.),
        completeness: found.area.common(whole).size() / found.area.size().max(1.),
    }
}

/// The part of an aligned face that holds neither hair nor background.
const INNER: Rect = Rect { x0: 28, y0: 36, x1: 84, y1: 102 };

/// Yaw, pitch and roll in degrees, from how far the nose tip, which stands out by about half the distance between the
/// eyes, moves against eyes and mouth.
#[must_use]
pub fn pose(points: &[Point; 5]) -> (f32, f32, f32) {
    /// Depth of the nose tip, and its place between eyes and mouth when the face is straight.
    const DEPTH: f32 = 0.55;
    const STRAIGHT: f32 = 0.52;
    let [right, left, nose, mouth_right, mouth_left] = *points;
    let (eyes, mouth) = (right.middle(left), mouth_right.middle(mouth_left));
    let roll = (left.y - right.y).atan2(left.x - right.x);
    let (sin, cos) = roll.sin_cos();
    // Upright coordinates about the middle of the eyes.
    let upright = |p: Point| {
        let (x, y) = (p.x - eyes.x, p.y - eyes.y);
        Point::new(x * cos + y * sin, y * cos - x * sin)
    };
    let (nose, mouth) = (upright(nose), upright(mouth));
    let (width, height) = (right.distance(left).max(1e-3), mouth.y.max(1e-3));
    let share = nose.y / height;
    // A turn to the person's left moves the nose to the picture's right.
    let yaw = ((nose.x - mouth.x * share) / width / DEPTH).atan();
    let pitch = ((STRAIGHT - share) / DEPTH).atan();
    (yaw.to_degrees(), pitch.to_degrees(), roll.to_degrees())
}

/// Mean magnitude of the Laplacian over the contrast, scaled so that a sharp face has about 1. Neighbours two pixels away,
/// for between the nearest ones there is more noise than face.
fn sharpness(gray: &Gray) -> f32 {
    const STEP: usize = 2;
    let contrast = f32::from(gray.quantile(INNER, 0.95)) - f32::from(gray.quantile(INNER, 0.05));
    if contrast < 8. {
        return 0.;
    }
    let at = |x: usize, y: usize| gray.row(y).get(x).map_or(0, |&v| i32::from(v));
    let area = INNER.clamp(gray.width.saturating_sub(STEP), gray.height.saturating_sub(STEP));
    let laplacian = |(x, y): (usize, usize)| {
        (4 * at(x, y) - at(x - STEP, y) - at(x + STEP, y) - at(x, y - STEP) - at(x, y + STEP)).unsigned_abs() as f32
    };
    let pixels = (area.y0..area.y1).flat_map(|y| (area.x0..area.x1).map(move |x| (x, y)));
    let mean = pixels.map(laplacian).sum::<f32>() / (area.width() * area.height()).max(1) as f32;
    (mean / contrast / FULL).min(1.)
}

/// Laplacian over contrast of a sharp face.
const FULL: f32 = 0.3;

#[cfg(test)]
mod tests {
    use super::*;

    const STRAIGHT: [Point; 5] = [
        Point::new(38.3, 51.7),
        Point::new(73.5, 51.5),
        Point::new(56., 72.6),
        Point::new(41.5, 92.3),
        Point::new(70.7, 92.2),
    ];

    #[test]
    fn a_straight_face_has_no_angles() {
        let (yaw, pitch, roll) = pose(&STRAIGHT);
        assert!(yaw.abs() < 3. && pitch.abs() < 3. && roll.abs() < 1., "{yaw} {pitch} {roll}");
    }

    #[test]
    fn a_nose_to_the_right_is_a_turn_to_the_persons_left() {
        let [right, left, nose, a, b] = STRAIGHT;
        let turned = [right, left, Point::new(nose.x + 10., nose.y), a, b];
        assert!(pose(&turned).0 > 20.);
        let raised = [right, left, Point::new(nose.x, nose.y - 8.), a, b];
        assert!(pose(&raised).1 > 15.);
        // Leaning changes the roll only.
        let (sin, cos) = 0.3f32.sin_cos();
        let leaning = STRAIGHT.map(|p| Point::new(p.x * cos - p.y * sin, p.x * sin + p.y * cos));
        let ((yaw, ..), (same, _, roll)) = (pose(&STRAIGHT), pose(&leaning));
        assert!((yaw - same).abs() < 0.1 && (roll - 17.).abs() < 1.);
    }

    #[test]
    fn every_flaw_has_its_reason() {
        let good = Quality {
            sharpness: 0.8,
            brightness: 0.5,
            yaw: 0.,
            pitch: 0.,
            roll: 90.,
            eye_distance: 60.,
            completeness: 1.,
            room: 1.,
        };
        assert_eq!(good.flaw(), None);
        let cases = [
            (Quality { eye_distance: 20., ..good }, Reason::TooSmall),
            (Quality { completeness: 0.6, ..good }, Reason::Covered),
            (Quality { room: 0.1, eye_distance: 20., ..good }, Reason::Covered),
            (Quality { brightness: 0.05, ..good }, Reason::TooDark),
            (Quality { yaw: -60., ..good }, Reason::Turned),
            (Quality { pitch: 50., ..good }, Reason::Turned),
            (Quality { sharpness: 0.1, ..good }, Reason::Blurred),
        ];
        for (quality, reason) in cases {
            assert_eq!(quality.flaw(), Some(reason));
        }
    }
}
