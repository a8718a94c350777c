//! A face verifier for tests: the bytes behind the magic number of a picture say whose face is in it or what is wrong. A
//! whole picture, as a browser takes it, shows whoever is before the `camera`.

#![cfg(target_family = "wasm")]
#![allow(unsafe_code, missing_docs, reason = "wit-bindgen writes the exported entry points here")]

mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../../wit/face", world: "engine", runtime_path: "::spin_sdk::wit_bindgen::rt",
    });
}

use bindings::exports::yunzhen::face::verifier::{
    Area, Comparison, Error, Face, Finding, Guest, Pair, Point, Presence, Quality, Reason, Recording, Rejection,
    Several, Verdict,
};

const MAGIC: &[u8] = b"\xff\xd8\xff";
/// What is longer is a whole picture.
const LONGEST: usize = 100;

struct Verifier;

impl Guest for Verifier {
    async fn detect(image: Vec<u8>) -> Result<Vec<Face>, Error> {
        told(0, &image).map(|_| vec![face()])
    }

    async fn compare(pair: Pair) -> Result<Comparison, Error> {
        let (a, b) = (told(0, &pair.a)?, told(1, &pair.b)?);
        for (image, told) in [(0, &a), (1, &b)] {
            if told == "two" && pair.several == Several::Refuse {
                return Err(Error::Rejected(Rejection { image, reason: Reason::SeveralFaces }));
            }
        }
        // The first word is the person, what follows tells frames apart.
        let person = |told: &str| told.split(' ').next().map(str::to_owned);
        Ok(Comparison { score: if person(&a) == person(&b) { 87.5 } else { 45.0 }, a: face(), b: face() })
    }

    async fn silent(image: Vec<u8>) -> Result<Presence, Error> {
        let told = told(0, &image)?;
        Ok(Presence { score: if told == "print" { 0.125 } else { 0.875 }, face: face() })
    }

    /// A frame that says `print` fails; the others pass, and the second is the best.
    async fn challenge(recording: Recording) -> Result<Verdict, Error> {
        let mut findings = Vec::new();
        for (index, frame) in (0..).zip(&recording.frames) {
            if told(index, &frame.image)?.starts_with("print") {
                findings = vec![Finding::Spoof];
            }
        }
        let seen = u32::try_from(recording.actions.len()).unwrap_or(0);
        Ok(Verdict {
            live: findings.is_empty(),
            findings,
            actions_seen: seen,
            same_person: true,
            silent: 0.875,
            best_frame: Some(1),
        })
    }

    fn version() -> String {
        "fake-face-verifier 1".into()
    }
}

/// What picture `image` says, if it is a face.
fn told(image: u32, bytes: &[u8]) -> Result<String, Error> {
    let told = bytes.strip_prefix(MAGIC).ok_or_else(|| Error::Unsupported((image, "no magic number".into())))?;
    let rejected = |reason| Err(Error::Rejected(Rejection { image, reason }));
    if told.len() > LONGEST {
        return Ok("camera".into());
    }
    match String::from_utf8_lossy(told).as_ref() {
        "no_face" => rejected(Reason::NoFace),
        "several_faces" => rejected(Reason::SeveralFaces),
        "too_small" => rejected(Reason::TooSmall),
        "too_close" => rejected(Reason::TooClose),
        "blurred" => rejected(Reason::Blurred),
        "turned" => rejected(Reason::Turned),
        "covered" => rejected(Reason::Covered),
        "too_dark" => rejected(Reason::TooDark),
        "damaged" => Err(Error::Invalid((image, "the file ends early".into()))),
        "no_models" => Err(Error::Unavailable("/models/sface.onnx: no such file".into())),
        "trap" => std::process::abort(),
        other => Ok(other.to_owned()),
    }
}

fn face() -> Face {
    let point = |x, y| Point { x, y };
    Face {
        box_: Area { x: 1.0, y: 2.0, width: 8.0, height: 9.0 },
        confidence: 0.5,
        landmarks: (point(3.0, 4.0), point(7.0, 4.0), point(5.0, 6.0), point(4.0, 8.0), point(6.0, 8.0)),
        quality: Quality {
            sharpness: 0.5,
            brightness: 0.5,
            yaw: 1.0,
            pitch: 2.0,
            roll: 3.0,
            eye_distance: 4.0,
            completeness: 1.0,
        },
    }
}

bindings::export!(Verifier with_types_in bindings);
