//! `GET reviews`, `POST reviews/{case}`: a person looks at a case. Every look is in the audit log.

use super::case::{Case, Failure, Level, State};
use super::{kept, read, record, select};
use crate::desk::Desk;
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::json;
use common::page::{Ask, PARAMETERS, Page};
use common::problem::Problem;
use common::query::Query;
use common::store::Store;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is decided.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ReviewVerdict)]
pub enum Verdict {
    /// The record is there: `real_name` where the face was compared, else `manual`.
    Approved,
    /// There is no more than before.
    Rejected,
}

/// A decision.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ReviewRequest)]
pub struct Decision {
    verdict: Verdict,
    /// Why it is rejected, for the patient.
    #[schema(max_length = 200)]
    note: Option<String>,
}

/// A case that waits for a person; everything is shown, for that is what there is to look at.
#[derive(Serialize, ToSchema)]
#[expect(missing_docs, reason = "as on the card")]
pub struct Review {
    /// `idc_<ULID>`.
    pub case_id: String,
    /// Whose.
    pub account_id: String,
    /// self, child, ...
    pub relation: &'static str,
    /// `no_face`, `corrected`, `known_elsewhere`.
    pub reasons: Vec<String>,
    pub name: String,
    pub id_number: String,
    pub sex: String,
    pub birth_date: String,
    pub ethnicity: String,
    pub address: String,
    pub issuing_authority: String,
    pub valid_until: String,
    /// Fields that the patient changed.
    pub corrected: Vec<String>,
    /// How alike face and card are, where they were compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub score: Option<f64>,
    /// It ends unseen then.
    #[schema(format = DateTime)]
    pub expires_at: String,
}

/// `GET reviews`, the oldest first.
///
/// # Errors
/// 400 for a wrong parameter.
pub async fn list<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal) -> Result<Reply, Problem> {
    let query = Query::new(desk.call, &PARAMETERS)?;
    let ask = Ask::new(query.text("limit"), query.text("cursor"))?;
    let (at, id) = ask.after.clone().unwrap_or((i64::MIN, String::new()));
    let find =
        select("state = 'review' AND expires_at > ?1 AND (created_at, id) > (?2, ?3) ORDER BY created_at, id LIMIT ?4");
    let rows = desk.query(find.bind(desk.now().0).bind(at).bind(id).bind(i64::from(ask.limit) + 1)).await?;
    let cases = rows.iter().map(|row| read(desk, row)).collect::<Result<Vec<_>, _>>()?;
    let page = ask.page(cases, |case| (case.created_at.0, &case.id));
    let result = page.items.len().to_string();
    desk.change(&caller.actor(), "review.list", "reviews", &result, Vec::new()).await?;
    let mut items: Vec<Review> = page.items.into_iter().filter_map(shown).collect();
    for item in &mut items {
        // Looked up now and for the reviewer alone: the patient's answers are the same either way.
        if elsewhere(desk, item).await? {
            item.reasons.push("known_elsewhere".to_owned());
        }
    }
    Reply::json(200, &Page { items, next_cursor: page.next_cursor })
}

/// Whether somebody else's account has this person.
async fn elsewhere<S: Store, O: Outside>(desk: &Desk<'_, S, O>, review: &Review) -> Result<bool, Problem> {
    let index = desk.keys().index("id_number", review.id_number.as_bytes());
    let known = record::known(desk, &index).await?;
    let members = record::members(desk, &review.account_id).await?;
    Ok(known.is_some_and(|(id, _)| members.iter().all(|member| member.patient_id != id)))
}

fn shown(case: Case) -> Option<Review> {
    let confirmed = case.data.confirmed?;
    let person = confirmed.person;
    Some(Review {
        case_id: case.id,
        account_id: case.account_id,
        relation: case.data.relation.name(),
        reasons: case.data.review,
        name: person.name,
        id_number: person.id_number,
        sex: person.sex,
        birth_date: person.birth_date,
        ethnicity: person.ethnicity,
        address: person.address,
        issuing_authority: person.issuing_authority,
        valid_until: person.valid_until,
        corrected: confirmed.corrected,
        score: case.data.compared.map(|compared| compared.score),
        expires_at: case.expires_at.to_string(),
    })
}

async fn waiting<S: Store, O: Outside>(desk: &Desk<'_, S, O>, id: &str) -> Result<Case, Problem> {
    let rows = desk.query(select("id = ?1").bind(id)).await?;
    read(desk, rows.first().ok_or_else(Problem::not_found)?)
}

fn not_waiting() -> Problem {
    Problem::new(409, "case_closed", "这个案件不在待审核状态", "this case does not wait for a review")
}

/// `GET reviews/{case}/{picture}`: `card_front` or `card_back`.
///
/// # Errors
/// 404.
pub async fn picture<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    name: &str,
) -> Result<Reply, Problem> {
    if !["card_front", "card_back"].contains(&name) || waiting(desk, id).await?.state != State::Review {
        return Err(Problem::not_found());
    }
    let jpeg = kept(desk, id, name).await?.ok_or_else(Problem::not_found)?;
    desk.change(&caller.actor(), "review.picture", id, name, Vec::new()).await?;
    Ok(Reply::new(200, "image/jpeg", jpeg))
}

/// `POST reviews/{case}`. The same verdict again is the same as once.
///
/// # Errors
/// 400, 404, 409 `case_closed`, `another_person`, `family_full`, `case_changed`.
pub async fn decide<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    body: &[u8],
) -> Result<Reply, Problem> {
    let Decision { verdict, note } = json::parse(body)?;
    let note = note.unwrap_or_default();
    if note.chars().count() > 200 || note.chars().any(char::is_control) {
        return Err(Problem::bad_field("note", "最多 200 个字符", "at most 200 characters"));
    }
    let mut case = waiting(desk, id).await?;
    let end = if verdict == Verdict::Approved { State::Done } else { State::Failed };
    if case.state == end && !case.data.review.is_empty() {
        return super::view::reply(desk, &case);
    }
    if case.state != State::Review || case.expires_at <= desk.now() {
        return Err(not_waiting());
    }
    if caller.id == case.account_id {
        return Err(common::guard::forbidden());
    }
    case.state = end;
    if verdict == Verdict::Approved {
        let level = if case.data.compared.is_some() { Level::RealName } else { Level::Manual };
        return record::make(desk, &caller.actor(), case, level, true).await;
    }
    case.data.failure = Some(Failure {
        step: "review".to_owned(),
        code: "review_rejected".to_owned(),
        detail: [format!("人工审核未通过：{note}"), format!("a person refused it: {note}")],
        reasons: Vec::new(),
        at: desk.now().0,
    });
    super::commit(desk, caller, &case, ["identity.rejected", "ok"], Vec::new()).await
}
