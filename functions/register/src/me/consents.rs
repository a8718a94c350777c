//! What one agreed to: to what, in which version, when, and when it was withdrawn. Nothing of it is ever changed.

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

/// A consent to be recorded; its text is the page's, which shows it first.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConsentRequest)]
pub struct New {
    /// `face` is needed for a liveness check; others are the hospital's to name.
    #[schema(example = "face", pattern = "^[a-z0-9_.-]{1,40}$")]
    what: String,
    /// Of the text that was shown.
    #[schema(example = "2026-01", pattern = "^[a-z0-9_.-]{1,40}$")]
    version: String,
}

/// A consent.
#[derive(Clone, Serialize, ToSchema)]
pub struct Consent {
    /// `cns_<ULID>`.
    pub consent_id: String,
    /// To what.
    pub what: String,
    /// Of the text.
    pub version: String,
    /// When.
    #[schema(format = DateTime)]
    pub given_at: String,
    /// When it was withdrawn, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub withdrawn_at: Option<String>,
}

/// Consents.
#[derive(Serialize, ToSchema)]
pub struct Consents {
    /// The newest first.
    items: Vec<Consent>,
}

/// The consents of an account.
///
/// # Errors
/// The store's.
pub async fn all<S: Store, O: Outside>(desk: &Desk<'_, S, O>, account_id: &str) -> Result<Vec<Consent>, Problem> {
    let find = sql("SELECT id, what, version, given_at, withdrawn_at FROM {consent} WHERE account_id = ?1 \
                    ORDER BY given_at DESC, id DESC LIMIT 200");
    let rows = desk.query(find.bind(account_id)).await?;
    let time = |ms: i64| Timestamp(ms).to_string();
    let read = |row: Row<'_>| {
        Some(Consent {
            consent_id: row.text(0)?.to_owned(),
            what: row.text(1)?.to_owned(),
            version: row.text(2)?.to_owned(),
            given_at: time(row.integer(3)?),
            withdrawn_at: row.integer(4).map(time),
        })
    };
    Ok(rows.iter().filter_map(read).collect())
}

/// Whether an account agreed to something and did not withdraw it.
///
/// # Errors
/// The store's.
pub async fn given<S: Store, O: Outside>(desk: &Desk<'_, S, O>, account_id: &str, what: &str) -> Result<bool, Problem> {
    let find = sql("SELECT id FROM {consent} WHERE account_id = ?1 AND what = ?2 AND withdrawn_at IS NULL LIMIT 1");
    Ok(desk.query(find.bind(account_id).bind(what)).await?.first().is_some())
}

/// `GET me/consents`.
///
/// # Errors
/// The store's.
pub async fn list<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal) -> Result<Reply, Problem> {
    Reply::json(200, &Consents { items: all(desk, &caller.id).await? })
}

/// `POST me/consents`.
///
/// # Errors
/// 400.
pub async fn give<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    body: &[u8],
) -> Result<Reply, Problem> {
    let New { what, version } = json::parse(body)?;
    for (field, text) in [("what", &what), ("version", &version)] {
        let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b"-_.".contains(&b);
        if !(1..=40).contains(&text.len()) || !text.bytes().all(plain) {
            let (zh, en) = ("应为 1 至 40 个小写字母、数字或 - _ .", "1 to 40 small letters, digits or - _ .");
            return Err(Problem::bad_field(field, zh, en));
        }
    }
    let key = desk.key(&caller.actor(), "POST /me/consents", body)?;
    let made = desk.once(&key, async |key| {
        let (id, now) = (desk.id("cns"), desk.now());
        let insert = sql("INSERT INTO {consent} (id, account_id, what, version, given_at) VALUES (?1, ?2, ?3, ?4, ?5)");
        let insert = insert.bind(&*id).bind(&*caller.id).bind(&*what).bind(&*version).bind(now.0);
        let consent = Consent { consent_id: id.clone(), what, version, given_at: now.to_string(), withdrawn_at: None };
        let body = serde_json::to_string(&consent).map_err(|error| Problem::internal(error.to_string()))?;
        let outcome = Outcome { status: 201, body };
        let changes = vec![insert, desk.outcome(key, &outcome)?];
        desk.change(&caller.actor(), "consent.give", &id, &consent.what, changes).await?;
        Ok(outcome)
    });
    let Outcome { status, body } = made.await?;
    Ok(Reply::new(status, "application/json", body.into_bytes()))
}

/// `DELETE me/consents/{id}`; a second time is the same as once.
///
/// # Errors
/// 403 for another's, or none.
pub async fn withdraw<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
) -> Result<Reply, Problem> {
    let own = sql("SELECT id FROM {consent} WHERE id = ?1 AND account_id = ?2").bind(id).bind(&*caller.id);
    if desk.query(own).await?.first().is_none() {
        return Err(forbidden());
    }
    let update = sql("UPDATE {consent} SET withdrawn_at = ?1 WHERE id = ?2 AND withdrawn_at IS NULL");
    let update = update.bind(desk.now().0).bind(id);
    desk.change(&caller.actor(), "consent.withdraw", id, "ok", vec![update]).await?;
    Ok(Reply::empty(204))
}
