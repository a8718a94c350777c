//! `register` over HTTP: from a phone number to a real name, and what is left behind.

use ed25519_dalek::SigningKey;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use std::sync::{Mutex, mpsc};
use std::time::Duration;
use tests::api::{HIS, picture};
use tests::audit;
use tests::form::form;
use tests::register::{Clinic, NUMBERS, bearer};
use tests::token;
use tests::vendors::{APP_ID, Reply, SECRET, Server, Wechat};

const PHONE: &str = "13711112222";

#[test]
fn a_patient_gets_a_real_name() {
    let clinic = Clinic::start(&[]).unwrap();
    let session = clinic.sign_in(PHONE);
    assert_eq!((&session["role"], &session["verified"]), (&json!("patient"), &json!(false)));
    let who = bearer(&session);
    let case = clinic.verified(&who, "张三", NUMBERS[0]);
    assert_eq!((&case["patient"]["level"], &case["score"]), (&json!("real_name"), &json!(87.5)));
    assert_eq!(clinic.sign_in(PHONE)["verified"], true);
    let me = clinic.ask("GET", "me", &who, &Value::Null).json();
    assert_eq!((&me["patient"]["name"], &me["phone"]), (&json!("张*"), &json!("137****2222")));
    let id = case["patient"]["patient_id"].as_str().unwrap();
    let patient = clinic.ask("GET", &format!("patients/{id}"), HIS, &Value::Null);
    assert_eq!((patient.status, &patient.json()["name"]), (200, &json!("张三")));
    let fhir = clinic.ask("GET", &format!("fhir/Patient/{id}"), HIS, &Value::Null);
    assert_eq!(
        (fhir.header("content-type"), &fhir.json()["birthDate"]),
        ("application/fhir+json", &json!("1949-12-31"))
    );
    let page = clinic.ask("GET", "me/export?format=html", &who, &Value::Null);
    assert!(
        page.header("content-type").starts_with("text/html")
            && page.body.windows(18).any(|w| w == NUMBERS[0].as_bytes())
    );
    let proof = clinic.ask("POST", "identity-proof", &who, &json!({"audience": "ca-sign"}));
    assert_eq!(proof.status, 201);

    let (entries, waiting) = audit::entries(clinic.api.host.data(), "register").unwrap();
    assert!(entries.len() > 10 && waiting == 0);
    assert!(clinic.api.host.exposed(&["张三", NUMBERS[0], PHONE]).is_empty());
    assert!(clinic.api.host.exposed(&[&picture("张三")]).is_empty(), "the portrait");
}

#[test]
fn a_mini_program_sends_forms_and_every_failure_is_told() {
    let clinic = Clinic::start(&[]).unwrap();
    let who = clinic.user(PHONE);
    let case = clinic.ask("POST", "identity", &who, &json!({})).json()["case_id"].as_str().unwrap().to_owned();
    let path = format!("identity/{case}/id_card_front");
    for (told, status, code) in [
        ("no_card", 422, "no_card"),
        ("back", 422, "wrong_side"),
        ("front", 422, "card_copy"),
        ("damaged", 400, "bad_image"),
        ("no_models", 503, "ocr_unavailable"),
        ("trap", 503, "ocr_unavailable"),
    ] {
        let answer = clinic.photograph(&who, &case, "id_card_front", told);
        assert_eq!(answer.problem(), (status, code.into()), "{told}");
        if status < 500 {
            let seen = clinic.ask("GET", &format!("identity/{case}"), &who, &Value::Null).json();
            assert_eq!(seen["failure"]["code"], code);
        }
    }
    let (kind, body) = form(&[("image", &picture(&format!("front 张三 {}", NUMBERS[0])))]);
    let answer = clinic.send("POST", &path, &who, &kind, &body);
    assert_eq!((answer.status, &answer.json()["next"]), (200, &json!("id_card_back")), "{}", answer.json());
    let large = vec![0; (11 << 20) + 1];
    assert_eq!(clinic.send("POST", &path, &who, "image/jpeg", &large).problem(), (413, "too_large".into()));
    assert_eq!(clinic.send("POST", &path, &who, "text/plain", b"x").problem(), (415, "unsupported_format".into()));
    clinic.photograph(&who, &case, "id_card_back", "back long_term");
    assert_eq!(clinic.step(&who, &case, "confirm").status, 200);
    assert_eq!(clinic.step(&who, &case, "liveness").problem(), (422, "consent_needed".into()));
    clinic.ask("POST", "me/consents", &who, &json!({"what": "face", "version": "1"}));
    assert_eq!(clinic.film(&who, &case, "print").problem(), (422, "not_live".into()));
    assert_eq!(clinic.film(&who, &case, "李四").status, 200);
    assert_eq!(clinic.step(&who, &case, "compare").problem(), (422, "different_person".into()));
    let seen = clinic.ask("GET", &format!("identity/{case}"), &who, &Value::Null).json();
    assert_eq!((&seen["next"], &seen["tries_left"]["compare"]), (&json!("liveness"), &json!(2)));
}

#[test]
fn tokens_open_other_functions_and_rotate() {
    let clinic = Clinic::start(&[]).unwrap();
    let session = clinic.sign_in(PHONE);
    let silent =
        clinic.send("POST", "/v1/face-compare/liveness/silent", &bearer(&session), "image/jpeg", &picture("ann"));
    assert_eq!(silent.status, 200, "{}", silent.json());
    let refresh = |token: &Value| clinic.ask("POST", "sessions/refresh", "", &json!({"refresh_token": token}));
    let next = refresh(&session["refresh_token"]);
    assert_eq!(next.status, 200);
    assert_eq!(clinic.ask("GET", "me", &bearer(&next.json()), &Value::Null).status, 200);
    assert_eq!(refresh(&session["refresh_token"]).problem(), (401, "session_over".into()));
    assert_eq!(refresh(&next.json()["refresh_token"]).problem(), (401, "session_over".into()), "the family is gone");
    let made = clinic.ask(
        "POST",
        "staff",
        &clinic.admin(),
        &json!({"phone": "13711112223", "name": "王医生", "role": "doctor"}),
    );
    assert_eq!(made.status, 201);
    assert_eq!(clinic.sign_in("13711112223")["role"], "doctor");
}

#[test]
fn a_social_account_is_tied_once() {
    let vendor = Wechat::start().unwrap();
    let endpoint = format!("http://{}", vendor.address());
    let account = [("social_app_id", APP_ID), ("social_app_secret", SECRET), ("social_endpoint", &*endpoint)];
    let clinic = Clinic::start(&account).unwrap();
    let social = |code: &str| clinic.ask("POST", "sessions", "", &json!({"wechat_code": code}));
    assert_eq!(social(&vendor.code("ann")).problem(), (422, "phone_needed".into()));
    let mut both = clinic.otp(PHONE, "sign_in");
    (both["phone"], both["wechat_code"]) = (PHONE.into(), vendor.code("ann").into());
    let first = clinic.ask("POST", "sessions", "", &both);
    assert_eq!(first.status, 201, "{}", first.json());
    let code = vendor.code("ann");
    let again = social(&code);
    assert_eq!((again.status, &again.json()["account_id"]), (201, &first.json()["account_id"]));
    assert_eq!(social(&code).problem(), (422, "social_code_over".into()), "used");
    for (errcode, status, problem) in [
        (40029, 422, "social_code_over"),
        (40226, 403, "social_refused"),
        (45011, 503, "social_unavailable"),
        (-1, 503, "social_unavailable"),
        (40125, 503, "social_unavailable"),
    ] {
        vendor.fail(errcode);
        let answer = social(&vendor.code("ann"));
        assert_eq!(answer.problem(), (status, problem.into()), "{errcode}");
    }
    assert!(!clinic.api.host.log().contains(SECRET));
}

#[test]
fn a_hospital_system_is_told_of_verified_patients() {
    let (tell, told) = mpsc::channel();
    let tell = Mutex::new(tell);
    let his = Server::start(0, move |request| {
        tell.lock().unwrap().send(request).unwrap();
        Reply::Answer(204, "text/plain", Vec::new())
    });
    let address = format!("http://{}", his.as_ref().unwrap().address);
    let url = format!("{address}/hook");
    let clinic = Clinic::start(&[("register_webhook_url", &url), ("register_webhook_host", &address)]).unwrap();
    let case = clinic.verified(&clinic.user(PHONE), "张三", NUMBERS[0]);
    // The host ticks every 5 seconds.
    let report = told.recv_timeout(Duration::from_secs(60)).unwrap();
    let body: Value = serde_json::from_slice(&report.body).unwrap();
    assert_eq!((&body["event"], &body["patient_id"]), (&json!("patient.verified"), &case["patient"]["patient_id"]));
    let head = format!("{}.{}.", report.header("x-yunzhen-timestamp"), report.header("x-yunzhen-id"));
    let mac = Hmac::<Sha256>::new_from_slice(b"report secret of the tests").unwrap();
    let mac = mac.chain_update(head).chain_update(&report.body).finalize().into_bytes();
    assert_eq!(report.header("x-yunzhen-signature"), format!("v1={}", hex::encode(mac)));
}

#[test]
fn functions_with_another_key_are_not_register() {
    let stranger = token::public("register", &SigningKey::from_bytes(&[3; 32]));
    let clinic = Clinic::start(&[("token_public_keys", &stranger)]).unwrap();
    let answer = clinic.ask("POST", "otp", "", &json!({"phone": PHONE}));
    assert_eq!(answer.problem(), (503, "sms_unavailable".into()), "sms-send does not believe it");
}
