//! The function's OpenAPI description; paths and types come from the code.

use common::call::Reply;
use common::problem::Problem;
use utoipa::OpenApi;

#[derive(OpenApi)]
#[openapi(
    info(title = "ca-sign", description = "Medical documents, their signatures, and what proves them."),
    tags((name = "ca-sign", description = "Documents and signatures"))
)]
struct Api;

/// `GET openapi.json`.
///
/// # Errors
/// Never in practice: the document has a JSON form.
pub fn reply() -> Result<Reply, Problem> {
    Reply::json(200, &common::openapi::document(Api::openapi()))
}
