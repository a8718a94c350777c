//! The door of the middleware: orders come in by the Redis stream `yunzhen.sms.in`, receipts go out by
//! `yunzhen.sms.receipts`. It is switched on by the variable `sms_redis_url`.
//!
//! An entry has one field, `message`: the JSON of `POST /v1/sms-send/messages`, with `request_id` in it as the
//! idempotency key (else the entry's id is that). It is acknowledged after the commit, so it may come twice and counts
//! once; what is refused goes to `yunzhen.sms.in.dead` with the reason. Redis 6.2 or newer.

use crate::flat::{self, Entry, Reply};
use common::json;
use common::problem::Problem;
use serde_json::{Map, Value};

const IN: &str = "yunzhen.sms.in";
const DEAD: &str = "yunzhen.sms.in.dead";
const OUT: &str = "yunzhen.sms.receipts";
/// Consumer group and consumer: one name for all instances, for what one has left any other may take.
const GROUP: &str = "sms-send";
/// Entries that somebody took so long ago are taken again.
const IDLE_MS: &str = "60000";
const COUNT: usize = 100;
const ROUNDS: usize = 10;
/// A stream without readers is cut to about so many entries.
const KEPT: &str = "100000";
/// As `POST /v1/sms-send/messages`.
const MESSAGE_BYTES: usize = 1 << 20;

/// A connection to Redis.
#[expect(async_fn_in_trait, reason = "guests run on one thread: no Send bound is wanted")]
pub trait Redis {
    /// Runs a command; nested replies come flat.
    async fn execute(&self, command: &str, arguments: Vec<Vec<u8>>) -> Result<Vec<Reply>, String>;
}

/// Takes an order as the HTTP door does.
#[expect(async_fn_in_trait, reason = "guests run on one thread: no Send bound is wanted")]
pub trait Accept {
    /// Accepts the JSON of an order under an idempotency key; durable when it returns.
    async fn accept(&self, json: &[u8], key: &str) -> Result<(), Problem>;
}

/// Takes what came in, what was left behind first; how many entries were accepted.
///
/// # Errors
/// Redis's, or the reason why orders cannot be accepted just now; what is not acknowledged comes again.
pub async fn run(redis: &impl Redis, accept: &impl Accept) -> Result<usize, String> {
    let mut accepted = 0;
    let left = execute(redis, "XAUTOCLAIM", &[IN, GROUP, GROUP, IDLE_MS, "0-0", "COUNT", &COUNT.to_string()]).await;
    let left = match left {
        Err(why) if why.contains("NOGROUP") => {
            create(redis).await?;
            Vec::new()
        }
        left => left?,
    };
    accepted += take(redis, accept, flat::claimed(&left)).await?;
    for _ in 0..ROUNDS {
        let count = COUNT.to_string();
        let read = ["GROUP", GROUP, GROUP, "COUNT", &count, "STREAMS", IN, ">"];
        let entries = flat::read(&execute(redis, "XREADGROUP", &read).await?);
        let full = entries.as_ref().is_none_or(|entries| entries.len() >= COUNT);
        accepted += take(redis, accept, entries).await?;
        if !full {
            break;
        }
    }
    Ok(accepted)
}

/// Makes stream and group; from the first entry on, for orders may have come before.
async fn create(redis: &impl Redis) -> Result<(), String> {
    match execute(redis, "XGROUP", &["CREATE", IN, GROUP, "0", "MKSTREAM"]).await {
        Err(why) if !why.contains("BUSYGROUP") => Err(why),
        _ => Ok(()),
    }
}

async fn take(redis: &impl Redis, accept: &impl Accept, entries: Option<Vec<Entry>>) -> Result<usize, String> {
    match entries {
        Some(entries) => decide_all(redis, accept, entries).await,
        None => one_by_one(redis, accept).await,
    }
}

/// Where a flat reply has two meanings (an entry has other fields than it should), entries that were handed out and not
/// acknowledged are read again singly: then the id comes first and all the rest is fields.
async fn one_by_one(redis: &impl Redis, accept: &impl Accept) -> Result<usize, String> {
    let (mut accepted, mut after) = (0, "0".to_owned());
    for _ in 0..2 * COUNT {
        let read = ["GROUP", GROUP, GROUP, "COUNT", "1", "STREAMS", IN, &after];
        let Some(entry) = flat::single(&execute(redis, "XREADGROUP", &read).await?) else { break };
        after.clone_from(&entry.id);
        accepted += decide_all(redis, accept, vec![entry]).await?;
    }
    Ok(accepted)
}

async fn decide_all(redis: &impl Redis, accept: &impl Accept, entries: Vec<Entry>) -> Result<usize, String> {
    let (mut accepted, mut done, mut failure) = (0, Vec::new(), None);
    for entry in entries {
        match decide(accept, &entry).await {
            Ok(()) => accepted += 1,
            // Ours to mend: the entry stays, and comes again.
            Err(problem) if problem.status >= 500 || problem.code == "idempotency_in_progress" => {
                failure = Some(problem.code.to_owned());
                continue;
            }
            Err(problem) => bury(redis, &entry, &problem).await?,
        }
        done.push(entry.id);
    }
    if !done.is_empty() {
        let arguments = [IN, GROUP].into_iter().chain(done.iter().map(String::as_str));
        execute(redis, "XACK", &arguments.collect::<Vec<_>>()).await?;
    }
    failure.map_or(Ok(accepted), Err)
}

async fn decide(accept: &impl Accept, entry: &Entry) -> Result<(), Problem> {
    let Some(message) = &entry.message else {
        let (zh, en) = ("条目应只有一个字段 message", "the entry has other fields than the one field message");
        return Err(Problem::new(400, "bad_entry", zh, en));
    };
    if message.len() > MESSAGE_BYTES {
        return Err(Problem::too_large(MESSAGE_BYTES));
    }
    let mut order: Map<String, Value> = json::parse(message)?;
    let key = match order.remove("request_id") {
        None => entry.id.clone(),
        Some(Value::String(key)) => key,
        Some(_) => return Err(Problem::bad_field("request_id", "应为文本", "text")),
    };
    let order = serde_json::to_vec(&order).map_err(|error| Problem::internal(format!("order: {error}")))?;
    accept.accept(&order, &key).await
}

/// Puts a refused entry where a person finds it.
async fn bury(redis: &impl Redis, entry: &Entry, problem: &Problem) -> Result<(), String> {
    let [zh, en] = &problem.detail;
    let message = entry.message.clone().unwrap_or_default();
    let fields = ["MAXLEN", "~", KEPT, "*", "id", &entry.id, "code", problem.code, "detail", zh, "detail_en", en];
    let fields = fields.map(str::as_bytes).into_iter().chain([&b"message"[..], &message]);
    let arguments = std::iter::once(DEAD.as_bytes()).chain(fields).map(<[u8]>::to_vec);
    redis.execute("XADD", arguments.collect()).await.map(|_| ())
}

/// Adds a report to the stream of receipts, as the one field `receipt`.
///
/// # Errors
/// Redis's.
pub async fn publish(redis: &impl Redis, report: &[u8]) -> Result<(), String> {
    let arguments = [OUT, "MAXLEN", "~", KEPT, "*", "receipt"].map(str::as_bytes).into_iter().chain([report]);
    redis.execute("XADD", arguments.map(<[u8]>::to_vec).collect()).await.map(|_| ())
}

async fn execute(redis: &impl Redis, command: &str, arguments: &[&str]) -> Result<Vec<Reply>, String> {
    redis.execute(command, arguments.iter().map(|text| text.as_bytes().to_vec()).collect()).await
}
