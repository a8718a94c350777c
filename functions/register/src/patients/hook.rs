//! The webhooks `patient.verified` and `patient.merged`, signed as the reports of `sms-send` are ([`common::webhook`]), told at least once.
//! They hold no personal data: who is told asks for the patient.

use crate::desk::{Desk, sql};
use crate::identity::case::Level;
use crate::outside::Outside;
use common::problem::Problem;
use common::store::{Row, Statement, Store};
use common::webhook;
use serde_json::{Value, json};

const BATCH: i64 = 50;
const LEASE_MS: i64 = 60_000;
/// What was told stays for so long.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// Reports a verified patient in the transaction of the change; nothing where nobody is told.
pub fn verified<S: Store, O: Outside>(desk: &Desk<'_, S, O>, patient_id: &str, level: Level) -> Option<Statement> {
    insert(desk, json!({"event": "patient.verified", "patient_id": patient_id, "level": level.name()}))
}

/// Reports that a record was merged into another one.
pub fn merged<S: Store, O: Outside>(desk: &Desk<'_, S, O>, patient_id: &str, into: &str) -> Option<Statement> {
    insert(desk, json!({"event": "patient.merged", "patient_id": patient_id, "merged_into": into}))
}

fn insert<S: Store, O: Outside>(desk: &Desk<'_, S, O>, mut body: Value) -> Option<Statement> {
    if desk.settings.webhook_url.is_empty() {
        return None;
    }
    let (id, now) = (desk.id("evt"), desk.now());
    body.as_object_mut()?
        .extend([("event_id".to_owned(), id.as_str().into()), ("at".to_owned(), now.to_string().into())]);
    let insert = sql("INSERT INTO {hook} (id, body, state, due_at, created_at) VALUES (?1, ?2, 'waiting', ?3, ?3)");
    Some(insert.bind(id).bind(body.to_string()).bind(now.0))
}

/// Tells what is due; how many reports were taken.
///
/// # Errors
/// The store's: what is leased then is told again when the lease runs out.
pub async fn run<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<usize, Problem> {
    let (now, lease) = (desk.now(), desk.id("lease"));
    if desk.settings.webhook_url.is_empty() {
        return Ok(0);
    }
    let claim = sql("UPDATE {hook} SET lease = ?1, lease_until = ?2 WHERE id IN (SELECT id FROM {hook} \
                     WHERE state = 'waiting' AND due_at <= ?3 AND lease_until < ?3 ORDER BY due_at LIMIT ?4) \
                     AND lease_until < ?3 RETURNING id, body, attempt");
    let rows = desk.query(claim.bind(&*lease).bind(now.plus_ms(LEASE_MS).0).bind(now.0).bind(BATCH)).await?;
    let read = |row: Row<'_>| Some((row.text(0)?.to_owned(), row.text(1)?.to_owned(), row.integer(2)?));
    let tell = async |(id, body, attempt): (String, String, i64)| {
        let headers = webhook::headers(&desk.settings.webhook_secret, now, &id, body.as_bytes());
        let answer = desk.outside.report(&desk.settings.webhook_url, headers, body.as_bytes()).await;
        let (done, detail) = match answer {
            Ok(200..=299) => (true, None),
            Ok(status) => (false, Some(format!("the answer is {status}"))),
            Err(why) => (false, Some(why)),
        };
        let attempt = attempt + 1;
        let next = webhook::next(now, attempt, (desk.chance)());
        let state = if done {
            "done"
        } else if next.is_some() {
            "waiting"
        } else {
            "dead"
        };
        let update = sql("UPDATE {hook} SET state = ?1, attempt = ?2, due_at = ?3, detail = ?4, lease = NULL, \
                          lease_until = 0 WHERE id = ?5 AND lease = ?6");
        let update = update.bind(state).bind(attempt).bind(next.unwrap_or(now).0).bind(detail).bind(id).bind(&*lease);
        desk.query(update).await.map(|_| done)
    };
    let told = futures::future::try_join_all(rows.iter().filter_map(read).map(tell)).await?;
    let old = sql("DELETE FROM {hook} WHERE state = 'done' AND created_at < ?1").bind(now.plus_ms(-KEPT_MS).0);
    desk.query(old).await?;
    Ok(told.into_iter().filter(|done| *done).count())
}
