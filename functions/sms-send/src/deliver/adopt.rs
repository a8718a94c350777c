//! Receipts that a vendor tells without our reference, of a message whose answer was lost.
//!
//! Some vendors can only be asked by phone, and answer with all they sent there. If just one id among them belongs to no
//! submission of ours, and just one submission to that phone lacks its id, then they belong together; else it is not
//! guessed.

use super::gateway::Receipt;
use super::question::Asked;
use super::values::Values;
use super::{Sealed, World};
use common::store::{Error, Row, Statement, Store};
use std::collections::BTreeSet;

/// Vendors' clocks may be behind ours by so much, and count whole seconds.
const SKEW_MS: i64 = 5_000;

/// Writes our reference into the receipts among the answer that must be of the message asked after.
///
/// # Errors
/// The store's.
pub async fn name<S: Store, G, K: Sealed>(
    world: &World<'_, S, G, K>,
    asked: &Asked,
    found: &mut [Receipt],
) -> Result<(), Error> {
    let (Some(asking), Some(phone)) = (&asked.submission, &asked.phone) else { return Ok(()) };
    if asking.vendor_id.is_some() {
        return Ok(());
    }
    let since = asking.at.plus_ms(-SKEW_MS);
    let may_be = |receipt: &Receipt| {
        let here = receipt.phone.is_empty() || receipt.phone == *phone;
        let then = receipt.at_ms.is_none_or(|at| at >= since.0);
        receipt.reference.is_none() && !receipt.id.is_empty() && receipt.id.len() <= 128 && here && then
    };
    let ids: BTreeSet<String> =
        found.iter().filter(|receipt| may_be(receipt)).map(|receipt| receipt.id.clone()).collect();
    let mut values = Values::default();
    for id in &ids {
        values.row([id.as_str().into()]);
    }
    let sql = "SELECT v.column1 FROM {values} WHERE NOT EXISTS (SELECT 1 FROM sms_send_submission s \
               WHERE s.gateway = {1} AND s.vendor_id = v.column1)";
    let Some(free) = values.statement(sql, [asking.gateway.as_str().into()]) else { return Ok(()) };
    let without = Statement::new(
        "SELECT count(*) FROM sms_send_message m JOIN sms_send_submission s ON s.message_id = m.id \
         WHERE m.phone_index = ?1 AND s.gateway = ?2 AND s.vendor_id IS NULL AND s.outcome IN ('pending', 'lost')",
    );
    let without = without.bind(world.seal.index(phone)).bind(&*asking.gateway);
    let answers = world.store.transact(vec![free, without]).await?;
    let first = |n: usize| answers.get(n).and_then(|rows| rows.first());
    let single = answers.first().is_some_and(|rows| rows.rows.len() == 1);
    let alone = first(1).and_then(|row: Row<'_>| row.integer(0)) == Some(1);
    let Some(id) = first(0).and_then(|row| row.text(0)).filter(|_| single && alone) else { return Ok(()) };
    for receipt in found.iter_mut().filter(|receipt| receipt.id == id) {
        receipt.reference = Some(asked.subject.reference(asking.n));
    }
    Ok(())
}
