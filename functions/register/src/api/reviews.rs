//! Cases that a person looks at.

use super::Refusals;
use super::identity::Photo;
use crate::identity::{review, view};
use common::page::Page;
use common::problem::ProblemBody;

/// List cases that wait for a person
///
/// Administrators only; each look is in the audit log.
#[utoipa::path(
    get, path = "/v1/register/reviews", tag = "register", operation_id = "list_reviews",
    params(
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 when absent.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page.", body = Page<review::Review>),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn list() {}

/// Look at a side of the card
///
/// Administrators only; gone when the case ends.
#[utoipa::path(
    get, path = "/v1/register/reviews/{case}/{picture}", tag = "register", operation_id = "get_review_picture",
    params(
        ("case" = String, Path, description = "`idc_<ULID>`."),
        ("picture" = String, Path, description = "`card_front` or `card_back`."),
    ),
    responses(
        (status = 200, description = "The rectified side.", body = Photo, content_type = "image/jpeg"),
        (status = 404, description = "`not_found`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn picture() {}

/// Approve or reject a case
///
/// Administrators only, and nobody his own.
#[utoipa::path(
    post, path = "/v1/register/reviews/{case}", tag = "register", operation_id = "decide_review",
    params(
        ("case" = String, Path, description = "`idc_<ULID>`."),
    ),
    request_body = review::Decision,
    responses(
        (status = 200, description = "The case.", body = view::View),
        (status = 404, description = "`not_found`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`case_closed`, `another_person`, `family_full`, `case_changed`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn decide() {}
