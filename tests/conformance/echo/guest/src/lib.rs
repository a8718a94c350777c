//! Says back what it was asked: method, path, query and some headers, then the body.
use spin_sdk::http::body::IncomingBodyExt;
use spin_sdk::http::{HeaderMap, HeaderValue, IntoResponse, Request, StatusCode};
use spin_sdk::http_service;

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let uri = request.uri().clone();
    let header =
        |name: &str| request.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("-").to_owned();
    let head = format!(
        "{} {} query={} x-test={} route={} rest={} client={}\n",
        request.method(),
        uri.path(),
        uri.query().unwrap_or("-"),
        header("x-test"),
        header("spin-matched-route"),
        header("spin-path-info"),
        if header("spin-client-addr") == "-" { "unknown" } else { "known" },
    );
    let trace = request.headers().get("traceparent").and_then(|value| value.to_str().ok());
    let head = trace.map_or(head.clone(), |trace| format!("{head}trace={trace}\n"));
    let body = request.into_body().bytes().await.unwrap_or_default();
    let text = format!("{head}{}", String::from_utf8_lossy(&body));
    let mut headers = HeaderMap::new();
    headers.insert("x-answer", HeaderValue::from_static("yes"));
    (StatusCode::ACCEPTED, headers, text)
}
