//! Messages and statistics.

use super::Refusals;
use crate::accepted::Accepted;
use crate::door_json::Json;
use crate::message::Message;
use crate::read::Events;
use crate::state::State;
use crate::stats::{By, Stats};
use common::page::Page;
use common::problem::ProblemBody;

/// Send a message to one or many phones
///
/// When this answers 202, each message is stored and is handed to a gateway or ends visibly otherwise. A keyword, an
/// opt-out or a limit stops single messages: they are `dead` with the reason, the others go on. Notices and advertising
/// wait for the end of the quiet hours.
#[utoipa::path(
    post, path = "/v1/sms-send/messages", tag = "sms-send", operation_id = "send_messages",
    params(("Idempotency-Key" = String, Header, min_length = 8, max_length = 128,
        description = "The same key and body give the first answer again; another body is a 409.")),
    request_body = Json,
    responses(
        Refusals,
        (status = 202, description = "Accepted.", body = Accepted),
        (status = 409, description = "`idempotency_key_reused`.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 413, description = "`too_large`: over 128 kB.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`template_not_approved`; `quiet_hours`: it would expire before they end.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`; `phone_limited`: a one-time code to a phone that has had its \
            share. See `Retry-After`.", body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn send() {}

/// List messages
///
/// The newest first; a system sees its own, an administrator all.
#[utoipa::path(
    get, path = "/v1/sms-send/messages", tag = "sms-send", operation_id = "list_messages",
    params(
        ("client_ref" = Option<String>, Query, description = "The caller's own name."),
        ("to" = Option<String>, Query, description = "A number."),
        ("from" = Option<String>, Query, description = "Accepted at this time (RFC 3339) or later.", format = DateTime),
        ("until" = Option<String>, Query, description = "Accepted before this time (RFC 3339).", format = DateTime),
        ("state" = Option<State>, Query, description = "Where it is."),
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 when absent.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses((status = 200, description = "A page.", body = Page<Message>), Refusals)
)]
#[expect(dead_code, reason = "a description only")]
pub fn list() {}

/// Look at a message
#[utoipa::path(
    get, path = "/v1/sms-send/messages/{id}", tag = "sms-send", operation_id = "get_message",
    params(
        ("id" = String, Path, description = "`msg_<ULID>`."),
        ("reveal" = Option<bool>, Query, description = "Show number and text; administrators only, and it is written \
            into the audit log."),
    ),
    responses(
        (status = 200, description = "The message.", body = Message),
        (status = 404, description = "`not_found`, for administrators.",
            body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn get() {}

/// Follow a message's life
#[utoipa::path(
    get, path = "/v1/sms-send/messages/{id}/events", tag = "sms-send", operation_id = "list_message_events",
    params(("id" = String, Path, description = "`msg_<ULID>`.")),
    responses(
        (status = 200, description = "Every step with its time and reason.", body = Events),
        (status = 404, description = "`not_found`, for administrators.",
            body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn events() {}

/// Take a message back
///
/// Only while it waits for its time or for a gateway. A second time is the same as once.
#[utoipa::path(
    post, path = "/v1/sms-send/messages/{id}/cancel", tag = "sms-send", operation_id = "cancel_message",
    params(("id" = String, Path, description = "`msg_<ULID>`.")),
    responses(
        (status = 200, description = "It is not sent.", body = Message),
        (status = 404, description = "`not_found`, for administrators.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`wrong_state`: it is no longer waiting.",
            body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn cancel() {}

/// Send a message again that failed, expired, is dead or unknown
///
/// From the beginning and past the same guards; any gateway may get it. One that is unknown may arrive twice: it stays
/// unknown until a gateway has it.
#[utoipa::path(
    post, path = "/v1/sms-send/messages/{id}/replay", tag = "sms-send", operation_id = "replay_message",
    params(("id" = String, Path, description = "`msg_<ULID>`.")),
    responses(
        (status = 200, description = "It waits to be sent again.", body = Message),
        (status = 404, description = "`not_found`, for administrators.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`wrong_state`: it did not come to a bad end and is not unknown.",
            body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`stopped`: a keyword, an opt-out or a limit stops it.",
            body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn replay() {}

/// Statistics
///
/// Success, speed and cost of the messages accepted in a time of at most 31 days; of the caller's own, for an
/// administrator of all.
#[utoipa::path(
    get, path = "/v1/sms-send/stats", tag = "sms-send", operation_id = "sms_stats",
    params(
        ("by" = Option<By>, Query, description = "What is put together; `vendor` when absent."),
        ("from" = Option<String>, Query, description = "RFC 3339; a day before `until` when absent.", format = DateTime),
        ("until" = Option<String>, Query, description = "RFC 3339; now when absent.", format = DateTime),
        ("format" = Option<String>, Query, description = "`json` or `csv`."),
    ),
    responses(
        (status = 200, description = "Statistics.", content((Stats = "application/json"), (String = "text/csv"))),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn stats() {}
