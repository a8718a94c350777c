//! Keywords and opt-outs.

use super::Refusals;
use crate::{keywords, optouts};
use common::page::Page;
use common::problem::ProblemBody;

/// List keywords
#[utoipa::path(
    get, path = "/v1/sms-send/keywords", tag = "sms-send", operation_id = "list_keywords",
    params(
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 when absent.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses((status = 200, description = "A page, the newest first.", body = Page<keywords::Keyword>), Refusals)
)]
#[expect(dead_code, reason = "a description only")]
pub fn keywords() {}

/// Add keywords
///
/// A message that holds one is not sent, also where the word is written with separators, in full width or in
/// traditional characters.
#[utoipa::path(
    post, path = "/v1/sms-send/keywords", tag = "sms-send", operation_id = "add_keywords",
    request_body = keywords::Json,
    responses(
        (status = 201, description = "They are kept, new or old.", body = keywords::Keywords),
        (status = 409, description = "`too_many`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn add_keywords() {}

/// Remove a keyword
#[utoipa::path(
    delete, path = "/v1/sms-send/keywords/{id}", tag = "sms-send", operation_id = "remove_keyword",
    params(("id" = String, Path, description = "`kw_<ULID>`.")),
    responses((status = 204, description = "It is gone."), Refusals)
)]
#[expect(dead_code, reason = "a description only")]
pub fn remove_keyword() {}

/// List phones that declined
#[utoipa::path(
    get, path = "/v1/sms-send/optouts", tag = "sms-send", operation_id = "list_optouts",
    params(
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 when absent.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses((status = 200, description = "A page, the newest first.", body = Page<optouts::OptOut>), Refusals)
)]
#[expect(dead_code, reason = "a description only")]
pub fn optouts() {}

/// Decline for a phone
///
/// It gets no more notices and advertising, but one-time codes.
#[utoipa::path(
    post, path = "/v1/sms-send/optouts", tag = "sms-send", operation_id = "add_optout",
    request_body = optouts::Json,
    responses((status = 201, description = "It is kept, new or old.", body = optouts::OptOut), Refusals)
)]
#[expect(dead_code, reason = "a description only")]
pub fn add_optout() {}

/// Let a phone have messages again
#[utoipa::path(
    delete, path = "/v1/sms-send/optouts/{id}", tag = "sms-send", operation_id = "remove_optout",
    params(("id" = String, Path, description = "`opt_<ULID>`.")),
    responses((status = 204, description = "It is gone."), Refusals)
)]
#[expect(dead_code, reason = "a description only")]
pub fn remove_optout() {}
