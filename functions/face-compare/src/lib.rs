//! Compares faces and checks that a living person is before the camera: `/v1/face-compare/`.
//!
//! Nothing of a face is stored or logged but scores, verdicts, SM3 digests and the model's version; the portrait that a
//! session compares with is kept, sealed, until the session has ended.

pub mod action;
pub mod answer;
pub mod api;
pub mod challenge;
pub mod failure;
pub mod policy;
pub mod recording;
pub mod request;
pub mod schema;
pub mod session;

#[cfg(target_family = "wasm")]
mod handle;
#[cfg(target_family = "wasm")]
mod record;
#[cfg(target_family = "wasm")]
mod verifier;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macros write the entry points here")]
mod guest {
    use crate::policy::FUNCTION;
    use crate::session::handle::{sessions, tick};
    use crate::{api, handle};
    use common::call::Reply;
    use common::guest::{self, Answer};
    use common::problem::Problem;
    use http::Method;
    use spin_sdk::http::Request;

    pub mod bindings {
        #![allow(missing_docs, reason = "generated")]
        spin_sdk::wit_bindgen::generate!({
            path: "../../wit/face", world: "client", runtime_path: "::spin_sdk::wit_bindgen::rt",
        });
    }

    #[spin_sdk::http_service]
    async fn entry(request: Request) -> Answer {
        guest::serve(request, async |call, body| match (&call.method, call.segments(FUNCTION.id).as_slice()) {
            (&Method::POST, ["compare"]) => handle::compare(call, body).await,
            (&Method::POST, ["liveness", "silent"]) => handle::silent(call, body).await,
            (&Method::POST, ["liveness", "challenges"]) => handle::make(call, body).await,
            (&Method::POST, ["liveness", "challenges", id, "frames"]) => handle::judge(call, body, id).await,
            (_, ["sessions", rest @ ..]) => sessions(call, body, rest).await,
            (&Method::POST, ["tick"]) => tick(call).await,
            (&Method::GET, ["healthz"]) => guest::ready(&FUNCTION, call.now).await.map(|()| Reply::empty(204)),
            (&Method::GET, ["openapi.json"]) => {
                let json = api::json().map_err(|error| Problem::internal(error.to_string()))?;
                Ok(Reply::new(200, "application/json", json.into_bytes()))
            }
            (
                _,
                ["compare" | "tick"] | ["liveness", "silent" | "challenges"] | ["liveness", "challenges", _, "frames"],
            ) => Err(Problem::method_not_allowed("POST")),
            (_, ["healthz" | "openapi.json"]) => Err(Problem::method_not_allowed("GET")),
            _ => Err(Problem::not_found()),
        })
        .await
    }
}
