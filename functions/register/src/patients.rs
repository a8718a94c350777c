//! Patients as hospital systems see them. A system sees all patients of its hospital; each look is in the audit log.

pub mod fhir;
pub mod holds;
pub mod hook;
pub mod merge;
pub mod proof;

use crate::account;
use crate::desk::{Desk, sql};
use crate::identity::case::Level;
use crate::identity::person::Person;
use crate::identity::record;
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::guard::forbidden;
use common::problem::Problem;
use common::store::{Row, Store};
use common::timestamp::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// A patient's record, opened.
#[derive(Clone, Debug)]
pub struct Record {
    /// `pat_<ULID>`.
    pub id: String,
    /// Who.
    pub person: Person,
    /// How that was found out.
    pub level: Level,
    /// When.
    pub verified_at: Timestamp,
    /// When the record last changed.
    pub updated_at: Timestamp,
    /// Guardians' records, of a child.
    pub guardians: Vec<String>,
}

/// A patient.
#[derive(Serialize, ToSchema)]
#[schema(as = PatientRecord)]
#[expect(missing_docs, reason = "as on the card")]
pub struct Patient {
    /// `pat_<ULID>`.
    pub patient_id: String,
    /// How the identity was found out.
    pub level: Level,
    pub name: String,
    pub id_number: String,
    pub sex: String,
    /// YYYY-MM-DD.
    pub birth_date: String,
    pub ethnicity: String,
    pub address: String,
    /// YYYY-MM-DD or `long_term`.
    pub valid_until: String,
    /// E.164; a family member's is the holder's.
    pub phone: String,
    /// Records of those who added this one as their child.
    pub guardians: Vec<String>,
    /// When the identity was found out.
    #[schema(format = DateTime)]
    pub verified_at: String,
}

/// A record, or the one that it was merged into, with its look in the audit log.
///
/// # Errors
/// 403 where there is none: a system learns no more about ids than anybody.
pub async fn look<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    patient_id: &str,
    action: &str,
) -> Result<Record, Problem> {
    if !common::id::is("pat", patient_id) {
        return Err(forbidden());
    }
    let find = sql("SELECT data, level, verified_at, updated_at, id FROM {patient} WHERE data IS NOT NULL \
                    AND (id = ?1 OR id = (SELECT merged_into FROM {patient} WHERE id = ?1))");
    let rows = desk.query(find.bind(patient_id)).await?;
    let read = |row: Row<'_>| {
        let level = row.text(1).and_then(Level::named)?;
        let times = (Timestamp(row.integer(2)?), Timestamp(row.integer(3)?));
        Some((row.blob(0)?.to_vec(), level, times, row.text(4)?.to_owned()))
    };
    let (sealed, level, (verified_at, updated_at), id) = rows.first().and_then(read).ok_or_else(forbidden)?;
    let patient_id = id.as_str();
    let guardians = sql("SELECT DISTINCT g.patient_id FROM {member} m JOIN {member} g ON g.account_id = m.account_id \
                         AND g.slot = 0 WHERE m.patient_id = ?1 AND m.relation = 'child' ORDER BY g.patient_id");
    let rows = desk.query(guardians.bind(patient_id)).await?;
    let guardians = rows.iter().filter_map(|row| row.text(0).map(str::to_owned)).collect();
    let mut person = record::opened(desk, patient_id, &sealed)?;
    let holder = account::select(
        "state = 'active' AND id = (SELECT account_id FROM {member} WHERE patient_id = ?1 ORDER BY slot, since DESC LIMIT 1)",
    );
    let rows = desk.query(holder.bind(patient_id)).await?;
    if let Some(account) = rows.first().and_then(account::read) {
        person.phone = account.phone(desk)?.map(|phone| phone.e164().to_owned()).unwrap_or_default();
    }
    desk.change(&caller.actor(), action, patient_id, "ok", Vec::new()).await?;
    Ok(Record { id: patient_id.to_owned(), person, level, verified_at, updated_at, guardians })
}

/// `GET patients/{id}`.
///
/// # Errors
/// 403 where there is none.
pub async fn get<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    patient_id: &str,
) -> Result<Reply, Problem> {
    let Record { id, person, level, verified_at, guardians, .. } =
        look(desk, caller, patient_id, "patient.read").await?;
    Reply::json(
        200,
        &Patient {
            patient_id: id,
            level,
            name: person.name,
            id_number: person.id_number,
            sex: person.sex,
            birth_date: person.birth_date,
            ethnicity: person.ethnicity,
            address: person.address,
            valid_until: person.valid_until,
            phone: person.phone,
            guardians,
            verified_at: verified_at.to_string(),
        },
    )
}
