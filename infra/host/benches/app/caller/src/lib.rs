//! Calls the plain function by its private name.
#![allow(unsafe_code, reason = "generated from WIT")]

mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../../wit",
        world: "engine",
        runtime_path: "::spin_sdk::wit_bindgen::rt",
    });
}
use spin_sdk::http::{self, body::IncomingBodyExt};

struct Caller;

impl bindings::exports::bench::app::caller::Guest for Caller {
    async fn call() -> Result<String, String> {
        let answer = http::get("http://plain.spin.internal/plain").await.map_err(|e| e.to_string())?;
        let body = answer.into_body().bytes().await.map_err(|e| e.to_string())?;
        String::from_utf8(body.to_vec()).map_err(|e| e.to_string())
    }
}

bindings::export!(Caller with_types_in bindings);
