//! What follows from each answer of a gateway.

use crate::support::{Bench, MINUTE, now};
use crate::vendors::{lost, takes, unavailable};
use common::store::Statement;
use common::store::Store;
use sms_send::deliver::gateway::{Outcome, Reason};

fn rejects(reason: Reason) -> Outcome {
    Outcome::Rejected { reason, code: "C1".into(), detail: "no to 13711112222".into() }
}

#[test]
fn what_is_taken_is_submitted() {
    let bench = Bench::one();
    bench.answers(|_, m| Outcome::Submitted { id: format!("v{}", m.text), parts: Some(3) });
    let id = bench.accept();
    assert_eq!(bench.pump(), 1);
    assert_eq!(bench.life(&id), ["accepted", "submitting", "submitted"]);
    let kept = bench.row("SELECT state, gateway, parts, tried, submitted_at - created_at FROM sms_send_message");
    assert_eq!(kept, ["submitted", "a", "3", "", "0"]);
    assert_eq!(
        bench.row("SELECT n, gateway, outcome, vendor_id FROM sms_send_submission"),
        ["1", "a", "submitted", "v您好"]
    );
    // What is left to do is to ask when no receipt comes.
    let asked = bench.row("SELECT task, due_at, attempt, lease_until FROM sms_send_outbox");
    assert_eq!(asked, ["ask", &(bench.clock.get() + 5 * MINUTE).to_string(), "0", "0"]);
    let (_, said) = bench.vendors.submitted.borrow()[0].clone();
    assert_eq!((said.phone.as_str(), said.signature.as_str(), said.template), (crate::support::PHONE, "某医院", None));
    assert_eq!(format!("msg_{}", said.reference), id);
    assert_eq!(bench.pump(), 0);
}

#[test]
fn a_template_goes_by_the_vendors_id() {
    let bench = Bench::two();
    now(bench.store.query(Statement::new(
        "INSERT INTO sms_send_template \
         (id, name, class, signature, text, params, vendor_ids, review, created_at, updated_at) \
         VALUES ('tpl_1', 'code', 'otp', '某医院', '{who}, {code}', '{}', '{\"a\":\"SMS_1\"}', 'approved', 0, 0)",
    )))
    .unwrap();
    let id = bench.accept_with("template_id = 'tpl_1'");
    let params = format!("{id}/params:{}", r#"{"code":"1234","who":"您"}"#);
    let sealed = Statement::new("UPDATE sms_send_message SET params = ?1").bind(params.into_bytes());
    now(bench.store.query(sealed)).unwrap();
    bench.pump();
    let template = bench.vendors.submitted.borrow()[0].1.template.clone().unwrap();
    let values: Vec<_> = template.params.iter().map(|param| param.value.as_str()).collect();
    assert_eq!((template.id.as_str(), values), ("SMS_1", vec!["您", "1234"]));
}

#[test]
fn a_reason_of_text_or_number_is_final() {
    for reason in [Reason::Intercepted, Reason::BadNumber, Reason::OptedOut] {
        let bench = Bench::two();
        bench.answers(move |_, _| rejects(reason));
        let id = bench.accept();
        bench.pump();
        assert_eq!(bench.life(&id).last().unwrap(), &format!("failed:{}", reason.name()));
        assert_eq!(bench.row("SELECT detail FROM sms_send_message").concat(), "C1 no to ***");
        assert_eq!((bench.handed_over().len(), bench.count("sms_send_outbox")), (1, 0));
        let told =
            bench.row("SELECT actor, action, result, object = (SELECT id FROM sms_send_message) FROM sms_send_audit");
        assert_eq!(told, ["service:sms-send", "message.failed", reason.name(), "1"]);
    }
}

#[test]
fn a_reason_of_the_account_sends_it_elsewhere_at_once() {
    for reason in [Reason::Balance, Reason::Account, Reason::Template, Reason::Signature, Reason::Limit, Reason::Other]
    {
        let bench = Bench::two();
        bench.answers(move |g, m| if g == "a" { rejects(reason) } else { takes(g, m) });
        let id = bench.accept();
        assert_eq!(bench.pump(), 2, "in one go");
        let refused = format!("accepted:{}", reason.name());
        assert_eq!(bench.life(&id), ["accepted", "submitting", &refused, "submitting", "submitted"]);
        let references: Vec<_> = bench.vendors.submitted.borrow().iter().map(|(_, m)| m.reference.clone()).collect();
        assert_eq!(references[1], format!("{}_2", references[0]), "each submission has its own");
    }
}

#[test]
fn refused_by_all_it_is_dead_for_the_last_reason() {
    let bench = Bench::two();
    bench.answers(|_, _| rejects(Reason::Balance));
    let id = bench.accept();
    bench.pump();
    assert_eq!(bench.life(&id).last().unwrap(), "dead:balance");
    assert_eq!(bench.handed_over(), ["a", "b"]);
    let bench = Bench::one();
    bench.answers(|_, _| Outcome::Invalid { detail: "no account".into() });
    let id = bench.accept();
    bench.pump();
    assert_eq!(bench.life(&id).last().unwrap(), "dead:invalid");
}

#[test]
fn who_is_down_or_busy_is_tried_later_and_others_first() {
    let bench = Bench::two();
    bench.answers(unavailable);
    let id = bench.accept();
    let mut pauses = Vec::new();
    while bench.state(&id) == "accepted" {
        bench.pump();
        if let Some(due) = bench.next_due() {
            pauses.push(due - bench.clock.get());
            bench.clock.set(due);
        }
        // Breakers have a test of their own.
        bench.rows("DELETE FROM sms_send_breaker");
    }
    assert_eq!(bench.life(&id).last().unwrap(), "dead:unavailable");
    let gateways = bench.handed_over();
    assert_eq!(gateways.len(), 12);
    assert!(gateways.windows(2).all(|pair| pair[0] != pair[1]), "{gateways:?}");
    for (i, pause) in pauses.iter().enumerate() {
        let full = (1_000 << i).min(300_000);
        assert!((full / 2..=full).contains(pause), "pause {i}: {pause}");
    }
    assert!(pauses.iter().sum::<i64>() < 40 * MINUTE);
}

#[test]
fn a_busy_gateway_says_when() {
    let bench = Bench::one();
    bench.answers(|_, _| Outcome::Busy { retry_after_ms: 20_000 });
    let id = bench.accept();
    bench.pump();
    assert_eq!(bench.life(&id).last().unwrap(), "accepted:busy");
    assert_eq!(bench.next_due().unwrap() - bench.clock.get(), 20_000);
    bench.answers(|_, _| Outcome::Busy { retry_after_ms: u32::MAX });
    bench.wait(20_000);
    bench.pump();
    assert_eq!(bench.next_due().unwrap() - bench.clock.get(), 5 * MINUTE, "not for ever");
}

#[test]
fn nobody_gets_it_when_its_time_is_over() {
    let bench = Bench::one();
    bench.answers(unavailable);
    let early = bench.accept_with(&format!("expires_at = {}", bench.clock.get() + 700));
    bench.pump();
    assert!(bench.next_due().unwrap() <= bench.clock.get() + 700);
    bench.wait(700);
    bench.pump();
    assert_eq!(bench.life(&early).last().unwrap(), "expired:expired");
    assert_eq!((bench.handed_over().len(), bench.count("sms_send_outbox")), (1, 0));
}

#[test]
fn a_lost_answer_is_unknown_and_not_sent_again() {
    let bench = Bench::two();
    bench.answers(lost);
    let id = bench.accept();
    bench.pump();
    bench.wait(30 * MINUTE);
    bench.pump();
    assert_eq!(bench.life(&id), ["accepted", "submitting", "unknown:lost"]);
    assert_eq!(bench.handed_over(), ["a"]);
    assert_eq!(bench.row("SELECT task FROM sms_send_outbox").concat(), "ask");
}

#[test]
fn a_vendors_id_belongs_to_one_message() {
    let bench = Bench::one();
    bench.answers(|_, _| Outcome::Submitted { id: "same".into(), parts: None });
    let ids = [bench.accept(), bench.accept()];
    bench.pump();
    bench.accept();
    bench.pump();
    assert!(ids.iter().all(|id| bench.state(id) == "submitted"));
    assert_eq!(bench.count("sms_send_submission WHERE vendor_id = 'same'"), 1);
    assert_eq!(bench.count("sms_send_submission WHERE outcome = 'submitted'"), 3);
}

#[test]
fn what_cannot_be_opened_is_dead() {
    let bench = Bench::one();
    let id = bench.accept_with("text = x'00'");
    bench.pump();
    assert_eq!(bench.life(&id).last().unwrap(), "dead:unreadable");
}

#[test]
fn what_no_gateway_takes_is_dead() {
    let bench = Bench::new(r#"[{"name":"a","carriers":["unicom"]},{"name":"b","templates_only":true}]"#);
    let id = bench.accept();
    bench.pump();
    assert_eq!(bench.life(&id), ["accepted", "dead:no_route"]);
}

#[test]
fn urgent_ones_go_first() {
    let bench = Bench::one();
    for rank in [2, 1, 0, 2, 1, 0] {
        let id = bench.accept_with(&format!("text = CAST(id || '/text:{rank}' AS BLOB)"));
        bench.rows(&format!("UPDATE sms_send_outbox SET rank = {rank} WHERE message_id = '{id}'"));
        bench.wait(1);
    }
    bench.pump();
    let order: Vec<_> = bench.vendors.submitted.borrow().iter().map(|(_, m)| m.text.clone()).collect();
    assert_eq!(order.concat(), "001122");
}
