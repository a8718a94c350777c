//! A request without its body, and an answer: what rules see of HTTP.

use crate::problem::{Language, Problem};
use crate::timestamp::Timestamp;
use http::uri::Authority;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Uri, header};
use serde::Serialize;
use serde_json::json;
use std::borrow::Cow;

/// The head of a request.
#[derive(Clone, Debug)]
pub struct Call {
    /// Quoted in the answer and in every log line.
    pub request_id: String,
    /// When it came.
    pub now: Timestamp,
    /// In which language to answer.
    pub language: Language,
    /// HTTP method.
    pub method: Method,
    /// Path as sent, without query.
    pub path: String,
    /// Query as sent, without `?`.
    pub query: String,
    /// All headers.
    pub headers: HeaderMap,
}

/// The header in which the host says from which address a request came.
const PEER: &str = "spin-client-addr";
/// What it says of a request that another component of the application, or the host's ticker, made in the process.
const CHAINED: &str = "0.0.0.0:0";

impl Call {
    /// Logs a problem of the platform, or one that says why; [`crate::guest::serve`] does it for those that are answered.
    pub fn note(&self, problem: &Problem) {
        if problem.status >= 500 || problem.cause.is_some() {
            let (id, cause) = (&self.request_id, problem.cause.as_deref().unwrap_or_default());
            let (status, code) = (problem.status, problem.code);
            println!(
                "{}",
                json!({"event": "problem", "request_id": id, "status": status, "code": code, "cause": cause})
            );
        }
    }

    /// A header's value where it is visible ASCII.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The address (with port) from which the request came; none for a chained one.
    ///
    /// The host's word comes last: Spin appends it to whatever headers of that name a caller made up.
    #[must_use]
    pub fn peer(&self) -> Option<&str> {
        let last = self.headers.get_all(PEER).iter().next_back()?;
        last.to_str().ok().filter(|address| *address != CHAINED)
    }

    /// Whether the request was made in the process, by another component of the application or by the host's ticker.
    ///
    /// Nobody outside can pose as such: what he writes into the header is dropped, or stands beside the host's word.
    #[must_use]
    pub fn chained(&self) -> bool {
        let mut said = self.headers.get_all(PEER).iter();
        said.next().is_some_and(|address| address == CHAINED) && said.next().is_none()
    }

    /// Scheme and host as the caller sees them; a proxy that takes TLS away says so. Only the caller itself may be
    /// misled by headers it makes up: what is kept or handed to others needs an address that the hospital sets.
    #[must_use]
    pub fn origin(&self) -> String {
        // WASI keeps the header Host from a guest; Spin and our host tell the whole address.
        let url = self.header("spin-full-url").and_then(|url| url.parse::<Uri>().ok()).unwrap_or_default();
        let forwarded = self.header("x-forwarded-proto").is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
        let scheme = if forwarded || url.scheme_str() == Some("https") { "https" } else { "http" };
        let host = url.authority().map(Authority::as_str).filter(|host| !host.contains('@'));
        format!("{scheme}://{}", host.unwrap_or("localhost"))
    }

    /// The path below `/v1/<function>`, in segments.
    #[must_use]
    pub fn segments(&self, function: &str) -> Vec<&str> {
        let below = self.path.strip_prefix("/v1/").and_then(|path| path.strip_prefix(function)).unwrap_or_default();
        below.split('/').skip(1).collect()
    }

    /// The query's names and values, decoded.
    pub fn query_pairs(&self) -> impl Iterator<Item = (Cow<'_, str>, Cow<'_, str>)> {
        form_urlencoded::parse(self.query.as_bytes())
    }

    /// The media type of the body in lower case, without parameters.
    #[must_use]
    pub fn media_type(&self) -> String {
        let whole = self.header("content-type").unwrap_or_default();
        whole.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }
}

/// An answer.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Headers, `content-type` included.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Reply {
    /// An answer of this media type.
    #[must_use]
    pub fn new(status: u16, media_type: &'static str, body: Vec<u8>) -> Self {
        let headers = HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static(media_type))]);
        Self { status, headers, body }
    }

    /// An answer without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, headers: HeaderMap::new(), body: Vec::new() }
    }

    /// A JSON answer.
    ///
    /// # Errors
    /// 500 for a value that has no JSON form.
    pub fn json(status: u16, value: &impl Serialize) -> Result<Self, Problem> {
        let body = serde_json::to_vec(value).map_err(|error| Problem::internal(format!("answer: {error}")))?;
        Ok(Self::new(status, "application/json", body))
    }

    /// A problem (RFC 9457), with `Retry-After` and `WWW-Authenticate` (RFC 6750) where they belong.
    #[must_use]
    pub fn problem(problem: &Problem, language: Language, request_id: &str) -> Self {
        let body = serde_json::to_vec(&problem.body(language, request_id)).unwrap_or_default();
        let mut reply = Self::new(problem.status, "application/problem+json", body);
        if let Some(seconds) = problem.retry_after_s {
            reply.headers.insert(header::RETRY_AFTER, seconds.into());
        }
        if problem.status == 401 {
            reply.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        reply.with(header::CONTENT_LANGUAGE, if language == Language::Chinese { "zh" } else { "en" })
    }

    /// Adds a header; a value that is no header value is left out.
    #[must_use]
    pub fn with(mut self, name: HeaderName, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.insert(name, value);
        }
        self
    }
}

impl Call {
    /// A request for the tests of functions: at a fixed time, answered in English.
    #[must_use]
    pub fn test(method: Method, path_and_query: &str, headers: &[(&'static str, &str)]) -> Self {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let headers = headers
            .iter()
            .filter_map(|(name, value)| Some((HeaderName::from_static(name), HeaderValue::from_str(value).ok()?)));
        Self {
            request_id: "req_test".to_owned(),
            now: Timestamp(1_800_000_000_000),
            language: Language::English,
            method,
            path: path.to_owned(),
            query: query.to_owned(),
            headers: headers.collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_cut_into_segments() {
        let segments = |path| {
            let call = Call::test(Method::GET, path, &[]);
            call.segments("sms-send").iter().map(|s| (*s).to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(segments("/v1/sms-send/messages/msg_1"), ["messages", "msg_1"]);
        assert_eq!(segments("/v1/sms-send/"), [""]);
        assert!(segments("/v1/sms-send").is_empty() && segments("/v1/other/messages").is_empty());
    }

    #[test]
    fn nobody_outside_poses_as_chained() {
        let call = |said: &[&str]| {
            let mut call = Call::test(Method::POST, "/v1/sms-send/tick", &[]);
            for address in said {
                call.headers.append(PEER, HeaderValue::from_str(address).unwrap());
            }
            call
        };
        assert!(call(&["0.0.0.0:0"]).chained());
        assert_eq!(call(&["0.0.0.0:0"]).peer(), None);
        for said in [&[][..], &["9.9.9.9:1"], &["0.0.0.0:0", "9.9.9.9:1"], &["9.9.9.9:1", "0.0.0.0:0"]] {
            assert!(!call(said).chained(), "{said:?}");
        }
        assert_eq!(call(&["8.8.8.8:1", "9.9.9.9:1"]).peer(), Some("9.9.9.9:1"), "the host's word");
    }

    #[test]
    fn a_problem_says_when_to_come_back() {
        let problem = Problem::unavailable("store_busy", "x").retry_in(7);
        let reply = Reply::problem(&problem, Language::English, "req_1");
        assert_eq!((reply.status, reply.headers["retry-after"].to_str().unwrap()), (503, "7"));
        assert_eq!(reply.headers["content-type"], "application/problem+json");
    }
}
