//! Reads a mounted file, and tries what a read-only mount must refuse.
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let outcome = match request.uri().path() {
        "/read" => std::fs::read_to_string("/mounted/hello.txt"),
        "/write" => std::fs::write("/mounted/hello.txt", "changed").map(|()| "written".to_owned()),
        "/create" => std::fs::write("/mounted/new.txt", "new").map(|()| "created".to_owned()),
        "/remove" => std::fs::remove_file("/mounted/hello.txt").map(|()| "removed".to_owned()),
        _ => std::fs::read_to_string("/mounted/../spin.toml"),
    };
    outcome.unwrap_or_else(|_| "refused".to_owned())
}
