//! Gateways, receipts and reports.

use super::Refusals;
use crate::deliver::report::Report;
use crate::gateways::Gateways;
use common::page::Page;
use common::problem::ProblemBody;

/// List gateways
///
/// In the order in which they stand in for each other.
#[utoipa::path(
    get, path = "/v1/sms-send/gateways", tag = "sms-send", operation_id = "list_gateways",
    responses((status = 200, description = "How each of them is.", body = Gateways), Refusals)
)]
#[expect(dead_code, reason = "a description only")]
pub fn gateways() {}

/// Take a vendor's receipts
///
/// For vendors; the token in the path is the credential, `GET /v1/sms-send/gateways` tells the whole path. The body is
/// the vendor's own, and so is the answer: that they were kept, or that they are to be pushed again.
#[utoipa::path(
    post, path = "/v1/sms-send/receipts/{gateway}/{token}", tag = "sms-send", operation_id = "take_receipts", security(()),
    params(
        ("gateway" = String, Path, description = "The gateway's name."),
        ("token" = String, Path, description = "32 hex digits."),
    ),
    request_body(content = String, content_type = "application/json", description = "At most 1 MB, in the vendor's own form."),
    responses(
        (status = 200, description = "In the vendor's own form."),
        (status = 400, description = "`bad_receipt`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 403, description = "`forbidden`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 429, description = "`rate_limited`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 503, description = "`gateway_unavailable`, `store_unavailable`, `store_busy`.",
            body = ProblemBody, content_type = "application/problem+json"),
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn receipts() {}

/// List reports
///
/// Results of messages as hospital systems are told of them, by webhook or stream.
#[utoipa::path(
    get, path = "/v1/sms-send/hooks", tag = "sms-send", operation_id = "list_reports",
    params(
        ("state" = Option<String>, Query, description = "`waiting`, `done` or `dead`, which it is when absent."),
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 when absent.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses((status = 200, description = "A page, the newest first.", body = Page<Report>), Refusals)
)]
#[expect(dead_code, reason = "a description only")]
pub fn hooks() {}

/// Tell a report once more
#[utoipa::path(
    post, path = "/v1/sms-send/hooks/{id}/replay", tag = "sms-send", operation_id = "replay_report",
    params(("id" = String, Path, description = "`hook_<ULID>`.")),
    responses((status = 200, description = "It waits to be told."), Refusals)
)]
#[expect(dead_code, reason = "a description only")]
pub fn replay_hook() {}
