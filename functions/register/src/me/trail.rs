//! `GET me/audit`: who did what to one's data.

use crate::desk::{Desk, sql};
use crate::identity::record;
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::page::{Ask, PARAMETERS};
use common::problem::Problem;
use common::query::Query;
use common::store::{Row, Store};
use common::timestamp::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// An entry of the audit log.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditEntry)]
pub struct Entry {
    /// `aud_<ULID>`.
    #[serde(skip)]
    id: String,
    #[serde(skip)]
    at_ms: i64,
    /// When.
    #[schema(format = DateTime)]
    at: String,
    /// `user:...`, `system:...`, `service:...` or `visitor`.
    actor: String,
    /// What.
    action: String,
    /// To what.
    object: String,
    /// `ok`, a word about it, or a problem's code.
    result: String,
}

/// Entries about an account and its holder's record, the newest first.
///
/// # Errors
/// The store's.
pub async fn entries<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    account_id: &str,
    after: Option<(i64, String)>,
    limit: u32,
) -> Result<Vec<Entry>, Problem> {
    let members = record::members(desk, account_id).await?;
    let patient = members.first().filter(|member| member.slot == 0).map(|member| member.patient_id.as_str());
    let (at, id) = after.unwrap_or((i64::MAX, "~".to_owned()));
    let find = sql("SELECT id, at, actor, action, object, result FROM {audit} \
                    WHERE (actor = ?1 OR object = ?2 OR object = ?3 OR object IN \
                    (SELECT id FROM {case} WHERE account_id = ?2)) AND (at, id) < (?4, ?5) \
                    ORDER BY at DESC, id DESC LIMIT ?6");
    let find = find.bind(format!("user:{account_id}")).bind(account_id).bind(patient);
    let rows = desk.query(find.bind(at).bind(id).bind(i64::from(limit))).await?;
    let read = |row: Row<'_>| {
        let text = |column: usize| row.text(column).map(str::to_owned);
        let at_ms = row.integer(1)?;
        Some(Entry {
            id: text(0)?,
            at_ms,
            at: Timestamp(at_ms).to_string(),
            actor: text(2)?,
            action: text(3)?,
            object: text(4)?,
            result: text(5)?,
        })
    };
    Ok(rows.iter().filter_map(read).collect())
}

/// `GET me/audit`.
///
/// # Errors
/// 400 for a wrong parameter.
pub async fn list<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal) -> Result<Reply, Problem> {
    let query = Query::new(desk.call, &PARAMETERS)?;
    let ask = Ask::new(query.text("limit"), query.text("cursor"))?;
    let found = entries(desk, &caller.id, ask.after.clone(), ask.limit + 1).await?;
    Reply::json(200, &ask.page(found, |entry| (entry.at_ms, &entry.id)))
}
