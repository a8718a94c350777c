//! Answers, jobs and callbacks that get lost.

use super::{MODES, are, stands};
use serde_json::json;
use tests::practice::{Practice, last};
use tests::vendors::Reply;
use tests::vendors::bjca::{COSS, Deed, LISTS, Plan, Progress, STAMPS};

#[test]
fn a_lost_answer_is_asked_after_and_nothing_is_signed_twice() {
    let practice = Practice::start("coss");
    practice.ca.plan([Plan { lose_answer: true, deed: None }, Plan { lose_answer: true, deed: Some(Deed::Sign) }]);
    let lost = practice.written(0);
    let begun = practice.sign(0, &lost);
    assert_eq!((begun.status, last(&begun.json(), "state")), (200, "submitting".into()), "{}", begun.json());
    assert_eq!(practice.sign(0, &lost).problem(), (409, "signature_under_way".into()));
    practice.pass();
    assert_eq!((practice.tick(), stands(&practice, &lost)), (200, are("open", "waiting", "")));
    let job = practice.ca.jobs()[0].id.clone();
    assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
    assert_eq!(stands(&practice, &lost), are("complete", "signed", ""));
    let signed = practice.written(0);
    assert_eq!(last(&practice.sign(0, &signed).json(), "state"), "submitting");
    practice.pass();
    assert_eq!((practice.tick(), stands(&practice, &signed)), (200, are("complete", "signed", "")));
    assert_eq!(practice.ca.jobs().len(), 2);
}

#[test]
fn where_nobody_can_be_asked_a_callback_finds_what_was_lost() {
    let practice = Practice::start("ywx");
    practice.ca.plan([Plan { lose_answer: true, deed: None }]);
    let id = practice.written(0);
    assert_eq!(last(&practice.sign(0, &id).json(), "state"), "submitting");
    practice.pass();
    assert_eq!((practice.tick(), stands(&practice, &id)), (503, are("open", "submitting", "")), "it may be there");
    let job = practice.ca.jobs()[0].id.clone();
    assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
    assert_eq!(stands(&practice, &id), are("complete", "signed", ""));
    assert_eq!(practice.ca.jobs().len(), 1);
    let (id, job) = practice.waiting();
    practice.pass();
    assert_eq!((practice.tick(), stands(&practice, &id)), (200, are("open", "waiting", "")), "until it calls back");
    assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
    assert_eq!(stands(&practice, &id), are("complete", "signed", ""));
}

#[test]
fn what_was_lost_and_then_taken_back_is_taken_back_there_or_counts_for_nothing() {
    for (mode, _) in MODES {
        let practice = Practice::start(mode);
        practice.ca.plan([Plan { lose_answer: true, deed: None }]);
        let id = practice.written(0);
        assert_eq!(last(&practice.sign(0, &id).json(), "state"), "submitting", "{mode}");
        let body = json!({"reason": "写错患者了"});
        assert_eq!(practice.ask("POST", &format!("documents/{id}/void"), &practice.doctors[0].0, &body).status, 200);
        practice.pass();
        if mode == "coss" {
            assert_eq!((practice.tick(), stands(&practice, &id)), (200, are("voided", "voided", "")));
            assert_eq!(practice.ca.jobs()[0].progress, Progress::Voided);
        } else {
            assert_eq!(
                (practice.tick(), stands(&practice, &id)),
                (503, are("voided", "voiding", "")),
                "nobody can tell"
            );
            let job = practice.ca.jobs()[0].id.clone();
            assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
            assert_eq!(stands(&practice, &id), are("voided", "late", ""), "signed there, and of no effect here");
        }
    }
}

#[test]
fn what_was_never_handed_over_may_be_begun_again() {
    let practice = Practice::start("coss");
    let id = practice.written(0);
    practice.ca.down(&[COSS]);
    assert_eq!(practice.sign(0, &id).problem(), (503, "authority_busy".into()));
    assert_eq!(stands(&practice, &id), are("open", "failed", "authority_busy"));
    practice.ca.next([Reply::Answer(502, "text/html", b"<html>".to_vec())]);
    let begun = practice.sign(0, &id);
    assert_eq!(
        (begun.status, last(&begun.json(), "state")),
        (200, "submitting".into()),
        "a proxy cannot tell: {}",
        begun.json()
    );
    practice.pass();
    assert_eq!(practice.tick(), 503, "nobody can tell");
    practice.ca.down(&[]);
    practice.pass();
    assert_eq!((practice.tick(), stands(&practice, &id)), (200, are("open", "failed", "never_submitted")));
    assert_eq!(practice.sign(0, &id).status, 200);
    let job = practice.ca.jobs()[0].id.clone();
    assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
    assert_eq!(stands(&practice, &id), are("complete", "signed", ""));
}

#[test]
fn a_callback_that_got_lost_is_not_missed() {
    let practice = Practice::start("coss");
    let (id, job) = practice.waiting();
    practice.ca.decide(&job, Deed::Sign);
    practice.pass();
    assert_eq!((practice.tick(), stands(&practice, &id)), (200, are("complete", "signed", "")));
}

#[test]
fn the_first_timestamp_counts_however_long_lists_are_missing() {
    let practice = Practice::start("coss");
    let (id, job) = practice.waiting();
    practice.ca.down(&[LISTS]);
    assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
    assert_eq!(stands(&practice, &id), are("open", "received", ""));
    practice.ca.down(&[STAMPS]);
    practice.pass();
    assert_eq!((practice.tick(), stands(&practice, &id)), (200, are("complete", "signed", "")), "it needs no other");
}

#[test]
fn what_may_yet_count_is_not_written_anew() {
    let practice = Practice::start("coss");
    let (id, job) = practice.waiting();
    // Its time is over, and it may have been signed before.
    practice.change("UPDATE ca_sign_document SET way = json_set(way, '$.expires_at', 0), expires_at = 0");
    assert_eq!(practice.write(0, Some(&id)).problem(), (409, "not_sent_back".into()));
    assert_eq!((practice.decided(&job, Deed::Refuse("写错了")).0, practice.tick()), (200, 200));
    let anew = practice.write(0, Some(&id)).json();
    assert_eq!((&anew["version"], &anew["previous"]), (&json!(2), &json!(id)), "{anew}");
}

#[test]
fn what_was_received_is_not_undone_by_what_is_told_afterwards() {
    for (mode, _) in MODES {
        let practice = Practice::start(mode);
        let (id, job) = practice.waiting();
        practice.ca.down(&[STAMPS]);
        assert_eq!(practice.decided(&job, Deed::Sign).0, 200);
        assert_eq!(stands(&practice, &id), are("open", "received", ""), "{mode}");
        for deed in [Deed::Refuse("剂量请再核对"), Deed::Expire] {
            practice.ca.decide_anew(&job, deed);
            let _ = practice.told(&job);
            assert_eq!(stands(&practice, &id), are("open", "received", ""), "{mode}");
        }
        practice.ca.down(&[]);
        practice.pass();
        assert_eq!((practice.tick(), stands(&practice, &id)), (200, are("complete", "signed", "")), "{mode}");
    }
}

#[test]
fn a_timestamp_of_something_else_does_not_stand_in_the_way_of_a_good_one() {
    for (mode, _) in MODES {
        let practice = Practice::start(mode);
        let (id, job) = practice.waiting();
        assert_eq!(practice.decided(&job, Deed::StampOther).0, 200);
        assert_eq!(stands(&practice, &id), are("complete", "signed", ""), "{mode}");
        let judged = practice.proved(&id);
        assert!(judged.status.success(), "{mode}: {judged:?}");
    }
}
