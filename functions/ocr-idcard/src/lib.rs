//! Reads resident identity cards over HTTP: `POST /v1/ocr-idcard/read`.
//!
//! Nothing of the picture or of what was read is logged or stored: the audit log holds who asked, the SM3 digest of
//! the image, and the side or the reason why it was not read.

pub mod api;
pub mod failure;
pub mod policy;
pub mod reading;
pub mod request;
pub mod warning;

#[cfg(target_family = "wasm")]
mod reader;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macros write the entry points here")]
mod guest {
    use crate::{api, policy, reader, request};
    use common::audit::{self, Entry};
    use common::auth::Principal;
    use common::call::{Call, Reply};
    use common::guest::{self, Answer, Body, Sql};
    use common::problem::Problem;
    use http::Method;
    use policy::FUNCTION;
    use sm3::{Digest, Sm3};
    use spin_sdk::http::Request;

    pub mod bindings {
        #![allow(missing_docs, reason = "generated")]
        spin_sdk::wit_bindgen::generate!({
            path: "../../wit/ocr", world: "client", runtime_path: "::spin_sdk::wit_bindgen::rt",
        });
    }

    #[spin_sdk::http_service]
    async fn handle(request: Request) -> Answer {
        guest::serve(request, async |call, body| match (&call.method, call.segments(FUNCTION.id).as_slice()) {
            (&Method::POST, ["read"]) => read(call, body).await,
            (&Method::GET, ["healthz"]) => health(call).await,
            (&Method::GET, ["openapi.json"]) => {
                let json = api::json().map_err(|error| Problem::internal(error.to_string()))?;
                Ok(Reply::new(200, "application/json", json.into_bytes()))
            }
            (_, ["read"]) => Err(Problem::method_not_allowed("POST")),
            (_, ["healthz" | "openapi.json"]) => Err(Problem::method_not_allowed("GET")),
            _ => Err(Problem::not_found()),
        })
        .await
    }

    async fn read(call: &Call, body: &mut Body) -> Result<Reply, Problem> {
        let caller = guest::admit(&FUNCTION, call, &policy::READ).await?;
        let body = body.read(call, request::body_limit(call)?).await?;
        let ask = request::parse(call, body)?;
        let digest = format!("sm3:{}", hex::encode(Sm3::digest(&ask.image)));
        let outcome = reader::read(ask, call.now).await;
        match outcome {
            Ok(reading) => {
                record(call, &caller, &digest, reading.side.name()).await?;
                Reply::json(200, &reading)
            }
            Err(failure) => {
                let problem = Problem::from(failure);
                record(call, &caller, &digest, problem.code).await?;
                Err(problem)
            }
        }
    }

    async fn record(call: &Call, caller: &Principal, object: &str, result: &str) -> Result<(), Problem> {
        let actor = caller.actor();
        let (at, request_id) = (call.now, &call.request_id);
        let entry = Entry { at, request_id, actor: &actor, action: "read", object, result };
        audit::append(&Sql, FUNCTION.tables, &entry, &[]).await?;
        Ok(())
    }

    async fn health(call: &Call) -> Result<Reply, Problem> {
        guest::ready(&FUNCTION, call.now).await?;
        Ok(Reply::empty(204))
    }
}
