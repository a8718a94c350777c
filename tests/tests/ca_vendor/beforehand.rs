//! What a person approves beforehand, and ends where the hospital does not see it.

use super::{are, stands};
use serde_json::{Value, json};
use tests::practice::{Practice, text};
use tests::vendors::bjca::COSS;

/// Authorisations of the first doctor, the newest first: state, and how often it was used.
fn given(practice: &Practice) -> Vec<(String, i64)> {
    let (credential, signer) = &practice.doctors[0];
    let listed = practice.ask("GET", &format!("signers/{signer}/authorisations"), credential, &Value::Null).json();
    let items = listed["items"].as_array().unwrap_or_else(|| panic!("{listed}"));
    items.iter().map(|item| (text(&item["state"]), item["used"].as_i64().unwrap())).collect()
}

/// The first doctor signs by what was approved; status and code.
fn sign(practice: &Practice, id: &str) -> (u16, String) {
    let (credential, signer) = &practice.doctors[0];
    let ask = json!({"signer_id": signer, "mode": "authorised"});
    practice.ask("POST", &format!("documents/{id}/signatures"), credential, &ask).problem()
}

/// Approvals that the first doctor gave, the oldest first; the authority's ids.
fn approved(practice: &Practice, count: usize) -> Vec<String> {
    let (credential, signer) = &practice.doctors[0];
    let asked = (0..count).map(|_| practice.asked_beforehand(signer, credential, 5).1);
    asked.inspect(|id| practice.ca.approve(id)).collect()
}

#[test]
fn one_that_was_ended_at_the_authority_does_not_stand_before_an_older_good_one() {
    let practice = Practice::start("coss");
    let approved = approved(&practice, 2);
    let (first, second) = (practice.written(0), practice.written(0));
    assert_eq!(sign(&practice, &first), (200, String::new()));
    practice.ca.withdraw(&approved[1]);
    assert_eq!(sign(&practice, &second), (422, "authority_refused".into()));
    assert_eq!(given(&practice), [("revoked".into(), 1), ("pending".into(), 0)], "what was refused does not count");
    assert_eq!(sign(&practice, &second), (200, String::new()));
    practice.pass();
    assert_eq!((practice.tick(), stands(&practice, &second)), (200, are("complete", "signed", "")));
    assert_eq!(given(&practice), [("revoked".into(), 1), ("active".into(), 1)]);
}

#[test]
fn one_that_cannot_be_asked_after_does_not_hide_an_older_good_one() {
    let practice = Practice::start("coss");
    approved(&practice, 1);
    let (first, second) = (practice.written(0), practice.written(0));
    assert_eq!(sign(&practice, &first), (200, String::new()));
    let (credential, signer) = &practice.doctors[0];
    let _ = practice.asked_beforehand(signer, credential, 5);
    practice.ca.down(&["/coss/service/v1/getSignResult"]);
    assert_eq!(sign(&practice, &second), (200, String::new()));
    assert_eq!(given(&practice), [("pending".into(), 0), ("active".into(), 2)]);
    practice.ca.down(&[COSS]);
    assert_eq!(sign(&practice, &practice.written(0)).0, 503, "nobody can tell");
}
