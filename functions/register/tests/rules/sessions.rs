//! Sessions: tokens, rotation, devices, social accounts.

use crate::world::{DAY, MINUTE, NOW, World, code};
use common::auth::{Principal, Role};
use common::token::Keys;
use serde_json::{Value, json};

const PHONE: &str = "13711112222";

fn refresh(world: &World, token: &Value) -> (u16, Value) {
    world.ask(None, "POST", "sessions/refresh", &json!({"refresh_token": token}))
}

fn who(session: &Value) -> Principal {
    Principal { id: session["account_id"].as_str().unwrap().to_owned(), role: Role::Patient }
}

#[test]
fn signing_in_gives_a_token_that_other_functions_believe() {
    let world = World::new();
    let session = world.sign_in(PHONE);
    assert_eq!((&session["role"], &session["verified"]), (&json!("patient"), &json!(false)));
    let keys = Keys::parse(&world.settings.signer.public()).unwrap();
    let token = session["token"].as_str().unwrap();
    assert_eq!(keys.check(token, "ca-sign", NOW).unwrap(), who(&session));
    assert!(keys.check(token, "ca-sign", NOW.plus_ms(60 * MINUTE)).is_err(), "an hour at most");
    world.later(2 * MINUTE);
    assert_eq!(world.sign_in(PHONE)["account_id"], session["account_id"], "one phone, one account");
    assert_eq!(world.number("SELECT count(*) FROM register_account"), 1);
}

#[test]
fn a_refresh_token_rotates() {
    let world = World::new();
    let first = world.sign_in(PHONE);
    world.later(50 * MINUTE);
    let (status, second) = refresh(&world, &first["refresh_token"]);
    assert_eq!((status, &second["session_id"]), (200, &first["session_id"]));
    assert_ne!(second["refresh_token"], first["refresh_token"]);
    let (_, third) = refresh(&world, &second["refresh_token"]);
    assert_eq!(third["account_id"], first["account_id"]);
    let stored = format!("{:?}", world.rows("SELECT * FROM register_refresh"));
    assert!(!stored.contains(third["refresh_token"].as_str().unwrap()));
}

#[test]
fn a_used_refresh_token_ends_the_whole_session() {
    let world = World::new();
    let first = world.sign_in(PHONE);
    let (_, second) = refresh(&world, &first["refresh_token"]);
    let over = (401, "session_over".to_owned());
    assert_eq!(code(refresh(&world, &first["refresh_token"])), over, "copied");
    assert_eq!(code(refresh(&world, &second["refresh_token"])), over, "the rightful one too");
    let (_, devices) = world.ask(Some(&who(&first)), "GET", "sessions", &Value::Null);
    assert_eq!(devices["items"][0]["reason"], "token_reused");
    assert_eq!(code(refresh(&world, &json!("yr_unknown"))), over);
}

#[test]
fn sessions_end_by_themselves_and_by_their_owner() {
    let world = World::new();
    let [ann, bob] = [PHONE, "13711112223"].map(|phone| world.sign_in(phone));
    let path = format!("sessions/{}", ann["session_id"].as_str().unwrap());
    assert_eq!(code(world.ask(Some(&who(&bob)), "DELETE", &path, &Value::Null)), (403, "forbidden".into()));
    assert_eq!(world.ask(Some(&who(&ann)), "DELETE", &path, &Value::Null).0, 204);
    assert_eq!(world.ask(Some(&who(&ann)), "DELETE", &path, &Value::Null).0, 204, "twice is once");
    assert_eq!(refresh(&world, &ann["refresh_token"]).0, 401);
    world.later(30 * DAY);
    assert_eq!(refresh(&world, &bob["refresh_token"]).0, 401, "idle for 30 days");
    world.later(100 * DAY);
    world.tick();
    assert_eq!(world.number("SELECT count(*) FROM register_refresh"), 0);
}

#[test]
fn a_social_account_is_tied_by_a_code_to_the_phone() {
    let world = World::new();
    let social = |code: &str| world.ask(None, "POST", "sessions", &json!({"net_code": code}));
    assert_eq!(code(social("good-ann")), (422, "phone_needed".into()));
    let mut both = world.otp(PHONE, "sign_in");
    both["phone"] = PHONE.into();
    both["social_code"] = "good-ann".into();
    let (status, first) = world.ask(None, "POST", "sessions", &both);
    assert_eq!(status, 201, "{first}");
    let (status, again) = social("good-ann");
    assert_eq!((status, &again["account_id"]), (201, &first["account_id"]));
    assert_eq!(code(social("bad")), (422, "social_code_over".into()));
    let (status, busy) = social("busy-ann");
    assert_eq!((status, &busy["code"], &busy["retry"]), (503, &json!("social_unavailable"), &json!(2)));
    let mut other = world.otp("13711112223", "sign_in");
    other["phone"] = "13711112223".into();
    other["social_code"] = "good-ann".into();
    assert_eq!(code(world.ask(None, "POST", "sessions", &other)), (409, "tied_elsewhere".into()));
    let stored = format!("{:?}", world.rows("SELECT * FROM register_social"));
    assert!(!stored.contains("ann"), "{stored}");
    let both = json!({"net_code": "a", "social_code": "b"});
    assert_eq!(code(world.ask(None, "POST", "sessions", &both)), (400, "bad_field".into()));
}

#[test]
fn what_is_missing_is_named() {
    let world = World::new();
    for (body, field) in [
        (json!({}), "phone"),
        (json!({"phone": PHONE}), "otp_id"),
        (json!({"phone": PHONE, "otp_id": "otp_1"}), "code"),
        (json!({"code": "123456", "otp_id": "otp_1"}), "phone"),
        (json!({"password": "x"}), "password"),
    ] {
        let (status, problem) = world.ask(None, "POST", "sessions", &body);
        assert_eq!(status, 400);
        assert!(problem["detail"].as_str().unwrap().contains(field), "{problem}");
    }
}
