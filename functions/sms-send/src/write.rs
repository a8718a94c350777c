//! The statements that store an order: messages, events, outbox, audit entries, the outcome for its key.
//!
//! They hold what the order was judged by as a condition: the generation of the book and, for a message that is sent,
//! no opt-out and room within the limits. Where it no longer holds, the number of parts becomes NULL, which the table refuses, and the whole
//! transaction with it. So the usual order costs one call of the store and no read before it.

use crate::class::Class;
use crate::desk::table;
use crate::judge::{Judged, Stop};
use crate::phone::Carrier;
use crate::policy::FUNCTION;
use common::store::Statement;
use common::timestamp::Timestamp;
use common::windows::Windows;

/// Messages in one statement.
const TOGETHER: usize = 100;
/// A lock in the table of rates is of no use longer than a transaction takes.
const LOCK_US: i64 = 60_000_000;

/// One message of an order.
#[derive(Clone, Debug)]
pub struct Item {
    /// `msg_<ULID>`.
    pub id: String,
    /// `evt_<ULID>` of its first event.
    pub event_id: String,
    /// The number, sealed.
    pub phone: Vec<u8>,
    /// How it is looked up.
    pub index: String,
    /// By its prefix.
    pub carrier: Carrier,
    /// The template's values, sealed.
    pub params: Option<Vec<u8>>,
    /// The text, sealed.
    pub text: Vec<u8>,
    /// Why it is not sent.
    pub stop: Option<Stop>,
}

/// What the messages of an order have in common.
#[derive(Clone, Copy, Debug)]
pub struct Order<'a> {
    /// The request they came with.
    pub batch: &'a str,
    /// Whose they are.
    pub caller: &'a str,
    /// The caller's own name for them.
    pub client_ref: Option<&'a str>,
    /// Where reports go.
    pub callback_url: Option<&'a str>,
    /// What they say and when.
    pub judged: &'a Judged,
    /// The class's limits.
    pub windows: Windows,
    /// What the book was right for.
    pub generation: i64,
    /// The time.
    pub now: Timestamp,
}

/// Messages that do not count against a phone's limits: they ended before any gateway had them.
pub const UNSENT: &str = "(state IN ('dead', 'cancelled', 'expired') AND tried = '')";

/// All statements but the outcome and the audit entries.
#[must_use]
pub fn statements(order: &Order<'_>, items: &[Item]) -> Vec<Statement> {
    let (stopped, sent): (Vec<_>, Vec<_>) = items.iter().partition(|item| item.stop.is_some());
    let mut all = Vec::new();
    all.extend(locks(order, &sent));
    all.extend(sent.chunks(TOGETHER).map(|items| messages(order, items, true)));
    all.extend(stopped.chunks(TOGETHER).map(|items| messages(order, items, false)));
    all.extend(items.chunks(TOGETHER).map(|items| events(order, items)));
    all.extend(sent.chunks(TOGETHER).map(|items| outbox(order, items)));
    all
}

/// Where the class has limits, orders for one phone go one after the other, also in a store with several writers:
/// each waits for the lock of the other and then counts its message.
fn locks(order: &Order<'_>, items: &[&Item]) -> Option<Statement> {
    order.windows.limited().next()?;
    let mut buckets: Vec<String> = items.iter().map(|item| format!("phone:{}", item.index)).collect();
    // In one order for all, so that two never wait for each other.
    buckets.sort_unstable();
    let rows: Vec<_> = (0..buckets.len()).map(|i| format!("(?{}, ?1)", i + 2)).collect();
    let sql = format!(
        "INSERT INTO {} (bucket, full_at) VALUES {} ON CONFLICT (bucket) DO UPDATE SET full_at = ?1",
        table("rate"),
        rows.join(", ")
    );
    let lock = Statement::new(sql).bind(order.now.0 * 1_000 + LOCK_US);
    (!buckets.is_empty()).then(|| buckets.into_iter().fold(lock, Statement::bind))
}

fn messages(order: &Order<'_>, items: &[&Item], sent: bool) -> Statement {
    let (message, judged) = (table("message"), order.judged);
    let mut statement = Statement::new(format!(
        "INSERT INTO {message} (id, batch, caller, client_ref, phone, phone_index, carrier, class, template_id, \
         params, text, signature, parts, callback_url, state, reason, detail, created_at, send_at, expires_at, \
         final_at, event_id) VALUES "
    ))
    .bind(order.batch)
    .bind(order.caller)
    .bind(order.client_ref)
    .bind(judged.class.name())
    .bind(judged.template.as_ref().map(|(id, _)| id.as_str()))
    .bind(&*judged.signature)
    .bind(judged.parts)
    .bind(order.callback_url)
    .bind(order.now.0)
    .bind(judged.send_at.0)
    .bind(judged.expires_at.0);
    let mut condition = format!("(SELECT n FROM {}) = ?12", table("generation"));
    statement = statement.bind(order.generation);
    if sent {
        if judged.class.may_be_declined() {
            condition += &format!(" AND NOT EXISTS (SELECT 1 FROM {} WHERE phone_index = {{index}})", table("optout"));
        }
        for (length, most) in order.windows.limited() {
            let n = statement.params.len();
            condition += &format!(
                " AND (SELECT count(*) FROM {message} WHERE phone_index = {{index}} AND class = ?4 \
                 AND created_at > ?{} AND NOT {UNSENT}) < ?{}",
                n + 1,
                n + 2
            );
            statement = statement.bind(order.now.plus_ms(-length).0).bind(i64::from(most));
        }
    }
    for (i, item) in items.iter().enumerate() {
        let n = statement.params.len();
        let p = |i: usize| format!("?{}", n + i);
        let fate = match item.stop {
            None => {
                let condition = condition.replace("{index}", &p(3));
                format!("CASE WHEN {condition} THEN ?7 END, ?8, 'accepted', NULL, NULL, ?9, ?10, ?11, NULL")
            }
            Some(_) => {
                let (reason, detail) = (p(8), p(9));
                format!("CASE WHEN {condition} THEN ?7 END, ?8, 'dead', {reason}, {detail}, ?9, ?10, ?11, ?9")
            }
        };
        let comma = if i == 0 { "" } else { ", " };
        statement.sql += &format!(
            "{comma}({}, ?1, ?2, ?3, {}, {}, {}, ?4, ?5, {}, {}, ?6, {fate}, {})",
            p(1),
            p(2),
            p(3),
            p(4),
            p(5),
            p(6),
            p(7)
        );
        statement = statement
            .bind(&*item.id)
            .bind(item.phone.clone())
            .bind(&*item.index)
            .bind(item.carrier.name())
            .bind(item.params.clone())
            .bind(item.text.clone())
            .bind(&*item.event_id);
        if let Some(stop) = &item.stop {
            statement = statement.bind(stop.reason).bind(stop.detail.clone());
        }
    }
    statement
}

fn events(order: &Order<'_>, items: &[Item]) -> Statement {
    let sql = format!("INSERT INTO {} (id, message_id, at, state, reason, detail) VALUES ", table("event"));
    let mut statement = Statement::new(sql).bind(order.now.0);
    for (i, item) in items.iter().enumerate() {
        let n = statement.params.len();
        let comma = if i == 0 { "" } else { ", " };
        statement.sql += &format!("{comma}(?{}, ?{}, ?1, ?{}, ?{}, ?{})", n + 1, n + 2, n + 3, n + 4, n + 5);
        let (state, reason, detail) = match &item.stop {
            None => ("accepted", None, None),
            Some(stop) => ("dead", Some(stop.reason), stop.detail.clone()),
        };
        statement = statement.bind(&*item.event_id).bind(&*item.id).bind(state).bind(reason).bind(detail);
    }
    statement
}

fn outbox(order: &Order<'_>, items: &[&Item]) -> Statement {
    let sql = format!("INSERT INTO {} (message_id, task, due_at, rank) VALUES ", table("outbox"));
    let mut statement = Statement::new(sql).bind(order.judged.send_at.0).bind(rank(order.judged.class));
    for (i, item) in items.iter().enumerate() {
        let comma = if i == 0 { "" } else { ", " };
        statement.sql += &format!("{comma}(?{}, 'submit', ?1, ?2)", i + 3);
        statement = statement.bind(&*item.id);
    }
    statement
}

/// What goes first.
#[must_use]
pub const fn rank(class: Class) -> i64 {
    match class {
        Class::Otp => 0,
        Class::Notice => 1,
        Class::Marketing => 2,
    }
}

/// Asks what speaks against phones: who declined, and what they got of this class within a day.
#[must_use]
pub fn against(class: Class, indexes: &[&str], now: Timestamp) -> [Statement; 2] {
    let list = |first: usize| {
        let places: Vec<_> = (first..first + indexes.len()).map(|i| format!("?{i}")).collect();
        places.join(", ")
    };
    let bound = |statement: Statement| indexes.iter().fold(statement, |statement, index| statement.bind(*index));
    let declined = format!("SELECT phone_index FROM {} WHERE phone_index IN ({})", table("optout"), list(1));
    let sent = format!(
        "SELECT phone_index, created_at FROM {} WHERE class = ?1 AND created_at > ?2 AND phone_index IN ({}) \
         AND NOT {UNSENT} ORDER BY created_at DESC",
        table("message"),
        list(3)
    );
    let day = now.plus_ms(-crate::limits::DAY_MS);
    [bound(Statement::new(declined)), bound(Statement::new(sent).bind(class.name()).bind(day.0))]
}

/// The prefix of the function's tables, for statements of `common`.
pub const TABLES: &str = FUNCTION.tables;
