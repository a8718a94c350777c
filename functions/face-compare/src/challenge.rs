//! A challenge's life: made, used once by whoever it was made for, judged.
//!
//! It is used when its frames arrive, whatever becomes of them: a second try takes a new challenge.

use crate::action::Action;
use crate::answer::{Challenge, Reason, Verdict};
use common::id;
use common::idempotency::Outcome;
use common::problem::Problem;
use common::store::{Rows, Statement, Store};
use common::timestamp::Timestamp;

/// The frames have to be here after so long: to read what is asked, to do it, and to send it.
pub const LIFE_MS: i64 = 30_000;
/// From the first frame to the last.
pub const LONGEST_MS: u32 = 10_000;
/// Fewest and most frames.
pub const FRAMES: [usize; 2] = [8, 40];
/// How long frames are known again.
const REMEMBERED_MS: i64 = 90 * 24 * 3_600_000;

/// A new challenge; `chance` is for the id, the actions and the nonce.
#[must_use]
pub fn make(now: Timestamp, chance: [u128; 3]) -> Challenge {
    let [id, actions, nonce] = chance;
    Challenge {
        challenge_id: id::new("chl", now, id),
        actions: Action::draw(actions),
        nonce: format!("{nonce:032x}"),
        expires_at: now.plus_ms(LIFE_MS).to_string(),
        longest_ms: LONGEST_MS,
        frames: FRAMES,
    }
}

/// The answer that its key gives again.
///
/// # Errors
/// Never in practice: it has a JSON form.
pub fn outcome(challenge: &Challenge) -> Result<Outcome, Problem> {
    let body = serde_json::to_string(challenge).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(Outcome { status: 201, body })
}

/// Stores it, and forgets frames that were sent long ago.
#[must_use]
pub fn insert(prefix: &str, caller: &str, challenge: &Challenge, now: Timestamp) -> Vec<Statement> {
    let sql = format!(
        "INSERT INTO {prefix}_challenge (id, caller, nonce, actions, created_at, expires_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
    );
    let insert = Statement::new(sql)
        .bind(&*challenge.challenge_id)
        .bind(caller)
        .bind(&*challenge.nonce)
        .bind(Action::list(&challenge.actions))
        .bind(now.0)
        .bind(now.plus_ms(LIFE_MS).0);
    let forget =
        Statement::new(format!("DELETE FROM {prefix}_frame WHERE at < ?1")).bind(now.plus_ms(-REMEMBERED_MS).0);
    vec![insert, forget]
}

/// What its caller is to do, and whether frames of these digests were sent before.
#[derive(Debug, PartialEq, Eq)]
pub struct Used {
    /// In their order.
    pub actions: Vec<Action>,
    /// Some were.
    pub replayed: bool,
}

/// Uses a challenge: of many requests at once one succeeds.
///
/// # Errors
/// 403 for another caller's or none, 409 `challenge_used`, 410 `challenge_expired`, 400 for another nonce.
pub async fn take(
    store: &impl Store,
    prefix: &str,
    [id, caller, nonce]: [&str; 3],
    digests: &[String],
    now: Timestamp,
) -> Result<Used, Problem> {
    let sql = format!(
        "UPDATE {prefix}_challenge SET used_at = ?1 WHERE id = ?2 AND caller = ?3 AND nonce = ?4 \
         AND used_at IS NULL AND expires_at >= ?1 RETURNING actions"
    );
    let mut statements = vec![Statement::new(sql).bind(now.0).bind(id).bind(caller).bind(nonce)];
    let mut distinct = digests.to_vec();
    distinct.sort();
    distinct.dedup();
    statements.extend(distinct.iter().map(|digest| {
        let sql =
            format!("INSERT INTO {prefix}_frame (digest, at) VALUES (?1, ?2) ON CONFLICT DO NOTHING RETURNING at");
        Statement::new(sql).bind(&**digest).bind(now.0)
    }));
    let rows = store.transact(statements).await?;
    let fresh = rows.iter().skip(1).filter(|rows| rows.first().is_some()).count();
    match rows.first().and_then(Rows::first).and_then(|row| row.text(0).map(Action::parse)) {
        Some(actions) => Ok(Used { actions, replayed: fresh < distinct.len() }),
        None => Err(refusal(store, prefix, [id, caller, nonce], now).await?),
    }
}

async fn refusal(
    store: &impl Store,
    prefix: &str,
    [id, caller, nonce]: [&str; 3],
    now: Timestamp,
) -> Result<Problem, Problem> {
    let sql = format!("SELECT nonce, used_at, expires_at FROM {prefix}_challenge WHERE id = ?1 AND caller = ?2");
    let rows = store.query(Statement::new(sql).bind(id).bind(caller)).await?;
    let Some(row) = rows.first() else { return Ok(common::guard::forbidden()) };
    if row.text(0) != Some(nonce) {
        return Ok(Problem::bad_field("nonce", "与活体检测任务不符", "not the challenge's"));
    }
    if row.integer(1).is_some() {
        let (zh, en) = ("这个活体检测任务已经用过，请重新开始", "this challenge was used, make a new one");
        return Ok(Problem::new(409, "challenge_used", zh, en));
    }
    if row.integer(2).is_some_and(|until| until < now.0) {
        let (zh, en) = ("活体检测已超时，请重新开始", "this challenge has expired, make a new one");
        return Ok(Problem::new(410, "challenge_expired", zh, en));
    }
    // It was taken and lost in between.
    Ok(Problem::unavailable("store_busy", "a challenge changed while it was looked at"))
}

/// Stores what became of it.
#[must_use]
pub fn judged(prefix: &str, id: &str, verdict: &Verdict) -> Statement {
    let sql = format!(
        "UPDATE {prefix}_challenge SET live = ?1, reasons = ?2, silent = ?3, best_frame_digest = ?4, model_version = ?5 WHERE id = ?6"
    );
    Statement::new(sql)
        .bind(i64::from(verdict.live))
        .bind(Reason::list(&verdict.reasons))
        .bind(common::store::Value::Real(f64::from(verdict.silent_score)))
        .bind(verdict.best_frame_digest.clone())
        .bind(&*verdict.model_version)
        .bind(id)
}

/// The verdict about frames that were sent before: nothing of them is examined.
#[must_use]
pub fn replayed(model_version: String) -> Verdict {
    Verdict {
        live: false,
        reasons: vec![Reason::Replayed],
        actions_seen: 0,
        same_person_in_all_frames: false,
        silent_score: 0.,
        best_frame: None,
        best_frame_digest: None,
        model_version,
        duration_ms: 0,
    }
}
