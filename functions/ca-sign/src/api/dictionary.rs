//! Drugs, and what doctors often write.

use super::Refusals;
use crate::{dictionary, template};
use common::problem::ProblemBody;
use utoipa::ToSchema;

/// A CSV file whose first line names the columns after the fields of `Drug`.
#[derive(ToSchema)]
#[schema(as = DrugTable)]
#[expect(dead_code, reason = "a description only")]
pub struct Table(String);

/// Find drugs
///
/// Doctors, pharmacists, administrators.
#[utoipa::path(
    get, path = "/v1/ca-sign/drugs", tag = "ca-sign", operation_id = "find_drugs",
    params(
        ("q" = Option<String>, Query, description = "What the code begins with, or what name or ingredient holds."),
    ),
    responses(
        (status = 200, description = "Drugs.", body = dictionary::Drugs),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn search() {}

/// Load the drug dictionary
///
/// Administrators only. It takes the place of the one before; what was written before stays as it was.
#[utoipa::path(
    put, path = "/v1/ca-sign/drugs", tag = "ca-sign", operation_id = "load_drugs",
    request_body(description = "UTF-8, at most 16 MB and 100,000 drugs.", content = Table, content_type = "text/csv"),
    responses(
        (status = 200, description = "`dictionary_id`, and how many `drugs`.", body = serde_json::Value),
        (status = 415, description = "`unsupported_format`.", body = ProblemBody, content_type = "application/problem+json"),
        (status = 422, description = "`dictionary_refused`, naming the line.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn load() {}

/// List templates
///
/// The caller's own, by name.
#[utoipa::path(
    get, path = "/v1/ca-sign/templates", tag = "ca-sign", operation_id = "list_document_templates",
    responses(
        (status = 200, description = "Templates.", body = template::Templates),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn templates() {}

/// Keep a template
///
/// One of the same name is replaced.
#[utoipa::path(
    put, path = "/v1/ca-sign/templates", tag = "ca-sign", operation_id = "put_document_template",
    request_body = template::Ask,
    responses(
        (status = 200, description = "All of the caller's.", body = template::Templates),
        (status = 409, description = "`too_many_templates`: 100 are kept.", body = ProblemBody, content_type = "application/problem+json"),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn put_template() {}

/// Delete a template
///
/// A second time is the same as once.
#[utoipa::path(
    delete, path = "/v1/ca-sign/templates/{id}", tag = "ca-sign", operation_id = "delete_document_template",
    params(
        ("id" = String, Path, description = "`tpl_<ULID>`."),
    ),
    responses(
        (status = 204, description = "It is gone."),
        Refusals,
    )
)]
#[expect(dead_code, reason = "a description only")]
pub fn delete_template() {}
