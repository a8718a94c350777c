//! Whose receipt it is.

use super::World;
use super::message::{self, SUBJECT, Subject};
use super::receipt::Incoming;
use super::values::Values;
use common::store::{Error, Row, Rows, Statement, Store};
use std::collections::BTreeMap;

/// A submission that receipts may be for.
#[derive(Clone, Debug)]
pub struct Submission {
    /// Its message.
    pub subject: Subject,
    /// Which of the message's submissions.
    pub n: i64,
    vendor_id: Option<String>,
    phone_index: String,
}

/// Whose a receipt is.
#[derive(Clone, Debug)]
pub enum Found {
    /// For this submission.
    Ours(Submission),
    /// For another phone than the message it names, or for two messages.
    Foreign,
    /// For none.
    Unknown,
}

/// The submissions of these receipts of one gateway, in their order.
///
/// # Errors
/// The store's.
pub async fn find<S: Store, G, K>(
    world: &World<'_, S, G, K>,
    gateway: &str,
    incoming: &[&Incoming],
) -> Result<Vec<Found>, Error> {
    let (mut ids, mut references) = (Values::default(), Values::default());
    for one in incoming {
        if !one.receipt.id.is_empty() {
            ids.row([one.receipt.id.as_str().into()]);
        }
        if let Some((id, n)) = reference(one) {
            references.row([id.into(), n.into()]);
        }
    }
    let select = format!("SELECT DISTINCT {SUBJECT}, s.n, s.vendor_id, m.phone_index FROM {{values}}");
    let from = |on: &str| {
        format!(
            "{select} JOIN sms_send_submission s ON s.gateway = {{1}} AND {on} JOIN sms_send_message m ON m.id = s.message_id"
        )
    };
    let own = || [gateway.into()];
    let by_id = read(world, ids.statement(&from("s.vendor_id = v.column1"), own())).await?;
    let by_reference =
        read(world, references.statement(&from("s.message_id = v.column1 AND s.n = v.column2"), own())).await?;
    let by_id: BTreeMap<_, _> = by_id.iter().filter_map(|s| Some((s.vendor_id.as_deref()?, s))).collect();
    let by_reference: BTreeMap<_, _> = by_reference.iter().map(|s| ((s.subject.id.as_str(), s.n), s)).collect();
    let judge = |one: &&Incoming| {
        let named = reference(one);
        let named = named.as_ref().map(|(id, n)| (id.as_str(), *n));
        let found = by_id.get(one.receipt.id.as_str()).or_else(|| by_reference.get(&named?)).copied();
        let Some(found) = found else { return Found::Unknown };
        let same_phone = one.phone_index.as_ref().is_none_or(|index| *index == found.phone_index);
        let same_message = named.is_none_or(|named| named == (found.subject.id.as_str(), found.n));
        let id = one.receipt.id.as_str();
        let same_id = id.is_empty() || found.vendor_id.as_deref().is_none_or(|known| known == id);
        if same_phone && same_message && same_id { Found::Ours(found.clone()) } else { Found::Foreign }
    };
    Ok(incoming.iter().map(judge).collect())
}

fn reference(one: &Incoming) -> Option<(String, i64)> {
    message::referred(one.receipt.reference.as_deref()?)
}

async fn read<S: Store, G, K>(
    world: &World<'_, S, G, K>,
    statement: Option<Statement>,
) -> Result<Vec<Submission>, Error> {
    let rows = match statement {
        Some(statement) => world.store.query(statement).await?,
        None => Rows::default(),
    };
    let read = |row: Row<'_>| {
        Some(Submission {
            subject: Subject::read(&row)?,
            n: row.integer(6)?,
            vendor_id: row.text(7).map(str::to_owned),
            phone_index: row.text(8)?.to_owned(),
        })
    };
    Ok(rows.iter().filter_map(read).collect())
}

/// Notes with the submissions that their vendor has them, and under which id; this also keeps two transactions with
/// receipts of one message apart.
#[must_use]
pub fn confirm(ours: &[(&Incoming, Submission)]) -> Option<Statement> {
    let mut values = Values::default();
    for (one, submission) in ours {
        let id = Some(one.receipt.id.as_str()).filter(|id| !id.is_empty());
        values.row([submission.subject.id.as_str().into(), submission.n.into(), id.into()]);
    }
    let sql = "UPDATE sms_send_submission AS s SET outcome = 'submitted', vendor_id = CASE WHEN EXISTS \
               (SELECT 1 FROM sms_send_submission t WHERE t.gateway = s.gateway AND t.vendor_id = v.column3) \
               THEN s.vendor_id ELSE coalesce(s.vendor_id, v.column3) END FROM {values} \
               WHERE s.message_id = v.column1 AND s.n = v.column2";
    values.statement(sql, [])
}
