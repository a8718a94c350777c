//! `GET fhir/Patient/{id}`: the record as a FHIR R4 `Patient` (HL7 FHIR 4.0.1).

use super::{Record, look};
use crate::desk::Desk;
use crate::identity::case::Level;
use crate::outside::Outside;
use common::auth::Principal;
use common::call::Reply;
use common::problem::Problem;
use common::store::Store;
use serde_json::{Value, json};

/// The citizen's number as China's health data standards name it (WS/T 500, OID 2.16.156.10011.1.3).
const CITIZEN_NUMBER: &str = "urn:oid:2.16.156.10011.1.3";

/// The resource.
#[must_use]
pub fn patient(record: &Record) -> Value {
    let person = &record.person;
    let official = record.level > Level::DocumentOnly;
    // What is not known is left out: FHIR has no empty values.
    let some = |text: &str, value: Value| (!text.is_empty()).then_some(value);
    let telecom = some(&person.phone, json!([{"system": "phone", "value": person.phone, "use": "mobile"}]));
    let address = some(&person.address, json!([{"use": "home", "text": person.address, "country": "CN"}]));
    let guardian = |id: &String| {
        let code = json!([{"system": "http://terminology.hl7.org/CodeSystem/v3-RoleCode", "code": "GUARD"}]);
        // A contact must hold somebody's details (rule pat-1): the phone is the guardian's.
        json!({"relationship": [{"coding": code, "text": format!("Patient/{}", fhir_id(id))}], "telecom": telecom})
    };
    let contact: Vec<Value> = record.guardians.iter().map(guardian).collect();
    let all = json!({
        "resourceType": "Patient",
        "id": fhir_id(&record.id),
        "meta": {
            "lastUpdated": record.updated_at.to_string(),
            "tag": [{"system": "urn:yunzhen:identity-level", "code": record.level.name()}],
        },
        "identifier": [
            {"use": "usual", "system": "urn:yunzhen:patient", "value": record.id},
            {"use": if official { "official" } else { "temp" }, "system": CITIZEN_NUMBER, "value": person.id_number,
             "type": {"coding": [{"system": "http://terminology.hl7.org/CodeSystem/v2-0203", "code": "NNCHN"}]}},
        ],
        "active": true,
        "name": [{"use": if official { "official" } else { "usual" }, "text": person.name}],
        "gender": if person.sex == "男" { "male" } else { "female" },
        "birthDate": person.birth_date,
        "telecom": telecom,
        "address": address,
        "contact": if contact.is_empty() || telecom.is_none() { Value::Null } else { contact.into() },
    });
    let Value::Object(fields) = all else { return all };
    fields.into_iter().filter(|(_, value)| !value.is_null()).collect()
}

/// What a record that was merged leaves behind.
#[must_use]
pub fn replaced(id: &str, by: &str) -> Value {
    let other = json!({"reference": format!("Patient/{}", fhir_id(by))});
    json!({"resourceType": "Patient", "id": fhir_id(id), "active": false, "link": [{"other": other, "type": "replaced-by"}]})
}

/// FHIR ids know no underscore.
fn fhir_id(id: &str) -> String {
    id.replace('_', "-")
}

/// `GET fhir/Patient/{id}`; the id with a hyphen or, as elsewhere, with an underscore.
///
/// # Errors
/// 403 where there is none.
pub async fn get<S: Store, O: Outside>(
    desk: &Desk<'_, S, O>,
    caller: &Principal,
    patient_id: &str,
) -> Result<Reply, Problem> {
    let id = patient_id.replacen("pat-", "pat_", 1);
    let record = look(desk, caller, &id, "patient.fhir").await?;
    let resource = if record.id == id { patient(&record) } else { replaced(&id, &record.id) };
    let body = serde_json::to_vec(&resource).map_err(|error| Problem::internal(error.to_string()))?;
    Ok(Reply::new(200, "application/fhir+json", body))
}
