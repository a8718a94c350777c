//! Documents outlive the certificates that signed them, and an authority forgets what has expired.

use super::seal::{complete, judged, sheet};
use serde_json::{Value, json};
use tests::api::HIS;
use tests::host::root;
use tests::practice::{Practice, text};
use tests::token::{now_s, rfc3339};
use tests::vendors::bjca::Deed;

/// A report of the second doctor; its id.
fn signed_by_another(practice: &Practice) -> String {
    let id = practice.written(1);
    assert_eq!(practice.sign(1, &id).status, 200);
    let job = practice.ca.jobs().pop().unwrap().id;
    assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
    id
}

/// Whether a document's evidence proves it, and what is said.
fn told(practice: &Practice, id: &str) -> (bool, String) {
    let proved = practice.proved(id);
    (proved.status.success(), String::from_utf8(proved.stdout).unwrap())
}

#[test]
fn what_the_authority_no_longer_lists_was_kept() {
    let mut practice = Practice::start("coss");
    let _ = practice.seal();
    let good = complete(&practice);
    let bad = signed_by_another(&practice);
    let paper = sheet(&practice, &good).body;
    assert_eq!(practice.tick(), 200);
    practice.later(30);
    // Its key had been lost before.
    practice.ca.revoke(&practice.ca.users()[1].id, 31 * 86_400);
    assert_eq!(practice.tick(), 200);
    let codes = ["ok", "certificate_revoked"];
    let check = |practice: &Practice, when: &str| {
        for (id, code) in [&good, &bad].into_iter().zip(codes) {
            let (proved, why) = told(practice, id);
            assert_eq!((proved, why.contains(code)), (code == "ok", true), "{when}: {why}");
        }
        assert_eq!(judged(practice, &paper)["valid"], true, "{when}: {}", judged(practice, &paper));
    };
    check(&practice, "while it is listed");
    practice.later(400);
    check(&practice, "when it has expired");
    let link = practice.ask("POST", &format!("documents/{bad}/links"), HIS, &json!({})).json();
    let code = link["verification"].as_str().unwrap().split_once("verify=").unwrap().1.to_owned();
    let shown = practice.ask("GET", &format!("verifications/{code}"), "", &Value::Null).json();
    assert!(shown["report"]["valid"] == false && shown.to_string().contains("certificate_revoked"), "{shown}");
    practice.change("DELETE FROM ca_sign_archive");
    for id in [&good, &bad] {
        let (proved, why) = told(&practice, id);
        assert!(!proved && why.contains("crl_after_expiry"), "nobody knows, and it is said: {why}");
    }
    assert_eq!(judged(&practice, &paper)["valid"], false);
}

#[test]
fn what_was_revoked_just_before_its_end_is_on_the_first_list_after_it() {
    let mut practice = Practice::start("coss");
    let id = signed_by_another(&practice);
    practice.later(364);
    assert_eq!(practice.tick(), 200);
    practice.ca.revoke(&practice.ca.users()[1].id, 365 * 86_400);
    practice.later(366);
    assert_eq!(practice.tick(), 200);
    practice.later(400);
    let (proved, why) = told(&practice, &id);
    assert!(!proved && why.contains("certificate_revoked"), "{why}");
}

#[test]
fn timestamps_of_a_key_that_was_lost_stay_void_when_all_has_expired() {
    let mut practice = Practice::start("coss");
    let (id, kept) = (complete(&practice), signed_by_another(&practice));
    assert_eq!(practice.tick(), 200);
    practice.later(400);
    assert!(told(&practice, &id).0, "{}", told(&practice, &id).1);
    assert_eq!(practice.tick(), 200);
    practice.ca.revoke_stamper();
    for (days, tick) in [(500, true), (1_200, false)] {
        practice.later(days);
        if tick {
            assert_eq!(practice.tick(), 200);
        }
        for id in [&id, &kept] {
            let (proved, why) = told(&practice, id);
            assert!(!proved && why.contains("timestamp_revocation certificate_revoked"), "{days}: {why}");
        }
    }
}

/// A prescription of the first doctor that a pharmacist approved; its id.
fn approved(practice: &Practice) -> String {
    let drugs = std::fs::read(root().join("tests/data/ca/drugs.csv")).unwrap();
    let admin = practice.admin();
    let headers = [("authorization", admin.as_str()), ("content-type", "text/csv")];
    assert_eq!(practice.api.send("PUT", "/v1/ca-sign/drugs", &headers, &drugs).unwrap().status, 200);
    let account = "usr_01JD0000000000000000000003";
    let ask = json!({"account_id": account, "employee_no": "P0", "name": "王药师", "id_number": "11010119900307002X",
        "phone": "13900000003", "role": "pharmacist"});
    let enrolled = practice.ask("POST", "signers", &admin, &ask).json();
    let pharmacist = (practice.api.token(account, "pharmacist", 0, 3_600), text(&enrolled["signer_id"]));
    let drug = json!({"code": "B01", "dose": {"value": 5, "unit": "mg"}, "frequency": "qd", "route": "口服", "days": 7,
        "quantity": {"value": 1, "unit": "盒"}});
    let content = json!({"issued_on": &rfc3339(now_s() + 8 * 3_600)[..10], "department": "心血管内科",
        "diagnoses": [{"code": "I10.x00", "name": "高血压"}], "drugs": [drug],
        "revisit": {"visit_id": "MZ0", "on": "2026-10-12", "diagnoses": ["I10.x00"]}});
    let ask = json!({"kind": "prescription", "visit_id": "MZ1", "patient": practice.proof(), "content": content});
    let written = practice.ask("POST", "documents", &practice.doctors[0].0, &ask).json();
    let id = text(&written["document_id"]);
    for (credential, signer) in [&practice.doctors[0], &pharmacist] {
        let ask = json!({"signer_id": signer, "mode": "qr"});
        let begun = practice.ask("POST", &format!("documents/{id}/signatures"), credential, &ask);
        assert_eq!(begun.status, 200, "{}", begun.json());
        let job = practice.ca.jobs().pop().unwrap().id;
        assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
    }
    id
}

#[test]
fn lists_from_around_one_end_say_nothing_for_another() {
    let mut practice = Practice::start("coss");
    let id = approved(&practice);
    for days in [360, 370] {
        practice.later(days);
        assert_eq!(practice.tick(), 200);
        assert!(told(&practice, &id).0, "{days}: {}", told(&practice, &id).1);
    }
    // The pharmacist's key had been lost before, and who finds it out does so when the doctor's certificate is over.
    practice.ca.revoke(&practice.ca.users()[2].id, 371 * 86_400);
    for (days, tick) in [(400, true), (800, false)] {
        practice.later(days);
        if tick {
            assert_eq!(practice.tick(), 200);
        }
        let (proved, why) = told(&practice, &id);
        assert!(!proved && why.contains("revocation certificate_revoked"), "{days}: {why}");
    }
}
