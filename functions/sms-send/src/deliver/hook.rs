//! Reports to hospital systems: signed webhooks, and the stream of receipts. Each is told at least once.
//!
//! A webhook is a POST of JSON with `x-yunzhen-timestamp` (seconds since 1970), `x-yunzhen-id` (the event, the same each
//! time it is tried) and `x-yunzhen-signature` (see [`webhook::signature`]). Any 2xx is a receipt; a redirect is not followed.

use super::config::REDIS;
use super::values::Values;
use super::{BUDGET_MS, World, detail};
use crate::streams::{self, Redis};
use common::store::{Error, Row, Statement, Store};
use common::webhook;
use futures::stream::{self, StreamExt};

const BATCH: i64 = 64;
const AT_ONCE: usize = 16;
const LEASE_MS: i64 = 60_000;
/// What was told can be looked at for so long, and told again; what was not stays.
const KEPT_MS: i64 = 30 * 24 * 3_600_000;

/// Sends webhooks.
#[expect(async_fn_in_trait, reason = "guests run on one thread: no Send bound is wanted")]
pub trait Post {
    /// The status of the answer to a POST of JSON, within 10 seconds; redirects are not followed, and of the answer's body
    /// no more than 4 kB is read.
    async fn post(&self, url: &str, headers: [(&'static str, String); 3], body: &[u8]) -> Result<u16, String>;
}

/// The ways to hospital systems.
pub struct Ways<'a, P, R> {
    /// HTTP.
    pub post: &'a P,
    /// Redis, where it is switched on.
    pub redis: Option<&'a R>,
    /// Of `sms_webhook_secret`.
    pub secret: &'a str,
}

/// A report to be told.
struct Hook {
    id: String,
    event_id: String,
    url: String,
    body: Vec<u8>,
    attempt: i64,
}

/// Tells what is due; how many reports were taken.
///
/// # Errors
/// The store's: what is leased then is told again when the lease runs out.
pub async fn run<S: Store, G, K>(
    world: &World<'_, S, G, K>,
    ways: &Ways<'_, impl Post, impl Redis>,
) -> Result<usize, Error> {
    let until = world.now().plus_ms(BUDGET_MS);
    let mut count = 0;
    while world.now() < until {
        let lease = world.id("lease");
        let hooks = claim(world, &lease).await?;
        let full = i64::try_from(hooks.len()).is_ok_and(|found| found == BATCH);
        let tell = |hook: Hook| async move {
            let answer = tell(world, ways, &hook).await;
            (hook, answer)
        };
        let mut told = stream::iter(hooks).map(tell).buffer_unordered(AT_ONCE).ready_chunks(AT_ONCE);
        while let Some(told) = told.next().await {
            count += told.iter().filter(|(_, answer)| answer.is_ok()).count();
            keep(world, &told, &lease).await?;
        }
        if !full {
            break;
        }
    }
    let old = world.now().plus_ms(-KEPT_MS).0;
    world
        .store
        .query(Statement::new("DELETE FROM sms_send_hook WHERE state = 'done' AND due_at < ?1").bind(old))
        .await?;
    Ok(count)
}

async fn claim<S: Store, G, K>(world: &World<'_, S, G, K>, lease: &str) -> Result<Vec<Hook>, Error> {
    let now = world.now();
    let sql = "UPDATE sms_send_hook SET lease = ?1, lease_until = ?2, due_at = ?2 WHERE id IN \
               (SELECT id FROM sms_send_hook WHERE state = 'waiting' AND due_at <= ?3 AND lease_until < ?3 \
               ORDER BY due_at LIMIT ?4) AND lease_until < ?3 RETURNING id, event_id, url, body, attempt";
    let statement = Statement::new(sql).bind(lease).bind(now.plus_ms(LEASE_MS).0).bind(now.0).bind(BATCH);
    let rows = world.store.query(statement).await?;
    let read = |row: Row<'_>| {
        let [id, event_id, url] = [0, 1, 2].map(|column| row.text(column).map(str::to_owned));
        let (body, attempt) = (row.blob(3)?.to_vec(), row.integer(4)?);
        Some(Hook { id: id?, event_id: event_id?, url: url?, body, attempt })
    };
    Ok(rows.iter().filter_map(read).collect())
}

async fn tell<S, G, K>(
    world: &World<'_, S, G, K>,
    ways: &Ways<'_, impl Post, impl Redis>,
    hook: &Hook,
) -> Result<(), String> {
    if hook.url == REDIS {
        let redis = ways.redis.ok_or("sms_redis_url is empty")?;
        return streams::publish(redis, &hook.body).await;
    }
    let headers = webhook::headers(ways.secret, world.now(), &hook.event_id, &hook.body);
    match ways.post.post(&hook.url, headers, &hook.body).await {
        Ok(200..=299) => Ok(()),
        Ok(status) => Err(format!("the answer is {status}")),
        Err(why) => Err(why),
    }
}

async fn keep<S: Store, G, K>(
    world: &World<'_, S, G, K>,
    told: &[(Hook, Result<(), String>)],
    lease: &str,
) -> Result<(), Error> {
    let mut values = Values::default();
    for (hook, answer) in told {
        let attempt = hook.attempt + 1;
        let (state, due) = match answer {
            Ok(()) => ("done", world.now()),
            Err(_) => webhook::next(world.now(), attempt, (world.chance)())
                .map_or(("dead", world.now()), |due| ("waiting", due)),
        };
        let why = answer.as_ref().err().map(|why| detail::harmless(why));
        values.row([hook.id.as_str().into(), state.into(), attempt.into(), due.0.into(), why.into()]);
    }
    let sql = "UPDATE sms_send_hook AS h SET state = v.column2, attempt = v.column3, due_at = v.column4, \
               detail = v.column5, lease = NULL, lease_until = 0 FROM {values} \
               WHERE h.id = v.column1 AND h.lease = {1}";
    if let Some(statement) = values.statement(sql, [lease.into()]) {
        world.store.query(statement).await?;
    }
    Ok(())
}
