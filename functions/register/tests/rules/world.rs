//! A desk for tests: a real SQLite, fixed settings, chance that counts, time that is told.

use crate::outside::Others;
use common::auth::{Principal, Role};
use common::call::{Call, Reply};
use common::migration;
use common::problem::Problem;
use common::rate::Refused;
use common::store::{Statement, Store, Value as Cell_};
use common::testing::{Memory, now};
use common::timestamp::Timestamp;
use common::variables::Variables;
use http::Method;
use register::desk::Desk;
use register::handle::handle;
use register::policy::FUNCTION;
use register::settings::Settings;
use register::{routes, tick};
use serde_json::{Value, json};
use std::cell::{Cell, RefCell};

/// 2027-01-15T16:00:00+08:00.
pub const NOW: Timestamp = Timestamp(1_800_000_000_000);
pub const MINUTE: i64 = 60_000;
pub const DAY: i64 = 24 * 60 * MINUTE;
/// Three numbers whose check characters fit: of a woman of 77, of a man of 36, of a child of 3.
pub const ANN: &str = "11010519491231002X";
pub const BOB: &str = "110105199003070017";
pub const KID: &str = "110105202308080018";

pub struct World {
    pub store: Memory,
    pub settings: Settings,
    pub others: Others,
    pub refused: RefCell<Refused>,
    pub time: Cell<Timestamp>,
    pub count: Cell<u128>,
}

impl World {
    pub fn new() -> Self {
        Self::with(&[])
    }

    pub fn with(further: &[(&'static str, &str)]) -> Self {
        let store = Memory::new();
        let list: Vec<_> = migration::COMMON.iter().chain(FUNCTION.migrations).copied().collect();
        now(migration::run(&store, FUNCTION.tables, &list, NOW)).unwrap();
        let mut variables = Variables::from([
            ("data_key", "07".repeat(32)),
            ("service_key", "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc".to_owned()),
            ("register_webhook_url", "https://his.test/hook".to_owned()),
            ("register_webhook_secret", "secret".to_owned()),
        ]);
        variables.extend(further.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Self {
            store,
            settings: Settings::parse(&variables).unwrap(),
            others: Others::default(),
            refused: RefCell::default(),
            time: Cell::new(NOW),
            count: Cell::new(0),
        }
    }

    pub fn later(&self, ms: i64) {
        self.time.set(self.time.get().plus_ms(ms));
    }

    fn at_desk<T>(&self, call: &Call, work: impl FnOnce(&Desk<'_, Memory, Others>) -> T) -> T {
        let chance = || {
            self.count.set(self.count.get() + 1);
            // The lowest bits enter an id, the highest a nonce.
            self.count.get() | self.count.get() << 64
        };
        let (store, outside, settings, refused) = (&self.store, &self.others, &self.settings, &self.refused);
        work(&Desk { function: &FUNCTION, store, outside, settings, refused, chance: &chance, call })
    }

    /// A request with a body of any media type.
    pub fn send(
        &self,
        caller: Option<&Principal>,
        method: &str,
        path: &str,
        kind: &str,
        body: Vec<u8>,
    ) -> (u16, Value) {
        let key = format!("key-{path}-{}", self.count.get());
        self.keyed(caller, method, path, kind, body, &key.replace(['/', '?'], "."))
    }

    /// The same with an idempotency key.
    pub fn keyed(
        &self,
        caller: Option<&Principal>,
        method: &str,
        path: &str,
        kind: &str,
        body: Vec<u8>,
        key: &str,
    ) -> (u16, Value) {
        let method: Method = method.parse().unwrap();
        let headers = [("content-type", kind), ("idempotency-key", key)];
        let mut call = Call::test(method, &format!("/v1/register/{path}"), &headers);
        call.now = self.time.get();
        let segments = call.segments(FUNCTION.id);
        let route = match routes::find(&call.method, &segments) {
            Ok(route) => route,
            Err(problem) => return answer(Err(problem)),
        };
        answer(self.at_desk(&call, |desk| now(handle(desk, caller, route, body))))
    }

    /// A request with JSON.
    pub fn ask(&self, caller: Option<&Principal>, method: &str, path: &str, body: &Value) -> (u16, Value) {
        let body = if body.is_null() { Vec::new() } else { body.to_string().into_bytes() };
        self.send(caller, method, path, "application/json", body)
    }

    pub fn tick(&self) -> Value {
        let mut call = Call::test(Method::POST, "/v1/register/tick", &[]);
        call.now = self.time.get();
        answer(self.at_desk(&call, |desk| now(tick::run(desk)))).1
    }

    /// Asks for a code and gives what proves that it came.
    pub fn otp(&self, phone: &str, purpose: &str) -> Value {
        let (status, sent) = self.ask(None, "POST", "otp", &json!({"phone": phone, "purpose": purpose}));
        assert_eq!(status, 202, "{sent}");
        json!({"otp_id": sent["otp_id"], "code": self.others.code()})
    }

    /// Signs in; the whole answer.
    pub fn sign_in(&self, phone: &str) -> Value {
        let mut body = self.otp(phone, "sign_in");
        body["phone"] = phone.into();
        let (status, session) = self.ask(None, "POST", "sessions", &body);
        assert_eq!(status, 201, "{session}");
        session
    }

    /// Signs in; who it is.
    pub fn user(&self, phone: &str) -> Principal {
        let session = self.sign_in(phone);
        Principal { id: session["account_id"].as_str().unwrap().to_owned(), role: Role::Patient }
    }

    pub fn rows(&self, sql: &str) -> Vec<Vec<Cell_>> {
        now(self.store.query(Statement::new(sql))).unwrap().rows
    }

    pub fn number(&self, sql: &str) -> i64 {
        match self.rows(sql).first().and_then(|row| row.first()) {
            Some(Cell_::Integer(number)) => *number,
            other => panic!("{sql}: {other:?}"),
        }
    }

    /// A case as far as `confirm`, by this card.
    pub fn confirmed(&self, caller: &Principal, relation: &str, name: &str, number: &str, face: &str) -> String {
        let (status, case) = self.ask(Some(caller), "POST", "identity", &json!({"relation": relation}));
        assert_eq!(status, 201, "{case}");
        let id = case["case_id"].as_str().unwrap().to_owned();
        self.picture(caller, &id, "id_card_front", &format!("front {name} {number} {face}"));
        self.picture(caller, &id, "id_card_back", "back 2040-01-01");
        let (status, case) = self.ask(Some(caller), "POST", &format!("identity/{id}/confirm"), &json!({}));
        assert_eq!(status, 200, "{case}");
        id
    }

    pub fn picture(&self, caller: &Principal, id: &str, step: &str, told: &str) -> (u16, Value) {
        self.send(Some(caller), "POST", &format!("identity/{id}/{step}"), "image/jpeg", told.as_bytes().to_vec())
    }

    pub fn consent(&self, caller: &Principal) {
        let body = json!({"what": "face", "version": "1"});
        assert_eq!(self.ask(Some(caller), "POST", "me/consents", &body).0, 201);
    }

    /// A challenge and its frames.
    pub fn film(&self, caller: &Principal, id: &str, face: &str) -> (u16, Value) {
        let (status, challenge) = self.ask(Some(caller), "POST", &format!("identity/{id}/liveness"), &Value::Null);
        assert_eq!(status, 201, "{challenge}");
        self.frames(caller, id, face)
    }

    pub fn frames(&self, caller: &Principal, id: &str, face: &str) -> (u16, Value) {
        let part = |name: &str, value: &str| {
            format!("--b\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
        };
        let frame =
            |n: usize| part("frame", &if n == 0 && face == "used" { face.to_owned() } else { format!("{face} {n}") });
        let form = [part("nonce", "n"), part("times", "0,250"), frame(0), frame(1), "--b--\r\n".to_owned()].concat();
        let path = format!("identity/{id}/liveness/frames");
        self.send(Some(caller), "POST", &path, "multipart/form-data; boundary=b", form.into_bytes())
    }

    /// The whole journey; the case at its end.
    pub fn verified(&self, caller: &Principal, relation: &str, name: &str, number: &str) -> Value {
        self.consent(caller);
        let id = self.confirmed(caller, relation, name, number, name);
        assert_eq!(self.film(caller, &id, name).0, 200);
        let (status, case) = self.ask(Some(caller), "POST", &format!("identity/{id}/compare"), &Value::Null);
        assert_eq!(status, 200, "{case}");
        case
    }
}

pub fn admin() -> Principal {
    Principal { id: "operator".to_owned(), role: Role::Admin }
}

pub fn his() -> Principal {
    Principal { id: "his".to_owned(), role: Role::System }
}

/// Status and JSON of an answer or a problem.
pub fn answer(answer: Result<Reply, Problem>) -> (u16, Value) {
    match answer {
        Ok(reply) => {
            let text = || Value::String(String::from_utf8_lossy(&reply.body).into_owned());
            let json = if reply.body.is_empty() {
                Value::Null
            } else {
                serde_json::from_slice(&reply.body).unwrap_or_else(|_| text())
            };
            (reply.status, json)
        }
        Err(problem) => {
            let (status, code, retry) = (problem.status, problem.code, problem.retry_after_s);
            (status, json!({"code": code, "detail": problem.detail[1], "retry": retry, "cause": problem.cause}))
        }
    }
}

/// Status and code of a problem.
pub fn code((status, body): (u16, Value)) -> (u16, String) {
    (status, body["code"].as_str().unwrap_or_default().to_owned())
}
