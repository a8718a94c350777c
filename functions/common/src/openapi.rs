//! OpenAPI 3.1 of one function, produced from its code; `portal` merges all of them.

use crate::call::Reply;
use crate::problem::{Problem, ProblemBody};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{Components, OpenApi};

/// `GET openapi.json` of a function.
///
/// # Errors
/// Never in practice: the document has a JSON form.
pub fn reply(document: OpenApi) -> Result<Reply, Problem> {
    Reply::json(200, &self::document(document))
}

/// Completes a function's derived document with what all functions share: problems and the bearer scheme.
#[must_use]
pub fn document(mut document: OpenApi) -> OpenApi {
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .description(Some("An API key of a hospital system, or a user token issued by `register`."))
        .build();
    let components = document.components.get_or_insert_with(Components::new);
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));
    let (name, schema) = (<ProblemBody as utoipa::ToSchema>::name(), <ProblemBody as utoipa::PartialSchema>::schema());
    components.schemas.insert(name.into_owned(), schema);
    document.security = Some(vec![SecurityRequirement::new("bearer", Vec::<String>::new())]);
    document
}
