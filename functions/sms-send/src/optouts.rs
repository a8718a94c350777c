//! The list of phones that declined messages.

use crate::desk::{Desk, Request, table};
use crate::judge;
use crate::phone::Phone;
use common::auth::Principal;
use common::call::Reply;
use common::id;
use common::json;
use common::page::Ask;
use common::problem::Problem;
use common::query::Query;
use common::store::{Row, Statement, Store};
use common::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A phone that declines notices and advertising.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = SmsOptOutRequest)]
pub struct Json {
    /// 11 digits of the mainland, or E.164.
    phone: String,
}

/// A phone that declined.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SmsOptOut)]
pub struct OptOut {
    /// `opt_<ULID>`.
    optout_id: String,
    /// With its middle left out.
    #[schema(example = "137****2222")]
    phone: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Who declined for it: `gateway:<name>` for its own answer, else a caller.
    source: String,
    /// For paging.
    #[serde(skip)]
    since: i64,
}

/// The statement that keeps an opt-out; it returns the row, new or old.
///
/// # Errors
/// 500.
pub fn keep<S: Store>(desk: &Desk<'_, S>, phone: &Phone, source: &str, now: Timestamp) -> Result<Statement, Problem> {
    let id = desk.id("opt", now);
    let sealed = desk.settings.seal.seal(phone.e164().as_bytes(), &format!("{id}/phone"), (desk.chance)())?;
    let sql = format!(
        "INSERT INTO {} AS o (phone_index, id, phone, at, source) VALUES (?1, ?2, ?3, ?4, ?5) \
         ON CONFLICT (phone_index) DO UPDATE SET at = o.at RETURNING id, phone, at, source",
        table("optout")
    );
    let index = judge::index(desk.settings, phone);
    Ok(Statement::new(sql).bind(index).bind(id).bind(sealed).bind(now.0).bind(source))
}

fn read<S>(desk: &Desk<'_, S>, row: Row<'_>) -> Result<OptOut, Problem> {
    let malformed = || Problem::internal("an opt-out row is malformed");
    let id = row.text(0).ok_or_else(malformed)?;
    let sealed = row.blob(1).ok_or_else(malformed)?;
    let phone = desk.settings.seal.open_text(sealed, &format!("{id}/phone"))?;
    let (since, source) = row.integer(2).zip(row.text(3)).ok_or_else(malformed)?;
    Ok(OptOut {
        optout_id: id.to_owned(),
        phone: Phone::parse(&phone).ok_or_else(malformed)?.masked(),
        at: Timestamp(since).to_string(),
        source: source.to_owned(),
        since,
    })
}

/// `POST optouts`: adding a phone twice changes nothing.
///
/// # Errors
/// 400, or the store's.
pub async fn add<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    caller: &Principal,
    body: &[u8],
) -> Result<Reply, Problem> {
    let json: Json = json::parse(body)?;
    let wrong = || Problem::bad_field("phone", "不是手机号码", "no phone number");
    let phone = Phone::parse(&json.phone).ok_or_else(wrong)?;
    let keep = keep(desk, &phone, &caller.actor(), request.now)?;
    let index = judge::index(desk.settings, &phone);
    let answers = desk.change(request, caller, "optout.add", &index, vec![keep]).await?;
    let row = answers.first().and_then(|rows| rows.first()).ok_or_else(|| Problem::internal("no opt-out row"))?;
    Reply::json(201, &read(desk, row)?)
}

/// `GET optouts`, the newest first.
///
/// # Errors
/// 400, or the store's.
pub async fn list<S: Store>(desk: &Desk<'_, S>, query: &Query) -> Result<Reply, Problem> {
    let ask = Ask::new(query.text("limit"), query.text("cursor"))?;
    let (at, id) = ask.after.clone().unwrap_or((i64::MAX, String::new()));
    let sql = format!(
        "SELECT id, phone, at, source FROM {} WHERE at < ?1 OR (at = ?1 AND id < ?2) ORDER BY at DESC, id DESC LIMIT ?3",
        table("optout")
    );
    let rows = desk.store.query(Statement::new(sql).bind(at).bind(id).bind(i64::from(ask.limit) + 1)).await?;
    let found = rows.iter().map(|row| read(desk, row)).collect::<Result<Vec<_>, _>>()?;
    Reply::json(200, &ask.page(found, |optout| (optout.since, &optout.optout_id)))
}

/// `DELETE optouts/{id}`: the phone gets messages again; also where it is gone already.
///
/// # Errors
/// 404 for what is no id, or the store's.
pub async fn remove<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    caller: &Principal,
    id: &str,
) -> Result<Reply, Problem> {
    if !id::is("opt", id) {
        return Err(Problem::not_found());
    }
    let delete = Statement::new(format!("DELETE FROM {} WHERE id = ?1", table("optout"))).bind(id);
    desk.change(request, caller, "optout.remove", id, vec![delete]).await?;
    Ok(Reply::empty(204))
}
