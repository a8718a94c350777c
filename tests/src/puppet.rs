//! A photograph made to act by painting on it (a turn of the head cannot be painted): no living person, but what a landmark detector takes for one.
//!
//! It shows that the path from pixels to actions works, and what the challenge does not stop: generated frames.

use crate::host::root;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use std::io::Cursor;

/// Where things are in the portrait.
const EYES: [(f32, f32); 2] = [(200., 102.), (247., 103.)];
/// Between the lips.
const MOUTH: (f32, f32) = (222., 150.);

/// 512 x 512, the face in its middle; `cargo xtask models --all` fetches it.
///
/// # Panics
/// When it was not fetched.
#[must_use]
pub fn portrait() -> RgbImage {
    let path = root().join("target/models/portraits/astronaut.png");
    image::open(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())).into_rgb8()
}

/// A picture as a file.
///
/// # Panics
/// Never in practice: a buffer takes any JPEG.
#[must_use]
pub fn jpeg(picture: &RgbImage) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    DynamicImage::from(picture.clone()).write_to(&mut file, ImageFormat::Jpeg).unwrap();
    file.into_inner()
}

/// The puppet acts, from frame `first` on, each act for two frames.
#[must_use]
pub fn acted(first: u32, acts: &[&str]) -> Vec<RgbImage> {
    let portrait = portrait();
    let acts = acts.iter().flat_map(|act| [*act, act, "", "", ""]);
    (first..).zip([""; 4].into_iter().chain(acts)).map(|(i, act)| frame(&portrait, act, i)).collect()
}

/// One frame: the portrait doing `action` (nothing when it is empty), moved a little and with noise as frame `index`.
fn frame(portrait: &RgbImage, action: &str, index: u32) -> RgbImage {
    let mut acted = portrait.clone();
    match action {
        "blink" => {
            for (x, y) in EYES {
                let lid = *portrait.get_pixel(x as u32, (y - 9.) as u32);
                ellipse(&mut acted, (x, y), (13., 6.5), lid);
                ellipse(&mut acted, (x, y + 5.), (11., 1.2), Rgb([70, 45, 40]));
            }
        }
        "open_mouth" => acted = with_jaw_dropped(portrait),
        _ => {}
    }
    held(&acted, index)
}

/// What hides a part of a face.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Worn {
    Mask,
    DarkGlasses,
    HandOnMouth,
}

impl Worn {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Mask, Self::DarkGlasses, Self::HandOnMouth];

    /// Its ink at a place of the face as the recogniser sees it, 112 pixels wide (eyes at 38, 52 and 74, 52, mouth at 56, 92).
    fn ink(self, x: f32, y: f32, skin: [f32; 3]) -> Option<[f32; 3]> {
        let round = |cx: f32, cy: f32, rx: f32, ry: f32| ((x - cx) / rx).hypot((y - cy) / ry) < 1.;
        match self {
            Self::Mask => {
                let bridge = 60. + (x - 56.).abs() * 0.2;
                let pleat = (y * 0.7).sin() * 8.;
                (round(56., 88., 33., 30.) && y > bridge).then(|| [170., 195., 210.].map(|v| v + pleat))
            }
            Self::DarkGlasses => {
                let bridge = (50. ..62.).contains(&x) && (47. ..50.).contains(&y);
                let lens = round(38.3, 53., 15., 10.) || round(73.5, 53., 15., 10.);
                (bridge || lens).then_some([20. + (60. - y) * 0.8; 3])
            }
            Self::HandOnMouth => {
                let finger = (y - 74.).rem_euclid(8.);
                let shade = if finger < 1.2 { 0.6 } else { 0.85 + 0.04 * (4. - (finger - 4.).abs()) };
                let hand = (24. ..100.).contains(&x) && (74. ..108.).contains(&y);
                hand.then(|| skin.map(|v| v * shade))
            }
        }
    }
}

/// The five points of the first face of a comparison.
#[must_use]
pub fn landmarks(comparison: &serde_json::Value) -> Option<[[f32; 2]; 5]> {
    serde_json::from_value(comparison.pointer("/faces/a/landmarks")?.clone()).ok()
}

/// The picture with something painted over the face that has these five points.
#[must_use]
pub fn wearing(picture: &RgbImage, [right, left, nose, ..]: &[[f32; 2]; 5], worn: Worn) -> RgbImage {
    // From pixels to the recogniser's: turned and scaled so that the eyes come to their places.
    let (dx, dy) = (left[0] - right[0], left[1] - right[1]);
    let factor = 35.2 / dx.hypot(dy).powi(2);
    let place = |x: f32, y: f32| {
        let (x, y) = (x - right[0], y - right[1]);
        (38.3 + (x * dx + y * dy) * factor, 51.7 + (y * dx - x * dy) * factor)
    };
    let beside = ((nose[0] + dx * 0.35) as u32, (nose[1] + dy * 0.35) as u32);
    let skin =
        picture.get_pixel(beside.0.min(picture.width() - 1), beside.1.min(picture.height() - 1)).0.map(f32::from);
    let mut worn_picture = picture.clone();
    for (x, y, pixel) in worn_picture.enumerate_pixels_mut() {
        let (u, v) = place(x as f32, y as f32);
        if let Some(ink) = worn.ink(u, v, skin) {
            // Cloth and skin are never quite even.
            let grain = f32::from(((x * 7919) ^ (y * 104_729)) as u8 % 9) - 4.;
            *pixel = Rgb(ink.map(|v| (v + grain).clamp(0., 255.) as u8));
        }
    }
    worn_picture
}

fn ellipse(picture: &mut RgbImage, (cx, cy): (f32, f32), (rx, ry): (f32, f32), ink: Rgb<u8>) {
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let (dx, dy) = ((x as f32 - cx) / rx, (y as f32 - cy) / ry);
        if dx * dx + dy * dy <= 1. {
            *pixel = ink;
        }
    }
}

/// What lies below the lips moved down, most in the middle, and darkness in the gap.
fn with_jaw_dropped(picture: &RgbImage) -> RgbImage {
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        let (x, y) = (x as f32, y as f32);
        let side = (x - MOUTH.0) / 30.;
        let by = 26. * (-side * side).exp() * ((240. - y) / 40.).clamp(0., 1.);
        if y <= MOUTH.1 {
            return sample(picture, x, y);
        }
        if y - by < MOUTH.1 && side.abs() < 0.7 { Rgb([40, 15, 15]) } else { sample(picture, x, (y - by).max(MOUTH.1)) }
    })
}

/// As a hand holds a camera: shifted by parts of a pixel, with noise.
fn held(picture: &RgbImage, index: u32) -> RgbImage {
    let (dx, dy) = ((index as f32 * 1.7).sin() * 2., (index as f32 * 2.3).cos() * 2.);
    let mut seed = index.wrapping_mul(2_654_435_761).wrapping_add(12_345);
    RgbImage::from_fn(picture.width(), picture.height(), |x, y| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let noise = ((seed >> 24) as f32 / 255. - 0.5) * 12.;
        let Rgb(values) = sample(picture, x as f32 + dx, y as f32 + dy);
        Rgb(values.map(|v| (f32::from(v) + noise).clamp(0., 255.) as u8))
    })
}

fn sample(picture: &RgbImage, x: f32, y: f32) -> Rgb<u8> {
    let (x, y) = (x.clamp(0., picture.width() as f32 - 1.001), y.clamp(0., picture.height() as f32 - 1.001));
    let (ix, iy) = (x as u32, y as u32);
    let (fx, fy) = (x.fract(), y.fract());
    let at = |dx: u32, dy: u32, k: usize| f32::from(picture.get_pixel(ix + dx, iy + dy)[k]);
    let mix = |k: usize| {
        let (top, bottom) = (at(0, 0, k) * (1. - fx) + at(1, 0, k) * fx, at(0, 1, k) * (1. - fx) + at(1, 1, k) * fx);
        (top * (1. - fy) + bottom * fy) as u8
    };
    Rgb([mix(0), mix(1), mix(2)])
}
