//! What anybody may verify, and what links and codes on paper open.

use super::PublicRefusals;
use super::documents::Paper;
use crate::{public, verify};
use common::problem::ProblemBody;

/// Open a link to a PDF
///
/// Whoever has the link.
#[utoipa::path(
    get, path = "/v1/ca-sign/papers/{secret}", tag = "ca-sign", operation_id = "open_paper", security(()),
    params(
        ("secret" = String, Path, description = "Out of the link."),
    ),
    responses(
        (status = 200, description = "The PDF.", body = Paper, content_type = "application/pdf"),
        (status = 404, description = "`not_found`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 410, description = "`link_expired`.", body = ProblemBody, content_type = "application/problem+json"),
        PublicRefusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn paper() {}

/// Verify a document by the code on its paper
///
/// Whoever holds the sheet: the signatures are judged now.
#[utoipa::path(
    get, path = "/v1/ca-sign/verifications/{secret}", tag = "ca-sign", operation_id = "get_verification", security(()),
    params(
        ("secret" = String, Path, description = "Out of the code."),
    ),
    responses(
        (status = 200, description = "The document, and what its signatures prove.", body = public::Shown),
        (status = 404, description = "`not_found`.", body = ProblemBody, content_type = "application/problem+json"),
        PublicRefusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn by_code() {}

/// Verify a signature or a PDF
///
/// Anybody: held against the hospital's roots, point by point. That it does not hold is an answer, no failure.
#[utoipa::path(
    post, path = "/v1/ca-sign/verify", tag = "ca-sign", operation_id = "verify_signature", security(()),
    request_body(description = "At most 12 MB.", content((verify::Ask = "application/json"), (Paper = "application/pdf"))),
    responses(
        (status = 200, description = "The report.", body = verify::Report),
        (status = 415, description = "`unsupported_format`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`pdf_malformed`, `pdf_byte_range_wrong`, `pdf_revisions_not_nested`, `pdf_signature_hidden`, `pdf_changed_between_signatures`, `pdf_changed_after_signature`, `pdf_too_large`: the PDF cannot be trusted as a whole.", body = ProblemBody, content_type = "application/problem+json"),
        PublicRefusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn verify() {}
