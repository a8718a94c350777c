//! `POST identity`: a new case.

use super::case::{Case, Data, Level, Relation, State};
use super::{LIFE_MS, insert, record, view};
use crate::desk::{Desk, sql};
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::idempotency::Outcome;
use common::json;
use common::problem::Problem;
use common::store::{Error, Store};
use common::windows::DAY_MS;
use serde::Deserialize;
use utoipa::ToSchema;

/// Cases in a day: with their own limits they bound how often anybody's face is tried against a card.
const A_DAY: i64 = 10;

/// Whose identity it is to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = CaseRequest)]
pub struct Ask {
    /// `self` when absent; anybody else is family, and wants a holder whose real name is known.
    #[serde(default)]
    relation: Relation,
}

/// Starts a case.
///
/// # Errors
/// 400, 409 `family_full`, 422 `holder_unverified`, 429 `too_many_cases`.
pub async fn start<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    body: &[u8],
) -> Result<Reply, Problem> {
    let Ask { relation } = if body.is_empty() { Ask { relation: Relation::Holder } } else { json::parse(body)? };
    let key = desk.key(&caller.actor(), "POST /identity", body)?;
    let made = desk.once(&key, async |key| {
        if relation != Relation::Holder {
            let members = record::members(desk, &caller.id).await?;
            let holder = members.iter().find(|member| member.slot == 0);
            if holder.is_none_or(|holder| holder.level < Level::Manual) {
                let (zh, en) = ("请先完成您本人的实名认证", "complete your own case first");
                return Err(Problem::new(422, "holder_unverified", zh, en));
            }
            if members.len() > record::FAMILY {
                return Err(record::family_full());
            }
        }
        let since = desk.now().plus_ms(-DAY_MS);
        let count = sql("SELECT count(*) FROM {case} WHERE account_id = ?1 AND created_at > ?2");
        let rows = desk.query(count.bind(&*caller.id).bind(since.0)).await?;
        if rows.first().and_then(|row| row.integer(0)).is_some_and(|count| count >= A_DAY) {
            let (zh, en) = ("今天的实名认证次数已用完，请明天再试或到医院办理", "too many cases today, try tomorrow");
            return Err(Problem::new(429, "too_many_cases", zh, en).retry_in(3_600));
        }
        let case = Case {
            id: desk.id("idc"),
            account_id: caller.id.clone(),
            state: State::Open,
            data: Data { relation, ..Data::default() },
            version: 1,
            created_at: desk.now(),
            expires_at: desk.now().plus_ms(LIFE_MS),
        };
        let body = view::json(desk, &case)?;
        let outcome = Outcome { status: 201, body };
        let changes = vec![insert(desk, &case)?, desk.outcome(key, &outcome)?];
        match desk.change(&caller.actor(), "identity.start", &case.id, relation.name(), changes).await {
            Ok(_) => Ok(outcome),
            Err(Error::Conflict(why)) => Err(Problem::internal(why)),
            Err(error) => Err(error.into()),
        }
    });
    let Outcome { status, body } = made.await?;
    Ok(Reply::new(status, "application/json", body.into_bytes()))
}

/// `DELETE identity/{case}`: the patient gives it up; what it knew is gone.
///
/// # Errors
/// 403, 409, 410.
pub async fn cancel<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
) -> Result<Reply, Problem> {
    let mut case = super::own(desk, caller, id).await?;
    if case.state.is_over() {
        return view::reply(desk, &case);
    }
    case.state = State::Cancelled;
    super::commit(desk, caller, &case, ["identity.cancel", "ok"], Vec::new()).await
}
