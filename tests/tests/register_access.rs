//! Who may do what at `register`: every endpoint, every role, one's own objects and others', as a table.

use serde_json::{Value, json};
use tests::api::{HIS, LIS};
use tests::register::{Clinic, NUMBERS, bearer};

/// What a caller gets: the first status is a success or a refusal that only the object's owner gets.
const FORBIDDEN: u16 = 403;

/// Method, path, body; what patients, staff, administrators and systems get. `{own}` stands for what belongs to the
/// patient `ann`, who calls first; `bob` is the patient who calls second, for the same objects.
struct Row {
    method: &'static str,
    path: &'static str,
    body: Value,
    ann: u16,
    bob: u16,
    doctor: u16,
    admin: u16,
    system: u16,
}

fn row(method: &'static str, path: &'static str, body: Value, [ann, bob, doctor, admin, system]: [u16; 5]) -> Row {
    Row { method, path, body, ann, bob, doctor, admin, system }
}

fn table() -> Vec<Row> {
    let none = || Value::Null;
    vec![
        // Method, path, body, ann (its owner), bob (another patient), doctor, admin, system.
        row("GET", "sessions", none(), [200, 200, 200, 403, 403]),
        row("POST", "staff", json!({"phone": "bad", "name": "x", "role": "doctor"}), [403, 403, 403, 400, 403]),
        row("GET", "staff", none(), [403, 403, 403, 200, 403]),
        row("POST", "staff/{doctor}/enable", none(), [403, 403, 403, 200, 403]),
        row("POST", "staff/{nobody}/disable", none(), [403, 403, 403, 404, 403]),
        row("POST", "identity", json!({"relation": "friend"}), [400, 400, 403, 403, 403]),
        row("GET", "identity", none(), [200, 200, 403, 403, 403]),
        row("GET", "identity/{case}", none(), [200, 403, 403, 403, 403]),
        row("POST", "identity/{case}/id_card_front", none(), [415, 415, 403, 403, 403]),
        row("POST", "identity/{case}/id_card_back", none(), [415, 415, 403, 403, 403]),
        row("POST", "identity/{case}/confirm", none(), [200, 403, 403, 403, 403]),
        row("POST", "identity/{case}/liveness/frames", none(), [409, 403, 403, 403, 403]),
        row("POST", "identity/{case}/liveness", none(), [201, 403, 403, 403, 403]),
        row("POST", "identity/{case}/compare", none(), [409, 403, 403, 403, 403]),
        row("POST", "identity/{case}/document", none(), [200, 403, 403, 403, 403]),
        row("GET", "reviews", none(), [403, 403, 403, 200, 403]),
        row("GET", "reviews/{case}/card_front", none(), [403, 403, 403, 200, 403]),
        row("GET", "reviews/{case}/portrait", none(), [403, 403, 403, 404, 403]),
        row("POST", "reviews/{case}", json!({"verdict": "rejected"}), [403, 403, 403, 200, 403]),
        row("DELETE", "identity/{case}", none(), [200, 403, 403, 403, 403]),
        row(
            "POST",
            "identity-proof",
            json!({"audience": "ca-sign", "patient_id": "{patient}"}),
            [201, 403, 403, 403, 403],
        ),
        row("GET", "me", none(), [200, 200, 200, 403, 403]),
        row("PATCH", "me", json!({"display_name": "x"}), [200, 200, 403, 403, 403]),
        row("POST", "me/phone", json!({}), [400, 400, 400, 403, 403]),
        row("DELETE", "me/family/{patient}", none(), [403, 403, 403, 403, 403]),
        row("GET", "me/consents", none(), [200, 200, 200, 403, 403]),
        row("POST", "me/consents", json!({"what": "X", "version": "1"}), [400, 400, 400, 403, 403]),
        row("DELETE", "me/consents/{consent}", none(), [204, 403, 403, 403, 403]),
        row("GET", "me/export", none(), [200, 200, 200, 403, 403]),
        row("POST", "me/erasure", json!({}), [400, 400, 400, 403, 403]),
        row("GET", "me/audit", none(), [200, 200, 200, 403, 403]),
        row("GET", "patients/{patient}", none(), [403, 403, 403, 403, 200]),
        row("GET", "patients/{nobody}", none(), [403, 403, 403, 403, 403]),
        row("GET", "fhir/Patient/{patient}", none(), [403, 403, 403, 403, 200]),
        row("GET", "fhir/Patient/{nobody}", none(), [403, 403, 403, 403, 403]),
        row("GET", "patients/{patient}/holds", none(), [403, 403, 403, 403, 200]),
        row("POST", "patients/{patient}/holds", json!({"reason": "X", "until": "2"}), [403, 403, 403, 403, 400]),
        row("DELETE", "patients/{patient}/holds/{hold}", none(), [403, 403, 403, 403, 204]),
        row("POST", "patients/{nobody}/merge", json!({"into": "{patient}"}), [403, 403, 403, 404, 403]),
        row("POST", "tick", none(), [403, 403, 403, 200, 200]),
        row("DELETE", "sessions/{session}", none(), [204, 403, 403, 403, 403]),
    ]
}

#[test]
fn everybody_gets_what_is_his_and_nobody_more() {
    let clinic = Clinic::start(&[]).unwrap();
    let session = clinic.sign_in("13711112222");
    let (ann, bob) = (bearer(&session), clinic.user("13711112223"));
    let staff = json!({"phone": "13711112224", "name": "王医生", "role": "doctor"});
    let doctor_id = clinic.ask("POST", "staff", &clinic.admin(), &staff).json()["account_id"].clone();
    let doctor = clinic.user("13711112224");
    let patient = clinic.verified(&ann, "张三", NUMBERS[0])["patient"]["patient_id"].clone();
    let case = clinic.confirmed(&ann, "张三", NUMBERS[0]);
    let consents = clinic.ask("GET", "me/consents", &ann, &Value::Null).json();
    let patient_path = format!("patients/{}", patient.as_str().unwrap());
    let hold = json!({"reason": "outpatient", "until": "2090-01-01T00:00:00Z"});
    let hold = clinic.ask("POST", &format!("{patient_path}/holds"), HIS, &hold).json();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let names = [
        ("{doctor}", text(&doctor_id)),
        ("{nobody}", "pat_01JD0000000000000000000000".to_owned()),
        ("{case}", case),
        ("{patient}", text(&patient)),
        // The last one given: the first is needed for the challenge.
        ("{consent}", text(&consents["items"][0]["consent_id"])),
        ("{hold}", text(&hold["hold_id"])),
        ("{session}", text(&session["session_id"])),
    ];
    let fill = |template: &str| names.iter().fold(template.to_owned(), |text, (name, id)| text.replace(name, id));
    let table = table();
    let mut wrong = Vec::new();
    for row in &table {
        let (path, body) = (fill(row.path), fill(&row.body.to_string()));
        let body: &[u8] = if row.body.is_null() { b"" } else { body.as_bytes() };
        let mut check = |who: &str, credential: &str, expected: u16| {
            let answer = clinic.send(row.method, &path, credential, "application/json", body);
            if answer.status != expected {
                wrong.push(format!(
                    "{} {path} as {who}: {} instead of {expected}: {}",
                    row.method,
                    answer.status,
                    answer.json()
                ));
            }
        };
        // Those who may not come first: what they do changes nothing for those who may.
        check("nobody", "", 401);
        check("a stranger", "Bearer x.y.z", 401);
        let mut callers = vec![
            ("bob", bob.clone(), row.bob),
            ("a doctor", doctor.clone(), row.doctor),
            ("an administrator", clinic.admin(), row.admin),
            ("another function", String::new(), 401),
            ("ann", ann.clone(), row.ann),
            ("a system", HIS.to_owned(), row.system),
        ];
        callers.sort_by_key(|(_, _, expected)| *expected != FORBIDDEN);
        for (who, credential, expected) in callers {
            check(who, &credential, expected);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A system releases only its own holds.
    let place = json!({"reason": "outpatient", "until": "2090-01-01T00:00:00Z"});
    let hold = clinic.ask("POST", &format!("{patient_path}/holds"), HIS, &place).json();
    let path = format!("{patient_path}/holds/{}", hold["hold_id"].as_str().unwrap());
    assert_eq!(clinic.ask("DELETE", &path, LIS, &Value::Null).status, FORBIDDEN);
}

#[test]
fn every_operation_of_the_contract_is_in_the_table() {
    let clinic = Clinic::start(&[]).unwrap();
    let document = clinic.ask("GET", "openapi.json", "", &Value::Null).json();
    let shape = |path: &str| {
        path.split('/').map(|part| if part.contains('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
    };
    let table = table();
    let known: Vec<_> = table
        .iter()
        .map(|row| {
            (row.method.to_lowercase(), shape(&format!("/v1/register/{}", row.path.replace("card_front", "{}"))))
        })
        .collect();
    let open = ["otp", "sessions", "sessions/refresh", "healthz"].map(|path| format!("/v1/register/{path}"));
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            let public = open.contains(path) && (method == "post" || path.ends_with("healthz"));
            let photograph = path.contains("id_card_front");
            let found = known.iter().any(|(m, p)| {
                m == method && *p == shape(&path.replace("card_front", if photograph { "card_front" } else { "{}" }))
            });
            assert!(public || photograph || found, "{method} {path}");
        }
    }
}

#[test]
fn a_stopped_account_is_out_before_its_token_ends() {
    let clinic = Clinic::start(&[]).unwrap();
    let staff = json!({"phone": "13711112224", "name": "王医生", "role": "admin"});
    let made = clinic.ask("POST", "staff", &clinic.admin(), &staff).json();
    let session = clinic.sign_in("13711112224");
    let admin = bearer(&session);
    assert_eq!(clinic.ask("GET", "staff", &admin, &Value::Null).status, 200);
    let path = format!("staff/{}/disable", made["account_id"].as_str().unwrap());
    assert_eq!(clinic.ask("POST", &path, &clinic.admin(), &Value::Null).status, 200);
    assert_eq!(clinic.ask("GET", "staff", &admin, &Value::Null).status, FORBIDDEN);
    let refresh = json!({"refresh_token": session["refresh_token"]});
    assert_eq!(clinic.ask("POST", "sessions/refresh", "", &refresh).status, 401);
}
