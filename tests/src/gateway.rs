//! One SMS gateway with one adapter behind it (`tests/sms-gateway/spin.toml`), called as `sms-send` calls it.

use crate::host::{Host, root};
use crate::token;
use crate::vendors::{KEY, SECRET};
use anyhow::{Context, Result};
use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};

/// Milliseconds that the adapters wait for an answer here.
pub const TIMEOUT_MS: u64 = 1_000;

/// A running gateway.
pub struct Gateway {
    /// The host.
    pub host: Host,
    key: SigningKey,
}

impl Gateway {
    /// Starts one whose adapter is `vendor`, at an address it may reach, with further variables that win.
    ///
    /// # Errors
    /// As [`Host::start`].
    pub fn start(vendor: &str, outside: &str, further: &[(&str, &str)]) -> Result<Self> {
        let key = SigningKey::from_bytes(&[9; 32]);
        let (public, timeout) = (token::public("sms-send", &key), TIMEOUT_MS.to_string());
        let own = |name: &str| format!("sms_{vendor}_{name}");
        let mut variables: Vec<(String, &str)> = vec![
            ("outside".into(), outside),
            ("token_public_keys".into(), &public),
            ("sms_timeout_ms".into(), &timeout),
            (own("endpoint"), outside),
            (own("access_key"), KEY),
            (own("secret"), SECRET),
            (own("secret_id"), KEY),
            (own("secret_key"), SECRET),
            (own("sdk_app_id"), "1400787878"),
            (own("region"), "ap-guangzhou"),
            (own("app_key"), KEY),
            (own("app_secret"), SECRET),
            (own("sender"), "1069000000"),
        ];
        variables.extend(further.iter().map(|(name, value)| ((*name).to_owned(), *value)));
        let variables: Vec<_> = variables.iter().map(|(name, value)| (name.as_str(), *value)).collect();
        let profile = ["--profile", vendor];
        let arguments = if vendor == "sandbox" { &[] } else { &profile[..] };
        let host = Host::run(&root().join("tests/sms-gateway/spin.toml"), &variables, arguments)?;
        Ok(Self { host, key })
    }

    /// Posts to one of its routes; the status and the JSON.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn post(&self, route: &str, body: &Value) -> Result<(u16, Value)> {
        self.post_as(&token::service(&self.key, "sms-send", "sms-gateway"), route, body)
    }

    /// The same with another `Authorization`.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn post_as(&self, authorization: &str, route: &str, body: &Value) -> Result<(u16, Value)> {
        let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
        let request = agent.post(self.host.url(&format!("/v1/sms-gateway/{route}")));
        let mut answer = request.header("authorization", authorization).send(body.to_string())?;
        let body = answer.body_mut().read_to_string()?;
        Ok((answer.status().as_u16(), serde_json::from_str(&body).context(body)?))
    }

    /// Submits a message to a number; the outcome.
    ///
    /// # Errors
    /// When there is none.
    pub fn submit(&self, reference: &str, phone: &str) -> Result<Value> {
        let params = json!([{"name": "code", "value": "123456"}, {"name": "dept", "value": "心内科 & 儿科"}]);
        let body = json!({"reference": reference, "phone": phone, "signature": "成都市第二人民医院",
            "template": {"id": "SMS_154950909", "params": params}, "text": "验证码123456，心内科 & 儿科"});
        self.outcome("submit", &body)
    }

    /// Asks after one.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn query(&self, reference: &str, id: Option<&str>, phone: &str, submitted_at_ms: i64) -> Result<Value> {
        let body = json!({"reference": reference, "id": id, "phone": phone, "submitted_at_ms": submitted_at_ms});
        self.outcome("query", &body)
    }

    /// Has a callback read.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn receipts(&self, content_type: &str, body: &[u8]) -> Result<Value> {
        self.outcome("receipts", &json!({"content_type": content_type, "body": BASE64.encode(body)}))
    }

    fn outcome(&self, route: &str, body: &Value) -> Result<Value> {
        let (status, answer) = self.post(route, body)?;
        anyhow::ensure!(status == 200, "{status}: {answer}");
        Ok(answer)
    }
}
