//! A desk for tests: a real SQLite, fixed settings, chance that counts.

use crate::book::Book;
use crate::desk::Desk;
use crate::handle::handle;
use crate::policy::{FUNCTION, SEND};
use crate::routes;
use crate::settings::Settings;
use common::admission::Admission;
use common::auth::{Principal, Role};
use common::call::{Call, Reply};
use common::guard::Guard;
use common::migration;
use common::problem::Problem;
use common::rate::Refused;
use common::store::{Rows, Statement, Store, Value};
use common::testing::{Memory, now};
use common::timestamp::Timestamp;
use common::variables::Variables;
use http::Method;
use serde_json::Value as Json;
use std::cell::{Cell, RefCell};

/// 2027-01-15T16:00:00+08:00: no quiet hour.
pub const NOW: Timestamp = Timestamp(1_800_000_000_000);

pub struct World {
    pub store: Memory,
    pub settings: Settings,
    pub book: RefCell<Book>,
    pub refused: RefCell<Refused>,
    pub unsealed: Cell<usize>,
    pub time: Cell<Timestamp>,
    pub count: Cell<u128>,
}

pub fn system() -> Principal {
    Principal { id: "his".to_owned(), role: Role::System }
}

pub fn admin() -> Principal {
    Principal { id: "usr_1".to_owned(), role: Role::Admin }
}

impl World {
    pub fn new() -> Self {
        let store = Memory::new();
        let list: Vec<_> = migration::COMMON.iter().chain(FUNCTION.migrations).copied().collect();
        now(migration::run(&store, FUNCTION.tables, &list, NOW)).unwrap();
        let variables = [
            ("data_key", "07".repeat(32)),
            ("sms_quiet_hours", "22:00-08:00".to_owned()),
            ("sms_signature", "云诊,云诊药房".to_owned()),
            ("sms_gateways", r#"[{"name":"a","price_per_part":0.05},{"name":"b"}]"#.to_owned()),
            ("sms_receipt_secret", "key".to_owned()),
        ];
        Self {
            store,
            settings: Settings::parse(&Variables::from(variables)).unwrap(),
            book: RefCell::default(),
            refused: RefCell::default(),
            unsealed: Cell::new(0),
            time: Cell::new(NOW),
            count: Cell::new(0),
        }
    }

    /// With other values for some variables.
    pub fn with(variables: &[(&'static str, &str)]) -> Self {
        let all = [("data_key", "07".repeat(32)), ("sms_signature", "云诊".to_owned())];
        let mut all = Variables::from(all);
        all.extend(variables.iter().map(|(name, value)| (*name, (*value).to_owned())));
        Self { settings: Settings::parse(&all).unwrap(), ..Self::new() }
    }

    pub fn desk<T>(&self, work: impl FnOnce(&Desk<'_, Memory>) -> T) -> T {
        let chance = || {
            self.count.set(self.count.get() + 1);
            // The lowest bits enter an id, the highest a nonce.
            self.count.get() | self.count.get() << 64
        };
        work(&Desk {
            store: &self.store,
            settings: &self.settings,
            book: &self.book,
            refused: &self.refused,
            chance: &chance,
            unsealed: &self.unsealed,
        })
    }

    pub fn later(&self, ms: i64) {
        self.time.set(self.time.get().plus_ms(ms));
    }

    /// A request as `lib.rs` passes it on; the caller owes the tokens that the guard would ask for.
    pub fn ask(
        &self,
        caller: &Principal,
        method: &str,
        path: &str,
        headers: &[(&'static str, &str)],
        body: &[u8],
    ) -> Result<Reply, Problem> {
        let method: Method = method.parse().unwrap();
        let mut call = Call::test(method, &format!("/v1/sms-send/{path}"), headers);
        call.now = self.time.get();
        let segments = call.segments(FUNCTION.id);
        let route = routes::find(&call.method, &segments)?;
        let admission = self.admission(caller, &call);
        let answer = self.desk(|desk| now(handle(desk, &call, &admission, route, body)));
        if answer.is_err() {
            now(admission.settle(&self.store, &self.refused, &FUNCTION, call.now))?;
        }
        answer
    }

    /// The guard knows users by token only; here their buckets are asked for by a system of the same name.
    fn admission(&self, caller: &Principal, call: &Call) -> Admission {
        use common::auth::ApiKeys;
        use sm3::{Digest, Sm3};
        let hash = hex::encode(Sm3::digest("key"));
        let guard = Guard { api_keys: ApiKeys::parse(&format!("{}:{hash}", caller.id)).unwrap(), ..Guard::default() };
        let mut known = call.clone();
        known.headers.insert("authorization", "Bearer key".parse().unwrap());
        let mut admission = now(guard.recognise(&self.store, &self.refused, &FUNCTION, &known, &SEND)).unwrap();
        admission.caller = caller.clone();
        admission
    }

    /// Sends as `his` with a key; status and body.
    pub fn send(&self, key: &str, body: &Json) -> (u16, Json) {
        answer(self.ask(&system(), "POST", "messages", &[("idempotency-key", key)], body.to_string().as_bytes()))
    }

    pub fn get(&self, caller: &Principal, path: &str) -> (u16, Json) {
        answer(self.ask(caller, "GET", path, &[], b""))
    }

    pub fn post(&self, caller: &Principal, path: &str, body: &Json) -> (u16, Json) {
        answer(self.ask(caller, "POST", path, &[("idempotency-key", path)], body.to_string().as_bytes()))
    }

    pub fn rows(&self, sql: &str) -> Vec<Vec<Value>> {
        let Rows { rows, .. } = now(self.store.query(Statement::new(sql))).unwrap();
        rows
    }

    pub fn number(&self, sql: &str) -> i64 {
        match self.rows(sql).first().and_then(|row| row.first()) {
            Some(Value::Integer(number)) => *number,
            other => panic!("{sql}: {other:?}"),
        }
    }

    pub fn run(&self, sql: &str) {
        now(self.store.query(Statement::new(sql))).unwrap();
    }

    /// An approved template.
    pub fn template(&self, class: &str, text: &str) -> String {
        let name = format!("t{}", self.number("SELECT count(*) FROM sms_send_template"));
        let body = serde_json::json!({"name": name, "class": class, "text": text});
        let headers = [("idempotency-key", &*format!("template-{name}"))];
        let made = self.ask(&system(), "POST", "templates", &headers, body.to_string().as_bytes());
        let id = answer(made).1["template_id"].as_str().unwrap().to_owned();
        let review = serde_json::json!({"review": "approved"});
        assert_eq!(self.post(&admin(), &format!("templates/{id}/review"), &review).0, 200);
        id
    }
}

/// The digest by which a key knows a body.
pub fn digest(world: &World, body: &Json) -> String {
    use sm3::{Digest, Sm3};
    hex::encode(Sm3::digest(world.settings.seal.index("request", body.to_string().as_bytes())))
}

/// Status and JSON body of an answer or a problem.
pub fn answer(answer: Result<Reply, Problem>) -> (u16, Json) {
    match answer {
        Ok(reply) => (reply.status, serde_json::from_slice(&reply.body).unwrap_or_default()),
        Err(problem) => {
            let detail = problem.detail[1].clone().into_owned();
            let (code, retry) = (problem.code, problem.retry_after_s);
            (
                problem.status,
                serde_json::json!({"code": code, "detail": detail, "retry": retry, "cause": problem.cause}),
            )
        }
    }
}
