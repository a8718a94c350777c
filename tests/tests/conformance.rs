//! What the host gives a guest and what it denies: every folder below `tests/conformance/<case>/` is one application
//! with the requests sent to it and the answers expected, in order.

use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::thread;
use tests::host::{Host, command, root};
use tests::redis::Redis;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// Values for the application's variables; `peer` is always the address of a server that is not the host, and
    /// an application that has a variable `redis` gets the address of a fresh Redis server.
    #[serde(default)]
    variables: BTreeMap<String, String>,
    /// Further arguments for the host.
    #[serde(default)]
    arguments: Vec<String>,
    requests: Vec<Exchange>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Exchange {
    #[serde(default = "get")]
    method: String,
    path: String,
    #[serde(default)]
    headers: BTreeMap<String, String>,
    #[serde(default)]
    body: String,
    /// Instead of `body`: so many zeros.
    #[serde(default)]
    body_bytes: usize,
    status: u16,
    /// The whole answer.
    answer: Option<String>,
    /// A part of the answer.
    contains: Option<String>,
    /// Members of the answer's JSON object.
    #[serde(default)]
    json: BTreeMap<String, Value>,
    #[serde(default)]
    answer_headers: BTreeMap<String, String>,
}

fn get() -> String {
    "GET".to_owned()
}

macro_rules! cases {
    ($($name:ident: $folder:literal,)*) => {$(
        #[test]
        fn $name() {
            run($folder);
        }
    )*

        #[test]
        fn every_case_is_run() {
            let mut found = folders(&root().join("tests/conformance"));
            found.sort();
            let mut named = vec![$($folder.to_owned()),*];
            named.sort();
            assert_eq!(found, named);
        }
    };
}

cases! {
    requests_and_answers_pass_whole: "echo/plain",
    the_most_exact_route_wins: "routes/precedence",
    variables_are_read: "variables/granted",
    variables_are_denied: "variables/denied",
    keys_are_kept: "key-value/granted",
    keys_are_denied: "key-value/denied",
    rows_are_kept: "sqlite/granted",
    rows_are_denied: "sqlite/denied",
    an_outside_address_is_called: "outbound/granted",
    an_outside_address_is_denied: "outbound/denied",
    everybody_is_nobody_inside: "outbound/inside",
    every_redis_is_none_inside: "redis/inside",
    commands_reach_redis: "redis/granted",
    redis_is_denied: "redis/denied",
    another_component_is_called: "chaining/granted",
    any_component_is_called: "chaining/any-component",
    another_component_is_denied: "chaining/denied",
    mounted_files_are_read: "files/granted",
    mounted_files_are_denied: "files/denied",
    the_environment_is_read: "environment/granted",
    the_environment_is_denied: "environment/denied",
    a_dependency_inherits: "composition/inherited",
    a_dependency_inherits_in_part: "composition/partly-inherited",
    a_dependency_has_nothing_of_its_own: "composition/not-inherited",
    a_dependency_gets_no_more_than_its_parent: "composition/parent-lacks",
    a_profile_changes_a_dependency: "composition/profile",
    a_misbehaving_guest_harms_its_request_only: "limits/enforced",
    wasi_0_2_is_served: "wasi-0-2/plain",
}

fn run(folder: &str) {
    let folder = root().join("tests/conformance").join(folder);
    let case = fs::read_to_string(folder.join("requests.json")).expect("requests.json");
    let case: Case = serde_json::from_str(&case).expect("requests.json");
    let peer = peer();
    let manifest = folder.join("spin.toml");
    let wants_redis = fs::read_to_string(&manifest).expect("spin.toml").contains("\nredis = { required = true }");
    let redis = wants_redis.then(|| Redis::start().expect("a Redis server"));
    let redis_url = redis.as_ref().map(Redis::url);
    let mut variables: Vec<(&str, &str)> = case.variables.iter().map(|(name, value)| (&**name, &**value)).collect();
    variables.push(("peer", &peer));
    variables.extend(redis_url.as_deref().map(|url| ("redis", url)));
    let arguments: Vec<&str> = case.arguments.iter().map(String::as_str).collect();
    let host = Host::run(&manifest, &variables, &arguments).expect("the host starts");
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    for exchange in case.requests {
        let mut request = ureq::http::Request::builder().method(&*exchange.method).uri(host.url(&exchange.path));
        for (name, value) in &exchange.headers {
            request = request.header(name, value);
        }
        let body = if exchange.body_bytes > 0 { vec![0; exchange.body_bytes] } else { exchange.body.clone().into() };
        let mut answer = agent.run(request.body(body).expect("a request")).expect("an answer");
        let text = answer.body_mut().read_to_string().expect("text");
        let what = format!("{} {} answered {} {text}\n{}", exchange.method, exchange.path, answer.status(), host.log());
        assert_eq!(answer.status().as_u16(), exchange.status, "{what}");
        if let Some(expected) = &exchange.answer {
            assert_eq!(&text, expected, "{what}");
        }
        if let Some(part) = &exchange.contains {
            assert!(text.contains(part), "no {part:?} in it: {what}");
        }
        for (name, expected) in &exchange.json {
            let found: Value = serde_json::from_str(&text).expect("JSON");
            assert_eq!(&found[name], expected, "{name}: {what}");
        }
        for (name, expected) in &exchange.answer_headers {
            assert_eq!(answer.headers().get(name).expect(name), &**expected, "{what}");
        }
    }
}

/// What the host does not support it refuses by name, with file and line, and never ignores: each
/// `refused/<name>.toml` says in its first line what the host must say.
#[test]
fn an_unsupported_manifest_is_refused() {
    let folder = root().join("tests/conformance/refused");
    let mut count = 0;
    for entry in fs::read_dir(folder).expect("refused/") {
        let path = entry.expect("an entry").path();
        let text = fs::read_to_string(&path).expect("a manifest");
        let expected = text.lines().next().and_then(|line| line.strip_prefix("# refused: ")).expect("a first line");
        let data = tempfile::tempdir().expect("a folder");
        let output = command(&path, data.path()).output().expect("the host is built");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success(), "{} was accepted", path.display());
        let file = path.file_name().expect("a name").to_string_lossy();
        for part in expected.split(" & ").chain([&*file]) {
            assert!(said.contains(part), "{}: no {part:?} in {said:?}", path.display());
        }
        count += 1;
    }
    assert!(count > 0, "there are manifests to refuse");
}

/// The variants `<case>/<variant>` below a folder.
fn folders(root: &Path) -> Vec<String> {
    let subfolders = |path: &Path| -> Vec<PathBuf> {
        fs::read_dir(path)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|p| p.is_dir())
            .collect()
    };
    let variants = subfolders(root).into_iter().flat_map(|case| subfolders(&case));
    variants
        .filter(|variant| variant.join("requests.json").exists())
        .map(|variant| variant.strip_prefix(root).expect("below").to_string_lossy().into_owned())
        .collect()
}

/// A server outside the host: one thread, one request a connection, until the test's process ends.
fn peer() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut request = [0; 4096];
            let length = stream.read(&mut request).unwrap_or(0);
            let (head, body) = match &request[..length] {
                text if text.starts_with(b"GET /redirect") => ("302 Found\r\nlocation: /", "moved"),
                text if text.starts_with(b"GET /fail") => ("500 Internal Server Error", "broken"),
                _ => ("200 OK", "hello from the peer"),
            };
            let length = body.len();
            let _ = write!(stream, "HTTP/1.1 {head}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}");
        }
    });
    address
}
