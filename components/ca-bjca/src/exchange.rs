//! One exchange with the service: JSON there and back.

use crate::names::Names;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ca_authority::types::check_id;
use ca_authority::{Answer, Broken, Context, Error, Request};
use cloud::json;
use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

/// Most answers are some hundred bytes, but one may hold SignedData with its content.
const ANSWER_BYTES: usize = 8 << 20;
/// A code to scan may be a picture.
const TEXT_BYTES: usize = 64 << 10;
/// Of a status; a number that is a person's is longer.
const STATUS_CHARS: usize = 10;
/// Where the service does not say how long it is busy.
const BUSY_MS: u32 = 1_000;

/// Whether the service changes something by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It only tells: it may be asked again.
    Asks,
    /// What was lost on the way may have been done.
    Acts,
}

#[derive(Deserialize)]
struct Envelope {
    #[serde(default, deserialize_with = "json::text")]
    status: String,
    #[serde(default)]
    data: Value,
}

/// What the service tells, by the names used here.
pub struct Data<'a> {
    data: Value,
    names: &'a Names,
}

/// Posts a body; `fine` is the status of an answer that grants.
///
/// # Errors
/// `rejected` with the service's status and never its words, which may name persons; else by what may have become of it.
pub async fn post<'a>(
    url: String,
    body: &Value,
    fine: &str,
    names: &'a Names,
    effect: Effect,
    context: &Context<'_>,
) -> Result<Data<'a>, Error> {
    let request = http::Request::post(url).header("content-type", "application/json;charset=UTF-8");
    let request = request.body(json::write(body).into_bytes());
    let request = request.map_err(|_| Error::Unavailable("the service's address cannot be written".to_owned()))?;
    let lost = |why: String| match effect {
        Effect::Acts => Error::Lost(why),
        Effect::Asks => Error::Unavailable(why),
    };
    let answer = send(request, ANSWER_BYTES, effect, context).await?;
    let status = answer.status();
    let read: Result<Envelope, _> = json::parse(answer.body());
    match read {
        _ if matches!(status, StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE) => {
            Err(Error::Busy(retry_after(&answer)))
        }
        Ok(answer) if status.is_success() && answer.status == names.of(fine) => Ok(Data { data: answer.data, names }),
        Ok(answer) if !answer.status.is_empty() && !status.is_server_error() => {
            Err(Error::Rejected(format!("status {}, HTTP {}", told(&answer.status), status.as_u16())))
        }
        // Another status is that of a proxy, whatever stands in its body.
        Ok(_) => Err(lost(format!("answered {}", status.as_u16()))),
        Err(why) => Err(lost(format!("answered {}: {why}", status.as_u16()))),
    }
}

/// A status as it may be told: one that is words, or too long, is not.
fn told(status: &str) -> &str {
    let plain = status.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    if plain && status.len() <= STATUS_CHARS { status } else { "untold" }
}

/// Sends a request.
///
/// # Errors
/// As [`post`].
pub async fn send(request: Request, most: usize, effect: Effect, context: &Context<'_>) -> Result<Answer, Error> {
    (context.send)(request, most).await.map_err(|broken| match (effect, broken) {
        (Effect::Asks, Broken::Lost(why)) => Error::Unavailable(why),
        (_, broken) => broken.into(),
    })
}

fn retry_after(answer: &Answer) -> u32 {
    let seconds = answer.headers().get(http::header::RETRY_AFTER).and_then(|value| value.to_str().ok()?.parse().ok());
    seconds.map_or(BUSY_MS, |seconds: u32| seconds.min(600).saturating_mul(1_000))
}

impl<'a> Data<'a> {
    /// What was in a callback.
    #[must_use]
    pub const fn of(data: Value, names: &'a Names) -> Self {
        Self { data, names }
    }

    /// A text or a number; none where it is missing, empty or larger than anything but a signature should be.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<String> {
        let text = match self.data.get(self.names.of(name))? {
            Value::String(text) if text.len() <= TEXT_BYTES => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return None,
        };
        Some(text).filter(|text| !text.is_empty())
    }

    /// An id of the service's.
    #[must_use]
    pub fn id(&self, name: &str) -> Option<String> {
        self.text(name).filter(|id| check_id(id).is_ok())
    }

    /// The id of something that was just made.
    ///
    /// # Errors
    /// `lost`: what was made cannot be named.
    pub fn made(&self, name: &str) -> Result<String, Error> {
        self.id(name).ok_or_else(|| Error::Lost(format!("the answer has no {}", self.names.of(name))))
    }

    /// Base64, with line ends or without, or PEM.
    ///
    /// # Errors
    /// `unavailable` where it is something else.
    pub fn bytes(&self, name: &str) -> Result<Option<Vec<u8>>, Error> {
        let found = self.data.get(self.names.of(name)).and_then(Value::as_str);
        let Some(text) = found.filter(|text| !text.is_empty()) else { return Ok(None) };
        let lines = text.lines().filter(|line| !line.starts_with("-----"));
        let text: String = lines.flat_map(str::chars).filter(|c| !c.is_whitespace()).collect();
        let bytes = STANDARD.decode(text);
        bytes.map(Some).map_err(|_| Error::Unavailable(format!("{} is not Base64", self.names.of(name))))
    }
}
