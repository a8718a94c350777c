//! WeChat's code2Session (developers.weixin.qq.com, "auth.code2Session"): `GET /sns/jscode2session`.

use super::crypto::pairs;
use super::{Received, Reply, SECRET, Server};
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

/// The mini program that the fake knows; its secret is [`SECRET`].
pub const APP_ID: &str = "wx0123456789abcdef";

#[derive(Default)]
struct State {
    codes: HashMap<String, String>,
    used: Vec<String>,
    next: VecDeque<i64>,
}

/// The vendor's server.
pub struct Wechat {
    server: Server,
    state: Arc<Mutex<State>>,
}

impl Wechat {
    /// Starts it on a free port.
    ///
    /// # Errors
    /// When there is none.
    pub fn start() -> Result<Self> {
        let state = Arc::<Mutex<State>>::default();
        let theirs = Arc::clone(&state);
        let server = Server::start(0, move |request| {
            let answer = answer(&mut theirs.lock().unwrap_or_else(PoisonError::into_inner), &request);
            // As the vendor: always 200, and JSON under the name of text.
            Reply::Answer(200, "text/plain", answer.to_string().into_bytes())
        })?;
        Ok(Self { server, state })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address
    }

    /// What `wx.login` would give to the person with this openid: good for one exchange.
    pub fn code(&self, openid: &str) -> String {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let code = format!("0{:031x}", state.codes.len() + state.used.len() + 1);
        state.codes.insert(code.clone(), openid.to_owned());
        code
    }

    /// The next request is answered with this errcode.
    pub fn fail(&self, errcode: i64) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).next.push_back(errcode);
    }
}

fn answer(state: &mut State, request: &Received) -> Value {
    let refuse = |errcode: i64, why: &str| json!({"errcode": errcode, "errmsg": format!("{why}, rid: 6566d1c2")});
    if (request.method.as_str(), request.path.as_str()) != ("GET", "/sns/jscode2session") {
        return refuse(43001, "require GET method");
    }
    if let Some(errcode) = state.next.pop_front() {
        return refuse(errcode, "told so");
    }
    let query: HashMap<_, _> = pairs(&request.query).into_iter().collect();
    let get = |name: &str| query.get(name).map(String::as_str).unwrap_or_default();
    if get("appid") != APP_ID {
        return refuse(40013, "invalid appid");
    }
    if get("secret") != SECRET {
        return refuse(40125, "invalid appsecret");
    }
    if get("grant_type") != "authorization_code" {
        return refuse(40002, "invalid grant_type");
    }
    let code = get("js_code");
    if code.is_empty() {
        return refuse(41008, "missing code");
    }
    if state.used.iter().any(|used| used == code) {
        return refuse(40163, "code been used");
    }
    match state.codes.remove(code) {
        Some(openid) => {
            state.used.push(code.to_owned());
            json!({"session_key": "tiihtNczf5v6AKRyjwEUhQ==", "openid": openid})
        }
        None => refuse(40029, "invalid code"),
    }
}
