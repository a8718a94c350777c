//! Guessing at `register`: it ends at the code, at the phone and at the address.

use serde_json::{Value, json};
use std::collections::BTreeMap;
use tests::api::{Answer, Api};
use tests::register::Clinic;

const PHONE: &str = "13711112222";

fn guess(clinic: &Clinic, otp: &Value, n: u32) -> Answer {
    // Never the right one: that has six digits.
    let body = json!({"phone": PHONE, "otp_id": otp["otp_id"], "code": format!("{n:07}")});
    clinic.ask("POST", "sessions", "", &body)
}

#[test]
fn a_code_ends_after_five_tries_from_wherever_they_come() {
    let clinic = Clinic::start(&[]).unwrap();
    let otp = clinic.otp(PHONE, "sign_in");
    let answers: Vec<_> = (0..6).map(|n| guess(&clinic, &otp, n).problem()).collect();
    assert_eq!(answers[4], (422, "wrong_code".into()));
    assert_eq!(answers[5], (422, "code_over".into()));
    let mut right = otp;
    right["phone"] = PHONE.into();
    assert_eq!(clinic.ask("POST", "sessions", "", &right).problem(), (422, "code_over".into()));
}

#[test]
fn many_codes_for_one_phone_give_no_more_guesses() {
    let clinic = Clinic::start(&[]).unwrap();
    let mut seen = BTreeMap::<u16, u32>::new();
    for _ in 0..8 {
        let otp = clinic.otp(PHONE, "sign_in");
        for n in 0..5 {
            *seen.entry(guess(&clinic, &otp, n).status).or_default() += 1;
        }
    }
    // 15 at once, and one a minute for as long as the test runs.
    assert!((15..=17).contains(&seen[&422]) && seen[&429] >= 23, "{seen:?}");
    let other = clinic.sign_in("13711112223");
    assert_eq!(other["role"], "patient", "nobody else is kept out");
}

#[test]
fn parallel_guesses_count_too() {
    let clinic = Clinic::start(&[]).unwrap();
    let otp = clinic.otp(PHONE, "sign_in");
    let statuses: Vec<_> = std::thread::scope(|scope| {
        let (clinic, otp) = (&clinic, &otp);
        let threads: Vec<_> = (0..12).map(|n| scope.spawn(move || guess(clinic, otp, n).problem())).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    let tried = statuses.iter().filter(|(_, code)| code == "wrong_code").count();
    assert_eq!(tried, 5, "{statuses:?}");
}

#[test]
fn one_address_is_slowed_whatever_it_asks_for() {
    let api = Api::start().unwrap();
    let mut seen = BTreeMap::<u16, u32>::new();
    for n in 0..80 {
        let body = json!({"phone": format!("137{n:08}"), "otp_id": "otp_x", "code": "123456"});
        *seen.entry(api.json("POST", "/v1/register/sessions", "", &body).unwrap().status).or_default() += 1;
    }
    assert!((60..=70).contains(&seen[&422]) && seen[&429] >= 10, "{seen:?}");
}

#[test]
fn one_address_does_not_have_messages_sent_to_all_the_world() {
    let api = Api::start().unwrap();
    let ask = |n: u32| api.json("POST", "/v1/register/otp", "", &json!({"phone": format!("137{n:08}")})).unwrap();
    let sent = (0..60).filter(|n| ask(*n).status == 202).count();
    assert!((30..=36).contains(&sent), "{sent}");
}

#[test]
fn the_usual_limits_hold_and_a_known_phone_looks_like_any_other() {
    let api = Api::start().unwrap();
    let ask = |phone: &str| api.json("POST", "/v1/register/otp", "", &json!({"phone": phone})).unwrap();
    let first = ask(PHONE);
    assert_eq!((first.status, &first.json()["resend_after_s"]), (202, &json!(60)));
    let second = ask(PHONE);
    assert_eq!(second.problem(), (429, "phone_limited".into()));
    let wait: u32 = second.header("retry-after").parse().unwrap();
    assert!((55..=61).contains(&wait), "{wait}");
    let staff = json!({"phone": "13711112224", "name": "王医生", "role": "doctor"});
    let admin = api.token("operator", "admin", 0, 600);
    assert_eq!(api.json("POST", "/v1/register/staff", &admin, &staff).unwrap().status, 201);
    let shape =
        |answer: &Answer| (answer.status, answer.json().as_object().unwrap().keys().cloned().collect::<Vec<_>>());
    assert_eq!(shape(&ask("13711112224")), shape(&ask("13711112225")), "known and unknown");
}
