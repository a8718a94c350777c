//! The pages over HTTP: files, headers, and no way out of their folder.

use std::io::{Read, Write};
use std::net::TcpStream;
use tests::api::Api;

#[test]
fn pages_are_served_safely_and_kept_by_browsers() {
    let api = Api::start().unwrap();
    let get = |path: &str| api.send("GET", path, &[], b"").unwrap();
    for (path, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/docs", "text/html; charset=utf-8"),
        ("/docs.js", "text/javascript; charset=utf-8"),
        ("/style.css", "text/css; charset=utf-8"),
        ("/favicon.svg", "image/svg+xml"),
    ] {
        let answer = get(path);
        assert_eq!((answer.status, answer.header("content-type")), (200, kind), "{path}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'; script-src 'self'"));
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
        let tag = answer.header("etag").to_owned();
        let again = api.send("GET", path, &[("if-none-match", &tag)], b"").unwrap();
        assert_eq!((again.status, again.body.len(), again.header("etag")), (304, 0, &*tag));
        let head = api.send("HEAD", path, &[], b"").unwrap();
        assert_eq!((head.status, head.body.len(), head.header("etag")), (200, 0, &*tag));
    }
    assert_eq!(get("/nothing.js").problem(), (404, "not_found".into()));
    assert_eq!(api.send("POST", "/", &[], b"").unwrap().problem(), (405, "method_not_allowed".into()));
}

#[test]
fn no_path_leads_out_of_the_pages() {
    let api = Api::start().unwrap();
    for path in
        ["/../Cargo.toml", "/lib/../../Cargo.toml", "/%2e%2e/Cargo.toml", "/..%2fCargo.toml", "//etc/hostname.txt"]
    {
        // By hand, for a client library would tidy the path up.
        let mut stream = TcpStream::connect(api.host.http).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with("HTTP/1.1 4"), "{path}: {answer}");
    }
}
