//! Receipts in every order.

use crate::support::Bench;
use crate::vendors::{lost, receipt, takes};
use sms_send::deliver::callback;
use sms_send::deliver::gateway::{Bytes, Callback, Outcome, Reason, Receipt};
use sms_send::deliver::receipt::{self as receipts, Counts, Source};

fn take_from(bench: &Bench, gateway: &str, list: Vec<Receipt>) -> Counts {
    bench.act(async |world| receipts::take(world, gateway, list, Source::Callback).await.unwrap())
}

pub fn take(bench: &Bench, list: Vec<Receipt>) -> Counts {
    take_from(bench, "a", list)
}

fn part(n: u32, of: u32, fate: &str) -> Receipt {
    Receipt { part: Some([n, of]), ..receipt("v1", fate) }
}

/// A message that gateway `a` has as `v1`.
pub fn submitted() -> (Bench, String) {
    let bench = Bench::two();
    bench.answers(|_, m| Outcome::Submitted {
        id: if m.reference.contains('_') { "v2" } else { "v1" }.into(),
        parts: None,
    });
    let id = bench.accept();
    bench.pump();
    (bench, id)
}

pub const KEPT: Counts = Counts { kept: 1, repeated: 0, early: 0, stray: 0, refused: 0 };
const REPEATED: Counts = Counts { kept: 0, repeated: 1, ..KEPT };
pub const STRAY: Counts = Counts { kept: 0, stray: 1, ..KEPT };
const REFUSED: Counts = Counts { kept: 0, refused: 1, ..KEPT };
pub const EARLY: Counts = Counts { kept: 0, early: 1, ..KEPT };

#[test]
fn it_is_kept_once() {
    let (bench, id) = submitted();
    bench.wait(3_000);
    assert_eq!(take(&bench, vec![receipt("v1", "delivered")]), KEPT);
    assert_eq!(take(&bench, vec![receipt("v1", "delivered")]), REPEATED);
    assert_eq!(bench.life(&id)[2..], ["submitted", "delivered"]);
    assert_eq!(bench.row("SELECT state, final_at - submitted_at FROM sms_send_message"), ["delivered", "3000"]);
    assert_eq!((bench.count("sms_send_outbox"), bench.count("sms_send_part")), (0, 1));
    assert_eq!(bench.row("SELECT action, result FROM sms_send_audit"), ["message.delivered", "ok"]);
}

#[test]
fn a_failure_says_why() {
    let (bench, id) = submitted();
    let (reason, code) = (Some(Reason::Unreachable), Some("MK:0001".to_owned()));
    let failed = Receipt { reason, code, detail: Some("13711112222 is off".to_owned()), ..receipt("v1", "failed") };
    assert_eq!(take(&bench, vec![failed]), KEPT);
    assert_eq!(bench.life(&id).last().unwrap(), "failed:unreachable");
    assert_eq!(bench.row("SELECT detail FROM sms_send_message").concat(), "MK:0001 *** is off");
    // Later the carrier says that it did arrive.
    assert_eq!(take(&bench, vec![receipt("v1", "delivered")]), KEPT);
    assert_eq!(take(&bench, vec![receipt("v1", "failed")]), REPEATED);
    assert_eq!(bench.life(&id).last().unwrap(), "delivered", "what arrived stays arrived");
}

#[test]
fn a_long_message_arrives_with_its_last_part() {
    let (bench, id) = submitted();
    for (n, state) in [(2, "submitted"), (3, "submitted"), (1, "delivered")] {
        assert_eq!(take(&bench, vec![part(n, 3, "delivered")]), KEPT);
        assert_eq!(take(&bench, vec![part(n, 3, "delivered")]), REPEATED);
        assert_eq!(bench.state(&id), state);
    }
}

#[test]
fn parts_of_two_submissions_do_not_add_up() {
    let (bench, id) = submitted();
    bench.rows("UPDATE sms_send_message SET state = 'unknown', tried = 'a'");
    bench.rows("UPDATE sms_send_outbox SET task = 'submit', due_at = 0");
    bench.pump();
    take(&bench, vec![part(1, 2, "delivered")]);
    take_from(&bench, "b", vec![Receipt { id: "v2".into(), ..part(2, 2, "delivered") }]);
    assert_eq!((bench.state(&id).as_str(), bench.count("sms_send_part")), ("submitted", 2));
    take(&bench, vec![part(2, 2, "delivered")]);
    assert_eq!(bench.state(&id), "delivered");
}

#[test]
fn a_long_message_fails_with_one_part() {
    let (bench, id) = submitted();
    take(&bench, vec![part(1, 2, "delivered"), part(2, 2, "failed")]);
    assert_eq!(bench.life(&id).last().unwrap(), "failed:other");
    take(&bench, vec![part(2, 2, "delivered")]);
    assert_eq!(bench.state(&id), "delivered");
}

#[test]
fn one_callback_may_say_a_thing_twice_and_both_ways() {
    let (bench, id) = submitted();
    let counts = take(&bench, vec![receipt("v1", "failed"), receipt("v1", "delivered"), receipt("v1", "failed")]);
    assert_eq!(counts, Counts { repeated: 2, ..KEPT });
    assert_eq!(bench.state(&id), "delivered");
}

#[test]
fn it_may_come_by_reference() {
    let bench = Bench::one();
    bench.answers(lost);
    let id = bench.accept();
    bench.pump();
    let reference = bench.vendors.submitted.borrow()[0].1.reference.clone();
    let mut one = receipt("v9", "delivered");
    one.reference = Some(reference);
    assert_eq!(take(&bench, vec![one.clone()]), KEPT);
    assert_eq!(bench.state(&id), "delivered");
    assert_eq!(bench.row("SELECT vendor_id, outcome FROM sms_send_submission"), ["v9", "submitted"]);
    one.id = "v10".into();
    assert_eq!(take(&bench, vec![one]), REFUSED, "it has another id");
}

#[test]
fn what_belongs_to_nobody_is_counted() {
    let (bench, id) = submitted();
    assert_eq!(take(&bench, vec![receipt("v8", "delivered")]), STRAY);
    assert_eq!(take_from(&bench, "b", vec![receipt("v1", "delivered")]), STRAY, "another gateway's");
    let mut stranger = receipt("v1", "delivered");
    stranger.phone = "+8613999999999".into();
    assert_eq!(take(&bench, vec![stranger]), REFUSED);
    let mut torn = receipt("v1", "delivered");
    torn.reference = Some(common::id::new("msg", common::timestamp::Timestamp(1), 1).split_off(4));
    assert_eq!(take(&bench, vec![torn]), REFUSED, "the id says one message, the reference another");
    for wrong in [part(0, 2, "delivered"), part(3, 2, "delivered"), part(1, 101, "delivered"), receipt("", "delivered")]
    {
        assert_eq!(take(&bench, vec![wrong]), REFUSED);
    }
    assert_eq!(take(&bench, vec![receipt(&"x".repeat(129), "delivered")]), REFUSED);
    assert_eq!(bench.state(&id), "submitted");
    let counted = bench.table("SELECT gateway, receipts FROM sms_send_stray ORDER BY gateway");
    assert_eq!(counted, [["a", "8"], ["b", "1"]]);
    assert_eq!(bench.count("sms_send_audit WHERE action = 'receipt' AND result = 'refused'"), 9);
}

#[test]
fn a_vendor_may_leave_out_the_phone() {
    let (bench, id) = submitted();
    let mut one = receipt("v1", "delivered");
    one.phone = String::new();
    assert_eq!(take(&bench, vec![one]), KEPT);
    assert_eq!(bench.state(&id), "delivered");
}

#[test]
fn a_late_one_counts_for_what_was_given_up() {
    for (given_up, then) in
        [("expired", "delivered"), ("dead", "delivered"), ("unknown", "delivered"), ("cancelled", "cancelled")]
    {
        let (bench, id) = submitted();
        bench.rows(&format!("UPDATE sms_send_message SET state = '{given_up}'"));
        assert_eq!(take(&bench, vec![receipt("v1", "delivered")]), KEPT);
        assert_eq!(bench.state(&id), then);
        assert_eq!(bench.count("sms_send_part"), 1, "kept anyhow");
    }
}

#[test]
fn an_earlier_gateways_failure_is_not_the_last_word() {
    let (bench, id) = submitted();
    // Another gateway has it by now.
    bench.rows("UPDATE sms_send_message SET state = 'unknown', tried = 'a'");
    bench.rows("UPDATE sms_send_outbox SET task = 'submit', due_at = 0");
    bench.pump();
    assert_eq!(bench.handed_over(), ["a", "b"]);
    assert_eq!(take(&bench, vec![receipt("v1", "failed")]), KEPT);
    assert_eq!(bench.state(&id), "submitted");
    assert_eq!(take_from(&bench, "b", vec![receipt("v2", "failed")]), KEPT);
    assert_eq!(bench.state(&id), "failed");
    assert_eq!(take(&bench, vec![receipt("v1", "delivered")]), KEPT);
    assert_eq!(bench.state(&id), "delivered", "but its success is");
}

#[test]
fn pending_is_a_sign_of_life() {
    let (bench, id) = submitted();
    assert_eq!(take(&bench, vec![receipt("v1", "pending")]), REPEATED);
    assert_eq!(bench.life(&id).len(), 3);
    bench.rows("UPDATE sms_send_message SET state = 'unknown'");
    take(&bench, vec![receipt("v1", "pending")]);
    assert_eq!(bench.state(&id), "submitted");
}

#[test]
fn the_vendor_is_told_after_the_commit() {
    let (bench, id) = submitted();
    let call = |list: &[Receipt], gateway: &str| {
        let body = Bytes(serde_json::to_vec(list).unwrap());
        let callback = Callback { content_type: "application/json".into(), body };
        bench.act(async |world| callback::receive(world, gateway, &callback).await)
    };
    let (answer, counts) = call(&[receipt("v1", "delivered"), receipt("v5", "delivered")], "a").unwrap();
    assert_eq!((answer.status, counts), (200, Counts { stray: 1, ..KEPT }));
    assert_eq!(bench.state(&id), "delivered");
    assert_eq!(call(&[receipt("v5", "delivered")], "a").unwrap().0.status, 500, "refused");
    assert_eq!(call(&[], "a").unwrap().0.status, 200);
    assert_eq!(call(&[], "x").unwrap_err().status, 404);
    let garbage = Callback { content_type: "a/b".into(), body: Bytes(b"{".to_vec()) };
    let problem = bench.act(async |world| callback::receive(world, "a", &garbage).await.unwrap_err());
    assert_eq!((problem.status, problem.code), (400, "bad_receipt"));
    bench.rows("DROP TABLE sms_send_part");
    assert!(call(&[receipt("v1", "delivered")], "a").unwrap_err().status >= 500);
}

#[test]
fn many_are_kept_in_one_go() {
    let bench = Bench::one();
    bench.answers(takes);
    for _ in 0..450 {
        bench.accept();
    }
    bench.pump();
    let all = bench.table("SELECT vendor_id FROM sms_send_submission");
    let counts = take(&bench, all.iter().map(|row| receipt(&row[0], "delivered")).collect());
    assert_eq!(counts.kept, 450);
    assert_eq!(bench.count("sms_send_message WHERE state = 'delivered'"), 450);
}
