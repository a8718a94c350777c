//! The functions over HTTP, as a hospital system calls them.

use crate::host::{Host, root, secrets};
use crate::token;
use anyhow::Result;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use sm3::{Digest, Sm3};
use std::sync::atomic::{AtomicU64, Ordering};
use ureq::http::{HeaderMap, Request};

/// The application and what a caller needs.
pub struct Api {
    /// The running host.
    pub host: Host,
    agent: ureq::Agent,
    register: SigningKey,
    keys: AtomicU64,
    ahead_s: i64,
}

/// The credential of the hospital system `his`.
pub const HIS: &str = "Bearer yz_test_key";
/// The credential of the hospital system `lis`.
pub const LIS: &str = "Bearer yz_lis_key";

/// An answer, read whole.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// The body as JSON; null where it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }

    /// Status and the problem's code.
    pub fn problem(&self) -> (u16, String) {
        (self.status, self.json()["code"].as_str().unwrap_or_default().to_owned())
    }

    /// A header, empty when missing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Api {
    /// Starts the functions with the fake card reader of `tests/fakes` behind them.
    ///
    /// # Errors
    /// As [`Host::run`].
    pub fn start() -> Result<Self> {
        Self::with(&[])
    }

    /// Starts the application with further variables.
    ///
    /// # Errors
    /// As [`Host::run`].
    pub fn with(more: &[(&str, &str)]) -> Result<Self> {
        Self::run("tests/api/spin.toml", more)
    }

    /// Starts the repository's application: the engine as it is, with its models.
    ///
    /// # Errors
    /// As [`Host::run`].
    pub fn real() -> Result<Self> {
        Self::real_with(&[])
    }

    /// The same with further variables.
    ///
    /// # Errors
    /// As [`Host::run`].
    pub fn real_with(more: &[(&str, &str)]) -> Result<Self> {
        Self::run("spin.toml", more)
    }

    /// Starts another manifest of the repository with further variables.
    ///
    /// # Errors
    /// As [`Host::run`].
    pub fn run(manifest: &str, more: &[(&str, &str)]) -> Result<Self> {
        let register = SigningKey::from_bytes(&[7; 32]);
        let ca_sign = token::public("ca-sign", &SigningKey::from_bytes(&[8; 32]));
        let public = format!("{},{ca_sign}", token::public("register", &register));
        let hash = |key: &str| hex::encode(Sm3::digest(key));
        let hashes = format!("his:{},lis:{}", hash("yz_test_key"), hash("yz_lis_key"));
        let secrets = secrets();
        let mut variables: Vec<_> = secrets.iter().map(|(name, value)| (*name, value.as_str())).collect();
        variables.extend([("api_key_hashes", &*hashes), ("token_public_keys", &public)]);
        variables.extend(more);
        let host = Host::run(&root().join(manifest), &variables, &[])?;
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Ok(Self { host, agent, register, keys: AtomicU64::new(10_000_000), ahead_s: 0 })
    }

    /// Sends a request as it is given.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Result<Answer> {
        let mut request = Request::builder().method(method).uri(self.host.url(path));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = self.agent.run(request.body(body)?)?;
        let body = answer.body_mut().with_config().limit(64 << 20).read_to_vec()?;
        Ok(Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), body })
    }

    /// Sends JSON as this caller.
    ///
    /// # Errors
    /// As [`Api::send`].
    pub fn json(&self, method: &str, path: &str, credential: &str, body: &Value) -> Result<Answer> {
        // Also for routes that do not look at it.
        let key = format!("key-{}", self.keys.fetch_add(1, Ordering::Relaxed));
        let headers = [("authorization", credential), ("content-type", "application/json"), ("idempotency-key", &*key)];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, path, &headers, body.as_bytes())
    }

    /// Has a picture read, by the hospital system `his`.
    ///
    /// # Errors
    /// As [`Api::send`].
    pub fn read(&self, query: &str, picture: &[u8]) -> Result<Answer> {
        let headers = [("authorization", HIS), ("content-type", "image/jpeg")];
        self.send("POST", &format!("/v1/ocr-idcard/read{query}"), &headers, picture)
    }

    /// Days pass: the application starts again on the same data.
    ///
    /// # Errors
    /// As [`Host::restart_later`].
    pub fn restart_later(&mut self, days: u32) -> Result<()> {
        self.ahead_s = i64::from(days) * 86_400;
        self.host.restart_later(days)
    }

    /// What the application's clock says, in seconds since the epoch.
    #[must_use]
    pub fn now_s(&self) -> i64 {
        token::now_s() + self.ahead_s
    }

    /// A user token, valid from `age_s` seconds ago for `life_s` seconds.
    pub fn token(&self, subject: &str, role: &str, age_s: i64, life_s: i64) -> String {
        let issued = self.now_s() - age_s;
        let claims = json!({"iss": "register", "sub": subject, "role": role, "iat": issued, "exp": issued + life_s});
        token::bearer(&self.register, "register", "JWT", &claims)
    }
}

/// A picture that makes the fake reader answer this way.
pub fn picture(what: &str) -> Vec<u8> {
    [b"\xff\xd8\xff", what.as_bytes()].concat()
}
