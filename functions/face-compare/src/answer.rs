//! What is answered.

use crate::action::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Scores and how often two different persons reach them.
pub const THRESHOLDS: [Threshold; 3] = [
    Threshold { score: 40, false_match_rate: 1e-3 },
    Threshold { score: 50, false_match_rate: 1e-4 },
    Threshold { score: 60, false_match_rate: 1e-5 },
];

/// A score and its meaning.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = FaceThreshold)]
pub struct Threshold {
    /// 0 to 100.
    pub score: u8,
    /// Share of comparisons of two different persons that reach it; see the engine's README for whose faces.
    pub false_match_rate: f64,
}

/// A rectangle in pixels of the picture as sent (after EXIF rotation).
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = FaceBox)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Area {
    pub x: f32,
    pub y: f32,
    pub width: f32,
    pub height: f32,
}

/// How fit a face is for comparing.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = FaceQuality)]
pub struct Quality {
    /// 0 to 1, larger is sharper.
    pub sharpness: f32,
    /// 0 to 1.
    pub brightness: f32,
    /// Estimated degrees, positive to the person's own left.
    pub yaw: f32,
    /// Estimated degrees, positive upwards.
    pub pitch: f32,
    /// Degrees, positive clockwise.
    pub roll: f32,
    /// Pixels between the eyes.
    pub eye_distance: f32,
    /// Share of the face inside the picture.
    pub completeness: f32,
}

/// A face that was found.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
pub struct Face {
    /// Where.
    pub r#box: Area,
    /// 0 to 1.
    pub confidence: f32,
    /// The person's right eye, left eye, nose tip, right and left corner of the mouth, each `[x, y]`.
    #[schema(value_type = Vec<Vec<f32>>)]
    pub landmarks: [[f32; 2]; 5],
    /// How fit it is.
    pub quality: Quality,
}

/// The faces of both pictures.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = FacePair)]
pub struct Faces {
    /// Of `image_a`.
    pub a: Face,
    /// Of `image_b`.
    pub b: Face,
}

/// How alike two faces are.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = FaceComparison)]
pub struct Comparison {
    /// 0 to 100; what it means stands in `thresholds`.
    pub score: f32,
    /// Whether the score reaches the threshold asked for.
    pub same_person: bool,
    /// The one asked for.
    pub threshold: u8,
    /// Those there are.
    pub thresholds: [Threshold; 3],
    /// What was compared.
    pub faces: Faces,
    /// Engine and models.
    #[schema(example = "face-engine 0.1.0 (yunet 2023mar, sface 2021dec)")]
    pub model_version: String,
    /// Time in the engine.
    pub duration_ms: u64,
}

impl Comparison {
    /// For the audit log.
    #[must_use]
    pub fn words(&self) -> String {
        format!("{} {:.1}", if self.same_person { "same" } else { "different" }, self.score)
    }
}

/// What one picture looks like by itself.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = FacePresence)]
pub struct Presence {
    /// 0 to 1, larger is more likely a living person than a print or a screen. A weak signal: the challenge is the check.
    pub score: f32,
    /// Whether it is at least 0.5.
    pub live: bool,
    /// The face that was judged.
    pub face: Face,
    /// Engine and models.
    pub model_version: String,
    /// Time in the engine.
    pub duration_ms: u64,
}

/// A challenge that was made.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = FaceChallenge)]
pub struct Challenge {
    /// For the address of its frames.
    #[schema(example = "chl_01JD0000000000000000000000")]
    pub challenge_id: String,
    /// To be done in this order, the head straight before, between and after.
    pub actions: Vec<Action>,
    /// To be sent with the frames.
    pub nonce: String,
    /// The frames must be here by then.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// From the first frame to the last, at most.
    pub longest_ms: u32,
    /// Fewest and most frames.
    #[schema(value_type = Vec<usize>, example = json!([8, 40]))]
    pub frames: [usize; 2],
}

/// What the frames of a challenge show.
#[derive(Clone, Debug, PartialEq, Serialize, ToSchema)]
#[schema(as = FaceVerdict)]
pub struct Verdict {
    /// Whether a living person did what was asked.
    pub live: bool,
    /// Why not; empty when live.
    pub reasons: Vec<Reason>,
    /// Actions seen in the order asked for.
    pub actions_seen: u32,
    /// Whether every frame shows one and the same person.
    pub same_person_in_all_frames: bool,
    /// The silent score of the frames in which the person looks straight, 0 to 1.
    pub silent_score: f32,
    /// Number of the frame to compare with a portrait, from 0.
    pub best_frame: Option<u32>,
    /// Its digest.
    #[schema(example = "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0")]
    pub best_frame_digest: Option<String>,
    /// Engine and models.
    pub model_version: String,
    /// Time in the engine.
    pub duration_ms: u64,
}

/// Why frames do not pass.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FaceReason)]
pub enum Reason {
    /// Too few or too many.
    FrameCount,
    /// Times do not increase, span too much or leave gaps.
    BadTimes,
    /// A frame shows no face.
    NoFace,
    /// A frame shows several.
    SeveralFaces,
    /// The face fills the frame.
    TooClose,
    /// The face is too small.
    TooSmall,
    /// The frames are too dark.
    TooDark,
    /// The frames are blurred.
    Blurred,
    /// The person did not begin by looking straight at the camera.
    NoBaseline,
    /// An action is missing or out of order, or another one was done.
    ActionMissing,
    /// Some frames show somebody else.
    OtherPerson,
    /// Frames are repeated.
    Still,
    /// It looks like a print or a screen.
    Spoof,
    /// Frames were sent for another challenge before.
    Replayed,
}

impl Reason {
    /// Names separated by commas.
    #[must_use]
    pub fn list(reasons: &[Self]) -> String {
        let name = |reason: &Self| serde_json::to_value(reason).ok()?.as_str().map(str::to_owned);
        reasons.iter().filter_map(name).collect::<Vec<_>>().join(",")
    }
}
