//! Receipts that come before the answer to their submission.

use crate::receipt::{EARLY, KEPT, STRAY, submitted, take};
use crate::stores::Between;
use crate::support::{Bench, PHONE};
use crate::vendors::receipt;
use sms_send::deliver::receipt::{self as receipts, Source};
use sms_send::deliver::{early, pump};

/// A message on its way, whose answer is not there yet.
fn on_its_way(bench: &Bench) -> String {
    bench.vendors.hangs.replace("a".into());
    let id = bench.accept();
    assert!(bench.over(&*bench.store, async |world| pump::run(world).await).is_none());
    bench.vendors.hangs.take();
    id
}

#[test]
fn an_early_one_waits_for_the_answer() {
    let bench = Bench::one();
    bench.vendors.at_once.set(false);
    let id = bench.accept();
    bench.act(async |world| {
        let early = async {
            while bench.handed_over().is_empty() {
                crate::support::turn().await;
            }
            let vendor_id = format!("v-{}", bench.vendors.submitted.borrow()[0].1.reference);
            let one = receipt(&vendor_id, "delivered");
            let counts = receipts::take(world, "a", vec![one.clone(), one], Source::Callback).await.unwrap();
            assert_eq!(counts.early, 2);
            assert_eq!(bench.count("sms_send_early"), 1);
            assert!(!bench.row("SELECT receipt FROM sms_send_early").concat().contains(&PHONE[3..]));
        };
        let (pumped, ()) = futures::join!(pump::run(world), early);
        pumped.unwrap();
    });
    assert_eq!(bench.life(&id)[1..], ["submitting", "submitted", "delivered"]);
    assert_eq!((bench.count("sms_send_early"), bench.count("sms_send_outbox")), (0, 0));
}

#[test]
fn one_that_names_the_message_does_not_wait() {
    let bench = Bench::one();
    bench.vendors.at_once.set(false);
    let id = bench.accept();
    bench.act(async |world| {
        let early = async {
            while bench.handed_over().is_empty() {
                crate::support::turn().await;
            }
            let reference = bench.vendors.submitted.borrow()[0].1.reference.clone();
            let mut one = receipt(&format!("v-{reference}"), "delivered");
            one.reference = Some(reference);
            assert_eq!(receipts::take(world, "a", vec![one], Source::Callback).await.unwrap(), KEPT);
        };
        let (pumped, ()) = futures::join!(pump::run(world), early);
        pumped.unwrap();
    });
    assert_eq!(bench.life(&id)[1..], ["submitting", "delivered"], "the answer comes too late to change that");
    assert_eq!(bench.count("sms_send_outbox"), 0);
    assert!(bench.row("SELECT vendor_id FROM sms_send_submission").concat().starts_with("v-"));
}

#[test]
fn an_answer_may_land_between_two_looks() {
    let bench = Bench::one();
    let id = on_its_way(&bench);
    let landed = "UPDATE sms_send_submission SET vendor_id = 'v7', outcome = 'submitted'";
    let store = Between { store: &bench.store, left: 1.into(), others: &[landed] };
    let list = vec![receipt("v7", "delivered")];
    let counts = bench.over(&store, async |world| receipts::take(world, "a", list, Source::Callback).await.unwrap());
    assert_eq!((counts, bench.state(&id).as_str()), (Some(KEPT), "delivered"));
}

#[test]
fn one_is_not_early_whose_message_has_its_id() {
    let (bench, _) = submitted();
    bench.rows("UPDATE sms_send_message SET state = 'unknown'");
    assert_eq!(take(&bench, vec![receipt("v8", "delivered")]), STRAY);
}

#[test]
fn an_early_one_that_nothing_comes_of_is_a_stray() {
    let bench = Bench::one();
    on_its_way(&bench);
    assert_eq!(take(&bench, vec![receipt("v7", "delivered")]), EARLY);
    let mut other = receipt("v7", "delivered");
    other.phone = "+8613999999999".into();
    assert_eq!(take(&bench, vec![other]), STRAY, "nothing goes to that phone");
    bench.wait(15 * 60_000);
    bench.act(async |world| early::sweep(world).await.unwrap());
    assert_eq!(
        (bench.count("sms_send_early"), bench.row("SELECT receipts FROM sms_send_stray").concat()),
        (1, "1".into())
    );
    bench.wait(1);
    bench.act(async |world| early::sweep(world).await.unwrap());
    assert_eq!(
        (bench.count("sms_send_early"), bench.row("SELECT receipts FROM sms_send_stray").concat()),
        (0, "2".into())
    );
}
