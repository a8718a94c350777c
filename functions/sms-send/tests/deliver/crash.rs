//! An instance is killed at every call to the store, before and after it, and others go on.

use crate::stores::Stopping;
use crate::support::Bench;
use crate::vendors::{lost, receipt, takes, unavailable};
use sms_send::deliver::gateway::{Outcome, Reason, Receipt};
use sms_send::deliver::receipt::{self as receipts, Source};
use sms_send::deliver::{ask, early, hook, pump, tick};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

/// The others' ticks, until nothing is left to do.
fn settle(bench: &Bench) {
    bench.restart();
    for _ in 0..200 {
        let ways =
            hook::Ways { post: &crate::hook::Accepts::default(), redis: None::<&crate::redis::Fake>, secret: "s" };
        bench.act(async |world| {
            tick::run(world, &ways, &crate::streams::Nobody).await.unwrap();
        });
        match bench.next_due().into_iter().chain(bench.next_report()).min() {
            Some(due) => bench.clock.set(due.max(bench.clock.get()) + 1),
            None => return,
        }
    }
    panic!("it never comes to rest: {:?}", bench.table("SELECT * FROM sms_send_outbox"));
}

/// Runs `act` with a stop at its first call, its second, ... until it goes through; each time in a new world.
fn at_every_call(world: impl Fn() -> Bench, act: impl Fn(&Bench, &Stopping<'_>) -> bool, check: impl Fn(&Bench)) {
    let mut stops = 0;
    for after in [false, true] {
        for left in 0.. {
            let bench = world();
            let through = act(&bench, &Stopping { store: &bench.store, left: Cell::new(left), after });
            stops += usize::from(!through);
            settle(&bench);
            check(&bench);
            if through {
                break;
            }
        }
    }
    assert!(stops >= 4, "{stops} stops");
}

/// What each vendor has, as it would tell when asked.
type Has = Rc<RefCell<BTreeMap<(String, String), usize>>>;

/// Five messages with five fates, by their texts; vendors remember what they have.
fn messages() -> (Bench, Has) {
    let bench = Bench::two();
    let has = Has::default();
    for text in ["taken", "lost on the way back", "lost on the way there", "refused by a", "down"] {
        let class = if text == "lost on the way there" { "otp" } else { "notice" };
        bench.accept_with(&format!("class = '{class}', text = CAST(id || '/text:{text}' AS BLOB)"));
    }
    let vendor = has.clone();
    bench.answers(move |gateway, message| {
        let arrives = || *vendor.borrow_mut().entry((gateway.to_owned(), message.reference.clone())).or_default() += 1;
        match (gateway, message.text.as_str()) {
            ("a", "lost on the way back") => {
                arrives();
                lost(gateway, message)
            }
            ("a", "lost on the way there") => lost(gateway, message),
            ("a", "refused by a") => {
                Outcome::Rejected { reason: Reason::Balance, code: String::new(), detail: String::new() }
            }
            ("a", "down") => unavailable(gateway, message),
            _ => {
                arrives();
                takes(gateway, message)
            }
        }
    });
    let vendor = has.clone();
    bench.finds(move |gateway, question| {
        let known = vendor.borrow().contains_key(&(gateway.to_owned(), question.reference.clone()));
        let mut found = receipt(&format!("v-{}", question.reference), "delivered");
        found.reference = Some(question.reference.clone());
        Ok(known.then_some(found).into_iter().collect())
    });
    (bench, has)
}

#[test]
fn a_pump_may_die_anywhere() {
    let has = RefCell::new(Has::default());
    let world = || {
        let (bench, vendors) = messages();
        has.replace(vendors);
        bench
    };
    let pump = |bench: &Bench, store: &Stopping<'_>| bench.over(store, async |world| pump::run(world).await).is_some();
    at_every_call(world, pump, |bench| {
        let mut states = BTreeMap::new();
        for row in bench.table("SELECT id, state, text FROM sms_send_message") {
            let text = row[2].split_once(':').unwrap().1.to_owned();
            states.insert(text, (row[0].clone(), row[1].clone()));
        }
        for (text, (id, state)) in &states {
            // Whom the vendors have is told by them when asked; whom nobody has is never called delivered.
            let arrived =
                has.borrow().borrow().keys().filter(|(_, r)| id.contains(r.split('_').next().unwrap())).count();
            match state.as_str() {
                "delivered" => assert!(arrived > 0, "{text}"),
                "unknown" => assert_eq!(arrived, 0, "{text}"),
                other => panic!("{text} is left {other}"),
            }
            let notice = text != "lost on the way there";
            assert!(!notice || arrived <= 1, "{text} arrived {arrived} times");
        }
        // No gateway had one message twice, unless it had certainly not sent it.
        let mut seen = BTreeSet::new();
        for (gateway, message) in bench.vendors.submitted.borrow().iter() {
            let id = message.reference.split('_').next().unwrap().to_owned();
            assert!(seen.insert((gateway.clone(), id)) || message.text == "down", "{} to {gateway}", message.text);
        }
        assert!(has.borrow().borrow().values().all(|times| *times == 1));
        let entries = bench.count("sms_send_audit WHERE action = 'message.delivered'");
        assert_eq!(entries, bench.count("sms_send_message WHERE state = 'delivered'"));
    });
}

#[test]
fn questions_may_be_interrupted_anywhere() {
    let world = || {
        let (bench, _) = messages();
        bench.pump();
        bench.wait(11_000);
        bench
    };
    let ask = |bench: &Bench, store: &Stopping<'_>| bench.over(store, async |world| ask::run(world).await).is_some();
    at_every_call(world, ask, |bench| {
        let states = bench.table("SELECT state, count(*) FROM sms_send_message GROUP BY state");
        assert_eq!(states, [["delivered", "5"]], "the one that got lost is a one-time code");
    });
}

fn both_parts() -> Vec<Receipt> {
    let part = |n| Receipt { part: Some([n, 2]), ..receipt("v1", "delivered") };
    vec![part(1), part(2), part(2)]
}

#[test]
fn receipts_may_be_interrupted_anywhere() {
    let world = || {
        let mut bench = Bench::one();
        bench.settings.hooks = vec!["https://his.example/sms".to_owned()];
        bench.answers(|_, _| Outcome::Submitted { id: "v1".into(), parts: Some(2) });
        bench.accept();
        bench.pump();
        bench
    };
    let take = |bench: &Bench, store: &Stopping<'_>| {
        let take = async |world: &sms_send::deliver::World<'_, _, _, _>| {
            receipts::take(world, "a", both_parts(), Source::Callback).await.unwrap()
        };
        let first = bench.over(store, take);
        // The vendor got no answer, so it pushes again.
        if first.is_none() {
            bench.act(async |world| receipts::take(world, "a", both_parts(), Source::Callback).await.unwrap());
        }
        first.is_some()
    };
    at_every_call(world, take, |bench| {
        assert_eq!(bench.row("SELECT state FROM sms_send_message").concat(), "delivered");
        assert_eq!((bench.count("sms_send_part"), bench.count("sms_send_hook")), (2, 1));
        assert_eq!(bench.count("sms_send_event WHERE state = 'delivered'"), 1);
        assert_eq!(bench.count("sms_send_audit WHERE action = 'message.delivered'"), 1);
    });
}

#[test]
fn early_ones_may_be_interrupted_anywhere() {
    let world = || {
        let bench = Bench::one();
        bench.answers(|_, _| Outcome::Submitted { id: "v1".into(), parts: None });
        bench.vendors.hangs.replace("a".into());
        bench.accept();
        assert!(bench.over(&*bench.store, async |world| pump::run(world).await).is_none());
        bench.act(async |world| {
            let counts = receipts::take(world, "a", vec![receipt("v1", "delivered")], Source::Callback).await.unwrap();
            assert_eq!(counts.early, 1);
        });
        bench.vendors.hangs.take();
        bench.rows("UPDATE sms_send_submission SET vendor_id = 'v1', outcome = 'submitted'");
        bench
    };
    let sweep =
        |bench: &Bench, store: &Stopping<'_>| bench.over(store, async |world| early::sweep(world).await).is_some();
    at_every_call(world, sweep, |bench| {
        assert_eq!(bench.row("SELECT state FROM sms_send_message").concat(), "delivered");
        assert_eq!((bench.count("sms_send_early"), bench.count("sms_send_stray")), (0, 0));
    });
}

#[test]
fn reports_may_be_interrupted_anywhere() {
    let taken = RefCell::new(Rc::new(crate::hook::Accepts::default()));
    let world = || {
        let mut bench = Bench::one();
        bench.settings.hooks = vec!["https://his.example/sms".to_owned()];
        bench.answers(|_, m| takes("a", m));
        bench.accept();
        bench.pump();
        let id = format!("v-{}", bench.vendors.submitted.borrow()[0].1.reference);
        bench.act(async |world| {
            receipts::take(world, "a", vec![receipt(&id, "delivered")], Source::Callback).await.unwrap()
        });
        taken.replace(Rc::default());
        bench
    };
    let tell = |bench: &Bench, store: &Stopping<'_>| {
        let post = taken.borrow().clone();
        let ways = hook::Ways { post: &*post, redis: None::<&crate::redis::Fake>, secret: "s" };
        bench.over(store, async |world| hook::run(world, &ways).await).is_some()
    };
    at_every_call(world, tell, |bench| {
        assert_eq!(bench.table("SELECT state FROM sms_send_hook"), [["done"]]);
        assert!(taken.borrow().got.borrow().len() <= 1, "what settles the rest has its own");
    });
}
