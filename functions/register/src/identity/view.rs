//! A case as its patient sees it: what comes next, and why something failed.

use super::case::{CARD_TRIES, COMPARE_TRIES, Case, LIVENESS_TRIES, Level, State, Step};
use super::confirm::fields;
use super::{own, select};
use crate::desk::Desk;
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::problem::{Language, Problem};
use common::store::Store;
use common::timestamp::Timestamp;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// What was read, for the patient to check.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseRead)]
pub struct Read {
    /// What is printed, by field.
    fields: BTreeMap<String, String>,
    /// 0 to 1, by field; below 0.8 it should be looked at.
    confidence: BTreeMap<String, f64>,
    /// Contradictions, by field.
    findings: BTreeMap<String, Vec<String>>,
}

/// Tries that are left.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseTries)]
pub struct Left {
    id_card_front: u8,
    id_card_back: u8,
    liveness: u8,
    compare: u8,
}

/// Why the last step failed.
#[derive(Serialize, ToSchema)]
#[schema(as = CaseFailure)]
pub struct Why {
    /// Which.
    step: String,
    /// The problem's code.
    code: String,
    /// In words.
    detail: String,
    /// What the liveness check found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    reasons: Vec<String>,
    /// When.
    #[schema(format = DateTime)]
    at: String,
}

/// The patient's record, masked.
#[derive(Serialize, ToSchema)]
#[schema(as = CasePatient)]
pub struct Patient {
    /// `pat_<ULID>`.
    patient_id: String,
    /// How the identity was found out.
    level: Level,
    /// `张*`.
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// `1****************X`.
    #[serde(skip_serializing_if = "Option::is_none")]
    id_number: Option<String>,
}

/// A case.
#[derive(Serialize, ToSchema)]
#[schema(as = IdentityCase)]
pub struct View {
    /// `idc_<ULID>`.
    case_id: String,
    /// self, child, ...
    relation: &'static str,
    /// Where it is.
    state: State,
    /// What the patient does next; absent when there is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<Step>,
    /// What was read, until the case is confirmed.
    #[serde(skip_serializing_if = "Option::is_none")]
    read: Option<Read>,
    /// Fields that the patient changed.
    corrected: Vec<String>,
    /// Why a person has to look at it: `no_face`, `corrected`.
    review: Vec<String>,
    /// Tries that are left.
    tries_left: Left,
    /// Why the last step failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Why>,
    /// How alike face and card are, 0 to 100, once compared.
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<f64>,
    /// The record, once there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    patient: Option<Patient>,
    /// It can be resumed until then.
    #[schema(format = DateTime)]
    expires_at: String,
}

/// Cases.
#[derive(Serialize, ToSchema)]
#[schema(as = IdentityCases)]
pub struct Views {
    /// The newest first, 20 at most.
    items: Vec<View>,
}

fn view<S: Store, O: Outside>(desk: &Desk<'_, S, O>, case: &Case) -> View {
    let data = &case.data;
    let expired = case.state == State::Open && case.expires_at <= desk.now();
    let sides = [data.front.as_ref(), data.back.as_ref()];
    let unread = data.confirmed.is_some() || case.state != State::Open || expired || sides == [None, None];
    let read = (!unread).then(|| Read {
        fields: fields(sides),
        confidence: sides.into_iter().flatten().flat_map(|side| side.confidence.clone()).collect(),
        findings: sides.into_iter().flatten().flat_map(|side| side.findings.clone()).collect(),
    });
    let failure = data.failure.clone().map(|failure| {
        let [zh, en] = failure.detail;
        let detail = if desk.call.language == Language::Chinese { zh } else { en };
        let at = Timestamp(failure.at).to_string();
        Why { step: failure.step, code: failure.code, detail, reasons: failure.reasons, at }
    });
    let person = data.confirmed.as_ref().map(|confirmed| &confirmed.person);
    let patient = data.patient_id.clone().zip(data.level).map(|(patient_id, level)| Patient {
        patient_id,
        level,
        name: person.map(super::person::Person::masked_name),
        id_number: person.map(super::person::Person::masked_number),
    });
    let left = |most: u8, tries: u8| most.saturating_sub(tries);
    View {
        case_id: case.id.clone(),
        relation: data.relation.name(),
        state: if expired { State::Expired } else { case.state },
        next: case.next(desk.now()),
        read,
        corrected: data.corrected.clone(),
        review: data.review.clone(),
        tries_left: Left {
            id_card_front: left(CARD_TRIES, data.front_tries),
            id_card_back: left(CARD_TRIES, data.back_tries),
            liveness: left(LIVENESS_TRIES, data.liveness_tries),
            compare: left(COMPARE_TRIES, data.compare_tries),
        },
        failure,
        score: data.compared.as_ref().map(|compared| compared.score),
        patient,
        expires_at: case.expires_at.to_string(),
    }
}

/// The case as JSON.
///
/// # Errors
/// Never in practice: it has a JSON form.
pub fn json<S: Store, O: Outside>(desk: &Desk<'_, S, O>, case: &Case) -> Result<String, Problem> {
    serde_json::to_string(&view(desk, case)).map_err(|error| Problem::internal(error.to_string()))
}

/// The case as an answer.
///
/// # Errors
/// As [`json`].
pub fn reply<S: Store, O: Outside>(desk: &Desk<'_, S, O>, case: &Case) -> Result<Reply, Problem> {
    Ok(Reply::new(200, "application/json", json(desk, case)?.into_bytes()))
}

/// `GET identity/{case}`.
///
/// # Errors
/// 403 for another's, or none.
pub async fn get<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal, id: &str) -> Result<Reply, Problem> {
    reply(desk, &own(desk, caller, id).await?)
}

/// `GET identity`.
///
/// # Errors
/// The store's.
pub async fn list<S: Store, O: Outside>(desk: &Desk<'_, S, O>, caller: &Principal) -> Result<Reply, Problem> {
    let find = select("account_id = ?1 ORDER BY created_at DESC, id DESC LIMIT 20").bind(&*caller.id);
    let rows = desk.query(find).await?;
    let items = rows.iter().map(|row| Ok(view(desk, &super::read(desk, row)?))).collect::<Result<_, Problem>>()?;
    Reply::json(200, &Views { items })
}
