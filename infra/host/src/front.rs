//! What every request from outside passes first: its id, its route, the access log.

use crate::body::settle;
use crate::dispatch::Dispatcher;
use crate::log::{Access, Log};
use crate::manifest::{Handler, Matched, Router, StaticResponse};
use crate::metrics::Metrics;
use crate::problem::Problem;
use crate::request_id;
use crate::server::{Peer, Service};
use http::header::{HOST, HeaderName, HeaderValue};
use http::uri::{Authority, PathAndQuery, Scheme, Uri};
use http::{HeaderMap, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use std::sync::Arc;
use std::time::Instant;
use wasmtime_wasi_http::{Error, WasiBody};

/// The public side.
pub struct Front {
    /// The public routes.
    pub router: Router,
    /// The components behind them.
    pub dispatcher: Arc<Dispatcher>,
    /// Where answers are told.
    pub log: Log,
}

impl Service for Front {
    async fn answer(self: Arc<Self>, request: Request<Incoming>, peer: Peer) -> Response<WasiBody> {
        let start = Instant::now();
        let mut request = request.map(|body| body.map_err(Error::from).boxed_unsync());
        let id = request_id::establish(request.headers_mut());
        let trace = request_id::trace(request.headers()).map(str::to_owned);
        let method = request.method().clone();
        let found = self.router.find(request.uri().path());
        let (route, component, mut response) = match found {
            None => ("".into(), "".into(), Problem::NoRoute.response(&id)),
            Some(Matched { route, handler: Handler::Static(response), .. }) => (route, "".into(), fixed(&response)),
            Some(matched) => {
                let (route, component) = (matched.route.clone(), matched.handler.component());
                let response = match describe(&mut request, &matched, peer) {
                    Ok(()) => settle(self.dispatcher.call(&component, request, &id).await).await,
                    Err(_) => Problem::NoRoute.response(&id),
                };
                (route, component, response)
            }
        };
        if let Ok(value) = HeaderValue::from_str(&id) {
            response.headers_mut().entry(request_id::X_REQUEST_ID).or_insert(value);
        }
        self.log.access(&Access {
            request_id: &id,
            method: method.as_str(),
            route: &route,
            component: &component,
            status: response.status().as_u16(),
            duration: start.elapsed(),
            trace: trace.as_deref(),
        });
        response
    }
}

/// Gives a request the absolute URI and the `spin-*` headers a Spin guest expects; those a caller
/// made up are dropped.
fn describe(request: &mut Request<WasiBody>, matched: &Matched, peer: Peer) -> Result<(), http::Error> {
    let headers = request.headers_mut();
    let forged: Vec<HeaderName> = headers.keys().filter(|name| name.as_str().starts_with("spin-")).cloned().collect();
    for name in forged {
        headers.remove(name);
    }
    let uri = absolute(request.uri(), request.headers(), peer)?;
    let mut put = |name: &str, value: &str| -> Result<(), http::Error> {
        request.headers_mut().insert(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
        Ok(())
    };
    put("spin-path-info", &matched.trailing)?;
    put("spin-full-url", &uri.to_string())?;
    put("spin-matched-route", &matched.route)?;
    put("spin-component-route", matched.route.strip_suffix("/...").unwrap_or(&matched.route))?;
    put("spin-raw-component-route", &matched.route)?;
    put("spin-base-path", "/")?;
    put("spin-client-addr", &peer.address.to_string())?;
    for (name, value) in &matched.segments {
        put(&format!("spin-path-match-{name}"), value)?;
    }
    *request.uri_mut() = uri;
    Ok(())
}

fn absolute(uri: &Uri, headers: &HeaderMap, peer: Peer) -> Result<Uri, http::Error> {
    let host = uri.authority().map(Authority::as_str).or_else(|| headers.get(HOST)?.to_str().ok());
    Uri::builder()
        .scheme(if peer.tls { Scheme::HTTPS } else { Scheme::HTTP })
        .authority(host.unwrap_or("localhost"))
        .path_and_query(uri.path_and_query().map_or("/", PathAndQuery::as_str))
        .build()
}

fn fixed(fixed: &StaticResponse) -> Response<WasiBody> {
    let mut response = Response::new(whole(fixed.body.clone()));
    let status = fixed.status_code.and_then(|code| StatusCode::from_u16(code).ok());
    *response.status_mut() = status.unwrap_or(StatusCode::OK);
    for (name, value) in &fixed.headers {
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
            response.headers_mut().append(name, value);
        }
    }
    response
}

fn whole(text: String) -> WasiBody {
    Full::from(text).map_err(|never| match never {}).boxed_unsync()
}

/// The operator's side: health and metrics, on an address of its own.
pub struct Admin {
    /// What is counted.
    pub metrics: Arc<Metrics>,
}

impl Service for Admin {
    async fn answer(self: Arc<Self>, request: Request<Incoming>, _: Peer) -> Response<WasiBody> {
        let (status, kind, body) = match request.uri().path() {
            "/healthz" => (StatusCode::OK, "application/json", r#"{"status":"ok"}"#.to_owned()),
            "/metrics" => {
                (StatusCode::OK, "application/openmetrics-text; version=1.0.0; charset=utf-8", self.metrics.text())
            }
            _ => (StatusCode::NOT_FOUND, "text/plain", "/healthz or /metrics\n".to_owned()),
        };
        let mut response = Response::new(whole(body));
        *response.status_mut() = status;
        response.headers_mut().insert(http::header::CONTENT_TYPE, HeaderValue::from_static(kind));
        response
    }
}
