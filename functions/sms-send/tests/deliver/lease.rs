//! Who may act on a message, and that nobody else does.

use crate::stores::{Between, Yielding};
use crate::support::{Bench, MINUTE, now, turn};
use crate::vendors::takes;
use common::store::Statement;
use common::timestamp::Timestamp;
use futures::FutureExt;
use sms_send::deliver::gateway::CALL_MS;
use sms_send::deliver::message::Subject;
use sms_send::deliver::pump::{self, Pumps};
use sms_send::deliver::submit::{self, Job};
use sms_send::state::State;
use std::collections::BTreeSet;
use std::rc::Rc;

#[test]
fn two_instances_hand_each_message_over_once() {
    let bench = Bench::two();
    bench.vendors.at_once.set(false);
    bench.answers(takes);
    let ids: BTreeSet<_> = (0..300).map(|_| bench.accept()).collect();
    let store = Yielding(&bench.store);
    // Each of its own instance, in turns at every call.
    let other = Rc::new(Pumps::default());
    let done = bench.over(&store, async |world| {
        let second = sms_send::deliver::World { pumps: &other, ..*world };
        futures::join!(pump::run(world), pump::run(&second))
    });
    let (first, second) = done.unwrap();
    let (first, second) = (first.unwrap(), second.unwrap());
    assert!(first > 0 && second > 0 && first + second == 300, "{first} and {second}");
    let references: BTreeSet<_> =
        bench.vendors.submitted.borrow().iter().map(|(_, m)| format!("msg_{}", m.reference)).collect();
    assert_eq!((references, bench.vendors.submitted.borrow().len()), (ids, 300));
    assert_eq!(bench.count("sms_send_message WHERE state = 'submitted'"), 300);
}

#[test]
fn it_is_written_down_before_it_is_handed_over() {
    let bench = Bench::one();
    let store = bench.store.clone();
    bench.answers(move |gateway, message| {
        let sql = "SELECT m.state || ' ' || s.gateway || ' ' || s.n || ' ' || s.outcome || ' ' || (o.lease IS NOT NULL) \
                   FROM sms_send_message m JOIN sms_send_submission s ON s.message_id = m.id \
                   JOIN sms_send_outbox o ON o.message_id = m.id";
        let rows = now(common::store::Store::query(&*store, Statement::new(sql))).unwrap();
        assert_eq!(rows.first().unwrap().text(0), Some("submitting a 1 pending 1"));
        takes(gateway, message)
    });
    bench.accept();
    assert_eq!(bench.pump(), 1);
}

#[test]
fn what_is_taken_back_in_time_is_not_handed_over() {
    let bench = Bench::one();
    let id = bench.accept();
    let cancel = ["UPDATE sms_send_message SET state = 'cancelled'", "DELETE FROM sms_send_outbox"].map(Statement::new);
    bench.store.before_transact.borrow_mut().push(cancel.to_vec());
    assert_eq!(bench.pump(), 0);
    assert_eq!((bench.state(&id).as_str(), bench.handed_over().len()), ("cancelled", 0));
    assert_eq!(bench.count("sms_send_submission"), 0);
    assert_eq!(bench.life(&id), ["accepted"], "a step that came too late leaves no trace");
}

#[test]
fn what_another_instance_leased_meanwhile_is_left_alone() {
    let leased = "UPDATE sms_send_outbox SET lease = 'theirs', lease_until = due_at + 60000";
    for (columns, others) in [
        ("", leased),
        ("", "UPDATE sms_send_outbox SET task = 'ask'"),
        ("", "UPDATE sms_send_outbox SET due_at = due_at + 1"),
        ("expires_at = 0", leased),
        // It was handed over, refused, and is due again: what we know of it is old.
        ("", "UPDATE sms_send_message SET event_id = 'evt_2', tried = 'a'"),
    ] {
        let bench = Bench::one();
        bench.accept_with(columns);
        let before = bench.row("SELECT state FROM sms_send_message");
        let store = Between { store: &bench.store, left: 2.into(), others: &[others] };
        assert_eq!(bench.over(&store, async |world| pump::run(world).await.unwrap()), Some(0), "{others}");
        assert_eq!(
            (bench.row("SELECT state FROM sms_send_message"), bench.handed_over().len()),
            (before, 0),
            "{others}"
        );
        assert_eq!((bench.count("sms_send_submission"), bench.count("sms_send_event")), (0, 1), "{others}");
        let lease = bench.row("SELECT lease FROM sms_send_outbox").concat();
        assert!(others != leased || lease == "theirs", "{others}: {lease}");
    }
}

#[test]
fn one_that_is_not_due_waits() {
    let bench = Bench::one();
    let id = bench.accept();
    bench.rows("UPDATE sms_send_outbox SET due_at = due_at + 1000");
    assert_eq!(bench.pump(), 0);
    bench.wait(1_000);
    assert_eq!(bench.pump(), 1);
    assert_eq!(bench.state(&id), "submitted");
}

#[test]
fn a_gateway_that_hangs_keeps_nobody_waiting() {
    let bench = Bench::new(r#"[{"name":"a","carriers":["mobile"]},{"name":"b","carriers":["unicom"]}]"#);
    bench.vendors.hangs.replace("a".into());
    for _ in 0..20 {
        bench.accept();
    }
    let (clock, moved) = (&bench.clock, bench.clock.get() + 300);
    bench.act(async |world| {
        let mut first = Box::pin(pump::run(world));
        assert!(first.as_mut().now_or_never().is_none(), "it hangs");
        let other = bench.accept_with("carrier = 'unicom'");
        assert_eq!(pump::run(world).await.unwrap(), 0, "the first one may still be heard from");
        clock.set(moved);
        assert_eq!(pump::run(world).await.unwrap(), 1);
        assert_eq!(bench.state(&other), "submitted");
        assert_eq!(bench.count("sms_send_message WHERE state = 'submitting'"), 16, "no more than its places");
    });
    assert_eq!(bench.handed_over().iter().filter(|gateway| *gateway == "a").count(), 16);
}

#[test]
fn a_call_during_a_pump_is_not_missed() {
    let bench = Bench::one();
    bench.vendors.at_once.set(false);
    bench.accept();
    bench.act(async |world| {
        let late = async {
            while bench.handed_over().is_empty() {
                turn().await;
            }
            bench.accept();
            assert_eq!(pump::run(world).await.unwrap(), 0, "the other one does it");
        };
        let (pumped, ()) = futures::join!(pump::run(world), late);
        assert_eq!(pumped.unwrap(), 2);
    });
    assert_eq!(bench.count("sms_send_message WHERE state = 'submitted'"), 2);
}

#[test]
fn a_pump_ends_after_its_time() {
    let bench = Bench::one();
    for _ in 0..40 {
        bench.accept();
    }
    let clock = bench.clock.get();
    bench.over(&*bench.store, async |world| {
        let slow = || {
            bench.clock.set(bench.clock.get() + 2_000);
            common::timestamp::Timestamp(bench.clock.get())
        };
        let world = sms_send::deliver::World { clock: &slow, ..*world };
        pump::run(&world).await.unwrap()
    });
    assert!(bench.clock.get() < clock + 20 * MINUTE);
    assert!(bench.count("sms_send_outbox WHERE task = 'submit'") > 0, "the next one goes on");
    while bench.pump() > 0 {}
    assert_eq!(bench.count("sms_send_outbox WHERE task = 'submit'"), 0);
}

#[test]
fn a_lease_that_is_too_short_is_not_begun_on() {
    let bench = Bench::one();
    bench.vendors.hangs.replace("a".into());
    let id = bench.accept();
    assert!(bench.over(&*bench.store, async |world| pump::run(world).await.unwrap()).is_none());
    bench.vendors.hangs.take();
    let job = |leased_until| Job {
        subject: Subject {
            id: id.clone(),
            client_ref: None,
            callback_url: None,
            parts: 1,
            created_at: Timestamp(0),
            event_id: Some(bench.row("SELECT event_id FROM sms_send_message").concat()),
        },
        n: 1,
        gateway: "a".into(),
        trial: None,
        from: State::Accepted,
        attempt: 1,
        expires_at: Timestamp(i64::MAX),
        leased_until: Timestamp(leased_until),
        submit: bench.vendors.submitted.borrow()[0].1.clone(),
    };
    let late = job(bench.clock.get() + CALL_MS - 1);
    let again = bench.act(async |world| {
        let done = submit::call(world, late).await;
        assert_eq!(done.outcome, None);
        submit::settle(world, &[done]).await.unwrap()
    });
    assert_eq!((again, bench.handed_over().len()), (true, 1), "the one that hung");
    assert_eq!(bench.life(&id), ["accepted", "submitting", "accepted:unavailable"]);
    assert_eq!(bench.pump(), 1);
    assert_eq!(bench.count("sms_send_breaker"), 0, "it says nothing of the gateway");
}
