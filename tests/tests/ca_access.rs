//! Who may do what at `ca-sign`: every endpoint, every role, one's own objects and others', as a table.

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use tests::api::HIS;
use tests::token;
use tests::ward::{PIN, Ward};

const FORBIDDEN: u16 = 403;

/// Method, path, body; what each caller gets, in the order of [`callers`].
struct Row {
    method: &'static str,
    path: &'static str,
    body: Value,
    expected: [u16; 7],
}

fn row(method: &'static str, path: &'static str, body: Value, expected: [u16; 7]) -> Row {
    Row { method, path, body, expected }
}

/// `ann` is the patient of `{doc}`, which `doctor` wrote and both signed; `bob` and `other` have nothing to do with it.
fn callers(ward: &Ward, bob: &str, other: &str) -> [(&'static str, String); 7] {
    [
        ("ann", ward.patient.clone()),
        ("bob", bob.to_owned()),
        ("the doctor", ward.doctor.0.clone()),
        ("another doctor", other.to_owned()),
        ("the pharmacist", ward.pharmacist.0.clone()),
        ("an administrator", ward.clinic.admin()),
        ("a system", HIS.to_owned()),
    ]
}

#[rustfmt::skip]
fn table() -> Vec<Row> {
    let none = || Value::Null;
    let empty = || json!({});
    let reason = || json!({"reason": "剂量请再核对"});
    let authorise = || json!({"until": "2", "most": 1});
    let sign = |signer: &str| json!({"signer_id": signer, "mode": "qr"});
    let write = json!({"kind": "report", "visit_id": "MZ1", "patient": "x.y.z", "content": {}});
    vec![
        // Method, path, body: ann, bob, doctor, other doctor, pharmacist, administrator, system.
        row("POST", "signers", empty(), [403, 403, 403, 403, 403, 400, 403]),
        row("GET", "signers", none(), [403, 403, 403, 403, 403, 200, 403]),
        row("GET", "signers/{doctor}", none(), [403, 403, 200, 403, 403, 200, 403]),
        row("GET", "signers/{pharmacist}", none(), [403, 403, 403, 403, 200, 200, 403]),
        row("GET", "signers/{seal}", none(), [403, 403, 403, 403, 403, 200, 403]),
        row("GET", "signers/me", none(), [403, 403, 200, 200, 200, 404, 403]),
        row("GET", "signers/{nobody}", none(), [403, 403, 403, 403, 403, 403, 403]),
        row("POST", "signers/{spare}/suspend", none(), [403, 403, 403, 403, 403, 200, 403]),
        row("POST", "signers/{spare}/activate", none(), [403, 403, 403, 403, 403, 200, 403]),
        row("POST", "signers/{spare}/refresh", none(), [403, 403, 403, 403, 403, 200, 403]),
        row("POST", "signers/{spare}/revoke", none(), [403, 403, 403, 403, 403, 200, 403]),
        row("POST", "signers/{nobody}/revoke", none(), [403, 403, 403, 403, 403, 403, 403]),
        row("PUT", "signers/{doctor}/seal", empty(), [403, 403, 415, 403, 403, 415, 403]),
        row("PUT", "signers/{seal}/seal", empty(), [403, 403, 403, 403, 403, 415, 403]),
        row("POST", "signers/{doctor}/authorisations", authorise(), [403, 403, 400, 403, 403, 403, 403]),
        row("POST", "signers/{seal}/authorisations", authorise(), [403, 403, 403, 403, 403, 400, 403]),
        row("GET", "signers/{doctor}/authorisations", none(), [403, 403, 200, 403, 403, 403, 403]),
        row("GET", "signers/{seal}/authorisations", none(), [403, 403, 403, 403, 403, 200, 403]),
        row("DELETE", "signers/{other}/authorisations/{given}", none(), [403, 403, 403, 403, 403, 403, 403]),
        row("DELETE", "signers/{doctor}/authorisations/{given}", none(), [403, 403, 204, 403, 403, 403, 403]),
        row("POST", "documents", write, [403, 403, 422, 422, 403, 403, 403]),
        row("GET", "documents", none(), [200, 200, 200, 200, 200, 200, 200]),
        row("GET", "documents/{doc}", none(), [200, 403, 200, 403, 200, 200, 200]),
        row("GET", "documents/{nothing}", none(), [403, 403, 403, 403, 403, 403, 403]),
        row("POST", "documents/{doc}/signatures", sign("{doctor}"), [403, 403, 409, 403, 403, 403, 403]),
        row("POST", "documents/{doc}/signatures", sign("{pharmacist}"), [403, 403, 403, 403, 409, 403, 403]),
        row("POST", "documents/{doc}/signatures", sign("{other}"), [403, 403, 403, 403, 403, 403, 403]),
        row("POST", "documents/{doc}/signatures", sign("{seal}"), [403, 403, 403, 403, 403, 409, 403]),
        row("GET", "documents/{doc}/signatures/{nothing}", none(), [404, 403, 404, 403, 404, 404, 404]),
        row("POST", "documents/{doc}/send-back", reason(), [403, 403, 403, 403, 409, 403, 403]),
        row("POST", "documents/{open}/void", reason(), [403, 403, 200, 403, 403, 200, 403]),
        row("GET", "documents/{doc}/evidence", none(), [200, 403, 200, 403, 200, 200, 200]),
        row("GET", "documents/{doc}/pdf", none(), [200, 403, 200, 403, 200, 200, 200]),
        row("POST", "documents/{doc}/links", none(), [201, 403, 201, 403, 201, 201, 201]),
        row("GET", "drugs", none(), [403, 403, 200, 200, 200, 200, 403]),
        row("PUT", "drugs", empty(), [403, 403, 403, 403, 403, 415, 403]),
        row("GET", "templates", none(), [403, 403, 200, 200, 200, 200, 403]),
        row("PUT", "templates", empty(), [403, 403, 400, 400, 400, 400, 403]),
        row("DELETE", "templates/{nothing}", none(), [403, 403, 204, 204, 204, 204, 403]),
        row("POST", "tick", none(), [403, 403, 403, 403, 403, 200, 200]),
    ]
}

/// What everybody gets, with any credential or none.
fn open() -> Vec<(&'static str, &'static str, Value, u16)> {
    vec![
        ("GET", "papers/{doc}.1.0", Value::Null, 404),
        ("GET", "verifications/{doc}.0", Value::Null, 404),
        ("POST", "verify", json!({}), 400),
        ("POST", "callbacks/local", json!({}), 400),
        ("POST", "callbacks/other", json!({}), 404),
        ("GET", "healthz", Value::Null, 204),
    ]
}

fn function(name: &str, seed: u8, to: &str) -> String {
    token::service(&SigningKey::from_bytes(&[seed; 32]), name, to)
}

/// The keys of `register`, of `ca-sign`, and of a function that nobody here waits for.
fn keys() -> String {
    let key = |name: &str, seed: u8| token::public(name, &SigningKey::from_bytes(&[seed; 32]));
    [key("register", 7), key("ca-sign", 8), key("sms-send", 5)].join(",")
}

#[test]
fn everybody_gets_what_is_his_and_nobody_more() {
    let ward = Ward::start(&[("token_public_keys", &keys())]);
    let (doc, open_one) = (ward.complete(), ward.written());
    let (other, bob) = (ward.signer("doctor", "D0018", "赵医生"), ward.clinic.user("13711112223"));
    let spare = ward.signer("pharmacist", "P0009", "钱药师").1;
    let given = json!({"until": ward.later(3_600), "most": 1, "pin": PIN});
    let given = ward.ask("POST", &format!("signers/{}/authorisations", ward.doctor.1), &ward.doctor.0, &given).json();
    let names = [
        ("{doc}", doc),
        ("{open}", open_one),
        ("{doctor}", ward.doctor.1.clone()),
        ("{pharmacist}", ward.pharmacist.1.clone()),
        ("{other}", other.1.clone()),
        ("{spare}", spare),
        ("{seal}", ward.seal()),
        ("{given}", given["authorisation_id"].as_str().unwrap().to_owned()),
        ("{nobody}", "sgn_01JD0000000000000000000000".to_owned()),
        ("{nothing}", "doc_01JD0000000000000000000000".to_owned()),
    ];
    let fill = |template: &str| names.iter().fold(template.to_owned(), |text, (name, id)| text.replace(name, id));
    let mut wrong = Vec::new();
    let mut check = |method: &str, path: &str, body: &Value, (who, credential): (&str, &str), expected: u16| {
        let (path, body) = (format!("/v1/ca-sign/{}", fill(path)), fill(&body.to_string()));
        let body: &[u8] = if body == "null" { b"" } else { body.as_bytes() };
        let answer = ward.clinic.send(method, &path, credential, "application/json", body);
        if answer.status != expected {
            let (status, problem) = (answer.status, answer.json());
            wrong.push(format!("{method} {path} as {who}: {status} instead of {expected}: {problem}"));
        }
    };
    let callers = callers(&ward, &bob, &other.0);
    let strangers = [("nobody", String::new()), ("a stranger", "Bearer x.y.z".to_owned())];
    let service = ("another function", function("register", 7, "ca-sign"));
    let elsewhere = ("a function that means another", function("register", 7, "sms-send"));
    for Row { method, path, body, expected } in &table() {
        // Those who may not come first: what they do changes nothing for those who may.
        for (who, credential) in strangers.iter().chain([&elsewhere]) {
            check(method, path, body, (who, credential), 401);
        }
        check(method, path, body, (service.0, &service.1), FORBIDDEN);
        let mut all: Vec<_> = callers.iter().zip(expected).collect();
        all.sort_by_key(|(_, expected)| **expected != FORBIDDEN);
        for ((who, credential), expected) in all {
            check(method, path, body, (who, credential), *expected);
        }
    }
    for (method, path, body, expected) in &open() {
        for (who, credential) in strangers.iter().chain(&callers) {
            check(method, path, body, (who, credential), *expected);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_operation_of_the_contract_is_in_the_table() {
    let ward = Ward::start(&[]);
    let document = ward.ask("GET", "openapi.json", "", &Value::Null).json();
    let shape = |path: &str| {
        let path =
            path.trim_start_matches("/v1/ca-sign/").replace("signers/me", "signers/{id}").replace("/local", "/{}");
        path.split('/').map(|part| if part.contains('{') { "{}" } else { part }).collect::<Vec<_>>().join("/")
    };
    let table = table().into_iter().map(|row| (row.method.to_lowercase(), shape(row.path)));
    let known: Vec<_> =
        table.chain(open().into_iter().map(|(method, path, ..)| (method.to_lowercase(), shape(path)))).collect();
    let mut count = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            assert!(known.contains(&(method.clone(), shape(path))), "{method} {path}");
            count += 1;
        }
    }
    let mut known: Vec<_> = known.into_iter().filter(|(_, path)| path != "callbacks/other").collect();
    known.sort();
    known.dedup();
    assert_eq!(known.len(), count, "and the other way round: {known:?}");
}

#[test]
fn templates_and_lists_are_ones_own() {
    let ward = Ward::start(&[]);
    let other = ward.signer("doctor", "D0018", "赵医生").0;
    let id = ward.complete();
    let put = ward.ask("PUT", "templates", &ward.doctor.0, &json!({"name": "高血压", "content": {"days": 7}})).json();
    let path = format!("templates/{}", put["items"][0]["template_id"].as_str().unwrap());
    assert_eq!(ward.ask("DELETE", &path, &other, &Value::Null).status, 204);
    let count =
        |who: &str, path: &str| ward.ask("GET", path, who, &Value::Null).json()["items"].as_array().unwrap().len();
    assert_eq!((count(&ward.doctor.0, "templates"), count(&other, "templates")), (1, 0));
    let open = ward.written();
    let bob = ward.clinic.user("13711112223");
    let lists = [
        (&ward.doctor.0, 2, "both"),
        (&other, 0, "another's"),
        (&ward.patient, 1, "what is complete"),
        (&bob, 0, "another's"),
        (&ward.pharmacist.0, 0, "what waits for a pharmacist"),
        (&HIS.to_owned(), 2, "all"),
    ];
    for (who, expected, what) in lists {
        assert_eq!(count(who, "documents"), expected, "{what}: {id}, {open}");
    }
    let _ = ward.sign(&ward.doctor, &open);
    assert_eq!(count(&ward.pharmacist.0, "documents"), 1);
}

#[test]
fn of_all_functions_ca_sign_alone_reads_a_patient() {
    let ward = Ward::start(&[("token_public_keys", &keys())]);
    let patient = ward.clinic.ask("GET", "me", &ward.patient, &Value::Null).json();
    let patient = patient["patient"]["patient_id"].as_str().unwrap_or_else(|| panic!("{patient}")).to_owned();
    let cases = [
        ("ca-sign", 8, "register", "patients/{id}", 200),
        ("ca-sign", 8, "register", "patients/pat_01JD0000000000000000000000", 403),
        ("ca-sign", 8, "register", "fhir/Patient/{id}", 403),
        ("ca-sign", 8, "register", "patients/{id}/holds", 403),
        ("ca-sign", 8, "register", "staff", 403),
        ("ca-sign", 8, "ca-sign", "patients/{id}", 401),
        ("ca-sign", 5, "register", "patients/{id}", 401),
        ("sms-send", 5, "register", "patients/{id}", 403),
        ("register", 7, "register", "patients/{id}", 403),
    ];
    for (name, seed, to, path, expected) in cases {
        let answer = ward.clinic.ask("GET", &path.replace("{id}", &patient), &function(name, seed, to), &Value::Null);
        assert_eq!(answer.status, expected, "{name} {seed} {to} {path}: {}", answer.json());
    }
}
