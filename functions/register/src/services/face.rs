//! Faces, judged and compared by `face-compare`.

use super::{call, read};
use crate::desk::Desk;
use crate::outside::{Outside, Service};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use common::problem::Problem;
use common::store::Store;
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

/// One false match in 10,000.
pub const THRESHOLD: u8 = 50;

/// What the patient is to do before the camera; the frames are sent to this case.
#[derive(Clone, Debug, Deserialize, Serialize, ToSchema)]
#[schema(as = CaseChallenge)]
pub struct Challenge {
    /// `chl_<ULID>`.
    pub challenge_id: String,
    /// blink, open_mouth, turn_left, turn_right; in this order, the head straight before, between and after.
    pub actions: Vec<String>,
    /// To be sent with the frames.
    pub nonce: String,
    /// The frames must be here by then.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// From the first frame to the last, at most.
    pub longest_ms: u32,
    /// Fewest and most frames.
    pub frames: Vec<usize>,
}

/// What the frames show.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "as `face-compare` describes them")]
pub struct Verdict {
    pub live: bool,
    pub reasons: Vec<String>,
    pub same_person_in_all_frames: bool,
    pub best_frame: Option<usize>,
    pub best_frame_digest: Option<String>,
    pub model_version: String,
}

/// How alike two faces are.
#[derive(Debug, Deserialize)]
#[expect(missing_docs, reason = "as `face-compare` describes them")]
pub struct Comparison {
    pub score: f64,
    pub same_person: bool,
    pub model_version: String,
}

/// Makes a challenge; the key gives the same one again.
///
/// # Errors
/// 503 `face_unavailable`.
pub async fn challenge<S: Store, O: Outside>(desk: &Desk<'_, S, O>, key: &str) -> Result<Challenge, Problem> {
    let headers = [("idempotency-key", key)];
    let answer =
        call(desk, Service::Face, "/liveness/challenges", "application/json", &headers, b"{}".to_vec()).await?;
    read(Service::Face, &answer)
}

/// Has the frames of a challenge judged: the form as the patient sent it.
///
/// # Errors
/// As `face-compare` says; 503 `face_unavailable`.
pub async fn frames<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    challenge_id: &str,
    media_type: &str,
    form: Vec<u8>,
) -> Result<Verdict, Problem> {
    let path = format!("/liveness/challenges/{challenge_id}/frames");
    let answer = call(desk, Service::Face, &path, media_type, &[], form).await?;
    read(Service::Face, &answer)
}

/// Compares the portrait of a card (`image_a`) with a frame (`image_b`).
///
/// # Errors
/// As `face-compare` says; 503 `face_unavailable`.
pub async fn compare<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    portrait: &[u8],
    frame: &[u8],
) -> Result<Comparison, Problem> {
    let (image_a, image_b) = (BASE64.encode(portrait), BASE64.encode(frame));
    let body = json!({"image_a": image_a, "image_b": image_b, "several": "largest", "threshold": THRESHOLD});
    let body = body.to_string().into_bytes();
    let answer = call(desk, Service::Face, "/compare", "application/json", &[], body).await?;
    read(Service::Face, &answer)
}
