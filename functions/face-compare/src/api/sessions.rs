//! Sessions, as the OpenAPI document tells them.

#![expect(dead_code, reason = "a description only")]

use crate::answer::Challenge;
use crate::recording::FramesForm;
use crate::session::answer::{Made, Report, View};
use crate::session::order::OrderJson;
use common::problem::ProblemBody;
use serde::Deserialize;
use utoipa::ToSchema;

/// The text that was agreed to.
#[derive(Deserialize, ToSchema)]
#[schema(as = FaceAgreement)]
pub struct Agreement {
    /// Its version.
    #[schema(example = "2026-11")]
    version: String,
}

/// Make a session
///
/// Send the person to its `url`: the page asks for consent, runs a challenge with the camera and leads back to `redirect_url`. The portrait is kept,
/// sealed, until the session has ended.
#[utoipa::path(
    post, path = "/v1/face-compare/sessions", tag = "face-compare", operation_id = "make_face_session",
    params(("Idempotency-Key" = String, Header, description = "8 to 128 visible ASCII characters; the same key gives the same session.")),
    request_body(content = OrderJson, content_type = "application/json"),
    responses(
        (status = 201, description = "The session.", body = Made),
        (status = 400, description = "`bad_field`, `bad_json`, `bad_image`, `idempotency_key_missing`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`: hospital systems, functions and administrators only.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`idempotency_key_reused`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`too_large`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_format`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "The portrait cannot be compared; codes as for `compare`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub fn make() {}

/// What became of a session
#[utoipa::path(
    get, path = "/v1/face-compare/sessions/{token}", tag = "face-compare", operation_id = "read_face_session",
    params(("token" = String, Path, description = "As it was made.")),
    responses(
        (status = 200, description = "The session.", body = Report),
        (status = 401, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`: not this caller's session, or none.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub fn read() {}

/// What a session's page shows
///
/// The token is the credential of this and the following requests.
#[utoipa::path(
    get, path = "/v1/face-compare/sessions/{token}/page", tag = "face-compare", operation_id = "show_face_session", security(()),
    params(("token" = String, Path, description = "As it was made.")),
    responses(
        (status = 200, description = "The session.", body = View),
        (status = 403, description = "`forbidden`: no such session.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub fn show() {}

/// Agree to the use of one's face
#[utoipa::path(
    post, path = "/v1/face-compare/sessions/{token}/consent", tag = "face-compare", operation_id = "agree_to_face_session", security(()),
    params(("token" = String, Path, description = "As it was made.")),
    request_body(content = Agreement, content_type = "application/json"),
    responses(
        (status = 200, description = "The session.", body = View),
        (status = 400, description = "`bad_field`, `bad_json`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "As for its page.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`consent_outdated`, `session_ended`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`session_expired`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub fn agree() {}

/// Choose the way without a face
///
/// The session ends as `manual`: a member of staff is to look at the person's document.
#[utoipa::path(
    post, path = "/v1/face-compare/sessions/{token}/manual", tag = "face-compare", operation_id = "decline_face_session", security(()),
    params(("token" = String, Path, description = "As it was made.")),
    responses(
        (status = 200, description = "The session.", body = View),
        (status = 403, description = "As for its page.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`session_ended`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`session_expired`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub fn decline() {}

/// Make a challenge for a session
#[utoipa::path(
    post, path = "/v1/face-compare/sessions/{token}/challenges", tag = "face-compare", operation_id = "make_face_session_challenge",
    security(()),
    params(("token" = String, Path, description = "As it was made.")),
    responses(
        (status = 201, description = "The challenge; the one before cannot be answered any more.", body = Challenge),
        (status = 403, description = "As for its page.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`consent_missing`, `session_ended`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`session_expired`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`, `too_many_challenges`.",
            body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub fn ask() {}

/// Send the frames of a session's challenge
///
/// The best frame is compared with the portrait. The third recording that does not pass ends the session.
#[utoipa::path(
    post, path = "/v1/face-compare/sessions/{token}/frames", tag = "face-compare", operation_id = "judge_face_session", security(()),
    params(("token" = String, Path, description = "As it was made.")),
    request_body(content = FramesForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "The session.", body = View),
        (status = 400, description = "`bad_field`, `bad_form`, `bad_image`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "As for its page.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`consent_missing`, `challenge_missing`, `challenge_used`, `session_ended`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`session_expired`, `challenge_expired`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`too_large`: a frame over 1 MB, or all over 15 MB.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_format`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "As for `compare`.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
pub fn judge() {}
