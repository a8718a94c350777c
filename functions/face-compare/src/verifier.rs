//! The engine behind `yunzhen:face/verifier`, in the terms of the rules.

use crate::action::Action;
use crate::answer::{Area, Comparison, Face, Faces, Presence, Quality, Reason, THRESHOLDS, Verdict};
use crate::failure::{Failure, Why};
use crate::guest::bindings::yunzhen::face::verifier as wit;
use crate::recording::Recording;
use crate::request::{Covered, Pair, Several};
use common::problem::Problem;
use std::time::Instant;

/// Engine and models.
pub fn version() -> String {
    wit::version()
}

/// Compares the faces of two pictures.
///
/// # Errors
/// Which picture is not used and why.
pub async fn compare(pair: Pair) -> Result<Comparison, Problem> {
    let started = Instant::now();
    let (several, threshold, [a, b]) = (pair.several, pair.threshold, pair.images);
    let several = match several {
        Several::Refuse => wit::Several::Refuse,
        Several::Largest => wit::Several::Largest,
    };
    let covered = match pair.covered {
        Covered::Refuse => wit::Covered::Refuse,
        Covered::Accept => wit::Covered::Accept,
    };
    let found = wit::compare(wit::Pair { a, b, several, covered }).await;
    let found = found.map_err(|error| failure(error, |i| if i == 0 { "image_a" } else { "image_b" }.to_owned()))?;
    Ok(Comparison {
        score: found.score,
        same_person: found.score >= f32::from(threshold),
        threshold,
        thresholds: THRESHOLDS,
        faces: Faces { a: face(found.a), b: face(found.b) },
        model_version: version(),
        duration_ms: since(started),
    })
}

/// Judges one picture by itself.
///
/// # Errors
/// Why it is not used.
pub async fn silent(image: Vec<u8>) -> Result<Presence, Problem> {
    let started = Instant::now();
    let found = wit::silent(image).await.map_err(|error| failure(error, |_| String::new()))?;
    Ok(Presence {
        score: found.score,
        live: found.score >= 0.5,
        face: face(found.face),
        model_version: version(),
        duration_ms: since(started),
    })
}

/// Judges the frames of a challenge, whose digests are given.
///
/// # Errors
/// Which frame is no picture.
pub async fn challenge(
    recording: Recording,
    digests: &[String],
    actions: &[Action],
    longest_ms: u32,
) -> Result<Verdict, Problem> {
    let started = Instant::now();
    let frames = recording.frames.into_iter().map(|(time_ms, image)| wit::Frame { image, time_ms }).collect();
    let actions = actions.iter().map(|action| match action {
        Action::Blink => wit::Action::Blink,
        Action::OpenMouth => wit::Action::OpenMouth,
        Action::TurnLeft => wit::Action::TurnLeft,
        Action::TurnRight => wit::Action::TurnRight,
    });
    let recording = wit::Recording { frames, actions: actions.collect(), longest_ms };
    let found = wit::challenge(recording).await.map_err(|error| failure(error, |i| format!("frame {i}")))?;
    let best = found.best_frame.and_then(|i| digests.get(usize::try_from(i).ok()?));
    Ok(Verdict {
        live: found.live,
        reasons: found.findings.into_iter().map(reason).collect(),
        actions_seen: found.actions_seen,
        same_person_in_all_frames: found.same_person,
        silent_score: found.silent,
        best_frame: found.best_frame,
        best_frame_digest: best.map(|digest| format!("sm3:{digest}")),
        model_version: version(),
        duration_ms: since(started),
    })
}

fn since(started: Instant) -> u64 {
    started.elapsed().as_millis().try_into().unwrap_or(u64::MAX)
}

fn face(face: wit::Face) -> Face {
    let (area, quality, (a, b, c, d, e)) = (face.box_, face.quality, face.landmarks);
    Face {
        r#box: Area { x: area.x, y: area.y, width: area.width, height: area.height },
        confidence: face.confidence,
        landmarks: [a, b, c, d, e].map(|point| [point.x, point.y]),
        quality: Quality {
            sharpness: quality.sharpness,
            brightness: quality.brightness,
            yaw: quality.yaw,
            pitch: quality.pitch,
            roll: quality.roll,
            eye_distance: quality.eye_distance,
            completeness: quality.completeness,
        },
    }
}

fn failure(error: wit::Error, name: impl Fn(u32) -> String) -> Problem {
    Problem::from(lift(error, name))
}

fn lift(error: wit::Error, name: impl Fn(u32) -> String) -> Failure {
    let of = |image: u32, why: Why| Failure { picture: name(image), why };
    match error {
        wit::Error::Unsupported((image, why)) => of(image, Why::Unsupported(why)),
        wit::Error::Invalid((image, why)) => of(image, Why::Invalid(why)),
        wit::Error::Unavailable(why) => Failure { picture: String::new(), why: Why::Unavailable(why) },
        wit::Error::Rejected(rejection) => {
            let why = match rejection.reason {
                wit::Reason::NoFace => Why::NoFace,
                wit::Reason::SeveralFaces => Why::SeveralFaces,
                wit::Reason::TooSmall => Why::TooSmall,
                wit::Reason::TooClose => Why::TooClose,
                wit::Reason::Blurred => Why::Blurred,
                wit::Reason::Turned => Why::Turned,
                wit::Reason::Covered => Why::Covered,
                wit::Reason::TooDark => Why::TooDark,
            };
            of(rejection.image, why)
        }
    }
}

fn reason(finding: wit::Finding) -> Reason {
    match finding {
        wit::Finding::FrameCount => Reason::FrameCount,
        wit::Finding::BadTimes => Reason::BadTimes,
        wit::Finding::NoFace => Reason::NoFace,
        wit::Finding::SeveralFaces => Reason::SeveralFaces,
        wit::Finding::TooClose => Reason::TooClose,
        wit::Finding::TooSmall => Reason::TooSmall,
        wit::Finding::TooDark => Reason::TooDark,
        wit::Finding::Blurred => Reason::Blurred,
        wit::Finding::NoBaseline => Reason::NoBaseline,
        wit::Finding::ActionMissing => Reason::ActionMissing,
        wit::Finding::OtherPerson => Reason::OtherPerson,
        wit::Finding::Still => Reason::Still,
        wit::Finding::Spoof => Reason::Spoof,
    }
}
