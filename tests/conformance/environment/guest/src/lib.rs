//! Lists its environment: what the manifest gives and nothing of the host's own.
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(_request: Request) -> impl IntoResponse {
    let mut entries: Vec<String> = std::env::vars().map(|(name, value)| format!("{name}={value}")).collect();
    entries.sort();
    format!("[{}]", entries.join(","))
}
