//! Looking at messages: one, a list, what happened to one.

use crate::desk::{Desk, Request, table};
use crate::judge;
use crate::message::{self, Message};
use crate::order;
use crate::phone::Phone;
use crate::policy::Scope;
use crate::state::State;
use common::auth::{Principal, Role};
use common::call::Reply;
use common::guard::forbidden;
use common::id;
use common::page::Ask;
use common::problem::Problem;
use common::query::Query;
use common::store::{Statement, Store, Value};
use common::timestamp::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// Parameters of `GET messages`.
pub const LIST: [&str; 7] = ["client_ref", "to", "from", "until", "state", "limit", "cursor"];
/// Parameters of `GET messages/{id}`.
pub const ONE: [&str; 1] = ["reveal"];

/// A step in a message's life.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SmsEvent)]
pub struct Event {
    /// `evt_<ULID>`.
    event_id: String,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// Where the message was from then on.
    state: State,
    /// By which gateway.
    #[serde(skip_serializing_if = "Option::is_none")]
    gateway: Option<String>,
    /// Why, a stable name.
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
}

/// A message's life, from its beginning.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SmsEvents)]
pub struct Events {
    items: Vec<Event>,
}

/// One message within a caller's scope.
///
/// # Errors
/// 403 or 404 where it is not there, or the store's.
pub async fn load<S: Store>(
    desk: &Desk<'_, S>,
    caller: &Principal,
    id: &str,
    revealed: bool,
) -> Result<Message, Problem> {
    let scope = Scope::of(caller);
    if !id::is("msg", id) {
        return Err(scope.missing());
    }
    let rows = desk.store.query(Statement::new(format!("{} WHERE id = ?1", message::select())).bind(id)).await?;
    let row = rows.first().filter(|row| row.text(1).is_some_and(|owner| scope.holds(owner)));
    message::read(&row.ok_or_else(|| scope.missing())?, &desk.settings.seal, revealed)
}

/// `GET messages/{id}`.
///
/// # Errors
/// 400, 403, 404, or the store's.
pub async fn get<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    caller: &Principal,
    id: &str,
    query: &Query,
) -> Result<Reply, Problem> {
    let revealed = query.flag("reveal")?;
    if revealed && caller.role != Role::Admin {
        return Err(forbidden());
    }
    let message = load(desk, caller, id, revealed).await?;
    if revealed {
        desk.change(request, caller, "reveal", id, Vec::new()).await?;
    }
    Reply::json(200, &message)
}

/// `GET messages/{id}/events`.
///
/// # Errors
/// 403, 404, or the store's.
pub async fn events<S: Store>(desk: &Desk<'_, S>, caller: &Principal, id: &str) -> Result<Reply, Problem> {
    load(desk, caller, id, false).await?;
    let sql = format!(
        "SELECT id, at, state, gateway, reason, detail FROM {} WHERE message_id = ?1 ORDER BY id LIMIT 1000",
        table("event")
    );
    let rows = desk.store.query(Statement::new(sql).bind(id)).await?;
    let events = rows.iter().map(|row| {
        let text = |column| row.text(column).map(str::to_owned);
        let at = Timestamp(row.integer(1)?).to_string();
        let state = State::named(row.text(2)?)?;
        Some(Event { event_id: text(0)?, at, state, gateway: text(3), reason: text(4), detail: text(5) })
    });
    let items = events.collect::<Option<Vec<_>>>().ok_or_else(|| Problem::internal("an event row is malformed"))?;
    Reply::json(200, &Events { items })
}

/// `GET messages`, the newest first.
///
/// # Errors
/// 400 naming the parameter, or the store's.
pub async fn list<S: Store>(desk: &Desk<'_, S>, caller: &Principal, query: &Query) -> Result<Reply, Problem> {
    let ask = Ask::new(query.text("limit"), query.text("cursor"))?;
    let mut statement = Statement::new(String::new());
    let mut conditions = Vec::new();
    let mut only = |condition: &str, value: Value| {
        statement.params.push(value);
        conditions.push(format!("{condition} ?{}", statement.params.len()));
    };
    if let Scope::Own(owner) = Scope::of(caller) {
        only("caller =", owner.into());
    }
    if let Some(reference) = query.text("client_ref") {
        order::client_ref(reference)?;
        only("client_ref =", reference.into());
    }
    if let Some(number) = query.text("to") {
        let wrong = || Problem::bad_field("to", "不是手机号码", "no phone number");
        let phone = Phone::parse(number).ok_or_else(wrong)?;
        only("phone_index =", judge::index(desk.settings, &phone).into());
    }
    if let Some(from) = query.time("from")? {
        only("created_at >=", from.0.into());
    }
    if let Some(until) = query.time("until")? {
        only("created_at <", until.0.into());
    }
    if let Some(name) = query.text("state") {
        let known = State::ALL.map(State::name).join(", ");
        let wrong = || Problem::bad_field("state", &format!("可选值：{known}"), &format!("one of {known}"));
        only("state =", State::named(name).ok_or_else(wrong)?.name().into());
    }
    if let Some((at, id)) = &ask.after {
        let n = statement.params.len();
        conditions.push(format!("(created_at < ?{0} OR (created_at = ?{0} AND id < ?{1}))", n + 1, n + 2));
        statement = statement.bind(*at).bind(id.as_str());
    }
    let conditions = if conditions.is_empty() { "true".to_owned() } else { conditions.join(" AND ") };
    let n = statement.params.len() + 1;
    statement.sql = format!("{} WHERE {conditions} ORDER BY created_at DESC, id DESC LIMIT ?{n}", message::select());
    let rows = desk.store.query(statement.bind(i64::from(ask.limit) + 1)).await?;
    let found =
        rows.iter().map(|row| message::read(&row, &desk.settings.seal, false)).collect::<Result<Vec<_>, _>>()?;
    Reply::json(200, &ask.page(found, |message| (message.created.0, &message.message_id)))
}

#[cfg(test)]
mod tests;
