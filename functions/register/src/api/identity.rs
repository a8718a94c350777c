//! Cases of real name, and their review.

use super::Refusals;
use crate::identity::{confirm, start, view};
use crate::services::face::Challenge;
use common::problem::ProblemBody;
use utoipa::ToSchema;

/// An image file.
#[derive(ToSchema)]
#[schema(as = CardPhoto, value_type = String, format = Binary)]
#[expect(dead_code, reason = "a description only")]
pub struct Photo(Vec<u8>);

/// The form's part.
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description only")]
pub struct CardForm {
    image: Photo,
}

/// The form's parts.
#[derive(ToSchema)]
#[schema(as = CaseFramesForm)]
#[expect(dead_code, reason = "a description only")]
pub struct FramesForm {
    /// Of the challenge.
    nonce: String,
    /// When each frame was taken, in milliseconds, separated by commas.
    times: String,
    /// JPEG files in the order they were taken, not mirrored, each at most 1 MB.
    #[schema(value_type = Vec<String>, format = Binary)]
    frame: Vec<Vec<u8>>,
}

/// Start a case of real name
///
/// Steps: `id_card_front`, `id_card_back`, `confirm`, `liveness`, `compare`; `next` says which. It can be resumed for 24 hours.
/// Each step may be repeated; why one failed stays in the case.
#[utoipa::path(
    post, path = "/v1/register/identity", tag = "register", operation_id = "start_identity_case",
    params(
        ("Idempotency-Key" = String, Header, min_length = 8, max_length = 128,
            description = "The same key and body give the first answer again; another body is a 409."),
    ),
    request_body = start::Ask,
    responses(
        (status = 201, description = "The case.", body = view::View),
        (status = 409, description = "`family_full`, `idempotency_key_reused`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`holder_unverified`: family wants a holder whose real name is known.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`too_many_cases`, `rate_limited`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn start() {}

/// List cases
#[utoipa::path(
    get, path = "/v1/register/identity", tag = "register", operation_id = "list_identity_cases",
    responses(
        (status = 200, description = "Cases.", body = view::Views),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn list() {}

/// Look at a case
///
/// What comes next, and why the last step failed.
#[utoipa::path(
    get, path = "/v1/register/identity/{case}", tag = "register", operation_id = "get_identity_case",
    params(
        ("case" = String, Path, description = "`idc_<ULID>`."),
    ),
    responses(
        (status = 200, description = "The case.", body = view::View),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn get() {}

/// Give a case up
///
/// What it knew is gone.
#[utoipa::path(
    delete, path = "/v1/register/identity/{case}", tag = "register", operation_id = "cancel_identity_case",
    params(
        ("case" = String, Path, description = "`idc_<ULID>`."),
    ),
    responses(
        (status = 200, description = "The case.", body = view::View),
        (status = 409, description = "`case_changed`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn cancel() {}

/// Photograph the side with the portrait
///
/// The photograph as it is, or a form with it. The same one again costs no try.
#[utoipa::path(
    post, path = "/v1/register/identity/{case}/id_card_front", tag = "register", operation_id = "identity_id_card_front",
    params(
        ("case" = String, Path, description = "`idc_<ULID>`."),
    ),
    request_body(
        description = "JPEG, PNG or WebP, at most 10 MB.",
        content((Photo = "image/jpeg"), (Photo = "image/png"), (Photo = "image/webp"), (CardForm = "multipart/form-data"))
    ),
    responses(
        (status = 200, description = "It was read.", body = view::View),
        (status = 409, description = "`wrong_step`: see `next`; `case_closed`; `case_changed`: try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`case_expired`: start a new one.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_format`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`no_card`, `wrong_side`, `blurred`, ...: as `ocr-idcard` says; `card_copy`, `card_recapture`, `card_tampered`, \
            `card_temporary`, `card_expired`, `no_portrait`: take another one; `attempts_exhausted`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn front() {}

/// Photograph the side with the emblem
///
/// The photograph as it is, or a form with it. The same one again costs no try.
#[utoipa::path(
    post, path = "/v1/register/identity/{case}/id_card_back", tag = "register", operation_id = "identity_id_card_back",
    params(
        ("case" = String, Path, description = "`idc_<ULID>`."),
    ),
    request_body(
        description = "JPEG, PNG or WebP, at most 10 MB.",
        content((Photo = "image/jpeg"), (Photo = "image/png"), (Photo = "image/webp"), (CardForm = "multipart/form-data"))
    ),
    responses(
        (status = 200, description = "It was read.", body = view::View),
        (status = 409, description = "`wrong_step`: see `next`; `case_closed`; `case_changed`: try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`case_expired`: start a new one.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_format`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`no_card`, `wrong_side`, `blurred`, ...: as `ocr-idcard` says; `card_copy`, `card_recapture`, `card_tampered`, \
            `card_temporary`, `card_expired`, `no_portrait`: take another one; `attempts_exhausted`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn back() {}

/// Confirm what was read
///
/// With corrections, which are marked; one that a misreading does not explain is looked at by a person.
#[utoipa::path(
    post, path = "/v1/register/identity/{case}/confirm", tag = "register", operation_id = "identity_confirm",
    params(
        ("case" = String, Path, description = "`idc_<ULID>`."),
    ),
    request_body = confirm::Corrections,
    responses(
        (status = 200, description = "The case.", body = view::View),
        (status = 409, description = "`wrong_step`: see `next`; `case_closed`; `case_changed`: try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`case_expired`: start a new one.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`guardian_needed`, `not_a_child`, `card_expired`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn confirm() {}

/// Get a challenge
///
/// Wants the consent `face`. The frames have to be here within 30 seconds.
#[utoipa::path(
    post, path = "/v1/register/identity/{case}/liveness", tag = "register", operation_id = "identity_liveness",
    params(
        ("case" = String, Path, description = "`idc_<ULID>`."),
    ),
    responses(
        (status = 201, description = "The challenge.", body = Challenge),
        (status = 409, description = "`wrong_step`: see `next`; `case_closed`; `case_changed`: try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`case_expired`: start a new one.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`consent_needed`, `attempts_exhausted`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn liveness() {}

/// Send the frames of the challenge
///
/// The form of `POST /v1/face-compare/liveness/challenges/{id}/frames`.
#[utoipa::path(
    post, path = "/v1/register/identity/{case}/liveness/frames", tag = "register", operation_id = "identity_liveness_frames",
    params(
        ("case" = String, Path, description = "`idc_<ULID>`."),
    ),
    request_body(content = FramesForm, content_type = "multipart/form-data"),
    responses(
        (status = 200, description = "A living person was before the camera.", body = view::View),
        (status = 409, description = "`wrong_step`: see `next`; `case_closed`; `case_changed`: try again.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`case_expired`: start a new one.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`not_live`: the reasons stand in the case.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn frames() {}

/// Compare the face with the card
///
/// One false match in 10,000 (score 50). Makes the record; a second time is the same as once.
#[utoipa::path(
    post, path = "/v1/register/identity/{case}/compare", tag = "register", operation_id = "identity_compare",
    params(
        ("case" = String, Path, description = "`idc_<ULID>`."),
    ),
    responses(
        (status = 200, description = "It is the same person: `done`, or `review` where a correction has to be looked at.", body = view::View),
        (status = 409, description = "`wrong_step`, `another_person`, `family_full`, `case_changed`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`case_expired`: start a new one.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`different_person`, `portrait_unusable`, and as `face-compare` says.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn compare() {}

/// Go on without a face
///
/// The card alone gives `document_only`; a person looks at it, and then it is `manual`.
#[utoipa::path(
    post, path = "/v1/register/identity/{case}/document", tag = "register", operation_id = "identity_document",
    params(
        ("case" = String, Path, description = "`idc_<ULID>`."),
    ),
    responses(
        (status = 200, description = "A person looks at it.", body = view::View),
        (status = 409, description = "`wrong_step`, `another_person`, `family_full`, `case_changed`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`case_expired`: start a new one.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn document() {}
