//! Finding out who somebody is: a case with steps, each of which may be repeated, resumed for a day.
//!
//! What a case knows of a person lies sealed in one column; it and the pictures beside it are gone when the case ends.

pub mod card;
pub mod case;
pub mod compare;
pub mod confirm;
pub mod document;
pub use common::id_number;
pub mod liveness;
pub mod person;
pub mod record;
pub mod review;
pub mod start;
pub mod view;

use crate::desk::{Desk, sql};
use crate::outside::Outside;
use case::{Case, Data, State};
use common::auth::Principal;
use common::call::Reply;
use common::guard::forbidden;
use common::problem::Problem;
use common::store::{Error, Row, Statement, Store};
use common::timestamp::Timestamp;

/// A case can be resumed for so long: 24 hours.
pub const LIFE_MS: i64 = 24 * 3_600_000;

const COLUMNS: &str = "id, account_id, state, data, version, created_at, expires_at";

/// Asks for cases that fulfil a condition.
#[must_use]
pub fn select(condition: &str) -> Statement {
    sql(&format!("SELECT {COLUMNS} FROM {{case}} WHERE {condition}"))
}

/// Reads a row of [`select`].
///
/// # Errors
/// 500 for one that was changed.
pub fn read<S: Store, O: Outside>(desk: &Desk<'_, S, O>, row: Row<'_>) -> Result<Case, Problem> {
    let broken = || Problem::internal("a case row is malformed");
    let id = row.text(0).ok_or_else(broken)?.to_owned();
    let data = desk.settings.seal.open(row.blob(3).ok_or_else(broken)?, &format!("{id}/data"))?;
    Ok(Case {
        account_id: row.text(1).ok_or_else(broken)?.to_owned(),
        state: row.text(2).and_then(State::named).ok_or_else(broken)?,
        data: serde_json::from_slice(&data).map_err(|_| broken())?,
        version: row.integer(4).ok_or_else(broken)?,
        created_at: Timestamp(row.integer(5).ok_or_else(broken)?),
        expires_at: Timestamp(row.integer(6).ok_or_else(broken)?),
        id,
    })
}

/// The caller's case.
///
/// # Errors
/// 403 for another's, or none.
pub async fn own<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal, id: &str) -> Result<Case, Problem> {
    let rows = desk.query(select("id = ?1 AND account_id = ?2").bind(id).bind(&*caller.id)).await?;
    read(desk, rows.first().ok_or_else(forbidden)?)
}

/// The caller's case, if it is still open.
///
/// # Errors
/// 403, 409 `case_closed`, 410 `case_expired`.
pub async fn open<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal, id: &str) -> Result<Case, Problem> {
    let case = own(desk, caller, id).await?;
    if case.state == State::Expired || (case.state == State::Open && case.expires_at <= desk.now()) {
        let (zh, en) = ("实名认证已超过 24 小时，请重新开始", "this case is over, start a new one");
        return Err(Problem::new(410, "case_expired", zh, en));
    }
    if case.state != State::Open {
        let (zh, en) = ("这次实名认证已经结束", "this case is closed");
        return Err(Problem::new(409, "case_closed", zh, en));
    }
    Ok(case)
}

/// A new case.
///
/// # Errors
/// 500 from sealing.
pub fn insert<S: Store, O: Outside>(desk: &Desk<'_, S, O>, case: &Case) -> Result<Statement, Problem> {
    let insert = sql("INSERT INTO {case} (id, account_id, state, data, version, created_at, expires_at) \
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    let insert = insert.bind(&*case.id).bind(&*case.account_id).bind(case.state.name()).bind(sealed(desk, case)?);
    Ok(insert.bind(case.version).bind(case.created_at.0).bind(case.expires_at.0))
}

/// Stores what became of a case, for the transaction of a change: who did not read the last version is a `conflict`.
///
/// # Errors
/// 500 from sealing.
pub fn save<S: Store, O: Outside>(desk: &Desk<'_, S, O>, case: &Case) -> Result<Vec<Statement>, Problem> {
    let update = sql("UPDATE {case} SET state = ?1, data = ?2, expires_at = ?3, \
                      version = CASE WHEN version = ?4 THEN version + 1 END WHERE id = ?5");
    let update = update.bind(case.state.name()).bind(sealed(desk, case)?).bind(case.expires_at.0);
    let mut all = vec![update.bind(case.version).bind(&*case.id)];
    if case.state.is_over() {
        all.push(sql("DELETE FROM {kept} WHERE case_id = ?1").bind(&*case.id));
    }
    Ok(all)
}

fn sealed<S: Store, O: Outside>(desk: &Desk<'_, S, O>, case: &Case) -> Result<Vec<u8>, Problem> {
    // Of a case that is over nothing is left that is personal.
    let left = if case.state.is_over() { case.data.without_person() } else { case.data.clone() };
    let json = serde_json::to_vec::<Data>(&left).map_err(|error| Problem::internal(error.to_string()))?;
    desk.seal(&json, &format!("{}/data", case.id))
}

/// Stores a case with other changes and an audit entry, and shows it.
///
/// # Errors
/// 409 `case_changed` where another request came first.
pub async fn commit<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    case: &Case,
    [action, result]: [&str; 2],
    more: Vec<Statement>,
) -> Result<Reply, Problem> {
    let mut changes = save(desk, case)?;
    changes.extend(more);
    match desk.change(&caller.actor(), action, &case.id, result, changes).await {
        Ok(_) => view::reply(desk, case),
        Err(Error::Conflict(_)) => Err(changed()),
        Err(error) => Err(error.into()),
    }
}

/// Stores why a step failed, and says it.
///
/// # Errors
/// Always: `problem`, or what kept it from being stored.
pub async fn fail<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    mut case: Case,
    action: &str,
    problem: Problem,
    more: Vec<Statement>,
) -> Result<Reply, Problem> {
    case.data.failure = Some(case::Failure {
        step: action.trim_start_matches("identity.").to_owned(),
        code: problem.code.to_owned(),
        detail: problem.detail.each_ref().map(|text| text.clone().into_owned()),
        reasons: Vec::new(),
        at: desk.now().0,
    });
    failed(desk, caller, &case, [action, problem.code], more).await?;
    Err(problem)
}

/// Stores a case whose failure is told already.
///
/// # Errors
/// 409 `case_changed`, or the store's.
pub async fn failed<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    case: &Case,
    words: [&str; 2],
    more: Vec<Statement>,
) -> Result<(), Problem> {
    commit(desk, caller, case, words, more).await.map(drop)
}

pub(crate) fn changed() -> Problem {
    let (zh, en) = ("这次实名认证刚被另一个请求更新，请重试", "another request changed this case, try again");
    Problem::new(409, "case_changed", zh, en).retry_in(1)
}

/// Keeps a picture between steps, sealed.
///
/// # Errors
/// 500 from sealing.
pub fn keep<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    case_id: &str,
    name: &str,
    picture: &[u8],
) -> Result<Statement, Problem> {
    let sealed = desk.seal(picture, &format!("{case_id}/{name}"))?;
    let insert = "INSERT INTO {kept} (case_id, name, data) VALUES (?1, ?2, ?3) \
                  ON CONFLICT (case_id, name) DO UPDATE SET data = ?3";
    Ok(sql(insert).bind(case_id).bind(name).bind(sealed))
}

/// A picture that was kept.
///
/// # Errors
/// 500 where it was changed.
pub async fn kept<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    case_id: &str,
    name: &str,
) -> Result<Option<Vec<u8>>, Problem> {
    let find = sql("SELECT data FROM {kept} WHERE case_id = ?1 AND name = ?2").bind(case_id).bind(name);
    let rows = desk.query(find).await?;
    let sealed = rows.first().and_then(|row| row.blob(0));
    sealed.map(|sealed| desk.settings.seal.open(sealed, &format!("{case_id}/{name}"))).transpose()
}

/// Drops pictures of these names.
#[must_use]
pub fn drop_kept(case_id: &str, name: &str) -> Statement {
    sql("DELETE FROM {kept} WHERE case_id = ?1 AND name = ?2").bind(case_id).bind(name)
}
