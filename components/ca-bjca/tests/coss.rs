//! The co-signing service: what is asked, and what its answers mean.

#![cfg(test)]

mod common;

use ca_authority::{Approval, Authority, Broken, Callback, Error, Fate, Notice, Standing};
use common::{NOW, Said, account, call, job, person, raw, says};
use serde_json::{Value, json};

fn fine(data: Value) -> Said {
    says(200, &json!({"status": 200, "message": "success", "data": data}))
}

fn submitted(said: Said) -> Result<Fate, Error> {
    let job = job(Approval::Code);
    let (done, asked) = call(vec![said], async |context| account(&[]).submit(&job, context).await);
    assert_eq!(asked[0].0, "/coss/service/v1/addSignJob");
    done.map(|outcome| outcome.fate)
}

#[test]
fn a_job_goes_with_its_time_and_comes_back_with_a_code() {
    let answer = fine(json!({"signDataId": "SD-1", "qrCode": "https://ca.test/q/1"}));
    let (done, asked) = call(vec![answer], async |context| account(&[]).submit(&job(Approval::Code), context).await);
    let outcome = done.unwrap();
    assert_eq!((outcome.id.as_str(), outcome.reference.as_deref()), ("SD-1", Some("sig_01")));
    assert_eq!(outcome.fate, Fate::Waiting(Some("https://ca.test/q/1".to_owned())));
    let body = &asked[0].1;
    for (name, value) in [
        ("userId", "u1"),
        ("title", "处方签名"),
        ("description", "sig_01"),
        ("data", "5aSE5pa55Y6f5paH"),
        ("expiryDate", "90"),
        ("requireQrCode", "Y"),
    ] {
        assert_eq!(body[name], value);
    }
}

#[test]
fn what_may_have_been_taken_is_lost_and_nothing_else_is() {
    let text = |answer: Said| match submitted(answer) {
        Err(Error::Lost(_)) => "lost",
        Err(Error::Unavailable(_)) => "unavailable",
        Err(Error::Busy(2_000)) => "busy 2 s",
        Err(Error::Busy(_)) => "busy",
        Err(Error::Rejected(why)) if why == "status 403, HTTP 200" => "rejected",
        Err(Error::Rejected(why)) if why == "status untold, HTTP 400" => "rejected in words",
        other => panic!("{other:?}"),
    };
    assert_eq!(text(Err(Broken::Unsent("refused".to_owned()))), "unavailable");
    assert_eq!(text(Err(Broken::Lost("cut".to_owned()))), "lost");
    assert_eq!(text(raw(200, "<html>")), "lost");
    assert_eq!(text(says(502, &json!({"status": 403}))), "lost");
    assert_eq!(text(raw(200, "[".repeat(100_000))), "lost");
    assert_eq!(text(fine(json!({}))), "lost");
    assert_eq!(text(fine(json!({"signDataId": "with space"}))), "lost");
    assert_eq!(text(says(200, &json!({"status": 403, "message": "用户\n不存在"}))), "rejected");
    assert_eq!(text(says(200, &json!({"status": "403", "message": ["用户", {"张三": 1}]}))), "rejected");
    for words in ["张三", "13711112222", "no such user", "a:b"] {
        assert_eq!(text(says(400, &json!({"status": words, "message": "张三"}))), "rejected in words");
    }
    assert_eq!(text(raw(429, "")), "busy");
    let mut later = raw(503, "").unwrap();
    later.headers_mut().insert("retry-after", "2".parse().unwrap());
    assert_eq!(text(Ok(later)), "busy 2 s");
}

#[test]
fn states_become_fates() {
    let fate = |data: Value| {
        let (done, asked) =
            call(vec![fine(data)], async |context| account(&[]).query(Some("SD-1"), "sig_01", context).await);
        assert_eq!(
            (asked[0].0.as_str(), &asked[0].1["signDataId"]),
            ("/coss/service/v1/getSignResult", &json!("SD-1"))
        );
        done.map(|outcome| outcome.fate)
    };
    let signed = fate(json!({"jobStatus": "FINISH", "signResult": "MAA=\n"}));
    assert_eq!(signed, Ok(Fate::Signed(vec![0x30, 0])));
    assert_eq!(fate(json!({"jobStatus": "REFUSE", "reason": "剂量"})), Ok(Fate::Refused("剂量".to_owned())));
    assert_eq!(fate(json!({"jobStatus": "EXPIRE"})), Ok(Fate::Expired));
    assert_eq!(fate(json!({"jobStatus": "VOID"})), Ok(Fate::Voided));
    assert_eq!(fate(json!({"jobStatus": "FAIL", "reason": "x"})), Ok(Fate::Failed("x".to_owned())));
    assert_eq!(fate(json!({"jobStatus": "SIGNING"})), Ok(Fate::Waiting(None)));
    for bad in [json!({}), json!({"jobStatus": "FINISH"}), json!({"jobStatus": "FINISH", "signResult": "%"}), json!(1)]
    {
        assert!(matches!(fate(bad), Err(Error::Unavailable(_))));
    }
}

#[test]
fn a_job_is_found_by_its_reference_where_the_service_can() {
    let query = |names: &str, answers| {
        call(answers, async |context| account(&[("ca_bjca_names", names)]).query(None, "sig_01", context).await)
    };
    let (done, _) = query("", vec![]);
    assert!(matches!(done, Err(Error::Unavailable(_))), "never unknown: it would be handed over twice");
    let names = r#"{"reference": "bizNo", "FINISH": "DONE"}"#;
    let (done, asked) = query(names, vec![fine(json!(null))]);
    assert_eq!((done.unwrap().fate, &asked[0].1["bizNo"]), (Fate::Unknown, &json!("sig_01")));
    let found = fine(json!({"signDataId": "SD-1", "jobStatus": "DONE", "signResult": "MAA="}));
    let outcome = query(names, vec![found]).0.unwrap();
    assert_eq!((outcome.id.as_str(), outcome.fate), ("SD-1", Fate::Signed(vec![0x30, 0])));
}

#[test]
fn who_is_known_is_found_and_who_is_not_is_added() {
    let enrol = |answers| call(answers, async |context| account(&[]).enrol(&person(), context).await);
    let paths = |asked: &[(String, Value)]| -> Vec<String> {
        asked.iter().map(|(path, _)| path.rsplit('/').next().unwrap().to_owned()).collect()
    };
    let (done, asked) = enrol(vec![fine(json!({"userId": "u1"})), fine(json!({"qrCode": "q"}))]);
    let enrolment = done.unwrap();
    assert_eq!((enrolment.id.as_str(), enrolment.standing), ("u1", Standing::Pending));
    assert_eq!(enrolment.invitation.as_deref(), Some("q"));
    assert_eq!(paths(&asked), ["queryUserInfo", "queryCert"]);
    for unknown in [fine(json!(null)), says(200, &json!({"status": 404, "message": "no user"}))] {
        let added = fine(json!({"userId": "u2", "qrCode": "activate"}));
        let (done, asked) = enrol(vec![unknown, added, fine(json!({}))]);
        assert_eq!(done.unwrap().invitation.as_deref(), Some("activate"));
        assert_eq!(paths(&asked), ["queryUserInfo", "addUser", "queryCert"]);
        assert_eq!(asked[1].1["userName"], "张三");
    }
    let (done, _) = enrol(vec![fine(json!({"userId": "u1"})), fine(json!({"cert": "MAA="}))]);
    assert_eq!(done.unwrap_err(), Error::Unavailable("certificate_malformed".to_owned()));
}

#[test]
fn approval_beforehand_waits_for_the_person() {
    let until_ms = (NOW + 3_600) * 1_000;
    let ca = account(&[]);
    let answer = fine(json!({"autoSignId": "AS.1", "qrCode": "q"}));
    let (given, asked) =
        call(vec![answer], async |context| ca.authorise("u1", &Approval::Code, until_ms, 20, context).await);
    let given = given.unwrap();
    assert_eq!((given.standing, given.until_ms, given.most), (Standing::Pending, until_ms, 20));
    assert_eq!((&asked[0].1["expiryDate"], &asked[0].1["signCount"]), (&json!("60"), &json!("20")));
    for (state, standing) in [("WAIT", Standing::Pending), ("FINISH", Standing::Active), ("REFUSE", Standing::Revoked)]
    {
        let answer = fine(json!({"jobStatus": state}));
        let (looked, asked) = call(vec![answer], async |context| ca.look_authorisation(&given.id, context).await);
        let looked = looked.unwrap();
        assert_eq!((looked.standing, looked.until_ms, looked.most), (standing, until_ms, 20));
        assert_eq!(asked[0].1["signDataId"], "AS.1");
    }
    let job = job(Approval::Authorised(given.id));
    let (_, asked) = call(vec![fine(json!({"signDataId": "SD-1"}))], async |context| ca.submit(&job, context).await);
    assert_eq!((&asked[0].1["autoSignId"], &asked[0].1["requireQrCode"]), (&json!("AS.1"), &json!("N")));
    let (done, _) = call(vec![], async |context| ca.look_authorisation("AS", context).await);
    assert!(matches!(done, Err(Error::Invalid(_))));
}

#[test]
fn what_the_service_is_not_known_to_do_is_refused() {
    let ca = account(&[]);
    let refused =
        |done: Result<(), Error>| matches!(done, Err(Error::Rejected(why)) if why.starts_with("unsupported:"));
    assert!(refused(call(vec![], async |context| ca.revoke("u1", context).await).0));
    assert!(refused(call(vec![], async |context| ca.void("SD-1", context).await).0));
    assert!(refused(call(vec![], async |context| ca.revoke_authorisation("1.1.AS", context).await).0));
    let pin = job(Approval::Pin("246810".to_owned()));
    assert!(refused(call(vec![], async |context| ca.submit(&pin, context).await.map(|_| ())).0));
    let told = account(&[("ca_bjca_names", r#"{"cancelSignJob": "/coss/service/v1/cancel"}"#)]);
    let (done, asked) = call(vec![fine(json!(null))], async |context| told.void("SD-1", context).await);
    assert_eq!((done, asked[0].0.as_str()), (Ok(()), "/coss/service/v1/cancel"));
}

#[test]
fn a_callback_only_hints() {
    let parse = |body: Value, answers| {
        let callback = Callback { content_type: "application/json".to_owned(), body: body.to_string().into_bytes() };
        call(answers, async |context| account(&[]).parse_callback(&callback, context).await)
    };
    let forged = json!({"signDataId": "SD-1", "jobStatus": "REFUSE"});
    let (done, _) = parse(forged.clone(), vec![fine(json!({"jobStatus": "FINISH", "signResult": "MAA="}))]);
    assert!(matches!(done.as_deref(), Ok([Notice::Job(outcome)]) if outcome.fate == Fate::Signed(vec![0x30, 0])));
    let (done, _) = parse(forged, vec![Err(Broken::Lost("cut".to_owned()))]);
    assert!(matches!(done, Err(Error::Unavailable(_))), "the service is to call again");
    assert_eq!(parse(json!({"userId": "u1"}), vec![]).0, Ok(vec![Notice::Person("u1".to_owned())]));
    for bad in [json!({}), json!({"signDataId": "\n"}), json!([1])] {
        assert!(matches!(parse(bad, vec![]).0, Err(Error::Invalid(_))));
    }
}

#[test]
fn what_is_over_is_not_handed_over() {
    let mut late = job(Approval::Code);
    late.expires_at_ms = NOW * 1_000;
    let (done, _) = call(vec![], async |context| account(&[]).submit(&late, context).await);
    assert_eq!(done.unwrap().fate, Fate::Expired);
}
