//! `POST identity/{case}/confirm`: the patient says whether what was read is right.
//!
//! A correction that a misreading explains is taken. A larger one would let somebody put another person's number beside
//! his own face, so a person looks at it before it counts.

use super::card::wrong_step;
use super::case::{Confirmed, Relation, Side, Step};
use super::id_number::IdNumber;
use super::person::Person;
use super::{commit, fail, open, view};
use crate::desk::Desk;
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::json;
use common::problem::Problem;
use common::store::Store;
use serde::Deserialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// A child of this age or older can have a case of its own.
pub const OWN_CASE_AGE: i32 = 6;
const ADULT_AGE: i32 = 18;
/// Below it the reader says that a person should check a field.
const SURE: f64 = 0.8;

/// Corrections; a field that is absent is as it was read.
#[derive(Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = ConfirmRequest)]
pub struct Corrections {
    name: Option<String>,
    id_number: Option<String>,
    ethnicity: Option<String>,
    address: Option<String>,
    issuing_authority: Option<String>,
    /// YYYY-MM-DD or `long_term`.
    valid_until: Option<String>,
}

/// Confirms what was read.
///
/// # Errors
/// 400 naming the field, 409 `wrong_step`, 422 `guardian_needed`, `not_a_child`, `card_expired`.
pub async fn confirm<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    id: &str,
    body: &[u8],
) -> Result<Reply, Problem> {
    let corrections: Corrections = if body.is_empty() { Corrections::default() } else { json::parse(body)? };
    let mut case = open(desk, caller, id).await?;
    let (Some(front), Some(back)) = (&case.data.front, &case.data.back) else { return Err(wrong_step()) };
    let confirmed = confirmed(front, back, corrections, desk)?;
    if case.data.confirmed.as_ref() == Some(&confirmed) {
        return view::reply(desk, &case);
    }
    if case.data.next() != Step::Confirm {
        return Err(wrong_step());
    }
    if let Some(problem) = not_for(case.data.relation, &confirmed.person, desk)? {
        return fail(desk, caller, case, "identity.confirm", problem, Vec::new()).await;
    }
    let result = if confirmed.corrected.is_empty() { "as read" } else { "corrected" };
    case.data.corrected.clone_from(&confirmed.corrected);
    (case.data.confirmed, case.data.failure) = (Some(confirmed), None);
    commit(desk, caller, &case, ["identity.confirm", result], Vec::new()).await
}

fn confirmed<S: Store, O: Outside>(
    front: &Side,
    back: &Side,
    given: Corrections,
    desk: &Desk<'_, S, O>,
) -> Result<Confirmed, Problem> {
    let (mut corrected, mut doubtful) = (Vec::new(), false);
    let mut field = |side: &Side, name: &str, given: Option<String>| {
        let read = side.fields.get(name).cloned().unwrap_or_default();
        match given.map(|given| given.trim().to_owned()).filter(|given| *given != read) {
            None => read,
            Some(given) => {
                corrected.push(name.to_owned());
                doubtful |= !explained(side, name, &read, &given);
                given
            }
        }
    };
    let name = field(front, "name", given.name);
    let id_number = field(front, "id_number", given.id_number.map(|number| number.to_ascii_uppercase()));
    let ethnicity = field(front, "ethnicity", given.ethnicity);
    let address = field(front, "address", given.address);
    let issuing_authority = field(back, "issuing_authority", given.issuing_authority);
    let valid_until = field(back, "valid_until", given.valid_until);
    for (field, text, most) in
        [("ethnicity", &ethnicity, 20), ("address", &address, 200), ("issuing_authority", &issuing_authority, 80)]
    {
        if text.chars().count() > most || text.chars().any(char::is_control) {
            return Err(Problem::bad_field(field, "过长或含有控制字符", "too long, or with control characters"));
        }
    }
    let name = crate::account::checked_name("name", &name)?;
    let number = IdNumber::parse(&id_number)
        .ok_or_else(|| Problem::bad_field("id_number", "校验码或出生日期不正确", "check character or date of birth"))?;
    valid(&valid_until, desk)?;
    let shows_face = number.age(desk.now()).is_some_and(|age| age >= OWN_CASE_AGE);
    let person = Person {
        name,
        sex: number.sex().to_owned(),
        birth_date: number.birth_date(),
        id_number: number.as_str().to_owned(),
        ethnicity,
        address,
        issuing_authority,
        valid_until,
        phone: String::new(),
        shows_face,
    };
    Ok(Confirmed { person, corrected, doubtful })
}

/// Whether a misreading explains a correction: of a name one character, of a number two, where the reader was not sure or
/// what it read contradicts itself. What identifies nobody may be corrected freely.
fn explained(side: &Side, name: &str, read: &str, given: &str) -> bool {
    let most = match name {
        "name" => 1,
        "id_number" => 2,
        _ => return true,
    };
    let unsure = side.confidence.get(name).is_none_or(|confidence| *confidence < SURE)
        || side.findings.contains_key(name)
        || (name == "id_number" && IdNumber::parse(read).is_none());
    let same_length = read.chars().count() == given.chars().count();
    let changed = read.chars().zip(given.chars()).filter(|(a, b)| a != b).count();
    unsure && same_length && changed <= most
}

fn valid<S: Store, O: Outside>(until: &str, desk: &Desk<'_, S, O>) -> Result<(), Problem> {
    let wrong = || Problem::bad_field("valid_until", "应为 YYYY-MM-DD 或 long_term", "YYYY-MM-DD or long_term");
    if until == "long_term" {
        return Ok(());
    }
    let day = common::timestamp::Timestamp::parse(&format!("{until}T00:00:00+08:00")).ok_or_else(wrong)?;
    if day.china_date() < desk.now().china_date() {
        let (zh, en) = ("身份证已过期，请使用有效的身份证", "the card is no longer valid");
        return Err(Problem::new(422, "card_expired", zh, en));
    }
    Ok(())
}

/// Why this person cannot have this case.
fn not_for<S: Store, O: Outside>(
    relation: Relation,
    person: &Person,
    desk: &Desk<'_, S, O>,
) -> Result<Option<Problem>, Problem> {
    let number = IdNumber::parse(&person.id_number).ok_or_else(|| Problem::internal("a number became malformed"))?;
    let Some(age) = number.age(desk.now()) else {
        return Ok(Some(Problem::bad_field("id_number", "出生日期在今天之后", "born after today")));
    };
    let problem = match relation {
        Relation::Child if age >= ADULT_AGE => Some(("not_a_child", "年满 18 周岁，请按其他关系添加", "18 or older")),
        Relation::Child => None,
        _ if age < OWN_CASE_AGE => Some((
            "guardian_needed",
            "未满 6 周岁的儿童须由监护人在本人账号中添加",
            "a child under 6 is added by its guardian",
        )),
        _ => None,
    };
    Ok(problem.map(|(code, zh, en)| Problem::new(422, code, zh, en)))
}

/// A side's fields as they are shown for confirmation.
#[must_use]
pub fn fields(sides: [Option<&Side>; 2]) -> BTreeMap<String, String> {
    sides.into_iter().flatten().flat_map(|side| side.fields.clone()).collect()
}
