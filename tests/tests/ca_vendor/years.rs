//! Documents outlive the certificates that signed them, and an authority forgets what has expired.

use super::seal::{complete, judged, sheet};
use serde_json::{Value, json};
use tests::api::HIS;
use tests::practice::Practice;
use tests::vendors::bjca::Deed;

#[test]
fn what_the_authority_no_longer_lists_was_kept() {
    let mut practice = Practice::start("coss");
    let _ = practice.seal();
    let good = complete(&practice);
    let bad = practice.written(1);
    assert_eq!(practice.sign(1, &bad).status, 200);
    let job = practice.ca.jobs().pop().unwrap().id;
    assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
    let paper = sheet(&practice, &good).body;
    assert_eq!(practice.tick(), 200);
    practice.later(30);
    // Its key had been lost before.
    practice.ca.revoke(&practice.ca.users()[1].id, 31 * 86_400);
    assert_eq!(practice.tick(), 200);
    let told = |practice: &Practice, id: &str| {
        let proved = practice.proved(id);
        (proved.status.success(), String::from_utf8(proved.stdout).unwrap())
    };
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
