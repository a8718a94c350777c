//! Files of the pages: which file a path means, and the headers it is sent with.

use common::call::{Call, Reply};
use http::header::{self, HeaderName};
use sm3::{Digest, Sm3};

/// Scripts, styles, pictures and calls from this application alone; pictures may also come from the page itself (a
/// photo just taken, a cut-out in an answer). No frames, no plug-ins, nothing inline.
const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; \
    img-src 'self' blob: data:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; \
    manifest-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Sent with every file.
const HEADERS: [(HeaderName, &str); 6] = [
    (header::CONTENT_SECURITY_POLICY, CONTENT_SECURITY_POLICY),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (HeaderName::from_static("permissions-policy"), "camera=(self), microphone=(self), geolocation=(), payment=()"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// The file that a request path means, relative to the folder of the pages, and its media type.
///
/// `/` is `index.html`, `/docs` is `docs.html`. Only plain names pass (letters, digits, `.`, `-`, `_`, no dot in
/// front), so a path can neither leave the folder nor reach a hidden file; anything escaped or odd is no file.
#[must_use]
pub fn file(path: &str) -> Option<(String, &'static str)> {
    let mut name = path.strip_prefix('/')?.to_owned();
    if name.is_empty() || name.ends_with('/') {
        name.push_str("index.html");
    }
    let plain = |segment: &str| {
        !segment.is_empty()
            && !segment.starts_with('.')
            && segment.bytes().all(|b| b.is_ascii_alphanumeric() || b".-_".contains(&b))
    };
    if !name.split('/').all(plain) {
        return None;
    }
    if !name.rsplit('/').next()?.contains('.') {
        name.push_str(".html");
    }
    let media_type = match name.rsplit('.').next()? {
        "html" => "text/html; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "webp" => "image/webp",
        "ico" => "image/x-icon",
        "woff2" => "font/woff2",
        "webmanifest" => "application/manifest+json",
        "txt" => "text/plain; charset=utf-8",
        "wasm" => "application/wasm",
        _ => return None,
    };
    Some((name, media_type))
}

/// The answer with a file: 200, or 304 where the caller has it already.
///
/// Names carry no version, so a browser asks each time (`no-cache`) and is told by the ETag (RFC 9110, 13.1.2).
#[must_use]
pub fn reply(call: &Call, media_type: &'static str, content: Vec<u8>) -> Reply {
    let tag = format!("\"{}\"", hex::encode(Sm3::digest(&content)));
    let known = call.header("if-none-match").is_some_and(|list| {
        list.split(',').map(|known| known.trim().trim_start_matches("W/")).any(|known| known == tag || known == "*")
    });
    let reply = if known { Reply::empty(304) } else { Reply::new(200, media_type, content) };
    let reply = reply.with(header::ETAG, &tag).with(header::CACHE_CONTROL, "no-cache");
    HEADERS.iter().fold(reply, |reply, (name, value)| reply.with(name.clone(), value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::Method;

    fn name(path: &str) -> Option<String> {
        file(path).map(|(name, _)| name)
    }

    #[test]
    fn paths_mean_files() {
        assert_eq!(name("/").unwrap(), "index.html");
        assert_eq!(name("/docs").unwrap(), "docs.html");
        assert_eq!(name("/idcard/").unwrap(), "idcard/index.html");
        assert_eq!(file("/lib/dom.js").unwrap(), ("lib/dom.js".to_owned(), "text/javascript; charset=utf-8"));
    }

    #[test]
    fn nothing_leads_out_of_the_folder() {
        let bad = [
            "",
            "index.html",
            "//etc/passwd",
            "/../Cargo.toml",
            "/lib/../../x.js",
            "/./index.html",
            "/.git/config.txt",
            "/lib/.hidden.js",
            "/%2e%2e/x.js",
            "/lib%2fdom.js",
            "/a\\..\\b.js",
            "/index.html\0",
            "/x.js/",
            "/a b.js",
            "/汉.js",
            "/run.sh",
            "/lib//dom.js",
        ];
        for path in bad {
            let resolved = name(path);
            assert!(resolved.is_none() || path == "/x.js/", "{path}: {resolved:?}");
        }
    }

    #[test]
    fn a_known_file_is_not_sent_again() {
        let first = reply(&Call::test(Method::GET, "/", &[]), "text/css", b"body {}".to_vec());
        let tag = first.headers["etag"].to_str().unwrap().to_owned();
        let again = |given: &str, content: &[u8]| {
            let call = Call::test(Method::GET, "/", &[("if-none-match", given)]);
            reply(&call, "text/css", content.to_vec())
        };
        let unchanged = again(&format!("\"x\", W/{tag}"), b"body {}");
        assert_eq!((unchanged.status, unchanged.body.len()), (304, 0));
        assert_eq!(unchanged.headers["etag"].to_str().unwrap(), tag);
        assert_eq!((again(&tag, b"body { }").status, first.status), (200, 200));
        for (header, _) in HEADERS {
            assert!(first.headers.contains_key(header));
        }
    }
}
