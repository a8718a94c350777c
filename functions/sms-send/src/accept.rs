//! Accepting an order: one transaction, after which every message of it is sent or visibly ends otherwise.
//!
//! The transaction is tried on the guess that nothing speaks against the order, which is nearly always so. Only where
//! it does not go through is the store asked why: the key was used before, the caller has no token left, the book is
//! behind, a phone declined or has had its share. Then the order is judged again with what was learnt.

use crate::accepted::{Accepted, AcceptedMessage};
use crate::book;
use crate::class::Class;
use crate::desk::{Desk, Request};
use crate::judge::{self, Judged, Known};
use crate::order::{Content, Order};
use crate::policy::FUNCTION;
use crate::state::State;
use crate::write::{self, Item, TABLES};
use common::admission::Admission;
use common::audit::{self, Entry};
use common::idempotency::{Key, Outcome};
use common::problem::Problem;
use common::store::{Error, Rows, Store};
use common::timestamp::Timestamp;

/// Tries before the caller is asked to come again: each learns what the one before ran into.
const TRIES: usize = 5;

/// Accepts an order, or gives the first answer where the key was used before for the same.
///
/// # Errors
/// 400, 409, 422, 429, or the store's; then nothing is stored.
pub async fn accept<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    admission: &Admission,
    key: &Key,
    order: &Order,
) -> Result<Outcome, Problem> {
    match attempt(desk, request, admission, key, order).await {
        // A retry of what was accepted then is answered as then, even if it would be refused now.
        Err(problem) if matches!(problem.status, 400 | 422 | 429) && problem.code != "rate_limited" => {
            let found = desk.store.query(key.find(TABLES)).await?;
            key.replay(&found)?.ok_or(problem)
        }
        answer => answer,
    }
}

async fn attempt<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    admission: &Admission,
    key: &Key,
    order: &Order,
) -> Result<Outcome, Problem> {
    let template = match &order.content {
        Content::Template(id, _) => Some(id.as_str()),
        Content::Text(_) => None,
    };
    let mut fresh = !desk.book.borrow().knows(template);
    if fresh {
        book::learn(desk.book, desk.store, template).await?;
    }
    let now = request.now;
    let indexes: Vec<String> = order.to.iter().map(|phone| judge::index(desk.settings, phone)).collect();
    let ids: Vec<String> = order.to.iter().map(|_| desk.id("msg", now)).collect();
    let mut known = Known::default();
    for _ in 0..TRIES {
        let (judged, generation) = {
            let book = desk.book.borrow();
            (judge::order(order, desk.settings, &book, now), book.generation)
        };
        let judged = match judged {
            // Perhaps for what a template was some time ago.
            Err(_) if !fresh => {
                book::learn(desk.book, desk.store, template).await?;
                fresh = true;
                continue;
            }
            judged => judged?,
        };
        let items = items(desk, order, &judged, &known, &indexes, &ids, now)?;
        let outcome = Outcome { status: 202, body: body(order, &judged, &items)? };
        let windows = desk.settings.limits.of(judged.class);
        let caller = admission.caller.actor();
        let common = write::Order {
            batch: request.id,
            caller: &caller,
            client_ref: order.client_ref.as_deref(),
            callback_url: order.callback_url.as_deref(),
            judged: &judged,
            windows,
            generation,
            now,
        };
        let mut statements = vec![key.outcome(TABLES, &outcome, now)];
        statements.extend(write::statements(&common, &items));
        let entries = entries(desk, request, &caller, &items, &mut statements);
        statements.extend(admission.demands(&FUNCTION, now));
        match desk.store.transact(statements).await {
            Ok(_) => {
                admission.settled();
                desk.unsealed.set(desk.unsealed.get() + entries);
                return Ok(outcome);
            }
            Err(Error::Conflict(_)) => {
                admission.settle(desk.store, desk.refused, &FUNCTION, now).await?;
                let mut reads = vec![key.find(TABLES)];
                reads.extend(book::reads(template));
                let all: Vec<&str> = indexes.iter().map(String::as_str).collect();
                reads.extend(write::against(judged.class, &all, now));
                let answers = desk.store.transact(reads).await?;
                if let Some(first) = key.replay(answers.first().unwrap_or(&Rows::default()))? {
                    return Ok(first);
                }
                book::refresh(desk.book, desk.store, answers.get(1..).unwrap_or_default()).await?;
                fresh = true;
                known = Known::read(answers.get(3..).unwrap_or_default());
            }
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::unavailable("store_busy", "accept: what orders depend on changes faster than they are judged"))
}

fn items<S: Store>(
    desk: &Desk<'_, S>,
    order: &Order,
    judged: &Judged,
    known: &Known,
    indexes: &[String],
    ids: &[String],
    now: Timestamp,
) -> Result<Vec<Item>, Problem> {
    let params = judged.template.as_ref().map(|(_, params)| serde_json::to_vec(params));
    let params = params.transpose().map_err(|error| Problem::internal(format!("params: {error}")))?;
    let alone = order.to.len() == 1;
    let each = order.to.iter().zip(indexes).zip(ids).map(|((phone, index), id)| {
        let seal =
            |plain: &[u8], column: &str| desk.settings.seal.seal(plain, &format!("{id}/{column}"), (desk.chance)());
        let stop = judge::stop(judged.keyword.as_deref(), judged.class, desk.settings, known, index, now);
        if let Some(until) = stop.as_ref().and_then(|stop| stop.until)
            && alone
            && judged.class == Class::Otp
        {
            return Err(judge::phone_limited(until, now));
        }
        Ok(Item {
            stop,
            phone: seal(phone.e164().as_bytes(), "phone")?,
            params: params.as_ref().map(|params| seal(params, "params")).transpose()?,
            text: seal(judged.text.as_bytes(), "text")?,
            event_id: desk.id("evt", now),
            id: id.clone(),
            index: index.clone(),
            carrier: phone.carrier(),
        })
    });
    each.collect()
}

fn body(order: &Order, judged: &Judged, items: &[Item]) -> Result<String, Problem> {
    let messages = order.to.iter().zip(items).map(|(phone, item)| {
        let mut message = AcceptedMessage::of(phone, &item.id, judged.parts, judged.send_at.to_string());
        if let Some(stop) = &item.stop {
            message.state = State::Dead;
            message.reason = Some(stop.reason.to_owned());
            message.detail.clone_from(&stop.detail);
        }
        message
    });
    let ids = items.iter().map(|item| item.id.clone()).collect();
    let accepted = Accepted { message_ids: ids, messages: messages.collect() };
    serde_json::to_string(&accepted).map_err(|error| Problem::internal(format!("answer: {error}")))
}

/// Adds the audit entries: one for the order, one for each message that ends here; tells how many.
fn entries<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    actor: &str,
    items: &[Item],
    statements: &mut Vec<common::store::Statement>,
) -> usize {
    let (at, request_id) = (request.now, request.id);
    let many = format!("{} messages", items.len());
    let object = match items {
        [only] => &only.id,
        _ => &many,
    };
    let stopped = items.iter().filter_map(|item| Some((&item.id, item.stop.as_ref()?.reason)));
    let stopped: Vec<_> = stopped.map(|(id, reason)| (desk.id("aud", at), id, reason)).collect();
    let id = desk.id("aud", at);
    let mut entries = vec![Entry { id: &id, at, request_id, actor, action: "create", object, result: "ok" }];
    entries.extend(stopped.iter().map(|(id, object, result)| Entry {
        id,
        at,
        request_id,
        actor,
        action: "message.dead",
        object,
        result,
    }));
    statements.extend(audit::insert(TABLES, &entries));
    entries.len()
}

#[cfg(test)]
mod tests;
