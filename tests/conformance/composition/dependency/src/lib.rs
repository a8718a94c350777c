//! Uses each capability: what it may use is what its parent's manifest lets it inherit.
#![allow(unsafe_code, reason = "generated from WIT")]

mod bindings {
    spin_sdk::wit_bindgen::generate!({
        path: "../wit",
        world: "answering",
        runtime_path: "::spin_sdk::wit_bindgen::rt",
    });
}
use bindings::exports::conformance::probe::capabilities::Guest;
use spin_sdk::{http, key_value, redis, sqlite, variables};

struct Dependency;

impl Guest for Dependency {
    async fn variable() -> String {
        verdict(variables::get("greeting").await.is_ok_and(|value| value == "hello"))
    }

    async fn file() -> String {
        verdict(std::fs::read_to_string("/mounted/hello.txt").is_ok())
    }

    async fn environment() -> String {
        verdict(std::env::var("PLACE").is_ok_and(|value| value == "ward"))
    }

    async fn sqlite() -> String {
        verdict(sqlite::Connection::open_default().await.is_ok())
    }

    async fn key_value() -> String {
        verdict(key_value::Store::open_default().await.is_ok())
    }

    async fn outbound() -> String {
        verdict(http::get("http://peer.spin.internal/").await.is_ok_and(|response| response.status().is_success()))
    }

    async fn redis(address: String) -> String {
        let Ok(connection) = redis::Connection::open(address).await else { return verdict(false) };
        verdict(connection.set("key", "value").await.is_ok())
    }
}

fn verdict(worked: bool) -> String {
    if worked { "ok" } else { "denied" }.to_owned()
}

bindings::export!(Dependency with_types_in bindings);
