//! Receipts that came before the answer to their submission, and those of nobody.
//!
//! An early one is kept where a message to its phone is on its way through the gateway; as soon as the answer brings its
//! vendor id it is taken like any other. After a quarter of an hour it counts as a stray one.

use super::gateway::Receipt;
use super::receipt::{self, Incoming, Source};
use super::values::Values;
use super::{TABLES, World};
use common::audit::{self, Entry};
use common::store::{Error, Row, Rows, Statement, Store, Value};
use std::collections::BTreeSet;

const KEPT_MS: i64 = 15 * 60_000;
/// More are not kept for one gateway.
const MOST: i64 = 10_000;
const BATCH: usize = 200;
const COLUMNS: &str = "e.gateway, e.vendor_id, e.part, e.phone_index, e.receipt";

/// Parts those that are to be expected from those that are not.
///
/// # Errors
/// The store's.
pub async fn expected<'a, S: Store, G, K>(
    world: &World<'_, S, G, K>,
    gateway: &str,
    unknown: Vec<&'a Incoming>,
) -> Result<(Vec<&'a Incoming>, Vec<&'a Incoming>), Error> {
    let mut phones = Values::default();
    for index in unknown.iter().filter_map(|one| one.phone_index.as_deref()).collect::<BTreeSet<_>>() {
        phones.row([index.into()]);
    }
    let sql = "SELECT v.column1 FROM {values} WHERE EXISTS (SELECT 1 FROM sms_send_message m \
               JOIN sms_send_submission s ON s.message_id = m.id WHERE m.phone_index = v.column1 \
               AND m.state IN ('submitting', 'unknown') AND s.gateway = {1} AND s.vendor_id IS NULL)";
    let rows = match phones.statement(sql, [gateway.into()]) {
        Some(statement) => world.store.query(statement).await?,
        None => Rows::default(),
    };
    let on_its_way = |one: &&Incoming| {
        let index = one.phone_index.as_deref();
        !one.receipt.id.is_empty() && (index.is_none() || rows.iter().any(|row| row.text(0) == index))
    };
    Ok(unknown.into_iter().partition(on_its_way))
}

/// Keeps early ones.
#[must_use]
pub fn keep<S, G, K>(world: &World<'_, S, G, K>, gateway: &str, early: &[&Incoming]) -> Option<Statement> {
    let mut values = Values::default();
    for one in early {
        let [part, _] = one.receipt.part.unwrap_or_default();
        let receipt = serde_json::to_string(&one.receipt).unwrap_or_default();
        let index = one.phone_index.as_deref().unwrap_or_default();
        values.row([one.receipt.id.as_str().into(), i64::from(part).into(), index.into(), receipt.into()]);
    }
    let sql = "INSERT INTO sms_send_early (gateway, vendor_id, part, phone_index, receipt, at) \
               SELECT {1}, v.column1, v.column2, v.column3, v.column4, {2} FROM {values} \
               WHERE (SELECT count(*) FROM sms_send_early e WHERE e.gateway = {1}) < {3} \
               ON CONFLICT (gateway, vendor_id, part) DO NOTHING";
    values.statement(sql, [gateway.into(), world.now().0.into(), MOST.into()])
}

/// Counts refused ones, and says so in the audit log.
#[must_use]
pub fn count<S, G, K>(world: &World<'_, S, G, K>, gateway: &str, receipts: usize) -> Vec<Statement> {
    if receipts == 0 {
        return Vec::new();
    }
    let (id, now) = (world.id("aud"), world.now());
    let entry = Entry {
        id: &id,
        at: now,
        request_id: world.request_id,
        actor: &format!("gateway:{gateway}"),
        action: "receipt",
        object: gateway,
        result: "refused",
    };
    let sql = "INSERT INTO sms_send_stray AS t (gateway, receipts, last_at) VALUES (?1, ?2, ?3) \
               ON CONFLICT (gateway) DO UPDATE SET receipts = t.receipts + excluded.receipts, last_at = excluded.last_at";
    let receipts = i64::try_from(receipts).unwrap_or(i64::MAX);
    let counted = Statement::new(sql).bind(gateway).bind(receipts).bind(now.0);
    vec![counted, audit::insert_where(TABLES, &[entry], "true")]
}

/// Those that wait for one of these vendor ids, for [`land`].
#[must_use]
pub fn waiting<'a>(ids: impl Iterator<Item = (&'a str, &'a str)>) -> Option<Statement> {
    let mut values = Values::default();
    for (gateway, id) in ids {
        values.row([gateway.into(), id.into()]);
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM {{values}} JOIN sms_send_early e ON e.gateway = v.column1 AND e.vendor_id = v.column2"
    );
    values.statement(&sql, [])
}

/// Takes early ones whose submission is known by now.
///
/// # Errors
/// The store's: [`sweep`] takes them later.
pub async fn land<S: Store, G, K>(world: &World<'_, S, G, K>, waiting: &Rows) -> Result<usize, Error> {
    let mut gone = Values::default();
    for row in waiting.iter() {
        let Some((gateway, incoming)) = read(&row) else { continue };
        let [vendor_id, part] = [Value::from(row.text(1)), Value::from(row.integer(2))];
        receipt::keep(world, &gateway, vec![incoming], Source::Question).await?;
        gone.row([gateway.into(), vendor_id, part]);
    }
    let sql = "DELETE FROM sms_send_early WHERE EXISTS (SELECT 1 FROM {values} WHERE v.column1 = gateway \
               AND v.column2 = vendor_id AND v.column3 = part)";
    if let Some(statement) = gone.statement(sql, []) {
        world.store.query(statement).await?;
    }
    Ok(waiting.rows.len())
}

fn read(row: &Row<'_>) -> Option<(String, Incoming)> {
    let receipt: Receipt = serde_json::from_str(row.text(4)?).ok()?;
    let phone_index = Some(row.text(3)?.to_owned()).filter(|index| !index.is_empty());
    Some((row.text(0)?.to_owned(), Incoming { receipt, phone_index }))
}

/// Takes those that a crash or a race left behind, and counts those that nothing came of.
///
/// # Errors
/// The store's.
pub async fn sweep<S: Store, G, K>(world: &World<'_, S, G, K>) -> Result<usize, Error> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sms_send_early e JOIN sms_send_submission s ON s.gateway = e.gateway \
         AND s.vendor_id = e.vendor_id LIMIT {BATCH}"
    );
    let landed = land(world, &world.store.query(Statement::new(sql)).await?).await?;
    let old = world.now().plus_ms(-KEPT_MS).0;
    let left = Statement::new("SELECT count(*) FROM sms_send_early WHERE at < ?1").bind(old);
    if world.store.query(left).await?.first().and_then(|row| row.integer(0)) != Some(0) {
        let sql = "INSERT INTO sms_send_stray AS t (gateway, receipts, last_at) \
                   SELECT gateway, count(*), max(at) FROM sms_send_early WHERE at < ?1 GROUP BY gateway \
                   ON CONFLICT (gateway) DO UPDATE SET receipts = t.receipts + excluded.receipts, \
                   last_at = excluded.last_at";
        let counted = Statement::new(sql).bind(old);
        let gone = Statement::new("DELETE FROM sms_send_early WHERE at < ?1").bind(old);
        world.store.transact(vec![counted, gone]).await?;
    }
    Ok(landed)
}
