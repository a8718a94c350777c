//! The hospital's seal on a sheet, made by the authority: verified before it is put on.

use serde_json::{Value, json};
use tests::api::{Answer, HIS};
use tests::practice::Practice;
use tests::vendors::bjca::{COSS, Deed, Plan, STAMPS};

/// A report that its doctor signed; its id.
pub fn complete(practice: &Practice) -> String {
    let (id, job) = practice.waiting();
    assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
    id
}

pub fn sheet(practice: &Practice, id: &str) -> Answer {
    let sheet = practice.ask("GET", &format!("documents/{id}/pdf"), HIS, &Value::Null);
    assert_eq!(sheet.status, 200, "{}", sheet.json());
    sheet
}

/// What verification says of a sheet.
pub fn judged(practice: &Practice, pdf: &[u8]) -> Value {
    let headers = [("content-type", "application/pdf")];
    practice.api.send("POST", "/v1/ca-sign/verify", &headers, pdf).unwrap().json()
}

#[test]
fn a_sheet_is_sealed_by_the_authority() {
    let practice = Practice::start("coss");
    let _ = practice.seal();
    let id = complete(&practice);
    let pdf = sheet(&practice, &id).body;
    let judged = judged(&practice, &pdf);
    assert_eq!((&judged["valid"], &judged["signatures"][0]["field"]), (&json!(true), &json!("hospital")), "{judged}");
    // The job's content was the sheet, which the signature does not repeat.
    let job = practice.ca.jobs().pop().unwrap();
    assert!(job.content.starts_with(b"%PDF-") && pdf.len() < job.content.len() + (32 << 10));
    assert_eq!(sheet(&practice, &id).body, pdf, "made once");
}

#[test]
fn a_sheet_is_there_while_the_authority_is_not() {
    let practice = Practice::start("coss");
    let _ = practice.seal();
    let id = complete(&practice);
    for down in [COSS, STAMPS] {
        practice.ca.down(&[down]);
        let unsealed = judged(&practice, &sheet(&practice, &id).body);
        assert_eq!(unsealed["signatures"], json!([]), "{down}: {unsealed}");
        practice.change("UPDATE ca_sign_paper SET at = 0");
    }
    practice.ca.down(&[]);
    let sealed = judged(&practice, &sheet(&practice, &id).body);
    assert_eq!(sealed["valid"], true, "{sealed}");
}

#[test]
fn a_seal_that_does_not_verify_is_not_put_on() {
    let mut practice = Practice::start("coss");
    let _ = practice.seal();
    let id = complete(&practice);
    for deed in [Deed::Tamper, Deed::SignOther, Deed::SignAsAnother, Deed::Refuse("未授权")] {
        practice.ca.plan([Plan { lose_answer: false, deed: Some(deed.clone()) }]);
        let judged = judged(&practice, &sheet(&practice, &id).body);
        assert_eq!((&judged["valid"], &judged["signatures"]), (&json!(false), &json!([])), "{deed:?}: {judged}");
        // Not with each reader, but before long.
        let jobs = practice.ca.jobs().len();
        sheet(&practice, &id);
        assert_eq!(practice.ca.jobs().len(), jobs, "{deed:?}");
        practice.change("UPDATE ca_sign_paper SET at = 0");
    }
    let judged = judged(&practice, &sheet(&practice, &id).body);
    assert_eq!(judged["valid"], true, "{judged}");
    practice.api.host.signal("TERM").unwrap();
    practice.api.host.wait().unwrap();
    let log = practice.api.host.log();
    for code in ["signature_wrong", "message_digest_differs", "signer_not_expected"] {
        assert!(log.contains(&format!("\"code\":\"{code}\"")) && log.contains("\"cause\":\"seal: "), "{code}: {log}");
    }
}
