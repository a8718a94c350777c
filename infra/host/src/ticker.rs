//! Work that time drives: calls a component's private path at the pace its `tool.yunzhen` table names.

use crate::dispatch::Dispatcher;
use crate::log::Log;
use crate::manifest::Tick;
use http::{Method, Request};
use http_body_util::{BodyExt, Empty};
use serde_json::json;
use std::sync::Arc;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

/// Ticks until `stop`. A tick that takes longer than the pace delays the next: never two at once.
pub async fn run(dispatcher: Arc<Dispatcher>, component: Arc<str>, tick: Tick, log: Log, stop: CancellationToken) {
    let mut pace = interval(tick.every);
    pace.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            _ = pace.tick() => {}
            () = stop.cancelled() => return,
        }
        let body = Empty::new().map_err(|never| match never {}).boxed_unsync();
        let request = Request::builder()
            .method(Method::POST)
            .uri(format!("http://{component}.spin.internal{}", tick.path))
            .body(body);
        let Ok(request) = request else { return };
        if let Some(response) = dispatcher.chain(&component, request).await {
            let status = response.status();
            if !status.is_success() {
                let fields = json!({ "component": *component, "path": tick.path, "status": status.as_u16() });
                log.event("warn", "tick_failed", fields);
            }
            // The guest may still be writing: let it finish.
            let _ = response.into_body().collect().await;
        }
    }
}
