//! Taking a message back, and sending one again that came to a bad end.

use crate::desk::{Desk, Request, table};
use crate::judge::{self, Known};
use crate::message::Message;
use crate::phone::Phone;
use crate::state::State;
use crate::write::{self, rank};
use crate::{book, parts, read};
use common::auth::Principal;
use common::call::Reply;
use common::problem::Problem;
use common::store::{Error, Statement, Store};
use common::timestamp::Timestamp;

/// `POST messages/{id}/cancel`: of two who act on a message at the same time, this or a gateway, one comes first.
///
/// # Errors
/// 403, 404, 409 when it is no longer waiting, or the store's.
pub async fn cancel<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    caller: &Principal,
    id: &str,
) -> Result<Reply, Problem> {
    let message = read::load(desk, caller, id, false).await?;
    if message.state == State::Cancelled {
        return Reply::json(200, &message);
    }
    if !message.state.may_become(State::Cancelled) {
        return Err(not_now(message.state));
    }
    let event = event_id(desk, &message, request.now);
    // A state of NULL breaks the transaction: nothing of it is stored when the message went on meanwhile.
    let sql = format!(
        "UPDATE {} SET state = CASE WHEN state = 'accepted' THEN 'cancelled' END, reason = 'cancelled', detail = NULL, \
         final_at = ?2, event_id = ?3 WHERE id = ?1",
        table("message")
    );
    let update = Statement::new(sql).bind(id).bind(request.now.0).bind(&*event);
    let done = Statement::new(format!("DELETE FROM {} WHERE message_id = ?1", table("outbox"))).bind(id);
    let changes = vec![update, done, note(&event, id, request.now, State::Cancelled, "cancelled")];
    finish(desk, request, caller, id, "cancel", changes).await
}

/// `POST messages/{id}/replay`: once more from the beginning, past the same guards.
///
/// One that is `unknown` stays so until a gateway has it: the phone may get it twice, which a person has accepted.
///
/// # Errors
/// 403, 404, 409 when it did not come to a bad end and is not `unknown`, 422 where a guard stops it again, or the store's.
pub async fn replay<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    caller: &Principal,
    id: &str,
) -> Result<Reply, Problem> {
    let message = read::load(desk, caller, id, true).await?;
    let to = if message.state == State::Unknown { State::Unknown } else { State::Accepted };
    if !message.state.may_become(to) || message.state == State::Submitting {
        return Err(not_now(message.state));
    }
    let now = request.now;
    guards(desk, &message, now).await?;
    let send_at = if message.class.keeps_quiet() { desk.settings.quiet.after(now) } else { now };
    let event = event_id(desk, &message, now);
    let condition = format!("(SELECT n FROM {}) = ?5 AND state = ?6", table("generation"));
    let sql = format!(
        "UPDATE {} SET state = CASE WHEN {condition} THEN ?7 END, reason = NULL, detail = NULL, \
         gateway = NULL, tried = '', submitted_at = NULL, final_at = NULL, alarm_at = NULL, send_at = ?2, \
         expires_at = ?3, event_id = ?4 WHERE id = ?1",
        table("message")
    );
    let update = Statement::new(sql)
        .bind(id)
        .bind(send_at.0)
        .bind(send_at.plus_ms(message.class.lifetime_ms()).0)
        .bind(&*event)
        .bind(desk.book.borrow().generation)
        .bind(message.state.name())
        .bind(to.name());
    let sql = format!(
        "INSERT INTO {} (message_id, task, due_at, rank) VALUES (?1, 'submit', ?2, ?3) ON CONFLICT (message_id) \
         DO UPDATE SET task = 'submit', due_at = ?2, attempt = 0, lease = NULL, lease_until = 0",
        table("outbox")
    );
    let due = Statement::new(sql).bind(id).bind(send_at.0).bind(rank(message.class));
    let changes = vec![update, due, note(&event, id, now, to, "replayed")];
    finish(desk, request, caller, id, "replay", changes).await
}

/// The guards at the door, once more: what they ask for may have changed.
async fn guards<S: Store>(desk: &Desk<'_, S>, message: &Message, now: Timestamp) -> Result<(), Problem> {
    let phone = Phone::parse(&message.to).ok_or_else(|| Problem::internal("a message without a number"))?;
    let index = judge::index(desk.settings, &phone);
    let mut reads = Vec::from(book::reads(None));
    reads.extend(write::against(message.class, &[&index], now));
    let answers = desk.store.transact(reads).await?;
    book::refresh(desk.book, desk.store, &answers).await?;
    let mut known = Known::read(answers.get(2..).unwrap_or_default());
    known.forget(&index, message.created);
    let whole = parts::signed(&message.signature, message.text.as_deref().unwrap_or_default());
    let keyword = desk.book.borrow().keywords.find(&whole).map(str::to_owned);
    let stop = judge::stop(keyword.as_deref(), message.class, desk.settings, &known, &index, now);
    let Some(stop) = stop else { return Ok(()) };
    let (zh, en) = match stop.reason {
        "intercepted" => ("含有拦截词", "it holds a keyword"),
        "opted_out" => ("该号码已退订", "the phone declined such messages"),
        _ => ("该号码的发送次数已达上限", "the phone has had its share"),
    };
    let detail = stop.detail.map(|words| format!(": {words}")).unwrap_or_default();
    Err(Problem::new(422, "stopped", format!("{zh}{detail}"), format!("{en}{detail}")))
}

async fn finish<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    caller: &Principal,
    id: &str,
    action: &str,
    changes: Vec<Statement>,
) -> Result<Reply, Problem> {
    match desk.change(request, caller, action, id, changes).await {
        Ok(_) => Reply::json(200, &read::load(desk, caller, id, false).await?),
        Err(Error::Conflict(_)) => Err(not_now(read::load(desk, caller, id, false).await?.state)),
        Err(error) => Err(error.into()),
    }
}

fn note(event: &str, id: &str, at: Timestamp, state: State, reason: &str) -> Statement {
    let sql = format!("INSERT INTO {} (id, message_id, at, state, reason) VALUES (?1, ?2, ?3, ?4, ?5)", table("event"));
    Statement::new(sql).bind(event).bind(id).bind(at.0).bind(state.name()).bind(reason)
}

/// An id that sorts behind the message's first event even where the clock went back.
fn event_id<S: Store>(desk: &Desk<'_, S>, message: &Message, now: Timestamp) -> String {
    desk.id("evt", now.max(message.created.plus_ms(1)))
}

fn not_now(state: State) -> Problem {
    let state = state.name();
    let (zh, en) = (format!("消息当前状态为 {state}，不能这样操作"), format!("the message is {state} now"));
    Problem::new(409, "wrong_state", zh, en)
}

#[cfg(test)]
mod tests;
