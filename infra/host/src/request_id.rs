//! The id that ties an answer to its log lines.

use http::{HeaderMap, HeaderName, HeaderValue};

/// Where callers, guests and answers carry it.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");

/// The caller's id if it is well-formed, else a new one, `req_<ULID>`; the headers carry it afterwards.
pub fn establish(headers: &mut HeaderMap) -> String {
    let given = headers.get(X_REQUEST_ID).and_then(|value| value.to_str().ok());
    if let Some(id) = given.filter(|id| well_formed(id)) {
        return id.to_owned();
    }
    let id = format!("req_{}", ulid::Ulid::generate());
    if let Ok(value) = HeaderValue::from_str(&id) {
        headers.insert(X_REQUEST_ID, value);
    }
    id
}

/// It ends up in logs, so it is short and plain.
fn well_formed(id: &str) -> bool {
    (8..=128).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

/// The trace id of a W3C `traceparent`.
pub fn trace(headers: &HeaderMap) -> Option<&str> {
    let id = headers.get(TRACEPARENT)?.to_str().ok()?.split('-').nth(1)?;
    (id.len() == 32 && id.bytes().all(|b| b.is_ascii_hexdigit())).then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(id: &'static str) -> HeaderMap {
        HeaderMap::from_iter([(X_REQUEST_ID, HeaderValue::from_static(id))])
    }

    #[test]
    fn keeps_a_good_id_and_replaces_a_bad_one() {
        assert_eq!(establish(&mut with("abc-12345")), "abc-12345");
        for bad in ["short", "has space in it", "<script>alert(1)</script>"] {
            let mut headers = with(bad);
            let id = establish(&mut headers);
            assert!(id.starts_with("req_") && id.len() == 30, "{id}");
            assert_eq!(headers[X_REQUEST_ID], id);
        }
    }

    #[test]
    fn reads_the_trace_id() {
        let value = HeaderValue::from_static("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        let headers = HeaderMap::from_iter([(TRACEPARENT, value)]);
        assert_eq!(trace(&headers), Some("0af7651916cd43dd8448eb211c80319c"));
        assert_eq!(trace(&HeaderMap::new()), None);
    }
}
