//! Patients as hospital systems and functions see them.

use crate::world::{ANN, BOB, KID, MINUTE, World, admin, code, his};
use common::token::Keys;
use common::webhook;
use serde_json::{Value, json};

const PHONE: &str = "13711112222";

#[test]
fn a_system_sees_the_record() {
    let world = World::new();
    let ann = world.user(PHONE);
    let case = world.verified(&ann, "self", "张三", ANN);
    let id = case["patient"]["patient_id"].as_str().unwrap();
    let get = |path: &str| world.ask(Some(&his()), "GET", path, &Value::Null);
    let (_, patient) = get(&format!("patients/{id}"));
    assert_eq!(
        (&patient["name"], &patient["id_number"], &patient["phone"]),
        (&json!("张三"), &json!(ANN), &json!("+8613711112222"))
    );
    for path in [format!("fhir/Patient/{id}"), format!("fhir/Patient/{}", id.replace('_', "-"))] {
        let (status, resource) = get(&path);
        assert_eq!((status, &resource["resourceType"]), (200, &json!("Patient")));
        assert_eq!((&resource["gender"], &resource["birthDate"]), (&json!("female"), &json!("1949-12-31")));
        assert_eq!(resource["identifier"][1]["value"], ANN);
        assert!(resource["id"].as_str().unwrap().bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-'));
    }
    assert_eq!(code(get("patients/pat_01JD0000000000000000000000")), (403, "forbidden".into()));
}

#[test]
fn a_child_names_its_guardian() {
    let world = World::new();
    let ann = world.user(PHONE);
    let guardian = world.verified(&ann, "self", "张三", ANN)["patient"]["patient_id"].clone();
    let id = world.confirmed(&ann, "child", "张小", KID, "张小");
    let (_, case) = world.ask(Some(&ann), "POST", &format!("identity/{id}/document"), &Value::Null);
    let child = case["patient"]["patient_id"].as_str().unwrap();
    let (_, patient) = world.ask(Some(&his()), "GET", &format!("patients/{child}"), &Value::Null);
    assert_eq!(patient["guardians"], json!([guardian]));
    let (_, resource) = world.ask(Some(&his()), "GET", &format!("fhir/Patient/{child}"), &Value::Null);
    assert_eq!(resource["contact"][0]["relationship"][0]["coding"][0]["code"], "GUARD");
    assert_eq!(resource["identifier"][1]["use"], "temp", "from a card alone");
}

#[test]
fn a_verified_patient_is_reported_until_it_is_heard() {
    let world = World::new();
    let ann = world.user(PHONE);
    let case = world.verified(&ann, "self", "张三", ANN);
    world.others.status.set(500);
    assert_eq!(world.tick()["told"], 0);
    assert_eq!(world.tick()["told"], 0, "not at once");
    assert_eq!(world.others.reports.borrow().len(), 1);
    world.others.status.set(204);
    world.later(MINUTE);
    assert_eq!(world.tick()["told"], 1);
    world.later(MINUTE);
    assert_eq!(world.tick()["told"], 0);
    let reports = world.others.reports.borrow();
    let (body, signature) = &reports[1];
    assert_eq!((&body["event"], &body["patient_id"]), (&json!("patient.verified"), &case["patient"]["patient_id"]));
    assert_eq!(body["event_id"], reports[0].0["event_id"]);
    let seconds = (crate::world::NOW.0 + MINUTE) / 1_000;
    let text = format!("{:?}", world.rows("SELECT body FROM register_hook"));
    assert!(!text.contains("张三") && !text.contains(ANN));
    let sent = match &world.rows("SELECT body FROM register_hook")[0][0] {
        common::store::Value::Text(body) => body.clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(*signature, webhook::signature("secret", seconds, body["event_id"].as_str().unwrap(), sent.as_bytes()));
}

#[test]
fn a_proof_is_signed_for_one_function() {
    let world = World::new();
    let ann = world.user(PHONE);
    let ask = |body: Value| world.ask(Some(&ann), "POST", "identity-proof", &body);
    assert_eq!(code(ask(json!({"audience": "ca-sign"}))), (422, "not_verified".into()));
    let case = world.verified(&ann, "self", "张三", ANN);
    let (status, proven) = ask(json!({"audience": "ca-sign"}));
    assert_eq!(status, 201);
    let keys = Keys::parse(&world.settings.signer.public()).unwrap();
    let proof = keys.proof(proven["proof"].as_str().unwrap(), "ca-sign", world.time.get()).unwrap();
    assert_eq!((&*proof.sub, &*proof.level, &*proof.relation), (&*ann.id, "real_name", "self"));
    assert_eq!(json!(proof.patient_id), case["patient"]["patient_id"]);
    assert_eq!(code(ask(json!({"audience": "ca-sign", "patient_id": "pat_x"}))), (403, "forbidden".into()));
    assert_eq!(code(ask(json!({"audience": "Ca Sign"}))), (400, "bad_field".into()));
}

#[test]
fn two_records_of_one_person_become_one() {
    let world = World::new();
    let [ann, too] = [PHONE, "13711112223"].map(|phone| world.user(phone));
    let id = |case: &Value| case["patient"]["patient_id"].as_str().unwrap().to_owned();
    // By a misread number; and the same person again, by the right one.
    let wrong = id(&world.verified(&ann, "self", "张三", BOB));
    let right = id(&world.verified(&too, "self", "张三", ANN));
    let hold = json!({"reason": "outpatient", "until": "2042-01-01T00:00:00Z"});
    assert_eq!(world.ask(Some(&his()), "POST", &format!("patients/{wrong}/holds"), &hold).0, 201);
    let merge = |from: &str, into: &str| {
        world.ask(Some(&admin()), "POST", &format!("patients/{from}/merge"), &json!({"into": into}))
    };
    assert_eq!(code(merge(&wrong, &wrong)), (400, "bad_field".into()));
    assert_eq!(code(merge(&wrong, "pat_x")), (404, "not_found".into()));
    world.rows(&format!("UPDATE register_patient SET level = 'manual' WHERE id = '{right}'"));
    assert_eq!(code(merge(&wrong, &right)), (409, "less_known".into()));
    world.rows(&format!("UPDATE register_patient SET level = 'real_name' WHERE id = '{right}'"));
    assert_eq!(merge(&wrong, &right).0, 200);
    assert_eq!(merge(&wrong, &right).0, 200, "twice is once");
    let get = |path: &str| world.ask(Some(&his()), "GET", path, &Value::Null).1;
    assert_eq!(get(&format!("patients/{wrong}"))["patient_id"], json!(right));
    let link = &get(&format!("fhir/Patient/{wrong}"))["link"][0];
    assert_eq!(
        (&link["type"], &link["other"]["reference"]),
        (&json!("replaced-by"), &json!(format!("Patient/{}", right.replace('_', "-"))))
    );
    assert_eq!(get(&format!("patients/{right}/holds"))["items"][0]["reason"], "outpatient");
    let (_, me) = world.ask(Some(&ann), "GET", "me", &Value::Null);
    assert_eq!(me["patient"]["patient_id"], json!(right));
    world.tick();
    assert!(world.others.reports.borrow().iter().any(|(body, _)| body["event"] == "patient.merged"));
    assert_eq!(world.number("SELECT count(*) FROM register_patient WHERE data IS NOT NULL"), 1);
}
