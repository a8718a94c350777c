//! Misbehaves as asked: computes for ever, traps, or takes memory without end.
use spin_sdk::http::body::IncomingBodyExt;
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};

static SERVED: AtomicU32 = AtomicU32::new(0);

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let path = request.uri().path().to_owned();
    match path.as_str() {
        "/compute" => loop {
            black_box(());
        },
        "/trap" => std::process::abort(),
        "/memory" => {
            let mut taken: Vec<Vec<u8>> = Vec::new();
            loop {
                taken.push(black_box(vec![1; 1 << 20]));
            }
        }
        "/body" => {
            let length = request.into_body().bytes().await.map(|bytes| bytes.len());
            format!("{length:?}")
        }
        _ => format!("served {}", if SERVED.fetch_add(1, Ordering::Relaxed) > 0 { "again" } else { "first" }),
    }
}
