//! The breaker, over several instances and in time.

use crate::stores::Between;
use crate::support::{Bench, MINUTE};
use crate::vendors::{lost, takes, unavailable};
use sms_send::deliver::pump;

fn breaker(bench: &Bench) -> (i64, i64) {
    let rows = bench.rows("SELECT failures, open_until FROM sms_send_breaker WHERE gateway = 'a'");
    rows.first().map_or((0, 0), |row| (row.integer(0).unwrap(), row.integer(1).unwrap() - bench.clock.get()))
}

fn send(bench: &Bench) -> String {
    bench.accept();
    // Each time another instance: what it knows it has from the store.
    bench.restart();
    bench.pump();
    bench.handed_over().last().cloned().unwrap_or_default()
}

fn a_is_down(bench: &Bench) {
    bench.answers(|g, m| if g == "a" { lost(g, m) } else { takes(g, m) });
}

#[test]
fn five_failures_in_a_row_open_it() {
    let bench = Bench::two();
    a_is_down(&bench);
    for _ in 0..4 {
        assert_eq!(send(&bench), "a");
    }
    bench.answers(takes);
    send(&bench);
    assert_eq!(breaker(&bench).0, 0, "one success and they are forgotten");
    a_is_down(&bench);
    for failures in 1..=5 {
        assert_eq!(send(&bench), "a");
        assert_eq!(breaker(&bench).0, failures);
    }
    assert_eq!(breaker(&bench), (5, 30_000));
    assert_eq!(send(&bench), "b", "the other one stands in");
}

#[test]
fn one_message_tries_again_and_the_pause_doubles() {
    let bench = Bench::two();
    a_is_down(&bench);
    for _ in 0..5 {
        send(&bench);
    }
    for pause in [60_000, 120_000, 240_000, 480_000, 600_000, 600_000] {
        bench.wait(breaker(&bench).1);
        let before = bench.handed_over().iter().filter(|gateway| *gateway == "a").count();
        for _ in 0..10 {
            bench.accept();
        }
        bench.pump();
        let tried = bench.handed_over().iter().filter(|gateway| *gateway == "a").count() - before;
        assert_eq!((tried, breaker(&bench).1), (1, pause));
    }
    bench.answers(takes);
    bench.wait(10 * MINUTE);
    assert_eq!(send(&bench), "a");
    assert_eq!(breaker(&bench).0, 0);
    assert_eq!(send(&bench), "a");
}

#[test]
fn of_two_instances_one_tries_again() {
    let bench = Bench::two();
    a_is_down(&bench);
    for _ in 0..5 {
        send(&bench);
    }
    bench.wait(30_000);
    bench.accept();
    let taken = "UPDATE sms_send_breaker SET open_until = open_until + 60000";
    let store = Between { store: &bench.store, left: 2.into(), others: &[taken] };
    bench.over(&store, async |world| pump::run(world).await.unwrap());
    assert_eq!(bench.handed_over().iter().filter(|gateway| *gateway == "a").count(), 5);
}

#[test]
fn failures_under_way_when_it_opens_do_not_count() {
    let bench = Bench::two();
    bench.answers(unavailable);
    for _ in 0..16 {
        bench.accept();
    }
    bench.pump();
    assert_eq!(breaker(&bench), (5, 30_000));
}

#[test]
fn with_all_of_them_open_messages_wait() {
    let bench = Bench::one();
    bench.answers(lost);
    for _ in 0..5 {
        send(&bench);
    }
    let id = bench.accept();
    bench.pump();
    assert_eq!((bench.state(&id).as_str(), bench.handed_over().len()), ("accepted", 5));
    let due = bench.row("SELECT due_at, attempt FROM sms_send_outbox WHERE task = 'submit'");
    let due: Vec<i64> = due.iter().map(|text| text.parse().unwrap()).collect();
    assert!((30_000..31_000).contains(&(due[0] - bench.clock.get())) && due[1] == 0, "{due:?}");
    bench.clock.set(due[0]);
    bench.answers(takes);
    bench.pump();
    assert_eq!(bench.state(&id), "submitted");
}

#[test]
fn a_trial_that_never_ended_is_tried_again() {
    let bench = Bench::one();
    bench.answers(lost);
    for _ in 0..5 {
        send(&bench);
    }
    bench.wait(30_000);
    bench.vendors.hangs.replace("a".into());
    bench.accept();
    let stopped = bench.over(&*bench.store, async |world| pump::run(world).await);
    assert!(stopped.is_none());
    bench.vendors.hangs.take();
    bench.answers(takes);
    let waiting = bench.accept();
    bench.restart();
    bench.pump();
    assert_eq!(bench.state(&waiting), "accepted", "one at a time");
    bench.wait(2 * MINUTE);
    bench.pump();
    assert_eq!((bench.state(&waiting).as_str(), breaker(&bench).0), ("submitted", 0));
}
