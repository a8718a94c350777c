//! Signers, and what they approve beforehand.

use super::Refusals;
use crate::signer::{authorise, enrol, list};
use common::page::Page;
use common::problem::ProblemBody;
use utoipa::ToSchema;

/// A PNG file.
#[derive(ToSchema)]
#[schema(as = SealPicture, value_type = String, format = Binary)]
#[expect(dead_code, reason = "a description only")]
pub struct Picture(Vec<u8>);

/// Enrol a signer
///
/// Administrators only. The authority makes the certificate, perhaps not before the person has done something: then the signer is `pending`
/// and has an `invitation`. Whoever is `expired` or `revoked` is enrolled anew as the same signer.
#[utoipa::path(
    post, path = "/v1/ca-sign/signers", tag = "ca-sign", operation_id = "enrol_signer",
    params(
        ("Idempotency-Key" = String, Header, min_length = 8, max_length = 128,
            description = "The same key and body give the first answer again; another body is a 409."),
    ),
    request_body = enrol::Ask,
    responses(
        (status = 201, description = "The signer.", body = list::Shown),
        (status = 409, description = "`signer_exists`, `idempotency_key_reused`, `idempotency_in_progress`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`glyph_missing` in the name, `authority_refused`, `certificate_of_another`, `unsupported`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn enrol() {}

/// List signers
///
/// Administrators only; the oldest first.
#[utoipa::path(
    get, path = "/v1/ca-sign/signers", tag = "ca-sign", operation_id = "list_signers",
    params(
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 when absent.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page.", body = Page<list::Shown>),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn list() {}

/// Look at a signer
///
/// Administrators, and staff its own.
#[utoipa::path(
    get, path = "/v1/ca-sign/signers/{id}", tag = "ca-sign", operation_id = "get_signer",
    params(
        ("id" = String, Path, description = "`sgn_<ULID>`, or `me` for the caller's own."),
    ),
    responses(
        (status = 200, description = "The signer.", body = list::Shown),
        (status = 404, description = "`no_signer`: the caller is none.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn get() {}

/// Keep a signer from signing
///
/// Administrators only, until it is activated; a second time is the same as once.
#[utoipa::path(
    post, path = "/v1/ca-sign/signers/{id}/suspend", tag = "ca-sign", operation_id = "suspend_signer",
    params(
        ("id" = String, Path, description = "`sgn_<ULID>`."),
    ),
    responses(
        (status = 200, description = "The signer.", body = list::Shown),
        (status = 409, description = "`signer_revoked`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn suspend() {}

/// Let a signer sign again
///
/// Administrators only. As the authority says; wrong pins are forgotten.
#[utoipa::path(
    post, path = "/v1/ca-sign/signers/{id}/activate", tag = "ca-sign", operation_id = "activate_signer",
    params(
        ("id" = String, Path, description = "`sgn_<ULID>`."),
    ),
    responses(
        (status = 200, description = "The signer.", body = list::Shown),
        (status = 409, description = "`signer_revoked`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`authority_refused`, `certificate_of_another`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn activate() {}

/// Have a certificate revoked
///
/// Administrators only, for good. What was signed before stays good.
#[utoipa::path(
    post, path = "/v1/ca-sign/signers/{id}/revoke", tag = "ca-sign", operation_id = "revoke_signer",
    params(
        ("id" = String, Path, description = "`sgn_<ULID>`."),
    ),
    responses(
        (status = 200, description = "The signer.", body = list::Shown),
        (status = 422, description = "`unsupported`, `authority_refused`: the signer is suspended all the same.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn revoke() {}

/// Ask the authority how a signer stands
///
/// Administrators only.
#[utoipa::path(
    post, path = "/v1/ca-sign/signers/{id}/refresh", tag = "ca-sign", operation_id = "refresh_signer",
    params(
        ("id" = String, Path, description = "`sgn_<ULID>`."),
    ),
    responses(
        (status = 200, description = "The signer.", body = list::Shown),
        (status = 409, description = "`signer_revoked`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`authority_refused`, `certificate_of_another`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn refresh() {}

/// Store the picture of a seal
///
/// Administrators, and staff its own. It is drawn beside the signature and proves nothing.
#[utoipa::path(
    put, path = "/v1/ca-sign/signers/{id}/seal", tag = "ca-sign", operation_id = "put_seal",
    params(
        ("id" = String, Path, description = "`sgn_<ULID>`."),
    ),
    request_body(description = "At most 256 KB, at most 1,024 pixels a side.", content = Picture, content_type = "image/png"),
    responses(
        (status = 204, description = "It is stored."),
        (status = 415, description = "`unsupported_format`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`seal_invalid`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn seal() {}

/// Approve signatures beforehand
///
/// The signer itself; administrators for the hospital's seal. For a shift: a time and a number.
#[utoipa::path(
    post, path = "/v1/ca-sign/signers/{id}/authorisations", tag = "ca-sign", operation_id = "authorise_signatures",
    params(
        ("id" = String, Path, description = "`sgn_<ULID>`."),
        ("Idempotency-Key" = String, Header, min_length = 8, max_length = 128,
            description = "The same key and body give the first answer again; another body is a 409."),
    ),
    request_body = authorise::Ask,
    responses(
        (status = 201, description = "The authorisation; `pending` with an `invitation` where the authority asks the person.", body = authorise::Authorisation),
        (status = 409, description = "`idempotency_key_reused`, `idempotency_in_progress`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`pin_wrong`, `pin_not_set`, `unsupported`, `signer_pending`, `signer_suspended`, `signer_revoked`, `signer_expired`, `authority_refused`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn authorise() {}

/// List authorisations
///
/// The signer itself; administrators those of the hospital's seal.
#[utoipa::path(
    get, path = "/v1/ca-sign/signers/{id}/authorisations", tag = "ca-sign", operation_id = "list_authorisations",
    params(
        ("id" = String, Path, description = "`sgn_<ULID>`."),
    ),
    responses(
        (status = 200, description = "Authorisations.", body = authorise::Authorisations),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn authorisations() {}

/// End an authorisation
///
/// The signer itself; administrators one of the hospital's seal. A second time is the same as once.
#[utoipa::path(
    delete, path = "/v1/ca-sign/signers/{id}/authorisations/{authorisation}", tag = "ca-sign", operation_id = "end_authorisation",
    params(
        ("id" = String, Path, description = "`sgn_<ULID>`."),
        ("authorisation" = String, Path, description = "`aut_<ULID>`."),
    ),
    responses(
        (status = 204, description = "It is over."),
        (status = 422, description = "`unsupported`, `authority_refused`: it is over here all the same.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn end_authorisation() {}
