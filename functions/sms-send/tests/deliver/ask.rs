//! Messages whose answer was lost, and those without a receipt.

use crate::stores::Between;
use crate::support::{Bench, MINUTE};
use crate::vendors::{lost, receipt, takes};
use sms_send::deliver::gateway::{Fate, Outcome, Question, Receipt};
use sms_send::deliver::{ask, pump};

fn asks(bench: &Bench) -> usize {
    bench.act(async |world| ask::run(world).await.unwrap())
}

/// Goes from one due time to the next, asking and handing over, for so long.
fn live(bench: &Bench, ms: i64) {
    let end = bench.clock.get() + ms;
    while let Some(due) = bench.next_due().filter(|due| *due <= end) {
        bench.clock.set(due.max(bench.clock.get()));
        if asks(bench) + bench.pump() == 0 {
            bench.wait(1);
        }
    }
    bench.clock.set(end);
}

fn of(question: &Question, fate: Fate) -> Receipt {
    let id = format!("v-{}", question.reference);
    Receipt { reference: Some(question.reference.clone()), fate, ..receipt(&id, "pending") }
}

#[test]
fn the_gateway_is_asked_and_its_word_holds() {
    for (fate, state) in [(Fate::Delivered, "delivered"), (Fate::Failed, "failed"), (Fate::Pending, "submitted")] {
        let bench = Bench::two();
        bench.answers(lost);
        bench.finds(move |_, question| Ok(vec![of(question, fate)]));
        let id = bench.accept();
        bench.pump();
        let start = bench.clock.get();
        live(&bench, 10_000);
        assert_eq!(bench.state(&id), state);
        let (gateway, question) = bench.vendors.asked.borrow()[0].clone();
        assert_eq!((gateway.as_str(), question.id, question.submitted_at_ms), ("a", None, start));
        let kept = bench.row("SELECT outcome, vendor_id FROM sms_send_submission");
        assert_eq!(kept, ["submitted".to_owned(), format!("v-{}", question.reference)]);
        assert_eq!((bench.handed_over().len(), asks(&bench)), (1, 0));
    }
}

#[test]
fn a_one_time_code_goes_by_another_gateway_after_a_minute() {
    let bench = Bench::two();
    bench.answers(|g, m| if g == "a" { lost(g, m) } else { takes(g, m) });
    let id = bench.accept_with("class = 'otp'");
    bench.pump();
    let start = bench.clock.get();
    live(&bench, MINUTE - 1);
    assert_eq!(
        (bench.handed_over().len(), bench.vendors.asked.borrow().len()),
        (1, 2),
        "{}",
        bench.clock.get() - start
    );
    live(&bench, 1);
    assert_eq!(bench.handed_over(), ["a", "b"]);
    let life = bench.life(&id);
    assert_eq!(life[2..], ["unknown:lost", "unknown:resend", "submitting", "submitted"]);
}

#[test]
fn it_is_never_sent_again_by_the_same_gateway() {
    for (gateways, class) in [(Bench::one(), "otp"), (Bench::two(), "notice"), (Bench::two(), "marketing")] {
        let bench = gateways;
        bench.answers(lost);
        let id = bench.accept_with(&format!("class = '{class}'"));
        bench.pump();
        live(&bench, 24 * 60 * MINUTE);
        assert_eq!(bench.handed_over(), ["a"], "{class}");
        assert_eq!((bench.state(&id).as_str(), bench.next_due()), ("unknown", None));
        assert_eq!(bench.vendors.asked.borrow().len(), 10);
        assert_eq!(bench.life(&id)[2..], ["unknown:lost", "unknown:not_found"]);
    }
}

#[test]
fn a_code_that_expired_is_not_sent_again() {
    let bench = Bench::two();
    bench.answers(lost);
    bench.accept_with(&format!("class = 'otp', expires_at = {}", bench.clock.get() + 59_000));
    bench.pump();
    live(&bench, 24 * 60 * MINUTE);
    assert_eq!(bench.handed_over(), ["a"]);
}

#[test]
fn another_gateway_must_take_such_messages() {
    let bench = Bench::new(
        r#"[{"name":"a"},{"name":"b","weight":0,"templates_only":true},
        {"name":"c","weight":0,"carriers":["unicom"]}]"#,
    );
    bench.answers(lost);
    let id = bench.accept_with("class = 'otp'");
    bench.pump();
    live(&bench, 24 * 60 * MINUTE);
    assert_eq!((bench.handed_over(), bench.state(&id).as_str()), (vec!["a".to_owned()], "unknown"));
}

#[test]
fn lost_by_all_it_stays_unknown() {
    let bench = Bench::two();
    bench.answers(lost);
    let id = bench.accept_with("class = 'otp'");
    bench.pump();
    live(&bench, 24 * 60 * MINUTE);
    assert_eq!((bench.handed_over(), bench.state(&id).as_str()), (vec!["a".to_owned(), "b".to_owned()], "unknown"));
}

#[test]
fn refused_by_the_other_one_it_stays_unknown() {
    let bench = Bench::two();
    bench.answers(|g, m| {
        let (code, detail) = (String::new(), String::new());
        let reason = sms_send::deliver::gateway::Reason::BadNumber;
        if g == "a" { lost(g, m) } else { Outcome::Rejected { reason, code, detail } }
    });
    let id = bench.accept_with("class = 'otp'");
    bench.pump();
    live(&bench, 24 * 60 * MINUTE);
    assert_eq!(bench.state(&id), "unknown", "the first one may have sent it");
    assert_eq!(bench.vendors.asked.borrow().last().unwrap().0, "a", "and is asked on");
}

#[test]
fn a_gateway_that_cannot_be_asked_is_asked_again() {
    let bench = Bench::one();
    bench.answers(lost);
    bench.finds(|_, _| Err(Outcome::Unavailable { detail: "down".into() }));
    let id = bench.accept();
    bench.pump();
    live(&bench, 10 * MINUTE);
    assert!(bench.vendors.asked.borrow().len() >= 5);
    bench.finds(|_, question| Ok(vec![of(question, Fate::Delivered)]));
    live(&bench, 10 * MINUTE);
    assert_eq!((bench.state(&id).as_str(), bench.next_due()), ("delivered", None));
}

#[test]
fn what_was_left_while_submitting_becomes_unknown() {
    let bench = Bench::two();
    bench.vendors.hangs.replace("a".into());
    let id = bench.accept();
    assert!(bench.over(&*bench.store, async |world| pump::run(world).await).is_none());
    bench.restart();
    bench.vendors.hangs.take();
    assert_eq!((bench.pump(), asks(&bench)), (0, 0), "it is leased");
    bench.wait(60_000);
    assert_eq!((bench.pump(), asks(&bench)), (0, 0), "up to the last millisecond");
    bench.wait(1);
    assert_eq!((bench.pump(), asks(&bench)), (0, 1));
    assert_eq!(bench.life(&id), ["accepted", "submitting", "unknown:lost"]);
    assert_eq!(bench.row("SELECT outcome FROM sms_send_submission").concat(), "lost");
    assert_eq!(bench.handed_over(), ["a"]);
}

#[test]
fn what_another_instance_asks_after_is_left_alone() {
    let bench = Bench::one();
    bench.vendors.hangs.replace("a".into());
    let id = bench.accept();
    assert!(bench.over(&*bench.store, async |world| pump::run(world).await).is_none());
    bench.wait(61_000);
    let theirs = "UPDATE sms_send_outbox SET lease = 'theirs', lease_until = due_at + 60000";
    let store = Between { store: &bench.store, left: 1.into(), others: &[theirs] };
    assert_eq!(bench.over(&store, async |world| ask::run(world).await.unwrap()), Some(0));
    assert_eq!((bench.state(&id).as_str(), bench.vendors.asked.borrow().len()), ("submitting", 0));
}

#[test]
fn one_told_by_phone_alone_is_ours_where_there_is_no_doubt() {
    // Another message to the phone that lacks its id, an id of another message, two free ids, an older one: doubt.
    for (second, found, clear) in [
        (false, vec!["x", "x"], true),
        (false, vec!["x", "known"], true),
        (true, vec!["x"], false),
        (false, vec!["known"], false),
        (false, vec!["x", "y"], false),
        (false, vec!["old"], false),
    ] {
        let bench = Bench::one();
        bench.answers(|_, _| Outcome::Submitted { id: "known".into(), parts: None });
        let taken = bench.accept();
        bench.pump();
        bench.answers(lost);
        let id = bench.accept();
        bench.pump();
        if second {
            bench.accept();
            bench.pump();
        }
        let names = found.clone();
        bench.finds(move |_, question| {
            let one = |id: &&str| {
                let at = question.submitted_at_ms - if *id == "old" { 5_001 } else { 4_000 };
                Receipt { at_ms: Some(at), ..receipt(id, "delivered") }
            };
            Ok(names.iter().map(one).collect())
        });
        live(&bench, 10_000);
        assert_eq!(bench.state(&id) == "delivered", clear, "{found:?}");
        assert_eq!(bench.state(&taken) == "delivered", found.contains(&"known"), "{found:?}");
    }
}

#[test]
fn five_minutes_without_a_receipt_are_an_alarm_once() {
    let mut bench = Bench::one();
    bench.settings.hooks = vec!["https://his.example/sms".to_owned()];
    let id = bench.accept();
    bench.pump();
    live(&bench, 5 * MINUTE - 1);
    assert_eq!((bench.count("sms_send_hook"), bench.vendors.asked.borrow().len()), (0, 0));
    bench.rows("UPDATE sms_send_hook SET state = 'done'");
    let raised = bench.clock.get() + 1;
    for _ in 0..20 {
        live(&bench, 30 * MINUTE);
        bench.rows("UPDATE sms_send_hook SET state = 'done'");
    }
    assert_eq!(bench.life(&id)[2..], ["submitted", "submitted:no_receipt"]);
    let kept = bench.row("SELECT state, alarm_at FROM sms_send_message");
    assert_eq!(kept, ["submitted".to_owned(), raised.to_string()]);
    let report: serde_json::Value =
        serde_json::from_str(&bench.row("SELECT body FROM sms_send_hook").concat()).unwrap();
    assert_eq!((&report["state"], &report["reason"]), (&"submitted".into(), &"no_receipt".into()));
    assert_eq!(bench.count("sms_send_hook"), 1);
    let asked = bench.vendors.asked.borrow().len();
    assert!((5..=10).contains(&asked), "and the vendor is asked: {asked}");
    assert!(bench.vendors.asked.borrow()[0].1.id.is_some());
}

#[test]
fn a_silent_message_may_still_arrive() {
    let bench = Bench::one();
    let id = bench.accept();
    bench.pump();
    bench.finds(|_, question| Ok(vec![of(question, Fate::Delivered)]));
    live(&bench, 5 * MINUTE);
    assert_eq!((bench.state(&id).as_str(), bench.next_due()), ("delivered", None));
    assert_eq!(bench.life(&id)[2..], ["submitted", "submitted:no_receipt", "delivered"]);
}

#[test]
fn other_peoples_receipts_among_the_answers_are_passed_over() {
    let bench = Bench::one();
    bench.answers(lost);
    bench.finds(|_, _| Ok(vec![Receipt { phone: "+8613999999999".into(), ..receipt("somebody's", "delivered") }]));
    let id = bench.accept();
    bench.pump();
    live(&bench, 10_000);
    assert_eq!(
        (bench.state(&id).as_str(), bench.count("sms_send_stray"), bench.count("sms_send_early")),
        ("unknown", 0, 0)
    );
}

#[test]
fn given_up_on_its_caller_is_told() {
    let mut bench = Bench::one();
    bench.settings.hooks = vec!["https://his.example/sms".to_owned()];
    bench.answers(lost);
    bench.accept();
    bench.pump();
    for _ in 0..40 {
        live(&bench, 30 * MINUTE);
        bench.rows("UPDATE sms_send_hook SET state = 'done'");
    }
    let report: serde_json::Value =
        serde_json::from_str(&bench.row("SELECT body FROM sms_send_hook").concat()).unwrap();
    assert_eq!((&report["state"], &report["reason"]), (&"unknown".into(), &"not_found".into()));
    assert_eq!(bench.count("sms_send_hook"), 1);
}
