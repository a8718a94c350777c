//! Calls from one function to another: signed, and bounded in time and size.

use crate::guest::{now, variable};
use crate::token::Signer;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use outbound::Limits;
pub use outbound::{Answer, Broken};
use serde::Serialize;
use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

/// The most that an answer may hold.
const ANSWER_BYTES: usize = 1 << 20;

/// Whom to call.
#[derive(Clone, Copy, Debug)]
pub struct Service<'a> {
    /// The calling function's id; its key is the variable `service_key`.
    pub from: &'static str,
    /// The id of the function called, which its token is made for.
    pub to: &'a str,
    /// For the whole exchange.
    pub timeout: Duration,
    /// Quoted in the logs of both.
    pub request_id: &'a str,
}

thread_local! {
    static SIGNER: RefCell<Option<Rc<Signer>>> = const { RefCell::new(None) };
}

impl Service<'_> {
    /// Posts JSON to a URL and returns the answer, whatever its status.
    ///
    /// # Errors
    /// Whether the request was certainly not sent, or perhaps acted on.
    pub async fn post(&self, url: &str, body: &impl Serialize) -> Result<Answer, Broken> {
        let body = serde_json::to_vec(body).map_err(|error| Broken::Unsent(error.to_string()))?;
        self.send(url, "application/json", &[], body).await
    }

    /// Posts a body of any media type with further headers and returns the answer, whatever its status.
    ///
    /// # Errors
    /// As [`Service::post`].
    pub async fn send(
        &self,
        url: &str,
        media_type: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, Broken> {
        let mut request = http::Request::post(url).header(CONTENT_TYPE, media_type);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.signed(request, body).await
    }

    /// Gets a URL and returns the answer, whatever its status.
    ///
    /// # Errors
    /// As [`Service::post`].
    pub async fn get(&self, url: &str) -> Result<Answer, Broken> {
        self.signed(http::Request::get(url), Vec::new()).await
    }

    async fn signed(&self, request: http::request::Builder, body: Vec<u8>) -> Result<Answer, Broken> {
        let unsent = |why: String| Broken::Unsent(why);
        let token = signer(self.from).await.map_err(unsent)?.service(self.to, now());
        let request = request.header(AUTHORIZATION, format!("Bearer {token}")).header("x-request-id", self.request_id);
        let request = request.body(body).map_err(|error| unsent(error.to_string()))?;
        outbound::send(request, Limits { timeout: self.timeout, answer_bytes: ANSWER_BYTES }).await
    }
}

async fn signer(function: &str) -> Result<Rc<Signer>, String> {
    if let Some(signer) = SIGNER.with_borrow(Clone::clone) {
        return Ok(signer);
    }
    let key = variable("service_key").await.map_err(|problem| problem.cause.unwrap_or_default())?;
    let signer = Rc::new(Signer::parse(function, &key)?);
    SIGNER.set(Some(Rc::clone(&signer)));
    Ok(signer)
}
