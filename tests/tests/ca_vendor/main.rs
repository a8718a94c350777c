//! `ca-sign` over a vendor's services, against a stand-in of them: nothing is believed because the authority says so, and nothing is
//! lost because it does not say it.

mod beforehand;
mod lost;
mod races;
mod seal;
mod years;

use serde_json::{Value, json};
use tests::practice::{CALLBACKS, Practice, last, text};
use tests::register::NUMBERS;
use tests::vendors::Reply;
use tests::vendors::bjca::{Deed, LISTS, Progress, STAMPS, Service};

const MODES: [(&str, Service); 2] = [("coss", Service::Coss), ("ywx", Service::Ywx)];

/// State of the document, state and code of its last signature.
fn stands(practice: &Practice, id: &str) -> (String, String, String) {
    let document = practice.document(id);
    let state = document["state"].as_str().unwrap_or_default().to_owned();
    (state, last(&document, "state"), last(&document, "code"))
}

fn are(state: &str, signature: &str, code: &str) -> (String, String, String) {
    (state.to_owned(), signature.to_owned(), code.to_owned())
}

#[test]
fn a_person_is_enrolled_once_the_authority_says_so() {
    for (mode, service) in MODES {
        let practice = Practice::empty(mode);
        practice.ca.hold_persons(true);
        let enrolled = practice.enrol(0);
        let signer = enrolled.json();
        assert_eq!((enrolled.status, &signer["state"]), (201, &json!("pending")), "{mode}: {signer}");
        assert!(signer["invitation"].as_str().unwrap().contains("/activate/"), "{signer}");
        let user = practice.ca.users()[0].id.clone();
        let tell = || {
            let body = practice.ca.callback_about(service, &user);
            let headers = [("content-type", "application/json")];
            practice.api.send("POST", CALLBACKS, &headers, body.as_bytes()).unwrap().status
        };
        let shown = || practice.ask("GET", "signers/me", &practice.doctor(0), &Value::Null).json();
        assert_eq!((tell(), &shown()["state"]), (200, &json!("pending")), "a callback alone says nothing");
        practice.ca.activate(&user);
        assert_eq!(tell(), 200);
        assert_eq!((&shown()["state"], &shown()["invitation"]), (&json!("active"), &Value::Null), "{}", shown());
        assert!(practice.ca.refused().is_empty(), "{:?}", practice.ca.refused());
    }
}

#[test]
fn what_the_authority_says_of_a_person_reaches_neither_log_nor_store() {
    for (mode, _) in MODES {
        let mut practice = Practice::empty(mode);
        let words = format!("李医生（身份证 {}，手机 13900000001）已在黑名单", NUMBERS[0]);
        let refusal = json!({"status": 70_403, "message": words, "data": null}).to_string().into_bytes();
        // COSS is asked after the person before, and refuses that as well.
        practice.ca.next(vec![Reply::Answer(200, "application/json", refusal); if mode == "coss" { 2 } else { 1 }]);
        assert_eq!(practice.enrol(0).problem(), (422, "authority_refused".into()), "{mode}");
        let host = &mut practice.api.host;
        host.signal("TERM").unwrap();
        host.wait().unwrap();
        assert!(host.log().contains("status 70403, HTTP 200"), "{mode}: {}", host.log());
        assert_eq!(host.exposed(&["李医生", NUMBERS[0], "13900000001", "黑名单"]), Vec::<&str>::new(), "{mode}");
    }
}

#[test]
fn who_is_enrolled_without_a_callback_is_found_by_the_tick() {
    let practice = Practice::empty("coss");
    practice.ca.hold_persons(true);
    assert_eq!(practice.enrol(0).status, 201);
    practice.ca.activate(&practice.ca.users()[0].id);
    practice.pass();
    assert_eq!(practice.tick(), 200);
    let shown = practice.ask("GET", "signers/me", &practice.doctor(0), &Value::Null).json();
    assert_eq!(shown["state"], "active", "{shown}");
}

#[test]
fn a_certificate_in_anothers_name_is_nobodys() {
    let practice = Practice::empty("coss");
    practice.ca.hold_persons(true);
    let signer = practice.enrol(0).json();
    let user = practice.ca.users()[0].id.clone();
    practice.ca.rename(&user, "路人");
    practice.ca.activate(&user);
    practice.pass();
    assert_eq!(practice.tick(), 200, "no later tick would make it right");
    let refresh = format!("signers/{}/refresh", signer["signer_id"].as_str().unwrap());
    let refreshed = practice.ask("POST", &refresh, &practice.admin(), &json!({}));
    assert_eq!(refreshed.problem(), (422, "certificate_of_another".into()));
    let shown = practice.ask("GET", "signers/me", &practice.doctor(0), &Value::Null).json();
    assert_eq!((&shown["state"], &shown["certificate"]), (&json!("pending"), &Value::Null), "{shown}");
}

#[test]
fn a_document_is_signed_by_code_and_a_callback_counts_once() {
    for (mode, _) in MODES {
        let practice = Practice::start(mode);
        let (id, job) = practice.waiting();
        let signer = practice.ask("GET", &format!("documents/{id}"), &practice.doctor(0), &Value::Null);
        let invitation = last(&signer.json(), "invitation");
        assert_eq!(last(&practice.document(&id), "invitation"), "", "nobody else's business");
        assert_eq!(invitation.is_empty(), mode == "ywx", "YWX shows its own code: {invitation}");
        practice.ca.decide(&job, Deed::Sign);
        let answers = practice.ca.call_back(&practice.api.host.url(CALLBACKS), &job, 3);
        assert!(answers.iter().all(|(status, body)| *status == 200 && body.contains("\"0\"")), "{answers:?}");
        assert_eq!(stands(&practice, &id), are("complete", "signed", ""), "{mode}");
        assert_eq!(practice.document(&id)["signatures"].as_array().unwrap().len(), 1);
        let judged = practice.proved(&id);
        assert!(judged.status.success(), "{mode}: {judged:?}");
        let shown = &practice.ca.jobs()[0].title;
        assert!(shown.contains(&id) && !shown.contains("张三"), "nothing personal: {shown}");
        assert!(practice.ca.refused().is_empty(), "{:?}", practice.ca.refused());
    }
}

#[test]
fn a_signature_that_does_not_come_about_leaves_the_document_open() {
    for (mode, _) in MODES {
        let practice = Practice::start(mode);
        let cases = [
            (Deed::Refuse("剂量请再核对"), "refused", ""),
            (Deed::Expire, "expired", ""),
            (Deed::Void, "voided", ""),
            (Deed::SignAsAnother, "failed", "signer_not_expected"),
            // COSS sends the content along, YWX its digest alone.
            (Deed::SignOther, "failed", if mode == "coss" { "content_differs" } else { "message_digest_differs" }),
            (Deed::Tamper, "failed", "signature_wrong"),
        ];
        let (id, mut job) = practice.waiting();
        for (deed, state, code) in cases {
            let case = format!("{mode} {deed:?}");
            assert_eq!(practice.sign(0, &id).problem(), (409, "signature_under_way".into()), "{case}");
            assert_eq!(practice.decided(&job, deed.clone()).0, 200, "{case}: what came is stored");
            assert_eq!(stands(&practice, &id), are("open", state, code), "{case}");
            assert_eq!(practice.decided(&job, deed).0, 200, "{case}: again");
            assert_eq!(stands(&practice, &id), are("open", state, code), "{case}: again");
            if state == "refused" && mode == "ywx" {
                assert_eq!(last(&practice.document(&id), "reason"), "剂量请再核对");
            }
            assert_eq!(practice.sign(0, &id).status, 200, "{case}: its signer may begin again");
            job = practice.ca.jobs().last().unwrap().id.clone();
        }
        assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
        assert_eq!(stands(&practice, &id), are("complete", "signed", ""), "{mode}");
    }
}

#[test]
fn a_signature_that_comes_too_late_is_kept_and_counts_for_nothing() {
    for (mode, _) in MODES {
        let practice = Practice::start(mode);
        let (id, job) = practice.waiting();
        practice.change("UPDATE ca_sign_signature SET expires_at = 0");
        practice.pass();
        assert_eq!(practice.tick(), 200);
        assert_eq!(stands(&practice, &id), are("open", "expired", ""), "{mode}");
        assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
        assert_eq!(stands(&practice, &id), are("open", "late", ""), "{mode}");
        assert_eq!(practice.sign(0, &id).status, 200);
        let job = practice.ca.jobs().last().unwrap().id.clone();
        assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
        assert_eq!(stands(&practice, &id), are("complete", "signed", ""), "{mode}");
    }
}

#[test]
fn a_signature_of_a_document_that_was_taken_back_counts_for_nothing() {
    for (mode, _) in MODES {
        let practice = Practice::start(mode);
        let void = |id: &str| {
            let body = json!({"reason": "写错患者了"});
            let answer = practice.ask("POST", &format!("documents/{id}/void"), &practice.doctors[0].0, &body);
            assert_eq!(answer.status, 200, "{}", answer.json());
        };
        let (id, job) = practice.waiting();
        void(&id);
        assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
        assert_eq!(stands(&practice, &id), are("voided", "late", ""), "{mode}: it was faster than the tick");
        let (id, job) = practice.waiting();
        void(&id);
        practice.pass();
        assert_eq!(practice.tick(), 200);
        assert_eq!(stands(&practice, &id), are("voided", "voided", ""), "{mode}");
        let there = practice.ca.jobs().into_iter().find(|one| one.id == job).unwrap();
        assert_eq!(there.progress == Progress::Voided, mode == "coss", "YWX is not known to take jobs back");
    }
}

#[test]
fn forged_callbacks_are_refused() {
    let practice = Practice::start("ywx");
    let (id, job) = practice.waiting();
    practice.ca.decide(&job, Deed::Refuse("不同意"));
    let genuine: Value = serde_json::from_str(&practice.ca.callback(&job)).unwrap();
    let post = |path: &str, body: &Value| {
        let headers = [("content-type", "application/json")];
        practice.api.send("POST", path, &headers, body.to_string().as_bytes()).unwrap().problem()
    };
    for member in ["status", "client_id", "unique_id", "reason", "sign"] {
        let mut forged = genuine.clone();
        forged[member] = json!("9");
        assert_eq!(post(CALLBACKS, &forged), (400, "callback_refused".into()), "{member}");
        forged.as_object_mut().unwrap().remove(member);
        assert_eq!(post(CALLBACKS, &forged), (400, "callback_refused".into()), "without {member}");
    }
    assert_eq!(post(CALLBACKS, &json!([])), (400, "callback_refused".into()));
    assert_eq!(post("/v1/ca-sign/callbacks/local", &genuine), (404, "not_found".into()));
    assert_eq!(stands(&practice, &id), are("open", "waiting", ""));
    assert_eq!(post(CALLBACKS, &genuine), (200, String::new()));
    assert_eq!(stands(&practice, &id), are("open", "refused", ""));
}

#[test]
fn a_revoked_certificate_signs_nothing_more() {
    for (mode, _) in MODES {
        let practice = Practice::start(mode);
        let (before, job) = practice.waiting();
        assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
        assert_eq!(stands(&practice, &before), are("complete", "signed", ""), "{mode}");
        let (id, job) = practice.waiting();
        practice.ca.revoke(&practice.ca.users()[0].id, 0);
        practice.pass();
        assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
        assert_eq!(stands(&practice, &id), are("open", "failed", "certificate_revoked"), "{mode}");
    }
}

#[test]
fn whoever_is_suspended_while_a_code_waits_has_not_signed() {
    for (mode, service) in MODES {
        let practice = Practice::start(mode);
        let (id, job) = practice.waiting();
        let signer = &practice.doctors[0].1;
        let change = |deed: &str| {
            let changed = practice.ask("POST", &format!("signers/{signer}/{deed}"), &practice.admin(), &json!({}));
            assert_eq!(changed.status, 200, "{}", changed.json());
            text(&changed.json()["state"])
        };
        assert_eq!(change("suspend"), "suspended");
        // What the authority says of the person gives nothing back.
        let told = practice.ca.callback_about(service, &practice.ca.users()[0].id);
        let headers = [("content-type", "application/json")];
        assert_eq!(practice.api.send("POST", CALLBACKS, &headers, told.as_bytes()).unwrap().status, 200);
        assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
        assert_eq!(stands(&practice, &id), are("open", "failed", "signer_suspended"), "{mode}");
        assert_eq!(change("activate"), "active");
        assert_eq!(practice.sign(0, &id).status, 200);
        let job = practice.ca.jobs().last().unwrap().id.clone();
        assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
        assert_eq!(stands(&practice, &id), are("complete", "signed", ""), "{mode}");
    }
}

#[test]
fn without_lists_or_timestamps_a_signature_waits_until_they_are_back() {
    for ((mode, _), down) in MODES.into_iter().flat_map(|mode| [(mode, LISTS), (mode, STAMPS)]) {
        let case = format!("{mode}, {down}");
        let practice = Practice::start(mode);
        let (id, job) = practice.waiting();
        practice.ca.down(&[down]);
        assert_eq!(practice.decided(&job, Deed::Sign).0, 200, "{case}: it is stored");
        assert_eq!(stands(&practice, &id), are("open", "received", ""), "{case}");
        practice.pass();
        assert_eq!(practice.tick(), 503, "{case}");
        assert_eq!(stands(&practice, &id), are("open", "received", ""), "{case}");
        practice.ca.down(&[]);
        practice.pass();
        assert_eq!((practice.tick(), stands(&practice, &id)), (200, are("complete", "signed", "")), "{case}");
    }
}

#[test]
fn a_shift_is_approved_beforehand() {
    let practice = Practice::start("coss");
    let (doctor, signer) = &practice.doctors[0];
    let (_, theirs) = practice.asked_beforehand(signer, doctor, 1);
    let sign = |id: &str| {
        let body = json!({"signer_id": signer, "mode": "authorised"});
        practice.ask("POST", &format!("documents/{id}/signatures"), doctor, &body).problem()
    };
    let id = practice.written(0);
    assert_eq!(sign(&id), (422, "authorisation_over".into()), "nobody gave it yet");
    practice.ca.approve(&theirs);
    assert_eq!(sign(&id), (200, String::new()));
    practice.pass();
    assert_eq!((practice.tick(), stands(&practice, &id)), (200, are("complete", "signed", "")));
    assert_eq!(sign(&practice.written(0)), (422, "authorisation_over".into()));
}
