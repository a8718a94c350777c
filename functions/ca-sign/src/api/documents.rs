//! Documents: written, read, ended, proved, put on paper.

use super::Refusals;
use crate::document::{Role, State, end, show, write};
use crate::link;
use common::problem::ProblemBody;
use utoipa::ToSchema;

/// A PDF file.
#[derive(ToSchema)]
#[schema(as = DocumentPaper, value_type = String, format = Binary)]
#[expect(dead_code, reason = "a description only")]
pub struct Paper(Vec<u8>);

/// Write a document
///
/// Doctors who are signers; administrators for the hospital. A prescription is checked against the rules and the dictionary; what was
/// sent back, taken back or expired is written anew with `previous`.
#[utoipa::path(
    post, path = "/v1/ca-sign/documents", tag = "ca-sign", operation_id = "write_document",
    params(
        ("Idempotency-Key" = String, Header, min_length = 8, max_length = 128,
            description = "The same key and body give the first answer again; another body is a 409."),
    ),
    request_body = write::Ask,
    responses(
        (status = 201, description = "The document, which nobody has signed.", body = show::Shown),
        (status = 409, description = "`not_sent_back`, `rewritten`, `idempotency_key_reused`, `idempotency_in_progress`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`patient_proof_refused`, `patient_unverified`, `no_signer`; `prescription_refused`: every finding with its paragraph; `glyph_missing`, `text_too_long`, `too_many_pages`: it could not be drawn.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn write() {}

/// List documents
///
/// A doctor's own, the newest first; a patient's complete ones; those that wait for a pharmacist, the oldest first; all for administrators
/// and hospital systems.
#[utoipa::path(
    get, path = "/v1/ca-sign/documents", tag = "ca-sign", operation_id = "list_documents",
    params(
        ("state" = Option<State>, Query, description = "Of this state."),
        ("next_signer" = Option<Role>, Query, description = "Waiting for this one's signature."),
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 when absent.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page.", body = show::Listed),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn list() {}

/// Look at a document
///
/// Its author, its patient, pharmacists, administrators, hospital systems; each look is in the audit log.
#[utoipa::path(
    get, path = "/v1/ca-sign/documents/{id}", tag = "ca-sign", operation_id = "get_document",
    params(
        ("id" = String, Path, description = "`doc_<ULID>`."),
    ),
    responses(
        (status = 200, description = "The document.", body = show::Shown),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn get() {}

/// Send a prescription back
///
/// Pharmacists only, while it is their turn. A second time is the same as once.
#[utoipa::path(
    post, path = "/v1/ca-sign/documents/{id}/send-back", tag = "ca-sign", operation_id = "send_document_back",
    params(
        ("id" = String, Path, description = "`doc_<ULID>`."),
    ),
    request_body = end::Ask,
    responses(
        (status = 200, description = "The document.", body = show::Shown),
        (status = 409, description = "`document_over`, `out_of_order`, `signature_under_way`, `document_changed`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn send_back() {}

/// Take a document back
///
/// Its author, and administrators. A signature that is under way is taken back at the authority. A second time is the same as once.
#[utoipa::path(
    post, path = "/v1/ca-sign/documents/{id}/void", tag = "ca-sign", operation_id = "void_document",
    params(
        ("id" = String, Path, description = "`doc_<ULID>`."),
    ),
    request_body = end::Ask,
    responses(
        (status = 200, description = "The document.", body = show::Shown),
        (status = 409, description = "`document_over`, `document_changed`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn void() {}

/// Download what proves a document
///
/// For `cargo xtask verify-evidence` and anybody else, offline: content, signatures, timestamps, certificates, revocation lists, audit log.
#[utoipa::path(
    get, path = "/v1/ca-sign/documents/{id}/evidence", tag = "ca-sign", operation_id = "get_document_evidence",
    params(
        ("id" = String, Path, description = "`doc_<ULID>`."),
    ),
    responses(
        (status = 200, description = "The bundle.", body = serde_json::Value),
        (status = 409, description = "`not_signed`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn evidence() {}

/// Download a document as PDF
///
/// Drawn once when all have signed, then sealed by the hospital where it has a seal.
#[utoipa::path(
    get, path = "/v1/ca-sign/documents/{id}/pdf", tag = "ca-sign", operation_id = "get_document_pdf",
    params(
        ("id" = String, Path, description = "`doc_<ULID>`."),
    ),
    responses(
        (status = 200, description = "A5, with a code that opens its verification.", body = Paper, content_type = "application/pdf"),
        (status = 409, description = "`not_complete`; `document_over`: it was taken back.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`glyph_missing`, `text_too_long`, `too_many_pages`: it cannot be drawn.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn pdf() {}

/// Make a link to the PDF
///
/// For the patient, and the pharmacy that the patient chooses; it opens without an account for 15 minutes.
#[utoipa::path(
    post, path = "/v1/ca-sign/documents/{id}/links", tag = "ca-sign", operation_id = "link_document",
    params(
        ("id" = String, Path, description = "`doc_<ULID>`."),
    ),
    responses(
        (status = 201, description = "The link.", body = link::Link),
        (status = 409, description = "`not_complete`; `document_over`: it was taken back.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn link() {}
