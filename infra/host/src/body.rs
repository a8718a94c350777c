//! Bodies: a request's may not grow beyond its limit, an answer's leaves in as few pieces as can be.

use bytes::Bytes;
use http::{Request, Response};
use http_body::{Body, Frame, SizeHint};
use http_body_util::{BodyExt, Full};
use std::collections::VecDeque;
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

/// How long an answer's head waits for its body, so that a small answer goes out in one piece.
const SETTLE: Duration = Duration::from_millis(1);
/// The most that is kept of a body meanwhile.
const SETTLE_BYTES: usize = 64 << 10;

/// Gives an answer whose body is at hand a length and one write; a stream goes on as it is.
pub async fn settle(response: Response<WasiBody>) -> Response<WasiBody> {
    let (parts, mut body) = response.into_parts();
    if body.size_hint().exact().is_some() {
        return Response::from_parts(parts, body);
    }
    let mut ready = Ready::default();
    let complete = tokio::time::timeout(SETTLE, ready.fill(&mut body)).await.unwrap_or(false);
    let body = match (complete, ready.frames.pop_front()) {
        (true, None) => Full::default().map_err(|never| match never {}).boxed_unsync(),
        (true, Some(Ok(frame))) if ready.frames.is_empty() && frame.is_data() => {
            let data = frame.into_data().unwrap_or_default();
            Full::from(data).map_err(|never| match never {}).boxed_unsync()
        }
        (_, first) => {
            let frames = first.into_iter().chain(ready.frames).collect();
            Prefixed { frames, rest: body }.boxed_unsync()
        }
    };
    Response::from_parts(parts, body)
}

#[derive(Default)]
struct Ready {
    frames: VecDeque<Result<Frame<Bytes>, Error>>,
    bytes: usize,
}

impl Ready {
    /// Takes what comes; whether that was all.
    async fn fill(&mut self, body: &mut WasiBody) -> bool {
        while self.bytes < SETTLE_BYTES {
            match body.frame().await {
                None => return true,
                Some(frame) => {
                    self.bytes += frame.as_ref().ok().and_then(Frame::data_ref).map_or(0, Bytes::len);
                    self.frames.push_back(frame);
                }
            }
        }
        false
    }
}

/// Frames that came already, then the rest.
struct Prefixed {
    frames: VecDeque<Result<Frame<Bytes>, Error>>,
    rest: WasiBody,
}

impl Body for Prefixed {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        match self.frames.pop_front() {
            Some(frame) => Poll::Ready(Some(frame)),
            None => Pin::new(&mut self.rest).poll_frame(cx),
        }
    }
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
