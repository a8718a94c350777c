//! Serves the pages (`clients/h5`, mounted at `/h5`) and the OpenAPI document of the whole application.

pub mod merge;
pub mod page;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macro writes the entry point here")]
mod guest {
    use crate::{merge, page};
    use common::call::{Call, Reply};
    use common::guest::{self, Answer};
    use common::problem::Problem;
    use futures::future::try_join_all;
    use http::{Method, header};
    use serde_json::Value;
    use spin_sdk::http::Request;
    use spin_sdk::http::body::IncomingBodyExt;

    /// Where the pages are mounted.
    const FOLDER: &str = "/h5";

    #[spin_sdk::http_service]
    async fn handle(request: Request) -> Answer {
        guest::serve(request, async |call, _| {
            let mut reply = match (&call.method, call.path.as_str()) {
                (&Method::GET | &Method::HEAD, "/openapi.json") => openapi().await?,
                (&Method::GET | &Method::HEAD, path) => file(call, path)?,
                _ => return Err(Problem::method_not_allowed("GET")),
            };
            if call.method == Method::HEAD {
                reply.body.clear();
            }
            Ok(reply)
        })
        .await
    }

    fn file(call: &Call, path: &str) -> Result<Reply, Problem> {
        let (name, media_type) = page::file(path).ok_or_else(Problem::not_found)?;
        // Whatever stands in the way (no such file, a folder), there is nothing to see.
        let content = std::fs::read(format!("{FOLDER}/{name}")).map_err(|_| Problem::not_found())?;
        Ok(page::reply(call, media_type, content))
    }

    async fn openapi() -> Result<Reply, Problem> {
        let functions = std::env::var("FUNCTIONS").unwrap_or_default();
        let ids = functions.split([',', ' ']).filter(|id| !id.is_empty());
        let documents = try_join_all(ids.map(document)).await?;
        let merged = merge::merge(&documents).map_err(|why| Problem::internal(format!("openapi: {why}")))?;
        Ok(Reply::json(200, &merged)?.with(header::CACHE_CONTROL, "no-cache"))
    }

    async fn document(id: &str) -> Result<(String, Value), Problem> {
        let failed = |why: String| Problem::unavailable("function_unavailable", format!("{id}: {why}"));
        let url = format!("http://{id}.spin.internal/v1/{id}/openapi.json");
        let answer = spin_sdk::http::get(url).await.map_err(|error| failed(error.to_string()))?;
        if answer.status() != 200 {
            return Err(failed(format!("answered {}", answer.status())));
        }
        let body = answer.into_body().bytes().await.map_err(|error| failed(error.to_string()))?;
        let document = serde_json::from_slice(&body).map_err(|error| failed(error.to_string()))?;
        Ok((id.to_owned(), document))
    }
}
