//! One account at one SMS vendor behind private HTTP: `POST /v1/sms-gateway/{submit,query,receipts}`.
//!
//! A function can fill an import with one component, and SMS wants several vendors at once. So this function stands in
//! `spin.toml` once for each account, with its own adapter, variables and private route; whoever sends messages picks
//! one by its address. Each account scales, hangs and breaks by itself. It keeps no state and lets in functions only.
//!
//! [`contract`] says what goes in and out; nothing of a message is logged.

pub mod contract;

#[cfg(target_family = "wasm")]
mod sender;

#[cfg(target_family = "wasm")]
#[allow(unsafe_code, reason = "the macros write the entry points here")]
mod guest {
    use crate::contract::{Callback, Query, Submit};
    use crate::sender;
    use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
    use common::call::{Call, Reply};
    use common::guest::{self, Answer, Body};
    use common::json;
    use common::problem::Problem;
    use http::Method;
    use serde::de::DeserializeOwned;
    use spin_sdk::http::Request;

    pub mod bindings {
        #![allow(missing_docs, reason = "generated")]
        spin_sdk::wit_bindgen::generate!({
            path: "../../wit/sms", world: "client", runtime_path: "::spin_sdk::wit_bindgen::rt",
        });
    }

    const FUNCTION: &str = "sms-gateway";
    /// A message, or a question about one.
    const MESSAGE_BYTES: usize = 64 << 10;
    /// A callback of 1 MB in base64.
    const CALLBACK_BYTES: usize = 2 << 20;

    #[spin_sdk::http_service]
    async fn handle(request: Request) -> Answer {
        guest::serve(request, async |call, body| match (&call.method, call.segments(FUNCTION).as_slice()) {
            (&Method::POST, ["submit"]) => submit(call, body).await,
            (&Method::POST, ["query"]) => query(call, body).await,
            (&Method::POST, ["receipts"]) => receipts(call, body).await,
            (&Method::GET, ["healthz"]) => Ok(Reply::empty(204)),
            (_, ["submit" | "query" | "receipts"]) => Err(Problem::method_not_allowed("POST")),
            (_, ["healthz"]) => Err(Problem::method_not_allowed("GET")),
            _ => Err(Problem::not_found()),
        })
        .await
    }

    async fn submit(call: &Call, body: &mut Body) -> Result<Reply, Problem> {
        let submit: Submit = read(call, body, MESSAGE_BYTES).await?;
        submit.check()?;
        Reply::json(200, &sender::submit(submit).await)
    }

    async fn query(call: &Call, body: &mut Body) -> Result<Reply, Problem> {
        let query: Query = read(call, body, MESSAGE_BYTES).await?;
        query.check()?;
        match sender::query(query).await {
            Ok(found) => Reply::json(200, &found),
            Err(outcome) => Reply::json(200, &outcome),
        }
    }

    async fn receipts(call: &Call, body: &mut Body) -> Result<Reply, Problem> {
        let callback: Callback = read(call, body, CALLBACK_BYTES).await?;
        let bytes = BASE64.decode(callback.body);
        let bytes = bytes.map_err(|_| Problem::bad_field("body", "不是 base64", "not base64"))?;
        match sender::receipts(callback.content_type, bytes) {
            Ok(received) => Reply::json(200, &received),
            Err(outcome) => Reply::json(200, &outcome),
        }
    }

    async fn read<T: DeserializeOwned>(call: &Call, body: &mut Body, limit: usize) -> Result<T, Problem> {
        guest::admit_service(FUNCTION, call).await?;
        json::parse(&body.read(call, limit).await?)
    }
}
