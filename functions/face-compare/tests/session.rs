//! A session's life on a real SQLite.

#![cfg(test)]

use common::call::Call;
use common::migration;
use common::problem::Problem;
use common::seal::Seal;
use common::store::{Statement, Store, Value};
use common::testing::{Memory, now};
use common::timestamp::Timestamp;
use face_compare::answer::Reason;
use face_compare::policy::FUNCTION;
use face_compare::session::answer::{State, Try};
use face_compare::session::order::{Order, parse};
use face_compare::session::row::{self, Session};
use face_compare::session::{CHALLENGES, LIFE_MS, TRIES};
use http::Method;
use serde_json::json;

const T: Timestamp = Timestamp(1_800_000_000_000);
const P: &str = FUNCTION.tables;
const ID: &str = "fvs_1";

struct World {
    store: Memory,
    seal: Seal,
}

impl World {
    /// One session with this portrait.
    fn new(portrait: Option<&[u8]>) -> Self {
        let world = Self { store: Memory::new(), seal: Seal::parse(&"07".repeat(32)).unwrap() };
        let list: Vec<_> = migration::COMMON.iter().chain(FUNCTION.migrations).copied().collect();
        now(migration::run(&world.store, P, &list, T)).unwrap();
        let order = Order {
            name: Some("张小明".into()),
            portrait: portrait.map(<[u8]>::to_vec),
            redirect_url: "https://his.example/done".into(),
        };
        world.run(row::insert(P, &world.seal, [ID, "system:his"], &order, T, [1, 2]).unwrap());
        world
    }

    fn run(&self, statement: Statement) {
        now(self.store.query(statement)).unwrap();
    }

    fn session(&self) -> Session {
        now(row::find(&self.store, P, ID)).unwrap()
    }

    fn state(&self) -> State {
        self.session().state(T)
    }

    /// Agreed to, and asked for a challenge.
    fn asked(self, challenge: &str) -> Self {
        self.run(row::agree(P, ID, T));
        self.run(row::ask(P, ID, challenge));
        self
    }

    fn judged(&self, challenge: &str, last: &Try) {
        self.run(row::judged(P, &self.session(), challenge, last, T).unwrap());
    }

    /// What is left of the person.
    fn kept(&self) -> Vec<Value> {
        let rows = now(self.store.query(Statement::new(format!("SELECT name, portrait FROM {P}_session"))));
        rows.unwrap().rows.concat()
    }
}

fn tried(live: bool, same_person: Option<bool>) -> Try {
    Try {
        live,
        reasons: if live { vec![] } else { vec![Reason::Still] },
        actions_seen: 2,
        same_person_in_all_frames: true,
        silent_score: 0.9,
        best_frame_digest: None,
        score: same_person.map(|same| if same { 81. } else { 12. }),
        same_person,
        refused: None,
        model_version: "engine 1".into(),
    }
}

fn code(result: Result<(), Problem>) -> &'static str {
    result.map_or_else(|problem| problem.code, |()| "ok")
}

#[test]
fn passes_after_consent_and_one_good_recording() {
    let world = World::new(Some(b"portrait"));
    assert_eq!(code(world.session().open(true, T)), "consent_missing");
    let world = world.asked("chl_1");
    assert_eq!(code(world.session().open(true, T)), "ok");
    assert_eq!(world.session().portrait(&world.seal).unwrap().as_deref(), Some(&b"portrait"[..]));
    world.judged("chl_1", &tried(true, Some(true)));
    assert_eq!(world.state(), State::Passed);
    let report = world.session().report(T);
    assert_eq!((report.tries, report.consent_version.as_deref()), (1, Some("2026-11")));
    assert_eq!(report.last_try, Some(tried(true, Some(true))));
    assert_eq!(code(world.session().open(true, T)), "session_ended");
    assert_eq!(world.kept(), vec![Value::Null; 2]);
}

#[test]
fn without_a_portrait_a_living_person_is_enough() {
    let world = World::new(None).asked("chl_1");
    world.judged("chl_1", &tried(true, None));
    assert_eq!(world.state(), State::Passed);
}

#[test]
fn another_person_does_not_pass_and_learns_no_score() {
    let world = World::new(Some(b"portrait")).asked("chl_1");
    world.judged("chl_1", &tried(true, Some(false)));
    assert_eq!(world.state(), State::Agreed);
    let view = world.session().view(&world.seal, T).unwrap();
    assert_eq!((view.reasons.as_slice(), view.tries_left), (&[Reason::OtherPerson][..], TRIES - 1));
    assert_eq!((view.name.as_deref(), view.redirect_url.as_deref()), (Some("张**"), None));
    assert!(!serde_json::to_string(&view).unwrap().contains("12"));
}

#[test]
fn the_last_try_ends_it() {
    let world = World::new(Some(b"portrait")).asked("chl_0");
    for i in 0..TRIES {
        assert_eq!(world.state(), State::Agreed, "{i}");
        let challenge = format!("chl_{i}");
        world.run(row::ask(P, ID, &challenge));
        world.judged(&challenge, &tried(false, None));
    }
    assert_eq!(world.state(), State::Failed);
    assert_eq!(world.kept(), vec![Value::Null; 2]);
    let view = world.session().view(&world.seal, T).unwrap();
    assert_eq!(view.redirect_url.as_deref(), Some("https://his.example/done"));
}

#[test]
fn only_the_last_challenge_counts_and_once() {
    let world = World::new(None).asked("chl_1");
    world.run(row::ask(P, ID, "chl_2"));
    world.judged("chl_1", &tried(true, None));
    assert_eq!(world.state(), State::Agreed);
    let before = world.session();
    world.judged("chl_2", &tried(false, None));
    // Another request that began before.
    world.run(row::judged(P, &before, "chl_2", &tried(true, None), T).unwrap());
    assert_eq!((world.state(), world.session().report(T).tries), (State::Agreed, 1));
    for _ in 2..CHALLENGES {
        assert_eq!(code(world.session().may_ask()), "ok");
        world.run(row::ask(P, ID, "chl_3"));
    }
    assert_eq!(code(world.session().may_ask()), "too_many_challenges");
}

#[test]
fn who_declines_is_looked_after_by_a_person() {
    let world = World::new(Some(b"portrait"));
    world.run(row::decline(P, ID, T));
    assert_eq!((world.state(), world.kept()), (State::Manual, vec![Value::Null; 2]));
    // Too late to agree.
    world.run(row::agree(P, ID, T));
    assert_eq!(world.state(), State::Manual);
}

#[test]
fn nothing_of_the_person_outlasts_its_time() {
    let world = World::new(Some(b"portrait"));
    let late = T.plus_ms(LIFE_MS + 1);
    world.run(row::forget(P, T.plus_ms(LIFE_MS)));
    assert!(world.kept().iter().all(|value| matches!(value, Value::Blob(_))));
    assert_eq!(
        (world.session().state(late), code(world.session().open(false, late))),
        (State::Expired, "session_expired")
    );
    world.run(row::forget(P, late));
    assert_eq!(world.kept(), vec![Value::Null; 2]);
}

#[test]
fn what_is_asked_for_is_checked() {
    let call = Call::test(Method::POST, "/v1/face-compare/sessions", &[]);
    let parsed = |change: serde_json::Value| {
        let mut body = json!({"redirect_url": "https://his.example/done?case=1"});
        body.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        parse(&call, body.to_string().as_bytes()).map_err(|problem| problem.detail[1].to_string())
    };
    assert!(parsed(json!({})).is_ok() && parsed(json!({"redirect_url": "http://localhost:8080/"})).is_ok());
    let order = parsed(json!({"name": " 张三 ", "id_number": "99010219900307001X", "portrait": "AQID"})).unwrap();
    assert_eq!((order.name.as_deref(), order.portrait.as_deref()), (Some("张三"), Some(&[1, 2, 3][..])));
    for (field, value) in [
        ("redirect_url", "http://his.example/"),
        ("redirect_url", "javascript:alert(1)"),
        ("redirect_url", "https://user@his.example/"),
        ("redirect_url", "/verified"),
        ("id_number", "9901021990030700"),
        ("id_number", "X90102199003070011"),
        ("name", "  "),
        ("portrait", "not base64"),
        ("portrait", ""),
    ] {
        let told = parsed(json!({ field: value })).unwrap_err();
        assert!(told.contains(field), "{field} {value}: {told}");
    }
}
