//! HTTP to the outside and to other components, within `allowed_outbound_hosts`.

use super::public::{PublicOnly, is_public};
use super::{Grants, Reach};
use crate::dispatch::Dispatcher;
use crate::manifest::HostRule;
use http::uri::{Scheme, Uri};
use http_body_util::BodyExt;
use hyper_rustls::HttpsConnector;
use hyper_util::client::legacy::connect::{Connect, HttpConnector};
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use std::error::Error as _;
use std::net::IpAddr;
use std::sync::{Arc, OnceLock, Weak};
use std::time::{Duration, Instant};
use wasmtime_wasi_http::{Error, RequestOptions, WasiBody, WasiHttpHooks};

/// For a connection. Shorter than guests wait for an answer, so that one who is not there can be told from one who
/// does not answer: what was not sent may go elsewhere.
const CONNECT: Duration = Duration::from_secs(5);
/// For the head of the answer, unless the guest says otherwise.
const FIRST_BYTE: Duration = Duration::from_secs(60);
/// How long a pooled connection waits for its next use.
const IDLE: Duration = Duration::from_secs(30);

/// What one component may reach outside.
pub struct Network {
    /// The hosts granted.
    pub rules: Vec<HostRule>,
    /// The wire and the other components, shared by all.
    pub shared: Arc<Shared>,
}

/// The pooled client and the way to the other components.
pub struct Shared {
    client: Client<HttpsConnector<HttpConnector>, WasiBody>,
    /// For destinations that only a `*` grants.
    public: Client<HttpsConnector<HttpConnector<PublicOnly>>, WasiBody>,
    /// Set once the application stands.
    pub dispatcher: OnceLock<Weak<Dispatcher>>,
}

impl Shared {
    /// A client that trusts the public certificate authorities.
    ///
    /// # Errors
    /// None in practice: a crypto provider without TLS versions.
    pub fn new() -> anyhow::Result<Self> {
        let client = client_of(HttpConnector::new())?;
        let public = client_of(HttpConnector::new_with_resolver(PublicOnly::default()))?;
        Ok(Self { client, public, dispatcher: OnceLock::new() })
    }
}

fn client_of<R>(mut tcp: HttpConnector<R>) -> anyhow::Result<Client<HttpsConnector<HttpConnector<R>>, WasiBody>>
where
    HttpsConnector<HttpConnector<R>>: Connect + Clone,
{
    tcp.set_nodelay(true);
    tcp.set_connect_timeout(Some(CONNECT));
    tcp.enforce_http(false);
    // Named, because another crate in the build may bring a second provider.
    let connector = hyper_rustls::HttpsConnectorBuilder::new()
        .with_provider_and_webpki_roots(rustls::crypto::ring::default_provider())?
        .https_or_http()
        .enable_http1()
        .enable_http2()
        .wrap_connector(tcp);
    let mut client = Client::builder(TokioExecutor::new());
    Ok(client.pool_idle_timeout(IDLE).pool_timer(TokioTimer::new()).build(connector))
}

/// The hooks that `wasi:http` calls for a guest's requests.
pub struct Outbound(Arc<Grants>);

impl Outbound {
    /// Hooks that obey these grants.
    pub fn new(grants: Arc<Grants>) -> Self {
        Self(grants)
    }
}

type Answer = (http::Response<WasiBody>, Box<dyn Future<Output = Result<(), Error>> + Send>);

impl WasiHttpHooks for Outbound {
    fn send_request(
        &mut self,
        request: http::Request<WasiBody>,
        options: Option<RequestOptions>,
        _: Box<dyn Future<Output = Result<(), Error>> + Send>,
    ) -> Box<dyn Future<Output = Result<Answer, Error>> + Send> {
        let grants = self.0.clone();
        Box::new(async move {
            let start = Instant::now();
            let answer = send(&grants, request, options).await;
            grants.metrics.outbound_latency.observe(start.elapsed().as_secs_f64());
            grants.metrics.sent(match &answer {
                Ok(_) => "answered",
                Err(Error::HttpRequestDenied) => "denied",
                Err(Error::ConnectionTimeout | Error::HttpResponseTimeout) => "timeout",
                Err(_) => "failed",
            });
            Ok((answer?, Box::new(async { Ok(()) }) as Box<_>))
        })
    }
}

async fn send(
    grants: &Grants,
    request: http::Request<WasiBody>,
    options: Option<RequestOptions>,
) -> Result<http::Response<WasiBody>, Error> {
    let uri = request.uri();
    let (host, port) = destination(uri)?;
    let reach = grants.may_reach(uri.scheme_str().unwrap_or(""), &host, port).ok_or(Error::HttpRequestDenied)?;
    if let Some(component) = host.strip_suffix(".spin.internal") {
        return chain(grants, component, request).await;
    }
    let first_byte = options.and_then(|o| o.first_byte_timeout).unwrap_or(FIRST_BYTE);
    let shared = &grants.outbound.shared;
    let answer = match reach {
        Reach::Any => shared.client.request(request),
        // An address in the URL is not resolved, so the resolver does not see it.
        Reach::Public if literal(&host).is_some_and(|ip| !is_public(ip)) => {
            return Err(inside(grants, &host));
        }
        Reach::Public => shared.public.request(request),
    };
    let answer = tokio::time::timeout(first_byte, answer).await.map_err(|_| Error::HttpResponseTimeout)?;
    let answer = answer.map_err(|error| match client_error(&error) {
        Error::HttpRequestDenied if reach == Reach::Public => inside(grants, &host),
        other => other,
    })?;
    Ok(answer.map(|body| body.map_err(Error::from).boxed_unsync()))
}

/// The address that stands in a URL in the place of a name.
fn literal(host: &str) -> Option<IpAddr> {
    host.trim_start_matches('[').trim_end_matches(']').parse().ok()
}

fn inside(grants: &Grants, host: &str) -> Error {
    grants.denied("allowed_outbound_hosts", &format!("{host} is not a public address: `*` does not grant it"));
    Error::HttpRequestDenied
}

fn destination(uri: &Uri) -> Result<(String, u16), Error> {
    let authority = uri.authority().ok_or(Error::HttpRequestUriInvalid)?;
    let default = if uri.scheme() == Some(&Scheme::HTTPS) { 443 } else { 80 };
    Ok((authority.host().to_ascii_lowercase(), authority.port_u16().unwrap_or(default)))
}

/// To another component of this application, without leaving the process.
async fn chain(
    grants: &Grants,
    component: &str,
    request: http::Request<WasiBody>,
) -> Result<http::Response<WasiBody>, Error> {
    let dispatcher = grants.outbound.shared.dispatcher.get().and_then(Weak::upgrade);
    let Some(dispatcher) = dispatcher else {
        return Err(Error::ConnectionTerminated);
    };
    if request.uri().scheme() != Some(&Scheme::HTTP) {
        return Err(Error::TlsProtocolError);
    }
    dispatcher.chain(component, request).await.ok_or(Error::DestinationNotFound)
}

fn client_error(error: &ClientError) -> Error {
    let mut cause = error.source();
    while let Some(source) = cause {
        if let Some(io) = source.downcast_ref::<std::io::Error>() {
            match io.kind() {
                std::io::ErrorKind::ConnectionRefused => return Error::ConnectionRefused,
                std::io::ErrorKind::TimedOut => return Error::ConnectionTimeout,
                std::io::ErrorKind::PermissionDenied => return Error::HttpRequestDenied,
                _ => {}
            }
            if io.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) {
                return Error::TlsCertificateError;
            }
        }
        cause = source.source();
    }
    if error.is_connect() { Error::DestinationNotFound } else { Error::HttpProtocolError }
}
