//! `patients/{id}/holds`: why a record must not be erased, and how long.

use crate::desk::{Desk, sql};
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::guard::forbidden;
use common::idempotency::Outcome;
use common::json;
use common::problem::Problem;
use common::store::{Row, Store};
use common::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A hold lasts 100 years at most.
const LONGEST_MS: i64 = 100 * 366 * 24 * 3_600_000;

/// A record is to be kept.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HoldRequest)]
pub struct New {
    /// No personal data.
    #[schema(example = "outpatient_record", pattern = "^[a-z0-9_.-]{1,80}$")]
    reason: String,
    /// RFC 3339.
    #[schema(format = DateTime)]
    until: String,
}

/// A hold.
#[derive(Serialize, ToSchema)]
pub struct Hold {
    /// `hld_<ULID>`.
    hold_id: String,
    /// Why.
    reason: String,
    /// Which system.
    placed_by: String,
    /// When.
    #[schema(format = DateTime)]
    placed_at: String,
    /// How long.
    #[schema(format = DateTime)]
    until: String,
    /// When it was released, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    released_at: Option<String>,
}

/// Holds.
#[derive(Serialize, ToSchema)]
pub struct Holds {
    /// The newest first.
    items: Vec<Hold>,
}

async fn exists<S: Store, O: Outside>(desk: &Desk<'_, S, O>, patient_id: &str) -> Result<(), Problem> {
    let find = sql("SELECT 1 FROM {patient} WHERE id = ?1 AND data IS NOT NULL").bind(patient_id);
    desk.query(find).await?.first().map(|_| ()).ok_or_else(forbidden)
}

/// `POST patients/{id}/holds`.
///
/// # Errors
/// 400, 403 where there is no such record.
pub async fn place<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    patient_id: &str,
    body: &[u8],
) -> Result<Reply, Problem> {
    let New { reason, until } = json::parse(body)?;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b);
    if !(1..=80).contains(&reason.len()) || !reason.bytes().all(plain) {
        let (zh, en) = ("应为 1 至 80 个小写字母、数字或 - _ .", "1 to 80 small letters, digits or - _ .");
        return Err(Problem::bad_field("reason", zh, en));
    }
    let now = desk.now();
    let within = |until: &Timestamp| *until > now && until.0 - now.0 <= LONGEST_MS;
    let until = Timestamp::parse(&until).filter(within);
    let until =
        until.ok_or_else(|| Problem::bad_field("until", "应为将来的 RFC 3339 时间", "a time to come, RFC 3339"))?;
    exists(desk, patient_id).await?;
    let key = desk.key(&caller.actor(), &format!("POST /patients/{patient_id}/holds"), body)?;
    let made = desk.once(&key, async |key| {
        let (id, actor) = (desk.id("hld"), caller.actor());
        let insert = sql("INSERT INTO {hold} (id, patient_id, reason, placed_by, placed_at, until_at) \
                          VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
        let insert = insert.bind(&*id).bind(patient_id).bind(&*reason).bind(&*actor).bind(now.0).bind(until.0);
        let hold = Hold {
            hold_id: id,
            reason,
            placed_by: actor.clone(),
            placed_at: now.to_string(),
            until: until.to_string(),
            released_at: None,
        };
        let body = serde_json::to_string(&hold).map_err(|error| Problem::internal(error.to_string()))?;
        let outcome = Outcome { status: 201, body };
        let changes = vec![insert, desk.outcome(key, &outcome)?];
        desk.change(&actor, "hold.place", patient_id, &hold.reason, changes).await?;
        Ok(outcome)
    });
    let Outcome { status, body } = made.await?;
    Ok(Reply::new(status, "application/json", body.into_bytes()))
}

/// `GET patients/{id}/holds`.
///
/// # Errors
/// 403 where there is no such record.
pub async fn list<S: Store, O: Outside>(desk: &Desk<'_, S, O>, patient_id: &str) -> Result<Reply, Problem> {
    exists(desk, patient_id).await?;
    let find = sql("SELECT id, reason, placed_by, placed_at, until_at, released_at FROM {hold} WHERE patient_id = ?1 \
                    ORDER BY placed_at DESC, id DESC LIMIT 200");
    let rows = desk.query(find.bind(patient_id)).await?;
    let time = |ms: i64| Timestamp(ms).to_string();
    let read = |row: Row<'_>| {
        Some(Hold {
            hold_id: row.text(0)?.to_owned(),
            reason: row.text(1)?.to_owned(),
            placed_by: row.text(2)?.to_owned(),
            placed_at: time(row.integer(3)?),
            until: time(row.integer(4)?),
            released_at: row.integer(5).map(time),
        })
    };
    Reply::json(200, &Holds { items: rows.iter().filter_map(read).collect() })
}

/// `DELETE patients/{id}/holds/{hold}`: by the system that placed it.
///
/// # Errors
/// 403 for another's, or none.
pub async fn release<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    patient_id: &str,
    id: &str,
) -> Result<Reply, Problem> {
    let own = sql("SELECT 1 FROM {hold} WHERE id = ?1 AND patient_id = ?2 AND placed_by = ?3");
    let own = own.bind(id).bind(patient_id).bind(caller.actor());
    if desk.query(own).await?.first().is_none() {
        return Err(forbidden());
    }
    let update = sql("UPDATE {hold} SET released_at = ?1 WHERE id = ?2 AND released_at IS NULL");
    let update = update.bind(desk.now().0).bind(id);
    desk.change(&caller.actor(), "hold.release", patient_id, "ok", vec![update]).await?;
    Ok(Reply::empty(204))
}
