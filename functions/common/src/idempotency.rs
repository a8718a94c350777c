//! `Idempotency-Key`: a POST that creates, sent twice, creates once and answers twice the same
//! (after draft-ietf-httpapi-idempotency-key-header).
//!
//! The outcome is a row whose primary key is caller and key, inserted in the transaction of the change itself: of two
//! requests with one key only one can commit. So a function that only changes its tables does
//! [`find`](Key::find) → work → `transact([changes.., key.outcome(..)])`, and on `conflict` [`find`](Key::find) again.
//! A function with an effect outside (a message, a signature) first takes a [`claim`](Key::claim), so that the effect
//! does not happen twice while the first request is on its way; a claim left by a crash runs out by itself.

use crate::problem::Problem;
use crate::store::{Rows, Statement};
use crate::timestamp::Timestamp;
use sm3::{Digest, Sm3};

/// How long an outcome answers for its key: 24 hours.
pub const KEPT_MS: i64 = 24 * 3_600_000;

/// One key of one caller for one body.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    caller: String,
    key: String,
    digest: String,
}

/// The first answer, to be given again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// HTTP status.
    pub status: u16,
    /// JSON body.
    pub body: String,
}

impl Key {
    /// From the header and the request it came with; `route` keeps one key apart on different routes.
    ///
    /// # Errors
    /// 400 when the header is missing or is not 8 to 128 visible ASCII characters.
    pub fn new(header: Option<&str>, caller: &str, route: &str, body: &[u8]) -> Result<Self, Problem> {
        let key = header.ok_or_else(|| {
            let (zh, en) = ("缺少请求头 Idempotency-Key", "the header Idempotency-Key is missing");
            Problem::new(400, "idempotency_key_missing", zh, en)
        })?;
        if !(8..=128).contains(&key.len()) || !key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Problem::bad_field(
                "Idempotency-Key",
                "应为 8 至 128 个可见 ASCII 字符",
                "8 to 128 visible ASCII characters",
            ));
        }
        let digest = hex::encode(Sm3::digest(body));
        Ok(Self { caller: format!("{caller} {route}"), key: key.to_owned(), digest })
    }

    /// What its outcome is sealed for, where it is sealed.
    #[must_use]
    pub fn place(&self) -> String {
        format!("{} {}/outcome", self.caller, self.key)
    }

    /// Asks for the outcome of an earlier request; read its answer with [`Key::replay`].
    #[must_use]
    pub fn find(&self, prefix: &str) -> Statement {
        let sql =
            format!("SELECT digest, status, body FROM {prefix}_outcome WHERE caller = ?1 AND idempotency_key = ?2");
        Statement::new(sql).bind(&*self.caller).bind(&*self.key)
    }

    /// The first answer where there is one.
    ///
    /// # Errors
    /// 409 when the key came with another body.
    pub fn replay(&self, found: &Rows) -> Result<Option<Outcome>, Problem> {
        let Some(row) = found.first() else { return Ok(None) };
        if row.text(0) != Some(&self.digest) {
            return Err(reused());
        }
        let status = row.integer(1).and_then(|status| u16::try_from(status).ok());
        let outcome = status.zip(row.text(2)).map(|(status, body)| Outcome { status, body: body.to_owned() });
        outcome.map(Some).ok_or_else(|| Problem::internal("idempotency: an outcome row is malformed"))
    }

    /// Goes into the transaction of the change: `conflict` means that another request with this key came first.
    #[must_use]
    pub fn outcome(&self, prefix: &str, outcome: &Outcome, now: Timestamp) -> Statement {
        Statement::new(format!(
            "INSERT INTO {prefix}_outcome (caller, idempotency_key, digest, at, status, body) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ))
        .bind(&*self.caller)
        .bind(&*self.key)
        .bind(&*self.digest)
        .bind(now.0)
        .bind(i64::from(outcome.status))
        .bind(&*outcome.body)
    }

    /// Takes the claim until `until`, if nobody holds it; read its answer with [`Key::claimed`].
    #[must_use]
    pub fn claim(&self, prefix: &str, now: Timestamp, until: Timestamp) -> Statement {
        Statement::new(format!(
            "INSERT INTO {prefix}_claim AS c (caller, idempotency_key, digest, until_at) VALUES (?1, ?2, ?3, ?4) \
             ON CONFLICT (caller, idempotency_key) DO UPDATE SET digest = ?3, until_at = ?4 \
             WHERE c.until_at < ?5 RETURNING until_at"
        ))
        .bind(&*self.caller)
        .bind(&*self.key)
        .bind(&*self.digest)
        .bind(until.0)
        .bind(now.0)
    }

    /// Checks that the claim is ours.
    ///
    /// # Errors
    /// 409 with a time to retry while another request with this key is on its way.
    pub fn claimed(&self, answer: &Rows) -> Result<(), Problem> {
        let (zh, en) = ("相同的请求正在处理中，请稍后再试", "the same request is on its way, try again shortly");
        let taken = || Problem::new(409, "idempotency_in_progress", zh, en).retry_in(1);
        answer.first().map(|_| ()).ok_or_else(taken)
    }

    /// Gives the claim back after a failure that stored nothing, so that a retry can work at once.
    #[must_use]
    pub fn release(&self, prefix: &str) -> Statement {
        let sql = format!("DELETE FROM {prefix}_claim WHERE caller = ?1 AND idempotency_key = ?2 AND digest = ?3");
        Statement::new(sql).bind(&*self.caller).bind(&*self.key).bind(&*self.digest)
    }
}

fn reused() -> Problem {
    let (zh, en) = ("Idempotency-Key 已用于另一个请求", "this Idempotency-Key was used for another request");
    Problem::new(409, "idempotency_key_reused", zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration;
    use crate::store::{Error, Store};
    use crate::testing::{Memory, now};

    const T: Timestamp = Timestamp(1_000_000);

    fn store() -> Memory {
        let store = Memory::new();
        now(migration::run(&store, "f", migration::COMMON, T)).unwrap();
        now(store.query(Statement::new("CREATE TABLE f_order (id TEXT)"))).unwrap();
        store
    }

    fn key(caller: &str, body: &str) -> Key {
        Key::new(Some("key-00001"), caller, "POST /orders", body.as_bytes()).unwrap()
    }

    /// What a function does for a POST.
    fn create(store: &Memory, key: &Key, id: &str) -> Result<Outcome, Problem> {
        if let Some(first) = key.replay(&now(store.query(key.find("f")))?)? {
            return Ok(first);
        }
        let outcome = Outcome { status: 201, body: format!("{{\"id\":\"{id}\"}}") };
        let change = Statement::new("INSERT INTO f_order (id) VALUES (?1)").bind(id);
        match now(store.transact(vec![change, key.outcome("f", &outcome, T)])) {
            Ok(_) => Ok(outcome),
            Err(Error::Conflict(_)) => Ok(key.replay(&now(store.query(key.find("f")))?)?.unwrap()),
            Err(error) => Err(error.into()),
        }
    }

    fn orders(store: &Memory) -> i64 {
        let rows = now(store.query(Statement::new("SELECT count(*) FROM f_order"))).unwrap();
        rows.first().unwrap().integer(0).unwrap()
    }

    #[test]
    fn same_key_same_body_creates_once() {
        let store = store();
        let first = create(&store, &key("a", "{}"), "1").unwrap();
        assert_eq!(create(&store, &key("a", "{}"), "2").unwrap(), first);
        assert_eq!(orders(&store), 1);
        assert_eq!(create(&store, &key("a", "{ }"), "3").unwrap_err().code, "idempotency_key_reused");
        create(&store, &key("b", "{}"), "4").unwrap();
        assert_eq!(orders(&store), 2);
    }

    #[test]
    fn two_at_the_same_time_create_once() {
        let (store, key) = (store(), key("a", "{}"));
        let theirs = Outcome { status: 201, body: "theirs".into() };
        store.before_transact.borrow_mut().push(vec![key.outcome("f", &theirs, T)]);
        assert_eq!(create(&store, &key, "ours").unwrap(), theirs);
        assert_eq!(orders(&store), 0);
    }

    #[test]
    fn a_claim_is_held_by_one_and_runs_out() {
        let (store, key) = (store(), key("a", "{}"));
        let claim = |at: Timestamp| {
            let answer = now(store.query(key.claim("f", at, at.plus_ms(60_000)))).unwrap();
            key.claimed(&answer)
        };
        claim(T).unwrap();
        let problem = claim(T.plus_ms(59_999)).unwrap_err();
        assert_eq!((problem.status, problem.code, problem.retry_after_s), (409, "idempotency_in_progress", Some(1)));
        claim(T.plus_ms(60_001)).unwrap();
        now(store.query(key.release("f"))).unwrap();
        claim(T.plus_ms(60_002)).unwrap();
    }

    #[test]
    fn the_header_is_checked() {
        assert_eq!(Key::new(None, "a", "r", b"").unwrap_err().code, "idempotency_key_missing");
        for bad in ["short", "has space", "汉字汉字汉字", &"x".repeat(129)] {
            assert_eq!(Key::new(Some(bad), "a", "r", b"").unwrap_err().code, "bad_field");
        }
    }
}
