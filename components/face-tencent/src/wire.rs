//! What the component's root says to the interface: faces and failures.

use crate::codes::{Failure, Reason as Why};
use crate::face::Face;
use crate::guest::exports::yunzhen::face::verifier::{self as wit, Area, Error, Point, Quality, Reason, Rejection};

/// A face as the interface has it.
pub fn face(Face { area: [x, y, width, height], landmarks, quality }: Face) -> wit::Face {
    let [a, b, c, d, e] = landmarks.map(|p| Point { x: p.x, y: p.y });
    wit::Face {
        box_: Area { x, y, width, height },
        // The vendor tells of no doubt: what it reports is a face to it.
        confidence: 1.,
        landmarks: (a, b, c, d, e),
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

/// A failure of the picture at this place.
pub fn failure(image: u32, failure: Failure) -> Error {
    let reason = match failure {
        Failure::Unsupported(why) => return Error::Unsupported((image, why)),
        Failure::Invalid(why) => return Error::Invalid((image, why)),
        Failure::Unavailable(why) => return Error::Unavailable(why),
        Failure::Rejected(reason) => reason,
    };
    let reason = match reason {
        Why::NoFace => Reason::NoFace,
        Why::SeveralFaces => Reason::SeveralFaces,
        Why::TooSmall => Reason::TooSmall,
        Why::Blurred => Reason::Blurred,
        Why::Turned => Reason::Turned,
        Why::Covered => Reason::Covered,
        Why::TooDark => Reason::TooDark,
    };
    Error::Rejected(Rejection { image, reason })
}
