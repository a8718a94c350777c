//! `POST patients/{id}/merge`: two records of one person become one, as a person of the hospital found out; for example
//! after a number that was misread, or one that the authorities changed.

use super::hook;
use crate::desk::{Desk, sql};
use crate::identity::case::Level;
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::json;
use common::problem::Problem;
use common::store::{Row, Statement, Store};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The record that stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = MergeRequest)]
pub struct Ask {
    /// `pat_<ULID>`; its identity was found out at least as well.
    into: String,
}

/// What became of it.
#[derive(Serialize, ToSchema)]
pub struct Merged {
    /// The record that went.
    patient_id: String,
    /// The record that stays.
    merged_into: String,
}

struct Found {
    level: Level,
    there: bool,
    merged_into: Option<String>,
}

async fn find<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str) -> Result<Found, Problem> {
    let find = sql("SELECT level, CASE WHEN data IS NULL THEN 0 ELSE 1 END, merged_into FROM {patient} WHERE id = ?1")
        .bind(id);
    let rows = desk.query(find).await?;
    let read = |row: Row<'_>| {
        let level = row.text(0).and_then(Level::named)?;
        Some(Found { level, there: row.integer(1)? == 1, merged_into: row.text(2).map(str::to_owned) })
    };
    rows.first().and_then(read).ok_or_else(Problem::not_found)
}

/// What makes one record of two.
pub fn changes<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str, into: &str) -> Vec<Statement> {
    let both = |text: &str| sql(text).bind(into).bind(id);
    let mut changes = vec![
        // An account that has both keeps the one that stays.
        both(
            "UPDATE {member} SET patient_id = ?1 WHERE patient_id = ?2 AND account_id NOT IN \
              (SELECT account_id FROM {member} WHERE patient_id = ?1)",
        ),
        sql("DELETE FROM {member} WHERE patient_id = ?1").bind(id),
        both("UPDATE {hold} SET patient_id = ?1 WHERE patient_id = ?2"),
        both("UPDATE {erasure} SET patient_id = ?1 WHERE patient_id = ?2"),
        // Those that were merged into it before lead on.
        both("UPDATE {patient} SET merged_into = ?1 WHERE merged_into = ?2"),
        both("UPDATE {patient} SET data = NULL, id_index = NULL, merged_into = ?1, updated_at = ?3 WHERE id = ?2")
            .bind(desk.now().0),
    ];
    changes.extend(hook::merged(desk, id, into));
    changes
}

/// Merges. A second time is the same as once.
///
/// # Errors
/// 400, 404, 409 `less_known` where the record that is to stay was found out less well.
pub async fn merge<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    body: &[u8],
) -> Result<Reply, Problem> {
    let Ask { into } = json::parse(body)?;
    if into == id {
        return Err(Problem::bad_field("into", "应为另一条记录", "another record"));
    }
    let merged = Merged { patient_id: id.to_owned(), merged_into: into.clone() };
    let (from, to) = (find(desk, id).await?, find(desk, &into).await?);
    if from.merged_into.as_deref() == Some(&into) {
        return Reply::json(200, &merged);
    }
    if !from.there || !to.there {
        return Err(Problem::not_found());
    }
    if to.level < from.level {
        let (zh, en) = ("应合并到核实程度更高的记录", "merge into the record that was found out better");
        return Err(Problem::new(409, "less_known", zh, en));
    }
    let changes = changes(desk, id, &into);
    desk.change(&caller.actor(), "patient.merge", id, &into, changes).await?;
    Reply::json(200, &merged)
}
