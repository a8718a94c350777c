//! A challenge's life on a real SQLite.

#![cfg(test)]

use common::migration;
use common::testing::{Memory, now};
use common::timestamp::Timestamp;
use face_compare::answer::{Challenge, Reason};
use face_compare::challenge::{LIFE_MS, Used, insert, judged, make, replayed, take};
use face_compare::policy::FUNCTION;

const T: Timestamp = Timestamp(1_800_000_000_000);
const P: &str = FUNCTION.tables;

fn store() -> Memory {
    let store = Memory::new();
    let list: Vec<_> = migration::COMMON.iter().chain(FUNCTION.migrations).copied().collect();
    now(migration::run(&store, P, &list, T)).unwrap();
    store
}

fn made(store: &Memory, id: &str, caller: &str) -> Challenge {
    use common::store::Store;
    let challenge = Challenge { challenge_id: id.into(), ..make(T, [4, 5, 6]) };
    now(store.transact(insert(P, caller, &challenge, T))).unwrap();
    challenge
}

/// Uses it with these frames, so many milliseconds later.
fn used(store: &Memory, names: [&str; 3], frames: &[&str], after: i64) -> Result<Used, (u16, &'static str)> {
    let digests: Vec<String> = frames.iter().map(|frame| (*frame).to_owned()).collect();
    now(take(store, P, names, &digests, T.plus_ms(after))).map_err(|problem| (problem.status, problem.code))
}

#[test]
fn is_used_once_by_whom_it_was_made_for() {
    let store = store();
    let challenge = made(&store, "chl_1", "user:a");
    let nonce = &*challenge.nonce;
    assert_eq!(used(&store, ["chl_1", "user:b", nonce], &["x"], 1), Err((403, "forbidden")));
    assert_eq!(used(&store, ["chl_2", "user:a", nonce], &["y"], 1), Err((403, "forbidden")));
    assert_eq!(used(&store, ["chl_1", "user:a", "another"], &["z"], 1), Err((400, "bad_field")));
    let first = used(&store, ["chl_1", "user:a", nonce], &["a", "b", "b"], 1).unwrap();
    assert_eq!(first, Used { actions: challenge.actions, replayed: false });
    assert_eq!(used(&store, ["chl_1", "user:a", nonce], &["c"], 2), Err((409, "challenge_used")));
}

#[test]
fn lasts_half_a_minute() {
    let store = store();
    let nonce = made(&store, "chl_1", "user:a").nonce;
    assert_eq!(used(&store, ["chl_1", "user:a", &nonce], &["a"], LIFE_MS + 1), Err((410, "challenge_expired")));
    assert!(used(&store, ["chl_1", "user:a", &nonce], &["b"], LIFE_MS).is_ok());
}

#[test]
fn frames_of_another_challenge_are_known_again() {
    let store = store();
    let [first, second] = ["chl_1", "chl_2"].map(|id| made(&store, id, "user:a").nonce);
    assert!(!used(&store, ["chl_1", "user:a", &first], &["a", "b"], 1).unwrap().replayed);
    assert!(used(&store, ["chl_2", "user:a", &second], &["c", "b"], 1).unwrap().replayed);
}

#[test]
fn its_verdict_is_kept_and_nothing_of_a_face() {
    use common::store::{Statement, Store};
    let store = store();
    made(&store, "chl_1", "user:a");
    now(store.query(judged(P, "chl_1", &replayed("engine 1".into())))).unwrap();
    let row = Statement::new(format!("SELECT live, reasons, model_version FROM {P}_challenge"));
    let rows = now(store.query(row)).unwrap();
    let row = rows.first().unwrap();
    assert_eq!((row.integer(0), row.text(1), row.text(2)), (Some(0), Some("replayed"), Some("engine 1")));
    assert_eq!(Reason::list(&[Reason::Still, Reason::NoFace]), "still,no_face");
}
