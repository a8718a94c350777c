//! Signs or verifies as often as the query says, for `cargo xtask bench ca`.
use pki::sm2::{DEFAULT_ID, PrivateKey};
use spin_sdk::http::{IntoResponse, Request};
use spin_sdk::http_service;
use std::hint::black_box;

#[http_service]
async fn handle(request: Request) -> impl IntoResponse {
    let times = request.uri().query().and_then(|text| text.parse().ok()).unwrap_or_default();
    if run(request.uri().path(), times).is_some() { "done" } else { "it went wrong" }
}

fn run(what: &str, times: usize) -> Option<()> {
    let (key, message) = (PrivateKey::from_bytes(&[0x22; 32]).ok()?, [0x5a; 256]);
    let (public, signature) = (key.public(), key.sign(DEFAULT_ID, &message).ok()?);
    for _ in 0..times {
        match what {
            "/sign" => drop(black_box(key.sign(DEFAULT_ID, black_box(&message)).ok()?)),
            "/verify" => public.verify(DEFAULT_ID, black_box(&message), &signature).ok()?,
            _ => return None,
        }
    }
    Some(())
}
