//! The functions over HTTP, as a hospital system calls them.

use crate::host::{Host, root};
use anyhow::Result;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use ed25519_dalek::{Signer, SigningKey};
use serde_json::{Value, json};
use sm3::{Digest, Sm3};
use std::time::{SystemTime, UNIX_EPOCH};
use ureq::http::{HeaderMap, Request};

/// The application and what a caller needs.
pub struct Api {
    /// The running host.
    pub host: Host,
    agent: ureq::Agent,
    register: SigningKey,
}

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
        Self::run("tests/api/spin.toml")
    }

    /// Starts the repository's application: the engine as it is, with its models.
    ///
    /// # Errors
    /// As [`Host::run`].
    pub fn real() -> Result<Self> {
        Self::run("spin.toml")
    }

    fn run(manifest: &str) -> Result<Self> {
        let register = SigningKey::from_bytes(&[7; 32]);
        let public = format!("register:{}", BASE64.encode(register.verifying_key().as_bytes()));
        let hashes = format!("his:{}", hex::encode(Sm3::digest("yz_test_key")));
        let variables = [("api_key_hashes", &*hashes), ("token_public_keys", &public)];
        let host = Host::run(&root().join(manifest), &variables, &[])?;
        let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        Ok(Self { host, agent, register })
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

    /// Has a picture read, by the hospital system `his`.
    ///
    /// # Errors
    /// As [`Api::send`].
    pub fn read(&self, query: &str, picture: &[u8]) -> Result<Answer> {
        let headers = [("authorization", "Bearer yz_test_key"), ("content-type", "image/jpeg")];
        self.send("POST", &format!("/v1/ocr-idcard/read{query}"), &headers, picture)
    }

    /// A user token (RFC 7519, Ed25519), valid from `age_s` seconds ago for `life_s` seconds; made here without
    /// the platform's own code.
    pub fn token(&self, subject: &str, role: &str, age_s: i64, life_s: i64) -> String {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        let issued = i64::try_from(now).unwrap_or(0) - age_s;
        let header = json!({"alg": "EdDSA", "typ": "JWT", "kid": "register"});
        let claims = json!({"iss": "register", "sub": subject, "role": role, "iat": issued, "exp": issued + life_s});
        let signed = format!("{}.{}", BASE64.encode(header.to_string()), BASE64.encode(claims.to_string()));
        let signature = self.register.sign(signed.as_bytes()).to_bytes();
        format!("Bearer {signed}.{}", BASE64.encode(signature))
    }
}

/// A picture that makes the fake reader answer this way.
pub fn picture(what: &str) -> Vec<u8> {
    [b"\xff\xd8\xff", what.as_bytes()].concat()
}
