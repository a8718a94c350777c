//! What is decided here while the authority is being asked stays decided.

use crate::{are, stands};
use pki::bundle::Bundle;
use serde_json::{Value, json};
use std::thread;
use tests::api::HIS;
use tests::practice::{Practice, text};
use tests::vendors::bjca::{DELTA, Deed};

#[test]
fn whoever_is_revoked_while_the_authority_is_asked_stays_revoked() {
    let practice = Practice::empty("coss");
    practice.ca.hold_persons(true);
    let signer = text(&practice.enrol(0).json()["signer_id"]);
    practice.ca.activate(&practice.ca.users()[0].id);
    practice.pass();
    let held = practice.ca.hold("/coss/service/v1/queryCert");
    thread::scope(|scope| {
        let tick = scope.spawn(|| practice.tick());
        held.ready();
        let revoked = practice.ask("POST", &format!("signers/{signer}/revoke"), &practice.admin(), &json!({}));
        assert_eq!(revoked.json()["state"], "revoked", "{}", revoked.json());
        drop(held);
        assert_eq!(tick.join().unwrap(), 200);
    });
    let shown = practice.ask("GET", "signers/me", &practice.doctor(0), &Value::Null).json();
    assert_eq!(shown["state"], "revoked", "{shown}");
}

#[test]
fn an_approval_that_is_ended_while_the_authority_is_asked_signs_nothing() {
    let practice = Practice::start("coss");
    let (doctor, signer) = &practice.doctors[0];
    let (approval, theirs) = practice.asked_beforehand(signer, doctor, 10);
    practice.ca.approve(&theirs);
    let (id, path) = (practice.written(0), format!("signers/{signer}/authorisations"));
    let sign = || {
        let ask = json!({"signer_id": signer, "mode": "authorised"});
        practice.ask("POST", &format!("documents/{id}/signatures"), doctor, &ask).problem()
    };
    let held = practice.ca.hold("/coss/service/v1/getSignResult");
    thread::scope(|scope| {
        let signing = scope.spawn(sign);
        held.ready();
        let ended = practice.ask("DELETE", &format!("{path}/{approval}"), doctor, &Value::Null);
        assert_eq!(ended.status, 204, "{}", ended.json());
        drop(held);
        assert_eq!(signing.join().unwrap(), (409, "document_changed".into()));
    });
    assert!(practice.ca.jobs().is_empty());
    assert_eq!(sign(), (422, "authorisation_over".into()));
    let shown = practice.ask("GET", &path, doctor, &Value::Null).json();
    assert_eq!(shown["items"][0]["state"], "revoked", "{shown}");
}

#[test]
fn lists_from_before_a_revocation_are_not_kept() {
    let practice = Practice::start("coss");
    let (id, job) = practice.waiting();
    assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
    assert_eq!(stands(&practice, &id), are("complete", "signed", ""));
    practice.pass();
    let evidence = || practice.ask("GET", &format!("documents/{id}/evidence"), HIS, &Value::Null);
    let held = practice.ca.hold(DELTA);
    thread::scope(|scope| {
        let asked = scope.spawn(evidence);
        held.ready();
        let revoke = format!("signers/{}/revoke", practice.doctors[1].1);
        assert_eq!(practice.ask("POST", &revoke, &practice.admin(), &json!({})).status, 200);
        drop(held);
        assert_eq!(asked.join().unwrap().status, 200);
    });
    // The next to ask gets lists from after it.
    let bundle: Bundle = serde_json::from_slice(&evidence().body).unwrap();
    let (delta, revoked) = (bundle.lists.last().unwrap().delta.clone().unwrap().0, practice.ca.users().remove(1));
    let serial = revoked.certificate.unwrap().serial().to_vec();
    assert!(delta.windows(serial.len()).any(|bytes| bytes == serial));
}
