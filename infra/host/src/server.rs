//! HTTP/1.1 and 2 on a socket, with or without TLS, until it is told to stop.

use anyhow::{Context, Result};
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use hyper_util::server::graceful::GracefulShutdown;
use std::convert::Infallible;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use wasmtime_wasi_http::WasiBody;

/// For a request's head and for a TLS handshake.
const HEAD: Duration = Duration::from_secs(10);
/// How long answers under way may take when the host stops.
const GRACE: Duration = Duration::from_secs(25);

/// What a request came over.
#[derive(Clone, Copy)]
pub struct Peer {
    /// Who sent it.
    pub address: SocketAddr,
    /// Whether over TLS.
    pub tls: bool,
}

/// Answers requests.
pub trait Service: Send + Sync + 'static {
    /// Answers one request.
    fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        peer: Peer,
    ) -> impl Future<Output = Response<WasiBody>> + Send;
}

/// Reads a PEM certificate chain and key.
///
/// # Errors
/// Files that cannot be read or do not belong together.
pub fn tls(certificates: &Path, key: &Path) -> Result<TlsAcceptor> {
    use rustls::pki_types::pem::PemObject;
    use rustls::pki_types::{CertificateDer, PrivateKeyDer};
    let chain = CertificateDer::pem_file_iter(certificates)
        .and_then(|chain| chain.collect::<Result<Vec<_>, _>>())
        .with_context(|| format!("cannot read {}", certificates.display()))?;
    let key = PrivateKeyDer::from_pem_file(key).with_context(|| format!("cannot read {}", key.display()))?;
    let mut config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, key)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Serves until `stop`, then lets answers under way finish.
pub async fn serve<S: Service>(
    listener: TcpListener,
    tls: Option<TlsAcceptor>,
    service: Arc<S>,
    stop: CancellationToken,
) {
    let mut builder = Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder.http2().timer(TokioTimer::new()).keep_alive_interval(Some(Duration::from_secs(30)));
    let server = Arc::new(Server { builder, tls, service, graceful: GracefulShutdown::new() });
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = stop.cancelled() => break,
        };
        match accepted {
            Ok((stream, address)) => {
                tokio::spawn(server.clone().connection(stream, address, stop.clone()));
            }
            // Out of file descriptors, most likely: others must close first.
            Err(_) => tokio::time::sleep(Duration::from_millis(50)).await,
        }
    }
    drop(listener);
    let _ = tokio::time::timeout(GRACE, async {
        while server.graceful.count() > 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
}

struct Server<S> {
    builder: Builder<TokioExecutor>,
    tls: Option<TlsAcceptor>,
    service: Arc<S>,
    graceful: GracefulShutdown,
}

impl<S: Service> Server<S> {
    async fn connection(self: Arc<Self>, stream: TcpStream, address: SocketAddr, stop: CancellationToken) {
        // Small answers must not wait for the acknowledgement of the last one.
        let _ = stream.set_nodelay(true);
        match &self.tls {
            None => self.run(stream, Peer { address, tls: false }, stop).await,
            Some(tls) => {
                if let Ok(Ok(stream)) = tokio::time::timeout(HEAD, tls.accept(stream)).await {
                    self.run(stream, Peer { address, tls: true }, stop).await;
                }
            }
        }
    }

    async fn run<I>(&self, io: I, peer: Peer, stop: CancellationToken)
    where
        I: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    {
        let service = service_fn(|request| {
            let service = self.service.clone();
            async move { Ok::<_, Infallible>(service.answer(request, peer).await) }
        });
        let connection = self.builder.serve_connection(TokioIo::new(io), service);
        let mut connection = std::pin::pin!(connection);
        let _alive = self.graceful.watcher();
        tokio::select! {
            _ = connection.as_mut() => return,
            () = stop.cancelled() => connection.as_mut().graceful_shutdown(),
        }
        let _ = connection.await;
    }
}
