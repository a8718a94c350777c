//! `wasi:http` underneath.

use crate::{Answer, Broken, Limits, Request};
use bytes::Bytes;
use futures::future::{Either, select};
use http::header::CONTENT_LENGTH;
use http_body_util::BodyExt;
use spin_sdk::http::FullBody;
use spin_sdk::wasip3::http::types::{ErrorCode, RequestOptions};
use spin_sdk::wasip3::http_compat::{IncomingResponseBody, RequestOptionsExtension};
use std::pin::pin;
use std::time::Duration;

pub use spin_sdk::time::sleep;

/// Sends a request and reads its answer.
///
/// # Errors
/// When there is no whole answer, with whether the request may have been acted on.
pub async fn send(request: Request, limits: Limits) -> Result<Answer, Broken> {
    // Hosts differ in which time limits they keep, and none has one for the whole.
    match select(pin!(exchange(request, limits)), pin!(sleep(limits.timeout))).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => Err(Broken::Lost(format!("no answer in {} ms", limits.timeout.as_millis()))),
    }
}

/// Sends a request for whose answer the status is enough: of its body no more is read than the limit, and what is wrong
/// with it does not matter.
///
/// # Errors
/// When there is no answer.
pub async fn tell(request: Request, limits: Limits) -> Result<http::StatusCode, Broken> {
    let exchange = async {
        let mut answer = begin(request, limits).await?;
        // A connection whose answer was read may be used again.
        let _ = rest(answer.body_mut(), limits).await;
        Ok(answer.status())
    };
    match select(pin!(exchange), pin!(sleep(limits.timeout))).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => Err(Broken::Lost(format!("no answer in {} ms", limits.timeout.as_millis()))),
    }
}

async fn exchange(request: Request, limits: Limits) -> Result<Answer, Broken> {
    let (head, mut body) = begin(request, limits).await?.into_parts();
    Ok(http::Response::from_parts(head, rest(&mut body, limits).await?))
}

async fn begin(request: Request, limits: Limits) -> Result<http::Response<IncomingResponseBody>, Broken> {
    let (mut head, body) = request.into_parts();
    // Without it the body goes out in chunks, which not every server takes.
    head.headers.entry(CONTENT_LENGTH).or_insert(body.len().into());
    head.extensions.insert(options(limits.timeout));
    let request = http::Request::from_parts(head, FullBody::new(Bytes::from(body)));
    spin_sdk::http::send(request).await.map_err(broken)
}

async fn rest(body: &mut IncomingResponseBody, limits: Limits) -> Result<Vec<u8>, Broken> {
    let mut bytes = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|error| Broken::Lost(format!("{error:?}")))?;
        let Ok(data) = frame.into_data() else { continue };
        if bytes.len() + data.len() > limits.answer_bytes {
            return Err(Broken::Lost(format!("an answer of more than {} bytes", limits.answer_bytes)));
        }
        bytes.extend_from_slice(&data);
    }
    Ok(bytes)
}

/// A host that does not know one of them refuses it, which changes nothing.
fn options(timeout: Duration) -> RequestOptionsExtension {
    let options = RequestOptions::new();
    let ns = u64::try_from(timeout.as_nanos()).unwrap_or(u64::MAX);
    let _ = options.set_connect_timeout(Some(ns / 2));
    let _ = options.set_first_byte_timeout(Some(ns));
    let _ = options.set_between_bytes_timeout(Some(ns));
    RequestOptionsExtension(options)
}

fn broken(error: ErrorCode) -> Broken {
    let text = format!("{error:?}");
    match error {
        // The name, the connection and its encryption come before the first byte of the request; the host refuses a
        // malformed or forbidden one before that.
        ErrorCode::DnsTimeout
        | ErrorCode::DnsError(_)
        | ErrorCode::DestinationNotFound
        | ErrorCode::DestinationUnavailable
        | ErrorCode::DestinationIpProhibited
        | ErrorCode::DestinationIpUnroutable
        | ErrorCode::ConnectionRefused
        | ErrorCode::ConnectionTimeout
        | ErrorCode::ConnectionLimitReached
        | ErrorCode::TlsProtocolError
        | ErrorCode::TlsCertificateError
        | ErrorCode::TlsAlertReceived(_)
        | ErrorCode::HttpRequestDenied
        | ErrorCode::HttpRequestMethodInvalid
        | ErrorCode::HttpRequestUriInvalid
        | ErrorCode::HttpRequestUriTooLong => Broken::Unsent(text),
        _ => Broken::Lost(text),
    }
}
