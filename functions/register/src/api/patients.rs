//! Patients as hospital systems and functions see them.

use super::Refusals;
use crate::patients;
use crate::patients::{holds, merge, proof};
use common::problem::ProblemBody;

/// Look at a patient
///
/// Hospital systems only; the patient sees that it was looked at.
#[utoipa::path(
    get, path = "/v1/register/patients/{id}", tag = "register", operation_id = "get_patient",
    params(
        ("id" = String, Path, description = "`pat_<ULID>`."),
    ),
    responses(
        (status = 200, description = "The record.", body = patients::Patient),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn get() {}

/// Look at a patient as FHIR R4 `Patient`
///
/// Hospital systems only. The id may be written with a hyphen, as in the resource.
#[utoipa::path(
    get, path = "/v1/register/fhir/Patient/{id}", tag = "register", operation_id = "get_fhir_patient",
    params(
        ("id" = String, Path, description = "`pat_<ULID>`."),
    ),
    responses(
        (status = 200, description = "The resource.", body = serde_json::Value, content_type = "application/fhir+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn fhir() {}

/// List why a record must be kept
///
/// Hospital systems only.
#[utoipa::path(
    get, path = "/v1/register/patients/{id}/holds", tag = "register", operation_id = "list_holds",
    params(
        ("id" = String, Path, description = "`pat_<ULID>`."),
    ),
    responses(
        (status = 200, description = "Holds.", body = holds::Holds),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn holds() {}

/// Keep a record from being erased
///
/// Hospital systems only.
#[utoipa::path(
    post, path = "/v1/register/patients/{id}/holds", tag = "register", operation_id = "place_hold",
    params(
        ("id" = String, Path, description = "`pat_<ULID>`."),
        ("Idempotency-Key" = String, Header, min_length = 8, max_length = 128,
            description = "The same key and body give the first answer again; another body is a 409."),
    ),
    request_body = holds::New,
    responses(
        (status = 201, description = "The hold.", body = holds::Hold),
        (status = 409, description = "`idempotency_key_reused`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn place() {}

/// Release a hold
///
/// By the system that placed it.
#[utoipa::path(
    delete, path = "/v1/register/patients/{id}/holds/{hold}", tag = "register", operation_id = "release_hold",
    params(
        ("id" = String, Path, description = "`pat_<ULID>`."),
        ("hold" = String, Path, description = "`hld_<ULID>`."),
    ),
    responses(
        (status = 204, description = "It is released."),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn release() {}

/// Merge a record into another one
///
/// Administrators only, for two records of one person. Who asks for the old one gets the one that stays.
#[utoipa::path(
    post, path = "/v1/register/patients/{id}/merge", tag = "register", operation_id = "merge_patient",
    params(
        ("id" = String, Path, description = "`pat_<ULID>`."),
    ),
    request_body = merge::Ask,
    responses(
        (status = 200, description = "It is merged.", body = merge::Merged),
        (status = 404, description = "`not_found`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 409, description = "`less_known`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn merge() {}

/// Get an identity proof
///
/// A JWT for one function, good for 10 minutes; no personal data is in it.
#[utoipa::path(
    post, path = "/v1/register/identity-proof", tag = "register", operation_id = "make_identity_proof",
    request_body = proof::Ask,
    responses(
        (status = 201, description = "The proof.", body = proof::Proven),
        (status = 422, description = "`not_verified`.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn proof() {}
