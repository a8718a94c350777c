//! Signatures, and what the authority tells of them.

use super::{PublicRefusals, Refusals};
use crate::document::show;
use crate::signature::{begin, show as signed};
use common::problem::ProblemBody;

/// Sign a document
///
/// Whose turn it is; administrators with the hospital's seal. By code the signature is `waiting` and has an `invitation`; where the
/// authority's answer was lost it is `submitting`, and asked after. It counts once it is `signed`: verified here, with a timestamp.
#[utoipa::path(
    post, path = "/v1/ca-sign/documents/{id}/signatures", tag = "ca-sign", operation_id = "sign_document",
    params(
        ("id" = String, Path, description = "`doc_<ULID>`."),
        ("Idempotency-Key" = String, Header, min_length = 8, max_length = 128,
            description = "The same key and body give the first answer again; another body is a 409."),
    ),
    request_body = begin::Ask,
    responses(
        (status = 200, description = "The document; with the same key as it stands now.", body = show::Shown),
        (status = 409, description = "`document_over`, `out_of_order`, `signature_under_way`, `document_changed`, `idempotency_key_reused`, `idempotency_in_progress`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`pin_wrong`, `pin_not_set`, `authorisation_over`, `certificate_expired`, `unsupported`, `signer_pending`, `signer_suspended`, `signer_revoked`, `signer_expired`, `prescription_refused`, `authority_refused`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn begin() {}

/// Look at a signature
///
/// Whoever may see the document; for those who wait for an approval, every few seconds. Unlike reading the document it leaves no entry in the
/// audit log.
#[utoipa::path(
    get, path = "/v1/ca-sign/documents/{id}/signatures/{signature}", tag = "ca-sign", operation_id = "get_signature",
    params(
        ("id" = String, Path, description = "`doc_<ULID>`."),
        ("signature" = String, Path, description = "`sig_<ULID>`."),
    ),
    responses(
        (status = 200, description = "The signature.", body = signed::Shown),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn get() {}

/// Tell what became of a signature or a signer
///
/// The authority, in its own words and with its own proof of origin. It is acknowledged once it is stored; a second time changes nothing.
#[utoipa::path(
    post, path = "/v1/ca-sign/callbacks/{authority}", tag = "ca-sign", operation_id = "ca_sign_callback", security(()),
    params(
        ("authority" = String, Path, description = "The authority's short name."),
    ),
    request_body(description = "As the authority sends it, at most 8 MB.", content = serde_json::Value),
    responses(
        (status = 200, description = "As the authority wants it: stored.", body = serde_json::Value),
        (status = 404, description = "`not_found`: another authority.", body = ProblemBody, content_type = "application/problem+json"),
        PublicRefusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn callback() {}
