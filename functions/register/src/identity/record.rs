//! The end of a case: one person, one record, tied to the account.
//!
//! The keyed index of the number on the card is unique, so two cases of one person at the same time yield one record:
//! the slower one meets a conflict, reads the record that is there by then, and joins it. A record that rests on a card
//! alone stands outside the index until somebody stands for it: whoever photographs a card learns nothing of its holder.

use super::case::{Case, Level, Relation, State};
use super::person::Person;
use super::{save, view};
use crate::desk::{Desk, sql};
use crate::outside::Outside;
use crate::patients::{hook, merge};
use common::auth::Principal;
use common::call::Reply;
use common::problem::Problem;
use common::store::{Error, Row, Statement, Store};

/// Family members beside the holder.
pub const FAMILY: usize = 5;
/// A case that a person has to look at waits so long: 7 days.
pub const REVIEW_MS: i64 = 7 * 24 * 3_600_000;

/// A patient in an account.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Member {
    pub patient_id: String,
    pub relation: String,
    /// 0 is the holder.
    pub slot: i64,
    pub level: Level,
    pub verified_at: i64,
    pub person: Person,
}

/// The problem of a sixth member.
#[must_use]
pub fn family_full() -> Problem {
    Problem::new(409, "family_full", "最多添加 5 位家庭成员", "a family has at most 5 members")
}

/// The patients of an account, the holder first.
///
/// # Errors
/// The store's, 500 for what was changed.
pub async fn members<S: Store, O: Outside>(desk: &Desk<'_, S, O>, account_id: &str) -> Result<Vec<Member>, Problem> {
    let find = sql("SELECT p.id, p.data, p.level, p.verified_at, m.relation, m.slot FROM {member} m \
                    JOIN {patient} p ON p.id = m.patient_id WHERE m.account_id = ?1 ORDER BY m.slot");
    let rows = desk.query(find.bind(account_id)).await?;
    let read = |row: Row<'_>| {
        let (patient_id, level) = (row.text(0)?.to_owned(), row.text(2).and_then(Level::named)?);
        let (verified_at, relation, slot) = (row.integer(3)?, row.text(4)?.to_owned(), row.integer(5)?);
        Some(
            row.blob(1)
                .map_or_else(|| Ok(Person::default()), |sealed| opened(desk, &patient_id, sealed))
                .map(|person| Member { patient_id, relation, slot, level, verified_at, person }),
        )
    };
    rows.iter().filter_map(read).collect()
}

/// A person, opened.
///
/// # Errors
/// 500 when it was changed.
pub fn opened<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str, sealed: &[u8]) -> Result<Person, Problem> {
    let json = desk.settings.seal.open(sealed, &format!("{id}/data"))?;
    serde_json::from_slice(&json).map_err(|_| Problem::internal("a patient's record is malformed"))
}

/// The record of a number that somebody stood for.
///
/// # Errors
/// The store's.
pub async fn known<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    index: &str,
) -> Result<Option<(String, Level)>, Problem> {
    let rows = desk.query(sql("SELECT id, level FROM {patient} WHERE id_index = ?1").bind(index)).await?;
    let read = |row: Row<'_>| Some((row.text(0)?.to_owned(), row.text(1).and_then(Level::named)?));
    Ok(rows.first().and_then(read))
}

/// After the face was found to be the card's: the record, or a person's look at a large correction first.
///
/// # Errors
/// 409 `another_person`, `family_full`, `case_changed`.
pub async fn after_face<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    mut case: Case,
) -> Result<Reply, Problem> {
    if case.data.confirmed.as_ref().is_some_and(|confirmed| confirmed.doubtful) {
        case.data.review = vec!["corrected".to_owned()];
        return to_review(desk, caller, case).await;
    }
    case.state = State::Done;
    make(desk, &caller.actor(), case, Level::RealName, true).await
}

/// Hands a case to a person: of its pictures only the card's stay.
///
/// # Errors
/// 409 `case_changed`.
pub async fn to_review<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    mut case: Case,
) -> Result<Reply, Problem> {
    (case.state, case.expires_at) = (State::Review, desk.now().plus_ms(REVIEW_MS));
    let faces = faces(&case.id);
    super::commit(desk, caller, &case, ["identity.review", &case.data.review.join(",")], faces).await
}

/// Drops the pictures of faces alone.
fn faces(case_id: &str) -> Vec<Statement> {
    ["portrait", "frame"].map(|name| super::drop_kept(case_id, name)).to_vec()
}

/// Makes the record, or joins the one that is there, and stores the case. `proven` says that the person, or somebody of
/// the hospital, stands for it; otherwise only records of this account are joined, and a person has to look.
///
/// # Errors
/// 409 `another_person`, `family_full`, `case_changed`.
pub async fn make<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    actor: &str,
    mut case: Case,
    level: Level,
    proven: bool,
) -> Result<Reply, Problem> {
    let person = case.data.confirmed.as_ref().map(|confirmed| confirmed.person.clone());
    let person = person.ok_or_else(|| Problem::internal("a case ends unconfirmed"))?;
    let index = desk.keys().index("id_number", person.id_number.as_bytes());
    for _ in 0..4 {
        let mut members = members(desk, &case.account_id).await?;
        let own = members.iter().find(|member| member.person.id_number == person.id_number);
        let own = own.map(|member| (member.patient_id.clone(), member.level));
        let mut changes = Vec::new();
        let known = if proven { known(desk, &index).await? } else { None };
        let joined = known.or_else(|| own.clone());
        let (id, before) = joined.map_or_else(|| (desk.id("pat"), None), |(id, level)| (id, Some(level)));
        if let Some((from, _)) = own.filter(|(own, _)| *own != id) {
            changes.extend(merge::changes(desk, &from, &id));
            members
                .iter_mut()
                .filter(|member| member.patient_id == from)
                .for_each(|member| member.patient_id.clone_from(&id));
        }
        let best = before.map_or(level, |before| before.max(level));
        changes.push(written(desk, &id, proven.then_some(&index), &person, before, level)?);
        changes.push(tied(desk, &case, &members, &id, level)?);
        if level > Level::DocumentOnly {
            changes.extend(hook::verified(desk, &id, best));
        }
        (case.data.patient_id, case.data.level) = (Some(id), Some(best));
        if case.state == State::Review {
            changes.extend(faces(&case.id));
        }
        changes.extend(save(desk, &case)?);
        match desk.change(actor, "identity.done", &case.id, best.name(), changes).await {
            Ok(_) => return view::reply(desk, &case),
            // Another case of this person, or another request about this case, came first.
            Err(Error::Conflict(_)) if unchanged(desk, &case).await? => {}
            Err(Error::Conflict(_)) => return Err(super::changed()),
            Err(error) => return Err(error.into()),
        }
    }
    Err(Problem::unavailable("store_busy", "identity: a record changes faster than it is read"))
}

async fn unchanged<S: Store, O: Outside>(desk: &Desk<'_, S, O>, case: &Case) -> Result<bool, Problem> {
    let rows = desk.query(sql("SELECT version FROM {case} WHERE id = ?1").bind(&*case.id)).await?;
    Ok(rows.first().and_then(|row| row.integer(0)) == Some(case.version))
}

/// `index` where somebody stands for the number; `before` is the level of a record that is there.
fn written<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    id: &str,
    index: Option<&String>,
    person: &Person,
    before: Option<Level>,
    level: Level,
) -> Result<Statement, Problem> {
    let json = serde_json::to_vec(person).map_err(|error| Problem::internal(error.to_string()))?;
    let (sealed, now) = (desk.seal(&json, &format!("{id}/data"))?, desk.now().0);
    let text = match before {
        None => {
            "INSERT INTO {patient} (id, id_index, data, level, verified_at, created_at, updated_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?5, ?5)"
        }
        // What was found out better before stays.
        Some(before) if before > level => {
            return Ok(sql("UPDATE {patient} SET updated_at = ?1 WHERE id = ?2").bind(now).bind(id));
        }
        Some(_) => {
            "UPDATE {patient} SET id_index = coalesce(?2, id_index), data = ?3, level = ?4, verified_at = ?5, \
             updated_at = ?5 WHERE id = ?1"
        }
    };
    Ok(sql(text).bind(id).bind(index.cloned()).bind(sealed).bind(level.name()).bind(now))
}

/// Ties a record to the account; the database keeps one holder and five members.
fn tied<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    case: &Case,
    members: &[Member],
    patient_id: &str,
    level: Level,
) -> Result<Statement, Problem> {
    let holder = case.data.relation == Relation::Holder;
    let slot = match members.iter().find(|member| member.patient_id == patient_id) {
        Some(member) if (member.slot == 0) == holder => {
            let raise = "UPDATE {member} SET level = ?1 WHERE account_id = ?2 AND patient_id = ?3 \
                         AND level IN ('document_only', ?4)";
            let lower = if level == Level::RealName { Level::Manual } else { level };
            let raise = sql(raise).bind(level.name()).bind(&*case.account_id).bind(patient_id);
            return Ok(raise.bind(lower.name()));
        }
        Some(_) => return Err(another_person()),
        None if holder && members.iter().any(|member| member.slot == 0) => return Err(another_person()),
        None if holder => 0,
        None => (1..=5).find(|slot| members.iter().all(|member| member.slot != *slot)).ok_or_else(family_full)?,
    };
    let insert = sql("INSERT INTO {member} (account_id, patient_id, relation, level, slot, since) \
                      VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    let insert = insert.bind(&*case.account_id).bind(patient_id).bind(case.data.relation.name());
    Ok(insert.bind(level.name()).bind(slot).bind(desk.now().0))
}

fn another_person() -> Problem {
    let zh = "这个账号已登记了另一位本人，或此人已以其他关系登记，请联系医院处理";
    let en = "the account's holder is somebody else, or this person is in the account already";
    Problem::new(409, "another_person", zh, en)
}
