//! The function's OpenAPI description; paths and types come from the code.

use crate::document::content::Text;
use crate::prescription::Prescription;
use common::call::Reply;
use common::problem::{Problem, ProblemBody};
use utoipa::{IntoResponses, OpenApi};

mod dictionary;
mod documents;
mod signatures;
mod signers;
mod verification;

#[derive(OpenApi)]
#[openapi(
    info(title = "ca-sign", description = "Medical documents, their signatures, and what proves them."),
    paths(
        signers::enrol,
        signers::list,
        signers::get,
        signers::suspend,
        signers::activate,
        signers::revoke,
        signers::refresh,
        signers::seal,
        signers::authorise,
        signers::authorisations,
        signers::end_authorisation,
        documents::write,
        documents::list,
        documents::get,
        documents::send_back,
        documents::void,
        documents::evidence,
        documents::pdf,
        documents::link,
        signatures::begin,
        signatures::get,
        signatures::callback,
        verification::paper,
        verification::by_code,
        verification::verify,
        dictionary::search,
        dictionary::load,
        dictionary::templates,
        dictionary::put_template,
        dictionary::delete_template,
        tick,
        healthz,
    ),
    // What `content` of a document is, by its kind.
    components(schemas(Prescription, Text)),
    tags((name = "ca-sign", description = "Documents and signatures"))
)]
struct Api;

/// `GET openapi.json`.
///
/// # Errors
/// Never in practice: the document has a JSON form.
pub fn reply() -> Result<Reply, Problem> {
    common::openapi::reply(Api::openapi())
}

/// What any route may answer.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description only")]
enum Refusals {
    /// `bad_json`, `bad_field`, `idempotency_key_missing`: the request is malformed.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(ProblemBody),
    /// `no_credential`, `bad_credential`.
    #[response(status = 401, content_type = "application/problem+json")]
    Unknown(ProblemBody),
    /// `forbidden`: the caller's role may not, or the object is not the caller's, if there is one.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemBody),
    /// `too_large`.
    #[response(status = 413, content_type = "application/problem+json")]
    Large(ProblemBody),
    /// `rate_limited`: see `Retry-After`.
    #[response(status = 429, content_type = "application/problem+json")]
    Often(ProblemBody),
    /// `configuration`, `store_unavailable`, `store_busy`, `register_unavailable`, and of the authority: `authority_unavailable`,
    /// `authority_busy`, `authority_lost`.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
}

/// What anybody may be answered, who shows no credential.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "a description only")]
enum PublicRefusals {
    /// `bad_json`, `bad_field`: the request is malformed.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(ProblemBody),
    /// `too_large`.
    #[response(status = 413, content_type = "application/problem+json")]
    Large(ProblemBody),
    /// `rate_limited`: see `Retry-After`.
    #[response(status = 429, content_type = "application/problem+json")]
    Often(ProblemBody),
    /// `configuration`, `store_unavailable`, `store_busy`, `authority_unavailable`.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
}

/// Do what is due
///
/// Hospital systems and administrators, where the host has no ticker of its own: what was lost is asked after, what was received is
/// verified, what is over ends. It may be called twice and from several places.
#[utoipa::path(
    post, path = "/v1/ca-sign/tick", tag = "ca-sign", operation_id = "ca_sign_tick",
    responses((status = 200, description = "How many `signatures`, `documents` and `signers` were looked at.", body = serde_json::Value), Refusals)
)]
#[expect(dead_code, reason = "a description only")]
fn tick() {}

/// Whether the function can work
#[utoipa::path(
    get, path = "/v1/ca-sign/healthz", tag = "ca-sign", operation_id = "ca_sign_health", security(()),
    responses((status = 204, description = "It can."), (status = 503, description = "It cannot.",
        body = ProblemBody, content_type = "application/problem+json"))
)]
#[expect(dead_code, reason = "a description only")]
fn healthz() {}
