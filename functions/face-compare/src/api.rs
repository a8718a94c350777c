//! The function's OpenAPI description; paths and types come from the code.

mod sessions;

use crate::answer::{Challenge, Comparison, Presence, Verdict};
use crate::recording::FramesForm;
use crate::request::{ImageForm, ImageJson, PairForm, PairJson, Photo};
use common::problem::ProblemBody;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(title = "face-compare", description = "Compares faces and checks that a living person is before the camera."),
    paths(compare, silent, challenge, frames, sessions::make, sessions::read, sessions::show, sessions::agree, sessions::decline,
        sessions::ask, sessions::judge, healthz),
    tags((name = "face-compare", description = "Faces. Ask for separate consent, and offer a way without a face. Not certified to \
        ISO/IEC 30107-3; injected video is not stopped. Nothing of a face is stored but scores, verdicts and digests, \
        and the portrait of a session until it has ended."))
)]
struct Api;

/// The document as JSON.
///
/// # Errors
/// Never in practice: the document has a JSON form.
pub fn json() -> Result<String, serde_json::Error> {
    serde_json::to_string(&common::openapi::document(Api::openapi()))
}

/// Compare two faces
///
/// Real names want a threshold of 50; 40 is for use beside a second proof. Nothing of the pictures is stored.
#[utoipa::path(
    post, path = "/v1/face-compare/compare", tag = "face-compare", operation_id = "compare_faces",
    request_body(
        description = "JPEG, PNG or WebP, each at most 10 MB and 40 megapixels, the body at most 15 MB.",
        content((PairJson = "application/json"), (PairForm = "multipart/form-data"))
    ),
    responses(
        (status = 200, description = "The faces were compared.", body = Comparison),
        (status = 400, description = "`bad_field`, `bad_json`, `bad_form`: the request is malformed; `bad_image`: an image is \
            damaged or over a limit.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`no_credential`, `bad_credential`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`too_large`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_format`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`no_face`, `several_faces`, `too_small`, `blurred`, `turned`, `covered`, `too_dark`: \
            another photograph is needed.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`: see `Retry-After`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`engine_unavailable`, `store_unavailable`, `store_busy`: try again later.",
            body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[expect(dead_code, reason = "a description only")]
fn compare() {}

/// Judge one picture by itself
///
/// A weak signal against prints and screens; the challenge is the check. The whole head with room around it has to be in the picture.
#[utoipa::path(
    post, path = "/v1/face-compare/liveness/silent", tag = "face-compare", operation_id = "judge_silent_liveness",
    request_body(
        description = "JPEG, PNG or WebP, at most 10 MB and 40 megapixels.",
        content((Photo = "image/jpeg"), (Photo = "image/png"), (Photo = "image/webp"),
            (ImageForm = "multipart/form-data"), (ImageJson = "application/json"))
    ),
    responses(
        (status = 200, description = "The picture was judged.", body = Presence),
        (status = 400, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "As for `compare`, and `too_close`: the face fills the picture.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[expect(dead_code, reason = "a description only")]
fn silent() {}

/// Make a challenge
///
/// Two or three actions in an order nobody knows before. It can be used once, by this caller, for 30 seconds.
#[utoipa::path(
    post, path = "/v1/face-compare/liveness/challenges", tag = "face-compare", operation_id = "make_liveness_challenge",
    params(("Idempotency-Key" = String, Header, description = "8 to 128 visible ASCII characters; the same key gives the same challenge.")),
    responses(
        (status = 201, description = "The challenge.", body = Challenge),
        (status = 400, description = "`idempotency_key_missing`, `bad_field`, `bad_json`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`idempotency_key_reused`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[expect(dead_code, reason = "a description only")]
fn challenge() {}

/// Send the frames of a challenge
///
/// The challenge is used up by it, whatever the verdict.
#[utoipa::path(
    post, path = "/v1/face-compare/liveness/challenges/{challenge_id}/frames", tag = "face-compare",
    operation_id = "judge_liveness_challenge",
    params(("challenge_id" = String, Path, description = "As it was made.")),
    request_body(content = FramesForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "The verdict.", body = Verdict),
        (status = 400, description = "`bad_field`, `bad_form`, `bad_image`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`: not this caller's challenge, or none.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`challenge_used`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`challenge_expired`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`too_large`: a frame over 1 MB, or all over 15 MB.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_format`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[expect(dead_code, reason = "a description only")]
fn frames() {}

/// Whether the function can work
#[utoipa::path(
    get, path = "/v1/face-compare/healthz", tag = "face-compare", operation_id = "face_compare_health", security(()),
    responses((status = 204, description = "It can."), (status = 503, description = "It cannot.",
        body = ProblemBody, content_type = "application/problem+json"))
)]
#[expect(dead_code, reason = "a description only")]
fn healthz() {}
