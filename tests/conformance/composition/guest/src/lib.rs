//! Asks its dependency for each capability in turn, and tells what it answered.
#![allow(unsafe_code, reason = "generated from WIT")]

mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../wit",
        world: "asking",
        runtime_path: "::spin_sdk::wit_bindgen::rt",
    });
}
use bindings::conformance::probe::capabilities;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::{http_service, variables};

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    match request.uri().path() {
        "/variable" => capabilities::variable().await,
        "/file" => capabilities::file().await,
        "/environment" => capabilities::environment().await,
        "/sqlite" => capabilities::sqlite().await,
        "/key-value" => capabilities::key_value().await,
        "/redis" => capabilities::redis(variables::get("redis").await.unwrap_or_default()).await,
        _ => capabilities::outbound().await,
    }
}
