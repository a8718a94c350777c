//! The fuzz target of the engine: a photograph of a person, cut, stretched, turned over and painted on as the bytes say, through
//! everything that is done with a picture. How files become pictures is `cargo xtask fuzz ocr`'s.
#![no_main]

use face_engine::challenge::{self, Action, watch::watch};
use face_engine::detect::detect;
use face_engine::face::Face;
use face_engine::nets::Nets;
use face_engine::verify::{self, Several};
use face_engine::yunet::DOUBTFUL;
use libfuzzer_sys::fuzz_target;
use picture::raster::{Rect, Rgb};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Sides of what is looked at, at most: small pictures, for more of them.
const SIDE: usize = 400;

static NETS: LazyLock<Nets> = LazyLock::new(|| Nets::load(&target("models/face")).unwrap_or_else(|e| panic!("{e}")));
static PERSON: LazyLock<Rgb> = LazyLock::new(|| {
    let file = std::fs::read(target("models/portraits/astronaut.png")).unwrap();
    picture::decode::decode(&file, SIDE).unwrap().rgb
});

fn target(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target").join(path)
}

fuzz_target!(|bytes: &[u8]| {
    let Some(picture) = picture(bytes) else { return };
    let found = detect(&NETS, &picture, DOUBTFUL).unwrap();
    for face in found.iter().take(3) {
        assert!(face.confidence.is_finite() && face.area.size() >= 0., "{face:?}");
        assert!(face.points.iter().all(|p| p.x.is_finite() && p.y.is_finite()), "{face:?}");
        let live = verify::silent(&NETS, &picture, face).unwrap();
        assert!((0. ..=1.).contains(&live), "{live}");
        if let Some(cut) = Face::new(&picture, *face) {
            let quality = cut.quality;
            let numbers = [quality.sharpness, quality.brightness, quality.yaw, quality.pitch, quality.roll];
            assert!(numbers.iter().all(|n| n.is_finite()), "{quality:?}");
        }
    }
    if let Ok(face) = verify::embedded(&NETS, &picture, Several::Largest, false) {
        let score = verify::compare(&NETS, &face, &face).unwrap();
        assert!(score > 99., "a face is its own: {score}");
    }
    let frames = [(0, watch(&NETS, &picture).unwrap())];
    assert!(
        !challenge::judge(&frames, &[Action::Blink, Action::OpenMouth]).findings.is_empty(),
        "one frame is no film"
    );
});

/// Reads instructions: a part of the photograph, the size it gets, how it is turned over, and what is painted on it.
fn picture(bytes: &[u8]) -> Option<Rgb> {
    let [x, y, width, height, to_width, to_height, flags, rest @ ..] = bytes else { return None };
    let place = |byte: &u8, side: usize| usize::from(*byte) * side / 256;
    let (x0, y0) = (place(x, PERSON.width), place(y, PERSON.height));
    let (x1, y1) = (x0 + 1 + place(width, PERSON.width), y0 + 1 + place(height, PERSON.height));
    let part = PERSON.crop(Rect { x0, y0, x1, y1 }.clamp(PERSON.width, PERSON.height));
    let mut picture = part.resize(1 + place(to_width, SIDE), 1 + place(to_height, SIDE))?;
    if flags & 1 > 0 {
        picture = picture.mirrored();
    }
    if flags & 2 > 0 {
        picture.data.reverse();
    }
    for spot in rest.chunks_exact(4) {
        let [at, wide, high, ink] = spot else { break };
        let (x0, y0) = (place(at, picture.width), usize::from(at.reverse_bits()) * picture.height / 256);
        for y in y0..(y0 + place(high, picture.height)).min(picture.height) {
            for x in x0..(x0 + place(wide, picture.width)).min(picture.width) {
                let i = (y * picture.width + x) * 3;
                picture.data[i..i + 3].fill(*ink);
            }
        }
    }
    Some(picture)
}
