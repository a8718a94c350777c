//! The outbox: what is due, and who may act on it.

use super::World;
use super::message::{Content, SUBJECT, Subject};
use super::values::Values;
use crate::state::State;
use common::store::{Error, Row, Statement, Store};
use common::timestamp::Timestamp;

/// A lease is longer than a call to a gateway and what follows it.
pub const LEASE_MS: i64 = 60_000;

/// The rows due for a task at `?1`, at most `?2`, what is urgent first: as the table `o`.
#[must_use]
pub fn due(task: &str) -> String {
    // One index range per rank: rows that wait for another day are not even looked at.
    let rank = |rank: u8| {
        format!(
            "SELECT * FROM (SELECT message_id, attempt, due_at, rank FROM sms_send_outbox WHERE task = '{task}' \
             AND rank = {rank} AND due_at <= ?1 AND lease_until < ?1 ORDER BY due_at LIMIT ?2) AS r{rank}"
        )
    };
    let all = [0, 1, 2].map(rank).join(" UNION ALL ");
    format!("(SELECT * FROM ({all}) AS r ORDER BY rank, due_at LIMIT ?2) AS o")
}

/// A message that is due to be handed over.
#[derive(Clone, Debug)]
pub struct Due {
    /// Whose.
    pub subject: Subject,
    /// Attempts so far.
    pub attempt: i64,
    /// `accepted`, or `unknown` for one that another gateway is to send.
    pub state: State,
    /// Of its number.
    pub carrier: String,
    /// The registered signature.
    pub signature: String,
    /// Gateways that must not get it again.
    pub tried: String,
    /// The gateway that had it last.
    pub gateway: Option<String>,
    /// Why that one did not take it.
    pub reason: Option<String>,
    /// In words.
    pub detail: Option<String>,
    /// Of no use after that.
    pub expires_at: Timestamp,
    /// The vendors' ids of its template, JSON.
    pub vendor_ids: Option<String>,
    /// What is sealed; none when it cannot be opened.
    pub content: Option<Content>,
}

/// What is due to be handed over, up to `most`.
///
/// # Errors
/// The store's.
pub async fn submissions<S: Store, G, K: super::Sealed>(
    world: &World<'_, S, G, K>,
    most: usize,
) -> Result<Vec<Due>, Error> {
    let sql = format!(
        "SELECT {SUBJECT}, o.attempt, m.state, m.carrier, m.signature, m.tried, m.gateway, m.reason, m.detail, \
         m.expires_at, m.phone, m.text, m.params, t.vendor_ids, t.text FROM {} JOIN sms_send_message m \
         ON m.id = o.message_id LEFT JOIN sms_send_template t ON t.id = m.template_id ORDER BY o.rank, o.due_at",
        due("submit")
    );
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let rows = world.store.query(Statement::new(sql).bind(world.now().0).bind(most)).await?;
    let read = |row: Row<'_>| {
        let owned = |column| row.text(column).map(str::to_owned);
        let subject = Subject::read(&row)?;
        let sealed = [15, 16, 17].map(|column| row.blob(column));
        Some(Due {
            content: Content::open(world, &subject.id, sealed, row.text(19)),
            subject,
            attempt: row.integer(6)?,
            state: State::named(row.text(7)?)?,
            carrier: owned(8)?,
            signature: owned(9)?,
            tried: owned(10)?,
            gateway: owned(11),
            reason: owned(12),
            detail: owned(13),
            expires_at: Timestamp(row.integer(14)?),
            vendor_ids: owned(18),
        })
    };
    Ok(rows.iter().filter_map(read).collect())
}

/// Leases rows of a task that are still free; until then nobody else acts on them, and when the lease runs out the
/// message is asked after.
#[must_use]
pub fn lease(task: &str, ids: &[&str], lease: &str, now: Timestamp) -> Option<Statement> {
    let mut values = Values::default();
    for id in ids {
        values.row([(*id).into()]);
    }
    let sql = "UPDATE sms_send_outbox AS o SET task = 'ask', due_at = {1}, lease_until = {1}, lease = {2} \
               FROM {values} WHERE o.message_id = v.column1 AND o.task = {3} AND o.due_at <= {4} \
               AND o.lease_until < {4} RETURNING message_id";
    values.statement(sql, [now.plus_ms(LEASE_MS).0.into(), lease.into(), task.into(), now.0.into()])
}

/// Puts rows that are still free off to later.
#[must_use]
pub fn postpone(rows: &[(String, Timestamp)], now: Timestamp) -> Option<Statement> {
    let mut values = Values::default();
    for (id, due_at) in rows {
        values.row([id.as_str().into(), due_at.0.into()]);
    }
    let sql = "UPDATE sms_send_outbox AS o SET due_at = v.column2 FROM {values} \
               WHERE o.message_id = v.column1 AND o.task = 'submit' AND o.lease_until < {1}";
    values.statement(sql, [now.0.into()])
}

/// Removes rows that are still free, of messages with which their task has nothing to do.
#[must_use]
pub fn drop(task: &str, ids: &[String]) -> Option<Statement> {
    let mut values = Values::default();
    for id in ids {
        values.row([id.as_str().into()]);
    }
    let sql = "DELETE FROM sms_send_outbox WHERE task = {1} AND lease_until = 0 \
               AND message_id IN (SELECT v.column1 FROM {values})";
    values.statement(sql, [task.into()])
}
