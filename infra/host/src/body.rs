//! A body that may not grow beyond its limit.

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use wasmtime_wasi_http::{Error, WasiBody};

struct Limited {
    body: WasiBody,
    left: u64,
    exceeded: Arc<AtomicBool>,
}

/// Puts a limit on a request's body. The flag is set at once when the declared length is over it,
/// else when the bytes that came are.
pub fn limited(request: Request<WasiBody>, limit: u64) -> (Request<WasiBody>, Arc<AtomicBool>) {
    let exceeded = Arc::new(AtomicBool::new(request.body().size_hint().lower() > limit));
    if request.body().size_hint().exact().is_some_and(|exact| exact <= limit) {
        return (request, exceeded);
    }
    let flag = exceeded.clone();
    (request.map(|body| Limited { body, left: limit, exceeded: flag }.boxed_unsync()), exceeded)
}

impl Body for Limited {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        let frame = Pin::new(&mut self.body).poll_frame(cx);
        if let Poll::Ready(Some(Ok(frame))) = &frame
            && let Some(data) = frame.data_ref()
        {
            match self.left.checked_sub(data.len() as u64) {
                Some(left) => self.left = left,
                None => {
                    self.exceeded.store(true, Ordering::Relaxed);
                    return Poll::Ready(Some(Err(Error::HttpRequestBodySize(None))));
                }
            }
        }
        frame
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
