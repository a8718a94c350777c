//! What lies outside: gateways, hospital systems, Redis, and the keys of personal data.

use crate::callback::CallbackHosts;
use crate::deliver::Sealed;
use crate::deliver::answer::{self, Answer};
use crate::deliver::gateway::{CALL_MS, Callback, Gateway, Outcome, Parsed, Question, Receipt, Submit};
use crate::deliver::hook::Post;
use crate::flat::Reply;
use crate::policy::FUNCTION;
use crate::streams::Redis;
use common::redis;
use common::seal::Seal;
use common::service::{Broken, Service};
use futures::future::{Either, select};
use outbound::Limits;
use serde::Serialize;
use std::pin::pin;
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

impl Gateways<'_> {
    async fn post(&self, gateway: &str, verb: &str, body: &impl Serialize) -> Answer {
        let url = format!("{}/v1/{GATEWAY}/{verb}", self.url.replace("{name}", gateway));
        let timeout = Duration::from_millis(CALL_MS.unsigned_abs());
        let service = Service { from: FUNCTION.id, to: GATEWAY, timeout, request_id: self.request_id };
        match service.post(&url, body).await {
            Ok(answer) => Answer::Http(answer.status().as_u16(), answer.into_body()),
            Err(Broken::Unsent(why)) => Answer::NotReached(why),
            Err(Broken::Lost(why)) => Answer::Broken(why),
        }
    }
}

impl Gateway for Gateways<'_> {
    async fn submit(&self, gateway: &str, message: &Submit) -> Outcome {
        answer::submitted(self.post(gateway, "submit", message).await)
    }

    async fn query(&self, gateway: &str, question: &Question) -> Result<Vec<Receipt>, Outcome> {
        answer::found(self.post(gateway, "query", question).await)
    }

    async fn receipts(&self, gateway: &str, callback: &Callback) -> Result<Parsed, Outcome> {
        answer::parsed(self.post(gateway, "receipts", callback).await)
    }
}

/// Webhooks over HTTP, to where reports may go.
pub struct Http<'a>(pub &'a CallbackHosts);

impl Post for Http<'_> {
    async fn post(&self, url: &str, headers: [(&'static str, String); 3], body: &[u8]) -> Result<u16, String> {
        // The rule may have changed since the message was accepted.
        self.0.check(url).map_err(|(_, why)| format!("not allowed: {why}"))?;
        let mut request = http::Request::post(url).header(http::header::CONTENT_TYPE, "application/json");
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.body(body.to_vec()).map_err(|error| error.to_string())?;
        outbound::tell(request, REPORT).await.map(|status| status.as_u16()).map_err(|broken| broken.to_string())
    }
}

/// Redis, connected or not: what cannot be reached says so to each command.
pub struct Stream(Result<redis::Redis, String>);

/// A server that is silent for so long does not answer: a tick has other things to do.
const PATIENCE: Duration = Duration::from_secs(4);

impl Stream {
    /// Connects.
    pub async fn open(address: &str) -> Self {
        Self(within(redis::Redis::open(address)).await)
    }
}

impl Redis for Stream {
    async fn execute(&self, command: &str, arguments: Vec<Vec<u8>>) -> Result<Vec<Reply>, String> {
        within(self.0.as_ref().map_err(Clone::clone)?.execute(command, arguments)).await
    }
}

async fn within<T>(call: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    match select(pin!(call), pin!(outbound::sleep(PATIENCE))).await {
        Either::Left((done, _)) => done,
        Either::Right(_) => Err("redis: no answer in time".to_owned()),
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
