//! What the host does for every application: protocols, TLS, a graceful end, the log, metrics, ticks.

use http_body_util::{BodyExt, Empty};
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::{fs, thread};
use tests::host::{Host, root};

const TRACE: &str = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

/// A server outside the host that tells each path it is asked for, and answers when it is let to.
struct Peer {
    address: String,
    asked: mpsc::Receiver<String>,
    answer: mpsc::Sender<()>,
}

impl Peer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let ((tell, asked), (answer, may)) = (mpsc::channel(), mpsc::channel());
        let may = Arc::new(std::sync::Mutex::new(may));
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let (tell, may) = (tell.clone(), may.clone());
                thread::spawn(move || {
                    let mut request = [0; 4096];
                    let length = stream.read(&mut request).unwrap_or(0);
                    let text = String::from_utf8_lossy(&request[..length]).into_owned();
                    let path = text.split(' ').nth(1).unwrap_or_default().to_owned();
                    let held = path.starts_with("/call");
                    let _ = tell.send(path);
                    if held {
                        let _ = may.lock().unwrap().recv();
                    }
                    let _ = write!(stream, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
                });
            }
        });
        Self { address, asked, answer }
    }

    /// Waits until it is asked for this path.
    fn wait(&self, path: &str) {
        while self.asked.recv().unwrap() != path {}
    }
}

fn start(peer: &Peer, arguments: &[&str]) -> Host {
    Host::run(&root().join("tests/serving/spin.toml"), &[("peer", &peer.address)], arguments).unwrap()
}

fn get(host: &Host, path: &str, headers: &[(&str, &str)]) -> (u16, String) {
    let mut request = ureq::get(host.url(path));
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let mut answer = request.call().unwrap();
    (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
}

/// Protocol version and body that an HTTP client offering only `h2` or only `http/1.1` gets.
fn fetch(url: &str, roots: RootCertStore, two: bool) -> (String, String) {
    let tls = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let tls = tls.with_safe_default_protocol_versions().unwrap().with_root_certificates(roots).with_no_client_auth();
    let builder = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http();
    let connector = if two { builder.enable_http2().build() } else { builder.enable_http1().build() };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let client: Client<_, Empty<&[u8]>> = Client::builder(TokioExecutor::new()).http2_only(two).build(connector);
        let answer = client.get(url.parse().unwrap()).await.unwrap();
        let version = format!("{:?}", answer.version());
        let body = answer.into_body().collect().await.unwrap().to_bytes();
        (version, String::from_utf8(body.to_vec()).unwrap())
    })
}

#[test]
fn http_1_and_2_are_served_in_the_clear() {
    let (peer, none) = (Peer::start(), RootCertStore::empty);
    let host = start(&peer, &[]);
    for (two, version) in [(false, "HTTP/1.1"), (true, "HTTP/2.0")] {
        let (spoken, body) = fetch(&host.url("/echo/a?b=c"), none(), two);
        assert_eq!(spoken, version);
        assert!(body.starts_with("GET /echo/a query=b=c"), "{body}");
    }
}

#[test]
fn http_1_and_2_are_served_over_tls() {
    let certified = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| -> PathBuf {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let chain = write("chain.pem", certified.cert.pem());
    let key = write("key.pem", certified.signing_key.serialize_pem());
    let peer = Peer::start();
    let host = start(&peer, &["--tls-cert", chain.to_str().unwrap(), "--tls-key", key.to_str().unwrap()]);
    let url = format!("https://localhost:{}/echo/", host.http.port());
    for (two, version) in [(false, "HTTP/1.1"), (true, "HTTP/2.0")] {
        let mut roots = RootCertStore::empty();
        roots.add(certified.cert.der().clone()).unwrap();
        assert_eq!(fetch(&url, roots, two).0, version);
    }
}

#[test]
fn a_terminated_host_finishes_what_it_has_begun() {
    let peer = Peer::start();
    let mut host = start(&peer, &[]);
    let url = host.url("/call/slow");
    let asked = thread::spawn(move || ureq::get(url).call().unwrap().body_mut().read_to_string().unwrap());
    peer.wait("/call/slow");
    host.signal("TERM").unwrap();
    // New connections are refused before the answer under way is given.
    while std::net::TcpStream::connect(host.http).is_ok() {
        thread::yield_now();
    }
    peer.answer.send(()).unwrap();
    assert_eq!(asked.join().unwrap(), "200 ok");
    assert!(host.wait().unwrap().success());
}

#[test]
fn a_request_is_traced_and_logged_without_what_is_personal() {
    let peer = Peer::start();
    let mut host = start(&peer, &[]);
    let headers =
        [("traceparent", TRACE), ("x-request-id", "req-serving-1"), ("authorization", "Bearer yz_secret_token")];
    let (status, body) = get(&host, "/echo/990102199003070011?phone=13711112222", &headers);
    assert_eq!(status, 202);
    assert!(body.contains(&format!("trace={TRACE}")), "{body}");
    // The log is complete once the host has ended.
    host.signal("TERM").unwrap();
    host.wait().unwrap();
    let log = host.log();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let line = lines.iter().find(|line| line["request_id"] == "req-serving-1").expect("an access log line");
    assert_eq!(
        [&line["event"], &line["method"], &line["route"], &line["component"], &line["status"], &line["trace"]],
        [
            &Value::from("request"),
            &Value::from("GET"),
            &Value::from("/echo/..."),
            &Value::from("echo"),
            &Value::from(202),
            &Value::from("0af7651916cd43dd8448eb211c80319c")
        ]
    );
    assert!(line["duration_ms"].as_f64().is_some_and(|ms| ms > 0.));
    for personal in ["990102199003070011", "13711112222", "yz_secret_token", "127.0.0.1:"] {
        let told = lines.iter().filter(|line| line["event"] != "listening").any(|l| l.to_string().contains(personal));
        assert!(!told, "{personal} in {log}");
    }
}

#[test]
fn the_operator_sees_health_and_metrics() {
    let peer = Peer::start();
    let host = start(&peer, &[]);
    for _ in 0..3 {
        get(&host, "/echo/", &[]);
    }
    let admin = |path: &str| {
        let mut answer = ureq::get(format!("http://{}{path}", host.admin)).call().unwrap();
        answer.body_mut().read_to_string().unwrap()
    };
    assert_eq!(admin("/healthz"), r#"{"status":"ok"}"#);
    let metrics = admin("/metrics");
    let value = |start: &str| {
        let line =
            metrics.lines().find(|line| line.starts_with(start)).unwrap_or_else(|| panic!("no {start} in\n{metrics}"));
        line.rsplit(' ').next().unwrap().parse::<f64>().unwrap()
    };
    assert_eq!(value("host_requests_total{component=\"echo\",outcome=\"2xx\"}"), 3.);
    assert!(value("host_request_duration_seconds_count{component=\"echo\"}") >= 3.);
    assert!(value("host_instances{component=\"echo\"}") >= 1.);
    assert!(value("host_instance_memory_bytes{component=\"echo\"}") > 0.);
    assert!(value("host_resident_memory_bytes ") > 0.);
}

#[test]
fn a_component_is_ticked_at_its_pace_and_reachable_by_nobody_else() {
    let peer = Peer::start();
    let host = start(&peer, &[]);
    peer.wait("/tick");
    peer.wait("/tick");
    let answer = ureq::get(host.url("/tick")).config().http_status_as_error(false).build().call().unwrap();
    assert_eq!(answer.status(), 404);
}
