//! One's own account.

use super::Refusals;
use crate::me;
use crate::me::{consents, erasure, phone, trail};
use common::page::Page;
use common::problem::ProblemBody;

/// Look at one's own account
#[utoipa::path(
    get, path = "/v1/register/me", tag = "register", operation_id = "get_me",
    responses(
        (status = 200, description = "The account, masked.", body = me::Me),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn get() {}

/// Change what one is called
///
/// Patients only.
#[utoipa::path(
    patch, path = "/v1/register/me", tag = "register", operation_id = "change_me",
    request_body = me::Changes,
    responses(
        (status = 200, description = "The account.", body = me::Me),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn change() {}

/// Change the phone
///
/// With a code to the old phone and one to the new, both asked for with the purpose `change_phone`. Signs out everywhere.
#[utoipa::path(
    post, path = "/v1/register/me/phone", tag = "register", operation_id = "change_phone",
    request_body = phone::Change,
    responses(
        (status = 200, description = "The account.", body = me::Me),
        (status = 409, description = "`phone_in_use`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`wrong_code`, `code_over`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn phone() {}

/// Take a member out of the family
///
/// The record stays.
#[utoipa::path(
    delete, path = "/v1/register/me/family/{id}", tag = "register", operation_id = "leave_family",
    params(
        ("id" = String, Path, description = "`pat_<ULID>`."),
    ),
    responses(
        (status = 204, description = "The member has left."),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn leave() {}

/// List consents
#[utoipa::path(
    get, path = "/v1/register/me/consents", tag = "register", operation_id = "list_consents",
    responses(
        (status = 200, description = "Consents.", body = consents::Consents),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn consents() {}

/// Record a consent
///
/// The page shows the text first.
#[utoipa::path(
    post, path = "/v1/register/me/consents", tag = "register", operation_id = "give_consent",
    params(
        ("Idempotency-Key" = String, Header, min_length = 8, max_length = 128,
            description = "The same key and body give the first answer again; another body is a 409."),
    ),
    request_body = consents::New,
    responses(
        (status = 201, description = "The consent.", body = consents::Consent),
        (status = 409, description = "`idempotency_key_reused`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn give() {}

/// Withdraw a consent
///
/// A second time is the same as once.
#[utoipa::path(
    delete, path = "/v1/register/me/consents/{id}", tag = "register", operation_id = "withdraw_consent",
    params(
        ("id" = String, Path, description = "`cns_<ULID>`."),
    ),
    responses(
        (status = 204, description = "It is withdrawn."),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn withdraw() {}

/// Get everything that is kept about one
#[utoipa::path(
    get, path = "/v1/register/me/export", tag = "register", operation_id = "export_me",
    params(
        ("format" = Option<String>, Query, description = "`json` or `html`."),
    ),
    responses(
        (status = 200, description = "Everything.", content((serde_json::Value = "application/json"), (String = "text/html"))),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn export() {}

/// Have the account erased
///
/// With a code to the phone (purpose `sign_in`). Records that the law wants kept are erased when their last hold ends.
#[utoipa::path(
    post, path = "/v1/register/me/erasure", tag = "register", operation_id = "erase_me",
    request_body = erasure::Ask,
    responses(
        (status = 200, description = "The account is gone.", body = erasure::Erasure),
        (status = 422, description = "`wrong_code`, `code_over`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn erase() {}

/// See who did what to one's data
///
/// The newest first.
#[utoipa::path(
    get, path = "/v1/register/me/audit", tag = "register", operation_id = "my_audit",
    params(
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 when absent.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page.", body = Page<trail::Entry>),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn trail() {}
