//! What was found, in the terms of `yunzhen:face/verifier`.

use picture::decode::DecodeError;

use crate::challenge::{self, Finding};
use crate::face;
use crate::geometry::Point;
use crate::guest::exports::yunzhen::face::verifier::{self, Error, Face, Rejection, Verdict};
use crate::quality::Reason;
use crate::verify::Failure;

/// A face in the pixels of the picture as sent, of which one pixel looked at is `scale`.
pub fn lift(face: &face::Face, scale: f32) -> Face {
    let (area, quality) = (face.found.area, face.quality);
    let [a, b, c, d, e] = face.found.points.map(|Point { x, y }| verifier::Point { x: x * scale, y: y * scale });
    Face {
        box_: verifier::Area {
            x: area.x * scale,
            y: area.y * scale,
            width: area.width * scale,
            height: area.height * scale,
        },
        confidence: face.found.confidence,
        landmarks: (a, b, c, d, e),
        quality: verifier::Quality {
            sharpness: quality.sharpness,
            brightness: quality.brightness,
            yaw: quality.yaw,
            pitch: quality.pitch,
            roll: quality.roll,
            eye_distance: quality.eye_distance * scale,
            completeness: quality.completeness,
        },
    }
}

/// Why picture `image` gave nothing.
pub fn failure(image: u32, failure: Failure) -> Error {
    match failure {
        Failure::Net(e) => Error::Unavailable(e.to_string()),
        Failure::Rejected(reason) => Error::Rejected(Rejection { image, reason: self::reason(reason) }),
    }
}

/// Bytes that are no picture.
pub fn unreadable(image: u32, error: DecodeError) -> Error {
    match error {
        DecodeError::Unsupported(why) => Error::Unsupported((image, why)),
        DecodeError::Invalid(why) => Error::Invalid((image, why)),
    }
}

fn reason(reason: Reason) -> verifier::Reason {
    match reason {
        Reason::NoFace => verifier::Reason::NoFace,
        Reason::SeveralFaces => verifier::Reason::SeveralFaces,
        Reason::TooSmall => verifier::Reason::TooSmall,
        Reason::TooClose => verifier::Reason::TooClose,
        Reason::Blurred => verifier::Reason::Blurred,
        Reason::Turned => verifier::Reason::Turned,
        Reason::Covered => verifier::Reason::Covered,
        Reason::TooDark => verifier::Reason::TooDark,
    }
}

/// What is demanded.
pub fn action(action: verifier::Action) -> challenge::Action {
    match action {
        verifier::Action::Blink => challenge::Action::Blink,
        verifier::Action::OpenMouth => challenge::Action::OpenMouth,
        verifier::Action::TurnLeft => challenge::Action::TurnLeft,
        verifier::Action::TurnRight => challenge::Action::TurnRight,
    }
}

/// What a recording shows.
pub fn verdict(verdict: challenge::Verdict) -> Verdict {
    let small = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    Verdict {
        live: verdict.findings.is_empty(),
        findings: verdict.findings.into_iter().map(finding).collect(),
        actions_seen: small(verdict.seen),
        same_person: verdict.same_person,
        silent: verdict.silent,
        best_frame: verdict.best.map(small),
    }
}

fn finding(finding: Finding) -> verifier::Finding {
    match finding {
        Finding::FrameCount => verifier::Finding::FrameCount,
        Finding::BadTimes => verifier::Finding::BadTimes,
        Finding::NoFace => verifier::Finding::NoFace,
        Finding::SeveralFaces => verifier::Finding::SeveralFaces,
        Finding::TooClose => verifier::Finding::TooClose,
        Finding::TooSmall => verifier::Finding::TooSmall,
        Finding::TooDark => verifier::Finding::TooDark,
        Finding::Blurred => verifier::Finding::Blurred,
        Finding::NoBaseline => verifier::Finding::NoBaseline,
        Finding::ActionMissing => verifier::Finding::ActionMissing,
        Finding::OtherPerson => verifier::Finding::OtherPerson,
        Finding::Still => verifier::Finding::Still,
        Finding::Spoof => verifier::Finding::Spoof,
    }
}
