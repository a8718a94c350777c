//! Documents outlive the certificates that signed them, and an authority forgets what has expired.

use super::seal::{complete, judged, sheet};
use serde_json::{Value, json};
use tests::api::HIS;
use tests::practice::Practice;
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
