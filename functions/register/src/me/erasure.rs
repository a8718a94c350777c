//! `POST me/erasure`: the account ends at once; a record that the law wants kept ends with its last hold (PIPL, article
//! 47; medical records are kept for years, so a hospital system places the holds).

use crate::account;
use crate::desk::{Desk, sql};
use crate::devices;
use crate::identity::record;
use crate::otp::{self, Proof, Purpose};
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::json;
use common::problem::Problem;
use common::store::{Statement, Store};
use common::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The phone's code, asked for with the purpose `sign_in`: a stolen token must not be enough.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ErasureRequest)]
pub struct Ask {
    proof: Proof,
}

/// What became of it.
#[derive(Serialize, ToSchema)]
pub struct Erasure {
    /// The account: erased.
    account: &'static str,
    /// Each record of the account's.
    patients: Vec<Erased>,
}

/// What became of a record.
#[derive(Serialize, ToSchema)]
pub struct Erased {
    /// `pat_<ULID>`.
    patient_id: String,
    /// `erased`; `shared`: it belongs to another account too; `held`: the law wants it kept.
    state: &'static str,
    /// When the last hold ends, as it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    held_until: Option<String>,
}

/// Ends the account.
///
/// # Errors
/// 400, 403 for staff, 422 `wrong_code`, `code_over`, 429.
pub async fn ask<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    body: &[u8],
) -> Result<Reply, Problem> {
    let Ask { proof } = json::parse(body)?;
    let account = account::active(desk, &caller.id).await?;
    if account.role != common::auth::Role::Patient {
        return Err(common::guard::forbidden());
    }
    let phone = account.phone(desk)?.ok_or_else(otp::over)?;
    let held = otp::check(desk, phone, &proof, Purpose::SignIn).await?;
    let (now, id) = (desk.now(), &*account.id);
    let mut changes = vec![
        held.consume(now),
        sql("UPDATE {account} SET state = 'erased', phone = NULL, phone_index = NULL, name = NULL, updated_at = ?1 \
             WHERE id = ?2")
        .bind(now.0)
        .bind(id),
        devices::end_all(id, "erased", now),
        sql("UPDATE {session} SET device = '' WHERE account_id = ?1").bind(id),
        sql("DELETE FROM {social} WHERE account_id = ?1").bind(id),
        sql("DELETE FROM {kept} WHERE case_id IN (SELECT id FROM {case} WHERE account_id = ?1)").bind(id),
        sql("DELETE FROM {case} WHERE account_id = ?1").bind(id),
        sql("DELETE FROM {otp} WHERE phone_index = ?1").bind(&*held.index),
    ];
    let members = record::members(desk, id).await?;
    changes.push(sql("DELETE FROM {member} WHERE account_id = ?1").bind(id));
    for member in &members {
        let insert = sql("INSERT INTO {erasure} (id, account_id, patient_id, asked_at) VALUES (?1, ?2, ?3, ?4)");
        changes.push(insert.bind(desk.id("ers")).bind(id).bind(&*member.patient_id).bind(now.0));
    }
    desk.change(&caller.actor(), "account.erase", id, "ok", changes).await?;
    // What fails from here on is done by the tick.
    due(desk, Some(id)).await?;
    let mut patients = Vec::new();
    for member in members {
        patients.push(fate(desk, member.patient_id).await?);
    }
    Reply::json(200, &Erasure { account: "erased", patients })
}

/// What became of a record whose account has gone.
async fn fate<S: Store, O: Outside>(desk: &Desk<'_, S, O>, patient_id: String) -> Result<Erased, Problem> {
    let find = sql("SELECT (SELECT count(*) FROM {patient} WHERE id = ?1 AND data IS NOT NULL), \
                    (SELECT max(until_at) FROM {hold} WHERE patient_id = ?1 AND released_at IS NULL AND until_at > ?2), \
                    (SELECT count(*) FROM {member} WHERE patient_id = ?1)");
    let rows = desk.query(find.bind(&*patient_id).bind(desk.now().0)).await?;
    let row = rows.first();
    let until = row.and_then(|row| row.integer(1)).map(|ms| Timestamp(ms).to_string());
    let [there, others] = [0, 2].map(|column| row.and_then(|row| row.integer(column)).is_some_and(|count| count > 0));
    let (state, held_until) = match (there, others) {
        (_, true) => ("shared", None),
        (true, _) => ("held", until),
        _ => ("erased", None),
    };
    Ok(Erased { patient_id, state, held_until })
}

/// Erases a record that nothing holds and nobody has just then: what is left is its id and its times.
fn erase(patient_id: &str, now: Timestamp) -> Statement {
    let update = "UPDATE {patient} SET data = NULL, id_index = NULL, erased_at = ?1, updated_at = ?1 WHERE id = ?2 \
                  AND NOT EXISTS (SELECT 1 FROM {member} WHERE patient_id = ?2) \
                  AND NOT EXISTS (SELECT 1 FROM {hold} WHERE patient_id = ?2 AND released_at IS NULL AND until_at > ?1)";
    sql(update).bind(now.0).bind(patient_id)
}

/// Erases records whose holds have ended; how many were looked at.
///
/// # Errors
/// The store's.
pub async fn run<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<usize, Problem> {
    due(desk, None).await
}

async fn due<S: Store, O: Outside>(desk: &Desk<'_, S, O>, account_id: Option<&str>) -> Result<usize, Problem> {
    let now = desk.now();
    let mut find = sql("SELECT e.id, e.patient_id FROM {erasure} e WHERE e.done_at IS NULL AND NOT EXISTS \
                        (SELECT 1 FROM {hold} h WHERE h.patient_id = e.patient_id AND h.released_at IS NULL \
                        AND h.until_at > ?1)")
    .bind(now.0);
    if let Some(account_id) = account_id {
        find.sql += " AND e.account_id = ?2";
        find = find.bind(account_id);
    }
    find.sql += " LIMIT 100";
    let rows = desk.query(find).await?;
    for (id, patient_id) in rows.iter().filter_map(|row| Some((row.text(0)?, row.text(1)?))) {
        // A hold that is placed just now keeps both: the record, and that it is to be erased.
        let done = sql("UPDATE {erasure} SET done_at = ?1 WHERE id = ?2 AND NOT EXISTS (SELECT 1 FROM {hold} \
                        WHERE patient_id = ?3 AND released_at IS NULL AND until_at > ?1)");
        let changes = vec![erase(patient_id, now), done.bind(now.0).bind(id).bind(patient_id)];
        desk.change("service:register", "erasure.settle", patient_id, "ok", changes).await?;
    }
    Ok(rows.rows.len())
}
