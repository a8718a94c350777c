//! `register` as a patient's phone calls it, with the fake card reader and the fake face verifier behind it.

use crate::api::{Answer, Api, picture};
use crate::form::form;
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};

/// As many codes as are asked for, and every request's address as it says.
const CALM: [(&str, &str); 3] = [
    ("register_otp_limits", "{}"),
    ("sms_limits", r#"{"otp":{"per_minute":1000,"per_hour":1000,"per_day":1000}}"#),
    ("trusted_proxies", "127.0.0.1"),
];

/// Two numbers whose check characters fit.
pub const NUMBERS: [&str; 2] = ["11010519491231002X", "110105199003070017"];

/// The application and what its callers need.
pub struct Clinic {
    /// The application.
    pub api: Api,
    count: AtomicU64,
    sessions: Mutex<HashMap<String, Value>>,
}

impl Clinic {
    /// Starts it.
    ///
    /// # Errors
    /// As [`Api::start`].
    pub fn start(more: &[(&str, &str)]) -> Result<Self> {
        let variables: Vec<_> = CALM.iter().chain(more).copied().collect();
        Ok(Self::of(Api::with(&variables)?))
    }

    /// The repository's application: card reader and face engine as they are.
    ///
    /// # Errors
    /// As [`Api::real`].
    pub fn real() -> Result<Self> {
        Ok(Self::of(Api::real_with(&CALM)?))
    }

    fn of(api: Api) -> Self {
        Self { api, count: AtomicU64::new(1), sessions: Mutex::default() }
    }

    fn next(&self) -> u64 {
        self.count.fetch_add(1, Ordering::Relaxed)
    }

    /// Another address for each request, so that none is limited by its own.
    fn address(&self) -> String {
        let n = self.next();
        format!("10.{}.{}.{}", n >> 16 & 255, n >> 8 & 255, n & 255)
    }

    /// Sends a body of any media type to a path below `/v1/register/`.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn send(&self, method: &str, path: &str, credential: &str, kind: &str, body: &[u8]) -> Answer {
        self.keyed(method, path, credential, kind, body, &format!("key-{:08}", self.next()))
    }

    /// The same with an idempotency key.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn keyed(&self, method: &str, path: &str, credential: &str, kind: &str, body: &[u8], key: &str) -> Answer {
        let address = self.address();
        let mut headers = vec![("content-type", kind), ("idempotency-key", key), ("x-forwarded-for", &*address)];
        if !credential.is_empty() {
            headers.push(("authorization", credential));
        }
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/v1/register/{path}") };
        self.api.send(method, &path, &headers, body).unwrap()
    }

    /// Sends JSON.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn ask(&self, method: &str, path: &str, credential: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.send(method, path, credential, "application/json", body.as_bytes())
    }

    /// Sends a body where the connection may break.
    ///
    /// # Errors
    /// When there is no answer.
    pub fn attempt(&self, path: &str, credential: &str, kind: &str, body: &[u8]) -> Result<Answer> {
        let headers = [("authorization", credential), ("content-type", kind)];
        self.api.send("POST", &format!("/v1/register/{path}"), &headers, body)
    }

    /// An administrator's credential, another one each time.
    pub fn admin(&self) -> String {
        self.api.token(&format!("operator-{}", self.next()), "admin", 0, 600)
    }

    /// Asks for a code, and reads it out of the message that was to carry it.
    ///
    /// # Panics
    /// When there is none.
    pub fn otp(&self, phone: &str, purpose: &str) -> Value {
        let sent = self.ask("POST", "otp", "", &json!({"phone": phone, "purpose": purpose}));
        assert_eq!(sent.status, 202, "{}", sent.json());
        let id = sent.json()["otp_id"].clone();
        let code = self.code(&format!("client_ref={}", id.as_str().unwrap()));
        json!({"otp_id": id, "code": code})
    }

    /// The code in the newest message that a query of `sms-send` finds.
    ///
    /// # Panics
    /// When there is none.
    pub fn code(&self, query: &str) -> String {
        let admin = self.admin();
        let found = self.ask("GET", &format!("/v1/sms-send/messages?{query}"), &admin, &Value::Null).json();
        let path = format!("/v1/sms-send/messages/{}?reveal=true", found["items"][0]["message_id"].as_str().unwrap());
        let message = self.ask("GET", &path, &admin, &Value::Null).json();
        let text = message["text"].as_str().unwrap_or_else(|| panic!("{message}"));
        text.chars().filter(char::is_ascii_digit).take(6).collect()
    }

    /// Signs in by a code; the session.
    ///
    /// # Panics
    /// When that fails.
    pub fn sign_in(&self, phone: &str) -> Value {
        let mut body = self.otp(phone, "sign_in");
        body["phone"] = phone.into();
        let answer = self.ask("POST", "sessions", "", &body);
        assert_eq!(answer.status, 201, "{}", answer.json());
        answer.json()
    }

    /// A session that all share: who signs in too often is held up.
    ///
    /// # Panics
    /// As [`Clinic::sign_in`].
    pub fn session(&self, phone: &str) -> Value {
        let mut sessions = self.sessions.lock().unwrap();
        sessions.entry(phone.to_owned()).or_insert_with(|| self.sign_in(phone)).clone()
    }

    /// Signs in; the `Authorization`.
    ///
    /// # Panics
    /// When that fails.
    pub fn user(&self, phone: &str) -> String {
        bearer(&self.sign_in(phone))
    }

    /// A step of a case.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn step(&self, who: &str, case: &str, step: &str) -> Answer {
        self.ask("POST", &format!("identity/{case}/{step}"), who, &json!({}))
    }

    /// A photograph of a side that tells what is on it.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn photograph(&self, who: &str, case: &str, step: &str, told: &str) -> Answer {
        self.send("POST", &format!("identity/{case}/{step}"), who, "image/jpeg", &picture(told))
    }

    /// Asks for a challenge and sends frames of a person; what follows the name tells one film from another.
    ///
    /// # Panics
    /// When there is no answer.
    pub fn film(&self, who: &str, case: &str, person: &str) -> Answer {
        let challenge = self.step(who, case, "liveness");
        assert_eq!(challenge.status, 201, "{}", challenge.json());
        let (kind, body) = self.frames(&challenge.json(), person);
        self.send("POST", &format!("identity/{case}/liveness/frames"), who, &kind, &body)
    }

    /// The form with ten frames of a challenge.
    ///
    /// # Panics
    /// When it is no challenge.
    pub fn frames(&self, challenge: &Value, person: &str) -> (String, Vec<u8>) {
        let film = self.next();
        let frames: Vec<_> = (0..10).map(|n| picture(&format!("{person} {film} {n}"))).collect();
        let times: Vec<_> = (0..10).map(|n| (n * 250).to_string()).collect();
        let (nonce, times) = (challenge["nonce"].as_str().unwrap(), times.join(","));
        let mut parts: Vec<(&str, &[u8])> = vec![("nonce", nonce.as_bytes()), ("times", times.as_bytes())];
        parts.extend(frames.iter().map(|frame| ("frame", &**frame)));
        form(&parts)
    }

    /// A case up to what is confirmed; its id.
    ///
    /// # Panics
    /// When a step fails.
    pub fn confirmed(&self, who: &str, name: &str, number: &str) -> String {
        let consent = self.ask("POST", "me/consents", who, &json!({"what": "face", "version": "1"}));
        assert_eq!(consent.status, 201, "{}", consent.json());
        let case = self.ask("POST", "identity", who, &json!({})).json()["case_id"].as_str().unwrap().to_owned();
        for (step, told) in
            [("id_card_front", format!("front {name} {number}")), ("id_card_back", "back long_term".into())]
        {
            let answer = self.photograph(who, &case, step, &told);
            assert_eq!(answer.status, 200, "{step}: {}", answer.json());
        }
        let answer = self.step(who, &case, "confirm");
        assert_eq!(answer.status, 200, "{}", answer.json());
        case
    }

    /// The whole journey; the case at its end.
    ///
    /// # Panics
    /// When a step fails.
    pub fn verified(&self, who: &str, name: &str, number: &str) -> Value {
        let case = self.confirmed(who, name, number);
        let answer = self.film(who, &case, name);
        assert_eq!(answer.status, 200, "{}", answer.json());
        let answer = self.step(who, &case, "compare");
        assert_eq!((answer.status, &answer.json()["state"]), (200, &json!("done")), "{}", answer.json());
        answer.json()
    }
}

/// The `Authorization` of a session.
///
/// # Panics
/// When it is none.
pub fn bearer(session: &Value) -> String {
    format!("Bearer {}", session["token"].as_str().unwrap())
}
