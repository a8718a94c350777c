//! The reports to hospital systems: `GET hooks`, `POST hooks/{id}/replay`.

use crate::deliver::report::{self, Report};
use crate::desk::{Desk, Request};
use crate::policy::Scope;
use common::auth::Principal;
use common::call::Reply;
use common::page::Ask;
use common::problem::Problem;
use common::query::Query;
use common::store::Store;
use serde_json::json;

/// What `GET hooks` understands.
pub const LIST: [&str; 3] = ["state", "limit", "cursor"];
const STATES: [&str; 3] = ["waiting", "done", "dead"];

/// `GET hooks`, the newest first; the dead ones unless another state is asked for.
///
/// # Errors
/// 400, or the store's.
pub async fn list<S: Store>(desk: &Desk<'_, S>, caller: &Principal, query: &Query) -> Result<Reply, Problem> {
    let state = query.text("state").unwrap_or("dead");
    if !STATES.contains(&state) {
        return Err(Problem::bad_field("state", "应为 waiting、done 或 dead", "waiting, done or dead"));
    }
    let ask = Ask::new(query.text("limit"), query.text("cursor"))?;
    let after = ask.after.as_ref().map(|(at, id)| (*at, id.as_str()));
    let rows = desk.store.query(report::list(&owner(caller), state, after, ask.limit + 1)).await?;
    let malformed = || Problem::internal("a report row is malformed");
    let found = rows.iter().map(|row| Report::read(&row).ok_or_else(malformed)).collect::<Result<Vec<_>, _>>()?;
    Reply::json(200, &ask.page(found, |report| (report.created_ms, &report.id)))
}

/// `POST hooks/{id}/replay`: told once more, from the beginning.
///
/// # Errors
/// 403 or 404 where there is none that does not wait already, or the store's.
pub async fn replay<S: Store>(
    desk: &Desk<'_, S>,
    request: Request<'_>,
    caller: &Principal,
    id: &str,
) -> Result<Reply, Problem> {
    let replay = report::replay(&owner(caller), id, request.now);
    let answers = desk.change(request, caller, "hook.replay", id, vec![replay]).await?;
    let found = answers.first().is_some_and(|rows| !rows.rows.is_empty());
    if found { Reply::json(200, &json!({ "id": id, "state": "waiting" })) } else { Err(Scope::of(caller).missing()) }
}

/// As reports are asked for: empty for everybody's.
fn owner(caller: &Principal) -> String {
    match Scope::of(caller) {
        Scope::All => String::new(),
        Scope::Own(owner) => owner,
    }
}
