//! The function's OpenAPI description; paths and types come from the code.

use common::call::Reply;
use common::problem::{Problem, ProblemBody};
use utoipa::{IntoResponses, OpenApi};

mod access;
mod identity;
mod me;
mod patients;
mod reviews;

#[derive(OpenApi)]
#[openapi(
    info(title = "register", description = "Accounts, sign-in, staff, and real names."),
    paths(
        access::otp,
        access::sign_in,
        access::refresh,
        access::sessions,
        access::end_session,
        access::create_staff,
        access::list_staff,
        access::disable_staff,
        access::enable_staff,
        reviews::list,
        reviews::picture,
        reviews::decide,
        identity::start,
        identity::list,
        identity::get,
        identity::cancel,
        identity::front,
        identity::back,
        identity::confirm,
        identity::liveness,
        identity::frames,
        identity::compare,
        identity::document,
        me::get,
        me::change,
        me::phone,
        me::leave,
        me::consents,
        me::give,
        me::withdraw,
        me::export,
        me::erase,
        me::trail,
        patients::get,
        patients::fhir,
        patients::holds,
        patients::place,
        patients::release,
        patients::merge,
        patients::proof,
        healthz,
    ),
    tags((name = "register", description = "Accounts and real names"))
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
    /// `bad_json`, `bad_field`: the request is malformed.
    #[response(status = 400, content_type = "application/problem+json")]
    Malformed(ProblemBody),
    /// `no_credential`, `bad_credential`, `session_over`.
    #[response(status = 401, content_type = "application/problem+json")]
    Unknown(ProblemBody),
    /// `forbidden`: the caller's role may not, or the object is not the caller's, if there is one; `account_disabled`.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemBody),
    /// `rate_limited`: see `Retry-After`.
    #[response(status = 429, content_type = "application/problem+json")]
    Often(ProblemBody),
    /// `configuration`, `store_unavailable`, `store_busy`, and `<function>_unavailable` of those that are called.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
}

/// Whether the function can work
#[utoipa::path(
    get, path = "/v1/register/healthz", tag = "register", operation_id = "register_health", security(()),
    responses((status = 204, description = "It can."), (status = 503, description = "It cannot.",
        body = ProblemBody, content_type = "application/problem+json"))
)]
#[expect(dead_code, reason = "a description only")]
fn healthz() {}
