//! What lies outside: gateways, hospital systems, Redis, and the keys of personal data.

use crate::deliver::Sealed;
use crate::deliver::gateway::{CALL_MS, Callback, Gateway, Outcome, Parsed, Question, Receipt, Submit};
use crate::deliver::hook::Post;
use crate::flat::Reply;
use crate::policy::FUNCTION;
use crate::streams::Redis;
use common::redis;
use common::seal::Seal;
use common::service::{Broken, Service};
use outbound::Limits;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The function behind every gateway, which tokens are made for.
const GATEWAY: &str = "sms-gateway";
/// What a hospital's system may answer to a report, in bytes and time.
const REPORT: Limits = Limits { timeout: Duration::from_secs(10), answer_bytes: 4096 };

/// The gateways behind the URL of the variable `sms_gateway_url`.
pub struct Gateways<'a> {
    /// `{name}` in it stands for the gateway's name.
    pub url: &'a str,
    /// Quoted in the logs of both.
    pub request_id: &'a str,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Answer<T> {
    Done(T),
    Outcome(Outcome),
}

#[derive(Deserialize)]
struct Receipts {
    receipts: Vec<Receipt>,
}

impl Gateways<'_> {
    async fn ask<T: DeserializeOwned>(&self, gateway: &str, verb: &str, body: &impl Serialize) -> Result<T, Outcome> {
        let url = format!("{}/v1/{GATEWAY}/{verb}", self.url.replace("{name}", gateway));
        let timeout = Duration::from_millis(CALL_MS.unsigned_abs());
        let service = Service { from: FUNCTION.id, to: GATEWAY, timeout, request_id: self.request_id };
        match service.post(&url, body).await {
            Ok(answer) => match (answer.status().as_u16(), serde_json::from_slice(answer.body())) {
                (200, Ok(Answer::Done(done))) => Ok(done),
                (200, Ok(Answer::Outcome(outcome))) => Err(outcome),
                // It was turned away before an adapter saw it.
                (status @ (400 | 401 | 403 | 404 | 405 | 413 | 429), _) => {
                    Err(Outcome::Unavailable { detail: format!("the gateway answered {status}") })
                }
                (status, _) => Err(Outcome::Lost { detail: format!("the gateway answered {status}") }),
            },
            Err(Broken::Unsent(detail)) => Err(Outcome::Unavailable { detail }),
            Err(Broken::Lost(detail)) => Err(Outcome::Lost { detail }),
        }
    }
}

impl Gateway for Gateways<'_> {
    async fn submit(&self, gateway: &str, message: &Submit) -> Outcome {
        self.ask(gateway, "submit", message).await.unwrap_or_else(|outcome| outcome)
    }

    async fn query(&self, gateway: &str, question: &Question) -> Result<Vec<Receipt>, Outcome> {
        self.ask(gateway, "query", question).await.map(|found: Receipts| found.receipts)
    }

    async fn receipts(&self, gateway: &str, callback: &Callback) -> Result<Parsed, Outcome> {
        self.ask(gateway, "receipts", callback).await
    }
}

/// Webhooks over HTTP.
pub struct Http;

impl Post for Http {
    async fn post(&self, url: &str, headers: [(&'static str, String); 3], body: &[u8]) -> Result<u16, String> {
        let mut request = http::Request::post(url).header(http::header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(body.to_vec()).map_err(|error| error.to_string())?;
        let answer = outbound::send(request, REPORT).await.map_err(|broken| broken.to_string())?;
        Ok(answer.status().as_u16())
    }
}

/// An open connection to Redis.
pub struct Stream(pub redis::Redis);

impl Redis for Stream {
    async fn execute(&self, command: &str, arguments: Vec<Vec<u8>>) -> Result<Vec<Reply>, String> {
        self.0.execute(command, arguments).await
    }
}

/// The keys of the variable `data_key`.
pub struct Keys<'a>(pub &'a Seal);

impl Sealed for Keys<'_> {
    fn open(&self, message_id: &str, column: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        self.0.open(sealed, &format!("{message_id}/{column}")).ok()
    }

    fn index(&self, phone: &str) -> String {
        self.0.index("phone", phone.as_bytes())
    }
}
