//! What time drives: cases that are over, records whose holds ended, reports that are due. Safe to call twice and from
//! several places.

use crate::desk::{Desk, sql};
use crate::identity::{self, case::State};
use crate::me::erasure;
use crate::otp;
use crate::outside::Outside;
use crate::patients::hook;
use common::audit;
use common::call::Reply;
use common::problem::Problem;
use common::store::{Error, Store};
use common::windows::DAY_MS;
use serde_json::json;

/// Refresh tokens of sessions that are over for so long are forgotten.
const SESSIONS_KEPT_MS: i64 = 90 * DAY_MS;
const BATCH: i64 = 100;

/// Does it all.
///
/// # Errors
/// The first failure, after everything else was done.
pub async fn run<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<Reply, Problem> {
    let expired = expire(desk).await;
    let erased = erasure::run(desk).await;
    let told = hook::run(desk).await;
    let swept = sweep(desk).await;
    let sealed = audit::seal(desk.store, crate::policy::FUNCTION.tables).await;
    let done = json!({"expired": expired?, "erased": erased?, "told": told?});
    swept?;
    sealed?;
    Reply::json(200, &done)
}

/// Ends cases whose time is over, and drops what they kept.
async fn expire<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<usize, Problem> {
    let due = identity::select("state IN ('open', 'review') AND expires_at <= ?1 ORDER BY expires_at LIMIT ?2");
    let rows = desk.query(due.bind(desk.now().0).bind(BATCH)).await?;
    for row in rows.iter() {
        let mut case = identity::read(desk, row)?;
        case.state = State::Expired;
        let changes = identity::save(desk, &case)?;
        match desk.change("service:register", "identity.expire", &case.id, "ok", changes).await {
            // Another tick was faster.
            Ok(_) | Err(Error::Conflict(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(rows.rows.len())
}

async fn sweep<S: Store, O: Outside>(desk: &Desk<'_, S, O>) -> Result<(), Problem> {
    let old = desk.now().plus_ms(-SESSIONS_KEPT_MS).0;
    let over = "SELECT id FROM {session} WHERE last_at < ?1";
    let statements = vec![
        otp::sweep(desk.now()),
        sql(&format!("DELETE FROM {{refresh}} WHERE session_id IN ({over})")).bind(old),
        sql("DELETE FROM {session} WHERE last_at < ?1").bind(old),
    ];
    desk.store.transact(statements).await?;
    Ok(())
}
