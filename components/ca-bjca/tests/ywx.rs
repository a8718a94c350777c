//! The service for doctors.

#![cfg(test)]

mod common;

use ca_authority::{Approval, Authority, Callback, Error, Fate, Notice, Standing};
use ca_bjca::sign::{Nested, signature, text_without};
use common::{SECRET, account, call, job, person, says};
use serde_json::{Value, json};

fn ywx(callback: &str) -> ca_bjca::Bjca {
    account(&[("ca_bjca_mode", "ywx"), ("ca_bjca_callback", callback)])
}

fn told(mut body: Value, signed: bool, mode: &str) -> Result<Vec<Notice>, Error> {
    if signed {
        let text = text_without(body.as_object().unwrap(), "sign", Nested::Omitted).unwrap();
        body["sign"] = signature(SECRET, &text).into();
    }
    let callback = Callback { content_type: "application/json".to_owned(), body: body.to_string().into_bytes() };
    call(vec![], async |context| ywx(mode).parse_callback(&callback, context).await).0
}

#[test]
fn the_head_says_who_asks() {
    let answer = says(200, &json!({"status": "0", "data": {"uniqueId": "U-1"}}));
    let (done, asked) = call(vec![answer], async |context| ywx("").submit(&job(Approval::Code), context).await);
    let outcome = done.unwrap();
    assert_eq!((outcome.id.as_str(), outcome.fate), ("U-1", Fate::Waiting(None)));
    let (path, body) = &asked[0];
    assert_eq!(path, "/gateway/recipe/synRecipeInfo");
    assert_eq!(body["head"], json!({"clientId": "APP_TEST", "clientSecret": SECRET}));
    assert_eq!((&body["body"]["urId"], &body["body"]["hashAlg"]), (&json!("sig_01"), &json!("SM3")));
}

#[test]
fn a_doctor_gets_an_id_and_later_a_certificate() {
    let answer = says(200, &json!({"status": "0", "data": {"openId": "O-1", "qrCode": "q"}}));
    let (done, _) = call(vec![answer], async |context| ywx("").enrol(&person(), context).await);
    let enrolment = done.unwrap();
    assert_eq!((enrolment.id.as_str(), enrolment.standing), ("O-1", Standing::Pending));
    let answer = says(200, &json!({"status": "10001", "message": "no"}));
    let (done, _) = call(vec![answer], async |context| ywx("").look("O-1", context).await);
    assert_eq!(done.unwrap_err(), Error::Rejected("status 10001, HTTP 200".to_owned()));
}

#[test]
fn a_callback_tells_what_became_of_a_job() {
    let fate = |status: u8| {
        let body = json!({"client_id": "APP_TEST", "open_id": "O-1", "ur_id": "sig_01", "unique_id": "U-1",
            "status": status, "signed_data": "MAA=", "reason": "剂量"});
        match told(body, true, "").unwrap().as_slice() {
            [Notice::Job(outcome)] => {
                assert_eq!((outcome.id.as_str(), outcome.reference.as_deref()), ("U-1", Some("sig_01")));
                outcome.fate.clone()
            }
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(fate(2), Fate::Signed(vec![0x30, 0]));
    assert_eq!(fate(6), Fate::Refused("剂量".to_owned()));
    assert_eq!([fate(7), fate(9), fate(1)], [Fate::Expired, Fate::Voided, Fate::Waiting(None)]);
}

#[test]
fn a_callback_proves_where_it_comes_from() {
    let body = json!({"client_id": "APP_TEST", "unique_id": "U-1", "status": 6});
    let invalid = |told| matches!(told, Err(Error::Invalid(_)));
    assert!(told(body.clone(), true, "").is_ok());
    assert!(invalid(told(body.clone(), false, "")), "unsigned");
    assert!(told(body.clone(), false, "none").is_ok(), "where it is so configured");
    let mut forged = body.clone();
    forged["sign"] = signature("another", "client_id=APP_TEST&status=6&unique_id=U-1").into();
    assert!(invalid(told(forged, false, "")));
    let another = json!({"client_id": "APP_OTHER", "unique_id": "U-1", "status": 6});
    assert!(invalid(told(another, true, "")));
    let unsigned = json!({"client_id": "APP_TEST", "unique_id": "U-1", "status": 2});
    assert!(invalid(told(unsigned, true, "")), "signed, but without a signature");
}

#[test]
fn it_is_not_asked() {
    let ask =
        |id: Option<&'static str>| call(vec![], async move |context| ywx("").query(id, "sig_01", context).await).0;
    let outcome = ask(Some("U-1")).unwrap();
    assert_eq!((outcome.id.as_str(), outcome.fate), ("U-1", Fate::Waiting(None)), "until it calls back");
    assert!(matches!(ask(None), Err(Error::Unavailable(_))), "whether it is there nobody knows");
    let authorised = job(Approval::Authorised("1.1.x".to_owned()));
    let (done, _) = call(vec![], async |context| ywx("").submit(&authorised, context).await);
    assert!(matches!(done, Err(Error::Rejected(_))));
}
