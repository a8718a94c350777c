//! A small HTTP server that can also misbehave.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{HeaderMap, Method, Request, Response};
use hyper_util::rt::TokioIo;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// A request, whole.
#[derive(Clone, Debug)]
pub struct Received {
    /// HTTP method.
    pub method: Method,
    /// Path as sent.
    pub path: String,
    /// Query as sent, without `?`.
    pub query: String,
    /// All headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Received {
    /// A header's value, empty when it is missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// What the server does with a request.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Answers: status, media type, body.
    Answer(u16, &'static str, Vec<u8>),
    /// Answers that it has no time, for so many seconds.
    RetryAfter(u16, u32),
    /// Closes the connection without a word.
    Hangup,
    /// Says nothing and holds the connection.
    Silence,
    /// Declares twice the body and closes after the first half.
    Cut(Vec<u8>),
    /// Does it later.
    Late(Duration, Box<Reply>),
}

/// Serves until it is dropped.
pub struct Server {
    /// Where it listens.
    pub address: SocketAddr,
    runtime: Option<Runtime>,
}

type Handle = dyn Fn(Received) -> Reply + Send + Sync;

impl Server {
    /// Listens on a port of the loopback interface, a free one for 0; `handle` may block.
    ///
    /// # Errors
    /// When the port is taken.
    pub fn start(port: u16, handle: impl Fn(Received) -> Reply + Send + Sync + 'static) -> Result<Self> {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build()?;
        let listener = runtime.block_on(TcpListener::bind(("127.0.0.1", port)))?;
        let address = listener.local_addr()?;
        let handle: Arc<Handle> = Arc::new(handle);
        runtime.spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let handle = Arc::clone(&handle);
                let service = service_fn(move |request| answer(Arc::clone(&handle), request));
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Ok(Self { address, runtime: Some(runtime) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Connections held in silence would be waited for.
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

/// Why a connection is closed without an answer; the word is for hyper alone.
type Closed = &'static str;

async fn answer(handle: Arc<Handle>, request: Request<Incoming>) -> Result<Response<Part>, Closed> {
    let (head, body) = request.into_parts();
    let body = body.collect().await.map_err(|_| "the request broke off")?.to_bytes().to_vec();
    let (path, query) = (head.uri.path().to_owned(), head.uri.query().unwrap_or_default().to_owned());
    let received = Received { method: head.method, path, query, headers: head.headers, body };
    let mut reply = tokio::task::spawn_blocking(move || handle(received)).await.map_err(|_| "the handler failed")?;
    while let Reply::Late(delay, then) = reply {
        tokio::time::sleep(delay).await;
        reply = *then;
    }
    let response = Response::builder();
    let response = match reply {
        Reply::Answer(status, media_type, body) => {
            response.status(status).header(CONTENT_TYPE, media_type).body(Part::whole(body))
        }
        Reply::RetryAfter(status, seconds) => {
            response.status(status).header(RETRY_AFTER, seconds).body(Part::whole(Vec::new()))
        }
        Reply::Cut(body) => {
            let declared = 2 * body.len();
            let part = Part { data: Some(body.into()), declared: declared as u64 };
            response.header(CONTENT_TYPE, "application/json").header(CONTENT_LENGTH, declared).body(part)
        }
        Reply::Silence => std::future::pending().await,
        Reply::Hangup | Reply::Late(..) => return Err("told to hang up"),
    };
    response.map_err(|_| "a malformed reply")
}

/// A body that may end before its declared length.
struct Part {
    data: Option<Bytes>,
    declared: u64,
}

impl Part {
    fn whole(body: Vec<u8>) -> Self {
        Self { declared: body.len() as u64, data: Some(body.into()) }
    }
}

impl Body for Part {
    type Data = Bytes;
    type Error = Closed;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Closed>>> {
        match self.data.take() {
            Some(data) => {
                self.declared -= data.len() as u64;
                Poll::Ready(Some(Ok(Frame::data(data))))
            }
            None => Poll::Ready((self.declared > 0).then_some(Err("told to break off"))),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.declared)
    }
}
