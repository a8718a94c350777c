//! Who approves what, how, and until when.

#![cfg(test)]

mod common;

use ca_authority::{Approval, Authority, Callback, Enrolment, Error, Fate, Notice, Outcome, Person, Standing};
use ca_local::Local;
use common::{CONTENT, NOW, PIN, at, authority, doctor, enrolled, job};
use pki::signed_data::{Expected, SignedData};
use serde_json::json;

fn pin(text: &str) -> Approval {
    Approval::Pin(text.to_owned())
}

fn submit(ca: &Local, person: &Enrolment, approval: Approval, now: i64) -> Result<Fate, Error> {
    let job = job(person, approval);
    let outcome = at(now, 5, async |context| ca.submit(&job, context).await)?;
    assert_eq!(outcome.reference.as_deref(), Some("sig_01-a"));
    Ok(outcome.fate)
}

fn rejected(result: Result<Fate, Error>) -> String {
    match result {
        Err(Error::Rejected(why)) => why.split(':').next().unwrap().to_owned(),
        other => panic!("{other:?}"),
    }
}

/// The signer's certificate where the SignedData holds.
fn signer(signed_data: &[u8], now: i64) -> Vec<u8> {
    let signed = SignedData::parse(signed_data).unwrap();
    assert_eq!(signed.content, None, "detached");
    let verified = signed.verify(&Expected::content(CONTENT, now)).unwrap();
    assert_eq!((verified.len(), verified[0].signing_time), (1, Some(now)));
    verified[0].certificate.der().to_vec()
}

#[test]
fn a_pin_signs_at_once() {
    let (ca, person) = (authority(), enrolled(&authority(), &doctor(), 1));
    let Ok(Fate::Signed(signed)) = submit(&ca, &person, pin(PIN), NOW) else { panic!("not signed") };
    assert_eq!(Some(signer(&signed, NOW)), person.certificate);
}

#[test]
fn another_pin_does_not() {
    let (ca, person) = (authority(), enrolled(&authority(), &doctor(), 1));
    for wrong in ["", "2468a", "2468abc", "2468AB"] {
        assert_eq!(rejected(submit(&ca, &person, pin(wrong), NOW)), "pin_wrong");
    }
    let without = enrolled(&ca, &Person { pin: None, ..doctor() }, 2);
    assert_eq!(rejected(submit(&ca, &without, pin(PIN), NOW)), "pin_not_set");
}

#[test]
fn what_was_authorised_is_signed_until_then() {
    let ca = authority();
    let (person, other) = (enrolled(&ca, &doctor(), 1), enrolled(&ca, &doctor(), 2));
    let authorise = |approval, until, most| {
        at(NOW, 4, async |context| ca.authorise(&person.id, &approval, until, most, context).await)
    };
    let until_ms = (NOW + 300) * 1_000;
    let given = authorise(pin(PIN), until_ms, 20).unwrap();
    assert_eq!((given.standing, given.until_ms, given.most), (Standing::Active, until_ms, 20));
    let approval = || Approval::Authorised(given.id.clone());
    let Ok(Fate::Signed(signed)) = submit(&ca, &person, approval(), NOW + 300) else { panic!("not signed") };
    assert_eq!(Some(signer(&signed, NOW + 300)), person.certificate);
    assert_eq!(rejected(submit(&ca, &person, approval(), NOW + 301)), "authorisation_expired");
    assert_eq!(rejected(submit(&ca, &other, approval(), NOW)), "authorisation_of_another");
    for wrong in ["x", &person.id] {
        let approval = Approval::Authorised(wrong.to_owned());
        assert_eq!(rejected(submit(&ca, &person, approval, NOW)), "authorisation_unknown");
    }
    for (now, standing) in [(NOW, Standing::Active), (NOW + 301, Standing::Expired)] {
        let looked = at(now, 5, async |context| ca.look_authorisation(&given.id, context).await).unwrap();
        assert_eq!((looked.standing, looked.until_ms, looked.most), (standing, until_ms, 20));
    }
    let refused = |approval, until, most| authorise(approval, until, most).unwrap_err();
    assert!(matches!(refused(pin("wrong-pin"), until_ms, 1), Error::Rejected(why) if why.starts_with("pin_wrong")));
    assert!(matches!(refused(Approval::Code, until_ms, 1), Error::Rejected(why) if why.starts_with("approval_")));
    assert!(matches!(refused(pin(PIN), NOW * 1_000, 1), Error::Invalid(_)));
    assert!(matches!(refused(pin(PIN), until_ms, 0), Error::Invalid(_)));
}

/// A job that waits for the person, and where the person is invited to.
fn waiting(ca: &Local, person: &Enrolment) -> Outcome {
    let job = job(person, Approval::Code);
    let outcome = at(NOW, 6, async |context| ca.submit(&job, context).await).unwrap();
    assert_eq!(outcome.fate, Fate::Waiting(Some(format!("/rx#approve={}", outcome.id))));
    outcome
}

fn called(ca: &Local, body: &serde_json::Value, now: i64) -> Result<Outcome, Error> {
    let callback = Callback { content_type: "application/json".to_owned(), body: body.to_string().into_bytes() };
    let notices = at(now, 7, async |context| ca.parse_callback(&callback, context).await)?;
    match notices.as_slice() {
        [Notice::Job(outcome)] => Ok(outcome.clone()),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_person_approves_or_refuses_what_waits() {
    let (ca, person) = (authority(), enrolled(&authority(), &doctor(), 1));
    let id = waiting(&ca, &person).id;
    let approved = called(&ca, &json!({"job": id, "decision": "approve"}), NOW + 60).unwrap();
    assert_eq!((&approved.id, approved.reference.as_deref()), (&id, Some("sig_01-a")));
    let Fate::Signed(signed) = approved.fate else { panic!("not signed") };
    assert_eq!(Some(signer(&signed, NOW + 60)), person.certificate);
    let fate = |body, now| called(&ca, &body, now).unwrap().fate;
    let refused = fate(json!({"job": id, "decision": "refuse", "reason": "剂量"}), NOW);
    assert_eq!(refused, Fate::Refused("剂量".to_owned()));
    assert_eq!(fate(json!({"job": id, "decision": "approve"}), NOW + 601), Fate::Expired);
}

#[test]
fn a_callback_proves_that_it_knows_the_job() {
    let (ca, person) = (authority(), enrolled(&authority(), &doctor(), 1));
    let id = waiting(&ca, &person).id;
    let long = "字".repeat(201);
    for body in [
        json!({"job": person.id, "decision": "approve"}),
        json!({"job": format!("{id}A"), "decision": "approve"}),
        json!({"job": id, "decision": "sign"}),
        json!({"job": id}),
        json!({"job": id, "decision": "approve", "more": 1}),
        json!({"job": id, "decision": "refuse", "reason": long}),
        json!([]),
        json!("x".repeat(9_000)),
    ] {
        assert!(matches!(called(&ca, &body, NOW), Err(Error::Invalid(_))), "{body}");
    }
}

#[test]
fn it_is_asked_after_by_its_id_alone() {
    let (ca, person) = (authority(), enrolled(&authority(), &doctor(), 1));
    let Outcome { id, fate, .. } = waiting(&ca, &person);
    let query = |id: Option<&str>, now| at(now, 8, async |context| ca.query(id, "sig_01-a", context).await).unwrap();
    assert_eq!(query(Some(&id), NOW + 600).fate, fate);
    assert_eq!(query(Some(&id), NOW + 601).fate, Fate::Expired);
    for unknown in [None, Some("done.sig_01-a"), Some(person.id.as_str())] {
        assert_eq!(query(unknown, NOW).fate, Fate::Unknown);
    }
    let void = |id: &str| at(NOW, 8, async |context| ca.void(id, context).await);
    assert_eq!(void(&id), Ok(()));
    assert!(void(&person.id).is_err());
}

#[test]
fn what_comes_too_late_is_not_signed() {
    let (ca, person) = (authority(), enrolled(&authority(), &doctor(), 1));
    for approval in [pin(PIN), Approval::Code] {
        assert_eq!(submit(&ca, &person, approval, NOW + 601), Ok(Fate::Expired));
    }
    let mut late = job(&person, pin(PIN));
    late.expires_at_ms = i64::MAX;
    let outcome = at(NOW + 366 * common::DAY, 5, async |context| ca.submit(&late, context).await);
    assert!(matches!(outcome, Err(Error::Rejected(why)) if why.starts_with("certificate_expired")));
}
