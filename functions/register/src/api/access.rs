//! Signing in, devices, staff.

use super::Refusals;
use crate::staff::StaffRole;
use crate::{devices, otp, sessions, staff};
use common::page::Page;
use common::problem::ProblemBody;

/// Send a one-time code to a phone
///
/// To any phone, known or not. It is good for 5 minutes and 5 tries.
#[utoipa::path(
    post, path = "/v1/register/otp", tag = "register", operation_id = "ask_otp", security(()),
    request_body = otp::Ask,
    responses(
        (status = 202, description = "It is on its way.", body = otp::Sent),
        (status = 429, description = "`phone_limited`, `rate_limited`: see `Retry-After`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn otp() {}

/// Sign in
///
/// With a code to the phone; or with the login code of a social network, which a first sign-in with both ties to the phone.
/// The social code may also be sent under the name `<network>_code`.
#[utoipa::path(
    post, path = "/v1/register/sessions", tag = "register", operation_id = "sign_in", security(()),
    request_body = sessions::SignIn,
    responses(
        (status = 201, description = "A session.", body = sessions::SignedIn),
        (status = 409, description = "`tied_elsewhere`: the social account belongs to another phone.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`wrong_code`, `code_over`, `social_code_over`, `phone_needed`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn sign_in() {}

/// Get the next token
///
/// A refresh token is good for once; one that comes back ends the whole session.
#[utoipa::path(
    post, path = "/v1/register/sessions/refresh", tag = "register", operation_id = "refresh_session", security(()),
    request_body = devices::Ask,
    responses(
        (status = 200, description = "The next token.", body = sessions::SignedIn),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn refresh() {}

/// List devices
///
/// Those that are signed in, and those that were within 90 days.
#[utoipa::path(
    get, path = "/v1/register/sessions", tag = "register", operation_id = "list_sessions",
    responses(
        (status = 200, description = "Devices.", body = devices::Devices),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn sessions() {}

/// Sign a device out
///
/// A second time is the same as once.
#[utoipa::path(
    delete, path = "/v1/register/sessions/{id}", tag = "register", operation_id = "end_session",
    params(
        ("id" = String, Path, description = "`ses_<ULID>`."),
    ),
    responses(
        (status = 204, description = "It is signed out."),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn end_session() {}

/// Make an account for staff
///
/// Administrators only. Staff signs in with a code to its phone.
#[utoipa::path(
    post, path = "/v1/register/staff", tag = "register", operation_id = "create_staff",
    params(
        ("Idempotency-Key" = String, Header, min_length = 8, max_length = 128,
            description = "The same key and body give the first answer again; another body is a 409."),
    ),
    request_body = staff::New,
    responses(
        (status = 201, description = "The account.", body = staff::Staff),
        (status = 409, description = "`phone_in_use`, `idempotency_key_reused`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn create_staff() {}

/// List staff
///
/// Administrators only.
#[utoipa::path(
    get, path = "/v1/register/staff", tag = "register", operation_id = "list_staff",
    params(
        ("role" = Option<StaffRole>, Query, description = "Of this role."),
        ("limit" = Option<u32>, Query, description = "1 to 100; 20 when absent.", minimum = 1, maximum = 100),
        ("cursor" = Option<String>, Query, description = "`next_cursor` of the page before."),
    ),
    responses(
        (status = 200, description = "A page.", body = Page<staff::Staff>),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn list_staff() {}

/// Disable an account of staff
///
/// Administrators only. Who is disabled is signed out everywhere; a second time is the same as once.
#[utoipa::path(
    post, path = "/v1/register/staff/{id}/disable", tag = "register", operation_id = "disable_staff",
    params(
        ("id" = String, Path, description = "`usr_<ULID>`."),
    ),
    responses(
        (status = 200, description = "The account.", body = staff::Staff),
        (status = 404, description = "`not_found`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`own_account`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn disable_staff() {}

/// Enable it again
///
/// Administrators only. Who is disabled is signed out everywhere; a second time is the same as once.
#[utoipa::path(
    post, path = "/v1/register/staff/{id}/enable", tag = "register", operation_id = "enable_staff",
    params(
        ("id" = String, Path, description = "`usr_<ULID>`."),
    ),
    responses(
        (status = 200, description = "The account.", body = staff::Staff),
        (status = 404, description = "`not_found`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`own_account`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn enable_staff() {}
