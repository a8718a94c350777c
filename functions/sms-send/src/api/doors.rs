//! The web-service door, and the one for answers of phones.

use crate::class::Class;
use crate::inbound;
use common::problem::ProblemBody;

/// Send a message by web service
///
/// SOAP 1.1, document/literal, as the WSDL says. The API key goes with HTTP Basic as the password, or as a bearer
/// token. Errors are faults; their detail holds the same `code` as problems do.
#[utoipa::path(
    post, path = "/v1/sms-send/soap", tag = "sms-send", operation_id = "send_sms_soap",
    params(("class" = Option<Class>, Query,
        description = "What the message is for; when absent, a one-time code where the text speaks of one, else a notice.")),
    request_body(content = String, content_type = "text/xml", description = "An envelope of at most 64 kB, without DTD."),
    responses(
        (status = 200, description = "`SendSmsResponse`.", body = String, content_type = "text/xml"),
        (status = 401, description = "A fault: `no_credential`, `bad_credential`.", body = String, content_type = "text/xml"),
        (status = 500, description = "A fault.", body = String, content_type = "text/xml"),
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn soap() {}

/// Describe the web service
///
/// The address in it is the one it was asked at; with `class` it stays part of the address.
#[utoipa::path(
    get, path = "/v1/sms-send/soap", tag = "sms-send", operation_id = "get_wsdl", security(()),
    params(
        ("wsdl" = String, Query, allow_reserved, description = "Its presence is enough."),
        ("class" = Option<Class>, Query, description = "What messages sent to this address are for."),
    ),
    responses((status = 200, description = "WSDL 1.1.", body = String, content_type = "text/xml"))
)]
#[expect(dead_code, reason = "a description only")]
pub fn wsdl() {}

/// Take a phone's answer
///
/// For vendors; the token in the path is the credential. An answer such as 退订 or T is an opt-out, others are not kept.
#[utoipa::path(
    post, path = "/v1/sms-send/inbound/{gateway}/{token}", tag = "sms-send", operation_id = "take_inbound", security(()),
    params(
        ("gateway" = String, Path, description = "The gateway's name."),
        ("token" = String, Path, description = "32 hex digits."),
    ),
    request_body = inbound::Json,
    responses(
        (status = 200, description = "Taken.", body = inbound::InboundResult),
        (status = 400, description = "`bad_json`, `bad_field`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`store_unavailable`, `store_busy`.",
            body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn inbound() {}
