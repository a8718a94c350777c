//! Answers the host itself must give, as RFC 9457 problems.

use http::header::{CONTENT_TYPE, HeaderValue};
use http::{Response, StatusCode};
use http_body_util::{BodyExt, Full};
use serde_json::json;
use wasmtime_wasi_http::WasiBody;

/// Why a guest could not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// No route matches.
    NoRoute,
    /// The body is over the limit.
    BodyTooLarge,
    /// The request took too long.
    Timeout,
    /// The guest trapped.
    Trap,
    /// The guest gave up with an error instead of an answer.
    GuestError,
    /// The guest wanted more memory than it may have.
    MemoryLimit,
    /// The host has as much to do as it may.
    Overloaded,
    /// No instance could be made.
    Unavailable,
}

impl Problem {
    /// Status, stable code, title and what to do.
    fn parts(self) -> (StatusCode, &'static str, &'static str, &'static str) {
        match self {
            Self::NoRoute => (StatusCode::NOT_FOUND, "no_route", "Not found", "Nothing answers this path."),
            Self::BodyTooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", "Body too large", "Send a smaller body.")
            }
            Self::Timeout => (
                StatusCode::GATEWAY_TIMEOUT,
                "timeout",
                "Time limit passed",
                "The answer took too long; try again later or with less to do.",
            ),
            Self::Trap => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "trap",
                "Internal error",
                "The function failed; tell the operator the request id.",
            ),
            Self::GuestError => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "guest_error",
                "Internal error",
                "The function gave no answer; tell the operator the request id.",
            ),
            Self::MemoryLimit => (
                StatusCode::SERVICE_UNAVAILABLE,
                "memory_limit",
                "Memory limit reached",
                "The request needs more memory than a function may have; send less at once.",
            ),
            Self::Overloaded => {
                (StatusCode::SERVICE_UNAVAILABLE, "overloaded", "Too busy", "Try again in a few seconds.")
            }
            Self::Unavailable => (
                StatusCode::SERVICE_UNAVAILABLE,
                "unavailable",
                "Not available",
                "The function cannot be started; tell the operator the request id.",
            ),
        }
    }

    /// The stable code.
    pub fn code(self) -> &'static str {
        self.parts().1
    }

    /// The answer.
    pub fn response(self, request_id: &str) -> Response<WasiBody> {
        let (status, code, title, detail) = self.parts();
        let body = json!({
            "type": "about:blank",
            "title": title,
            "status": status.as_u16(),
            "detail": detail,
            "code": code,
            "request_id": request_id,
        });
        let body = Full::from(body.to_string()).map_err(|never| match never {}).boxed_unsync();
        let mut response = Response::new(body);
        *response.status_mut() = status;
        let kind = HeaderValue::from_static("application/problem+json");
        response.headers_mut().insert(CONTENT_TYPE, kind);
        if self == Self::Overloaded {
            response.headers_mut().insert(http::header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}
