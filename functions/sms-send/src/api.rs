//! The function's OpenAPI description; paths and types come from the code.

use common::call::Reply;
use common::problem::{Problem, ProblemBody};
use utoipa::{IntoResponses, OpenApi};

mod delivery;
mod doors;
mod lists;
mod messages;
mod templates;

#[derive(OpenApi)]
#[openapi(
    info(title = "sms-send", description = "Short messages."),
    paths(
        messages::send,
        messages::list,
        messages::get,
        messages::events,
        messages::cancel,
        messages::replay,
        messages::stats,
        templates::create,
        templates::list,
        templates::get,
        templates::change,
        templates::review,
        templates::preview,
        lists::keywords,
        lists::add_keywords,
        lists::remove_keyword,
        lists::optouts,
        lists::add_optout,
        lists::remove_optout,
        doors::soap,
        doors::wsdl,
        doors::inbound,
        delivery::gateways,
        delivery::receipts,
        delivery::hooks,
        delivery::replay_hook,
        healthz,
    ),
    tags((name = "sms-send", description = "Short messages"))
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
    /// `no_credential`, `bad_credential`.
    #[response(status = 401, content_type = "application/problem+json")]
    Unknown(ProblemBody),
    /// `forbidden`: the caller's role may not, or the object is not the caller's, if there is one.
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(ProblemBody),
    /// `rate_limited`: see `Retry-After`.
    #[response(status = 429, content_type = "application/problem+json")]
    Often(ProblemBody),
    /// `configuration`, `store_unavailable`, `store_busy`: try again later.
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(ProblemBody),
}

/// Whether the function can work
#[utoipa::path(
    get, path = "/v1/sms-send/healthz", tag = "sms-send", operation_id = "sms_send_health", security(()),
    responses((status = 204, description = "It can."), (status = 503, description = "It cannot.",
        body = ProblemBody, content_type = "application/problem+json"))
)]
#[expect(dead_code, reason = "a description only")]
fn healthz() {}
