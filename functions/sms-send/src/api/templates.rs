//! Templates.

use super::Refusals;
use crate::templates::edit::{CreateJson, PatchJson, ReviewJson};
use crate::templates::{Preview, PreviewJson, View};
use common::page::Page;
use common::problem::ProblemBody;

/// Make a template
///
/// It can be used when an administrator has approved it.
#[utoipa::path(
    post, path = "/v1/sms-send/templates", tag = "sms-send", operation_id = "create_template",
    params(("Idempotency-Key" = String, Header, min_length = 8, max_length = 128,
        description = "The same key and body give the first answer again; another body is a 409.")),
    request_body = CreateJson,
    responses(
        (status = 201, description = "Made.", body = View),
        (status = 409, description = "`name_taken`, `idempotency_key_reused`.",
            body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn create() {}

/// List templates
#[utoipa::path(
    get, path = "/v1/sms-send/templates", tag = "sms-send", operation_id = "list_templates",
    params(
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 when absent.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses((status = 200, description = "A page, the newest first.", body = Page<View>), Refusals)
)]
#[expect(dead_code, reason = "a description only")]
pub fn list() {}

/// Look at a template
#[utoipa::path(
    get, path = "/v1/sms-send/templates/{id}", tag = "sms-send", operation_id = "get_template",
    params(("id" = String, Path, description = "`tpl_<ULID>`.")),
    responses(
        (status = 200, description = "The template.", body = View),
        (status = 404, description = "`not_found`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn get() {}

/// Change a template
///
/// What is absent stays. New words, signature, class or rules have to be approved again.
#[utoipa::path(
    patch, path = "/v1/sms-send/templates/{id}", tag = "sms-send", operation_id = "change_template",
    params(("id" = String, Path, description = "`tpl_<ULID>`.")),
    request_body = PatchJson,
    responses(
        (status = 200, description = "Changed.", body = View),
        (status = 404, description = "`not_found`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`name_taken`; `changed_meanwhile`: read it again.",
            body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn change() {}

/// Approve or reject a template
///
/// For administrators.
#[utoipa::path(
    post, path = "/v1/sms-send/templates/{id}/review", tag = "sms-send", operation_id = "review_template",
    params(("id" = String, Path, description = "`tpl_<ULID>`.")),
    request_body = ReviewJson,
    responses(
        (status = 200, description = "Reviewed.", body = View),
        (status = 404, description = "`not_found`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`changed_meanwhile`: read it again.",
            body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn review() {}

/// Fill a template without sending
#[utoipa::path(
    post, path = "/v1/sms-send/templates/{id}/preview", tag = "sms-send", operation_id = "preview_template",
    params(("id" = String, Path, description = "`tpl_<ULID>`.")),
    request_body = PreviewJson,
    responses(
        (status = 200, description = "As the phone would show it, with length and parts.", body = Preview),
        (status = 404, description = "`not_found`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn preview() {}
