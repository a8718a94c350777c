//! Servers that misbehave; a real one is met in the conformance cases.

use super::address::Address;
use super::connector;
use super::link::{Bounds, Failure, Link};
use redis::{RedisError, cmd};
use rustls::RootCertStore;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio_rustls::TlsConnector;

const BOUNDS: Bounds = Bounds { connect: Duration::from_secs(60), answer: Duration::from_secs(60), reply: 64 << 10 };
const SOON: Duration = Duration::from_millis(20);

/// Answers each command it reads with these bytes, then waits for the end; returns what it read.
async fn serve(mut stream: impl AsyncRead + AsyncWrite + Unpin, answers: Vec<Vec<u8>>) -> Vec<u8> {
    let (mut heard, mut buffer) = (Vec::new(), [0; 4096]);
    for answer in answers {
        let length = stream.read(&mut buffer).await.unwrap_or(0);
        heard.extend_from_slice(&buffer[..length]);
        let _ = stream.write_all(&answer).await;
    }
    let _ = stream.read_to_end(&mut heard).await;
    heard
}

async fn server(answers: Vec<Vec<u8>>) -> (u16, JoinHandle<Vec<u8>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    (port, tokio::spawn(async move { serve(listener.accept().await.unwrap().0, answers).await }))
}

async fn open(url: &str, tls: Option<&TlsConnector>, bounds: Bounds) -> Result<Link, Failure> {
    let place = Arc::new(Semaphore::new(1)).try_acquire_owned().unwrap();
    let address = Address::parse(url).unwrap();
    let sockets: Vec<_> = tokio::net::lookup_host((&*address.host, address.port)).await.unwrap().collect();
    Link::open(&address, &sockets, tls, bounds, place).await
}

fn text(result: Result<String, Failure>) -> String {
    match result {
        Ok(reply) => reply,
        Err(Failure::Redis(error)) => error.to_string(),
        Err(failure) => format!("{failure:?}"),
    }
}

#[tokio::test]
async fn each_reply_has_the_whole_bound_and_no_more() {
    let fitting = || format!("$60000\r\n{}\r\n", "x".repeat(60_000)).into_bytes();
    // Deeper than the parser goes.
    let (port, _) = server(vec![fitting(), fitting(), b"*1000000\r\n".repeat(10_000)]).await;
    let link = open(&format!("redis://127.0.0.1:{port}"), None, BOUNDS).await.unwrap();
    for _ in 0..2 {
        assert_eq!(text(link.ask(&cmd("PING")).await).len(), 60_000);
    }
    let nested = text(link.ask(&cmd("PING")).await);
    assert!(nested.contains("recursion"), "{nested}");
    assert_eq!(text(link.ask(&cmd("PING")).await), "Closed");
}

#[tokio::test]
async fn a_reply_that_is_too_large_ends_the_connection() {
    let (port, _) = server(vec![format!("$1000000000\r\n{}", "x".repeat(200_000)).into_bytes()]).await;
    let link = open(&format!("redis://127.0.0.1:{port}"), None, BOUNDS).await.unwrap();
    let large = text(link.ask(&cmd("PING")).await);
    assert!(large.contains("too large"), "{large}");
    assert_eq!(text(link.ask(&cmd("PING")).await), "Closed");
}

#[tokio::test]
async fn a_mute_server_is_given_up() {
    let (port, _) = server(vec![]).await;
    let login = open(&format!("redis://:secret@127.0.0.1:{port}"), None, Bounds { connect: SOON, ..BOUNDS }).await;
    assert!(matches!(login.err(), Some(Failure::Timeout)));

    let (port, served) = server(vec![]).await;
    let link = open(&format!("redis://127.0.0.1:{port}"), None, Bounds { answer: SOON, ..BOUNDS }).await.unwrap();
    assert_eq!(text(link.ask(&cmd("PING")).await), "Timeout");
    // The server sees the end although the guest still holds the connection.
    assert_eq!(served.await.unwrap(), b"*1\r\n$4\r\nPING\r\n");
    assert_eq!(text(link.ask(&cmd("PING")).await), "Closed");
}

#[tokio::test]
async fn a_server_that_goes_away_is_an_error() {
    let (port, served) = server(vec![b"+PONG\r\n".to_vec()]).await;
    let link = open(&format!("redis://127.0.0.1:{port}"), None, BOUNDS).await.unwrap();
    assert_eq!(text(link.ask(&cmd("PING")).await), "PONG");
    served.abort();
    assert!(served.await.unwrap_err().is_cancelled());
    assert!(link.ask::<String>(&cmd("PING")).await.is_err());
    assert_eq!(text(link.ask(&cmd("PING")).await), "Closed");
}

#[tokio::test]
async fn a_dropped_connection_is_closed_even_while_it_waits() {
    let (port, served) = server(vec![]).await;
    let link = open(&format!("redis://127.0.0.1:{port}"), None, BOUNDS).await.unwrap();
    let asked = tokio::time::timeout(SOON, link.ask::<String>(&cmd("BLOCK"))).await;
    assert!(asked.is_err());
    drop(link);
    assert_eq!(served.await.unwrap(), b"*1\r\n$5\r\nBLOCK\r\n");
}

#[tokio::test]
async fn certificates_are_verified() {
    let signed = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(signed.signing_key.serialize_der()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![signed.cert.der().clone()], key)
        .unwrap();
    let acceptor = tokio_rustls::TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        loop {
            if let Ok(stream) = acceptor.accept(listener.accept().await.unwrap().0).await {
                tokio::spawn(serve(stream, vec![b"+PONG\r\n".to_vec()]));
            }
        }
    });

    let mut roots = RootCertStore::empty();
    roots.add(signed.cert.der().clone()).unwrap();
    let (trusting, strict) = (connector(roots).unwrap(), connector(RootCertStore::empty()).unwrap());
    let url = |host: &str| format!("rediss://{host}:{port}");
    let link = open(&url("localhost"), Some(&trusting), BOUNDS).await.unwrap();
    assert_eq!(text(link.ask(&cmd("PING")).await), "PONG");
    for (host, tls) in [("localhost", &strict), ("127.0.0.1", &trusting)] {
        let refused = open(&url(host), Some(tls), BOUNDS).await.err();
        let Some(Failure::Redis(error)) = refused else { panic!("{host}: {refused:?}") };
        assert!(RedisError::to_string(&error).contains("certificate"), "{error}");
    }
}
