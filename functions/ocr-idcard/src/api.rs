//! The function's OpenAPI description; paths and types come from the code.

use crate::reading::Reading;
use crate::request::{Form, Json, Photo, Wanted};
use common::problem::ProblemBody;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(title = "ocr-idcard", description = "Reads resident identity cards of the People's Republic of China."),
    paths(read, healthz),
    tags((name = "ocr-idcard", description = "Identity cards"))
)]
struct Api;

/// The document as JSON.
///
/// # Errors
/// Never in practice: the document has a JSON form.
pub fn json() -> Result<String, serde_json::Error> {
    serde_json::to_string(&common::openapi::document(Api::openapi()))
}

/// Read one side of one card
///
/// Send the photograph as it is (options then are query parameters), as a form, or in JSON. Nothing of it is stored.
#[utoipa::path(
    post, path = "/v1/ocr-idcard/read", tag = "ocr-idcard", operation_id = "read_identity_card",
    params(
        ("side" = Option<Wanted>, Query, description = "The side expected; image bodies only."),
        ("crops" = Option<bool>, Query, description = "Whether to cut out card and portrait; image bodies only."),
        ("warnings" = Option<String>, Query, description = "Names of alarms to look for, separated by commas; \
            all when absent, none when empty; image bodies only.", example = "copy,recapture"),
    ),
    request_body(
        description = "JPEG, PNG or WebP, at most 10 MB and 40 megapixels.",
        content((Photo = "image/jpeg"), (Photo = "image/png"), (Photo = "image/webp"),
            (Form = "multipart/form-data"), (Json = "application/json"))
    ),
    responses(
        (status = 200, description = "The card was read.", body = Reading),
        (status = 400, description = "`bad_field`, `bad_json`, `bad_form`: the request is malformed; `bad_image`: \
            the image is damaged or over a limit.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 401, description = "`no_credential`, `bad_credential`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`too_large`: over 10 MB.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 415, description = "`unsupported_format`: not a JPEG, PNG or WebP image.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`no_card`, `several_cards`, `wrong_side`, `card_too_small`, `too_dark`, \
            `blurred`: take another photograph.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`: see `Retry-After`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`engine_unavailable`, `store_unavailable`, `store_busy`: try again later.",
            body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[expect(dead_code, reason = "a description only")]
fn read() {}

/// Whether the function can work
#[utoipa::path(
    get, path = "/v1/ocr-idcard/healthz", tag = "ocr-idcard", operation_id = "ocr_idcard_health", security(()),
    responses((status = 204, description = "It can."), (status = 503, description = "It cannot.",
        body = ProblemBody, content_type = "application/problem+json"))
)]
#[expect(dead_code, reason = "a description only")]
fn healthz() {}
