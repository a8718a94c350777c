//! A body that may not grow beyond its limit.

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use wasmtime_wasi_http::{Error, WasiBody};

/// What is read of a refused body so that its sender gets to read the answer.
const DRAIN: u64 = 64 << 20;
/// For how long.
const DRAIN_TIME: Duration = Duration::from_secs(10);

struct Limited {
    /// Absent once it exceeded its limit.
    body: Option<WasiBody>,
    left: u64,
    exceeded: Arc<AtomicBool>,
}

/// Reads what is left of a refused body, within bounds: a sender that is cut off while it writes
/// sees a broken connection instead of the answer.
pub fn drain(mut body: WasiBody) {
    tokio::spawn(tokio::time::timeout(DRAIN_TIME, async move {
        let mut left = DRAIN;
        while let Some(Ok(frame)) = body.frame().await {
            let read = frame.data_ref().map_or(0, |data| data.len() as u64);
            match left.checked_sub(read) {
                Some(rest) => left = rest,
                None => break,
            }
        }
    }));
}

/// Puts a limit on a request's body. The flag is set at once when the declared length is over it,
/// else when the bytes that came are.
pub fn limited(request: Request<WasiBody>, limit: u64) -> (Request<WasiBody>, Arc<AtomicBool>) {
    let exceeded = Arc::new(AtomicBool::new(request.body().size_hint().lower() > limit));
    if request.body().size_hint().exact().is_some_and(|exact| exact <= limit) {
        return (request, exceeded);
    }
    let flag = exceeded.clone();
    (request.map(|body| Limited { body: Some(body), left: limit, exceeded: flag }.boxed_unsync()), exceeded)
}

impl Body for Limited {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let Some(body) = &mut self.body else { return Poll::Ready(None) };
        let frame = Pin::new(body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(data) = frame.data_ref()
        {
            match self.left.checked_sub(data.len() as u64) {
                Some(left) => self.left = left,
                None => {
                    self.exceeded.store(true, Ordering::Relaxed);
                    if let Some(body) = self.body.take() {
                        drain(body);
                    }
                    return Poll::Ready(Some(Err(Error::HttpRequestBodySize(None))));
                }
            }
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.body.as_ref().map(Body::size_hint).unwrap_or_default()
    }
}
