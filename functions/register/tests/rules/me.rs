//! One's own account.

use crate::world::{ANN, DAY, MINUTE, World, code, his};
use common::auth::Principal;
use serde_json::{Value, json};

const PHONE: &str = "13711112222";

fn get(world: &World, caller: &Principal, path: &str) -> (u16, Value) {
    world.ask(Some(caller), "GET", path, &Value::Null)
}

#[test]
fn what_is_shown_is_masked() {
    let world = World::new();
    let ann = world.user(PHONE);
    world.verified(&ann, "self", "张三", ANN);
    let (_, me) = world.ask(Some(&ann), "PATCH", "me", &json!({"display_name": "小张"}));
    assert_eq!(
        (&me["phone"], &me["display_name"], &me["verified"]),
        (&json!("137****2222"), &json!("小张"), &json!(true))
    );
    assert_eq!((&me["patient"]["name"], &me["patient"]["id_number"]), (&json!("张*"), &json!("1****************X")));
    let stored = format!("{:?}", world.rows("SELECT * FROM register_account"));
    assert!(!stored.contains("小张") && !stored.contains("1371111"));
    assert_eq!(code(world.ask(Some(&ann), "PATCH", "me", &json!({"role": "admin"}))), (400, "bad_field".into()));
}

#[test]
fn another_phone_takes_codes_to_both() {
    let world = World::new();
    let [ann, _] = [PHONE, "13711112229"].map(|phone| world.user(phone));
    let patient = world.verified(&ann, "self", "张三", ANN)["patient"]["patient_id"].as_str().unwrap().to_owned();
    world.later(2 * MINUTE);
    let (old, new) = (world.otp(PHONE, "change_phone"), world.otp("13711112223", "change_phone"));
    let wrong = json!({"old": new, "phone": "13711112223", "new": new});
    assert_eq!(code(world.ask(Some(&ann), "POST", "me/phone", &wrong)), (422, "code_over".into()));
    let (status, me) =
        world.ask(Some(&ann), "POST", "me/phone", &json!({"old": old, "phone": "13711112223", "new": new}));
    assert_eq!((status, &me["phone"]), (200, &json!("137****2223")));
    let (_, seen) = get(&world, &his(), &format!("patients/{patient}"));
    assert_eq!(seen["phone"], "+8613711112223", "the hospital calls the new one");
    let (_, devices) = get(&world, &ann, "sessions");
    assert_eq!(devices["items"][0]["reason"], "phone_changed");
    world.later(2 * MINUTE);
    assert_ne!(world.sign_in(PHONE)["account_id"], json!(ann.id), "the old phone is a stranger");
    assert_eq!(world.sign_in("13711112223")["account_id"], json!(ann.id));
    world.later(2 * MINUTE);
    let (old, new) = (world.otp("13711112223", "change_phone"), world.otp("13711112229", "change_phone"));
    let taken = world.ask(Some(&ann), "POST", "me/phone", &json!({"old": old, "phone": "13711112229", "new": new}));
    assert_eq!(code(taken), (409, "phone_in_use".into()));
}

#[test]
fn consents_are_given_withdrawn_and_never_changed() {
    let world = World::new();
    let [ann, bob] = [PHONE, "13711112223"].map(|phone| world.user(phone));
    world.consent(&ann);
    let (_, list) = get(&world, &ann, "me/consents");
    let path = format!("me/consents/{}", list["items"][0]["consent_id"].as_str().unwrap());
    assert_eq!(code(world.ask(Some(&bob), "DELETE", &path, &Value::Null)), (403, "forbidden".into()));
    assert_eq!(world.ask(Some(&ann), "DELETE", &path, &Value::Null).0, 204);
    let (_, list) = get(&world, &ann, "me/consents");
    let withdrawn = list["items"][0]["withdrawn_at"].clone();
    world.later(MINUTE);
    assert_eq!(world.ask(Some(&ann), "DELETE", &path, &Value::Null).0, 204);
    assert_eq!(get(&world, &ann, "me/consents").1["items"][0]["withdrawn_at"], withdrawn);
    let id = world.confirmed(&ann, "self", "张三", ANN, "张三");
    let step = world.ask(Some(&ann), "POST", &format!("identity/{id}/liveness"), &Value::Null);
    assert_eq!(code(step), (422, "consent_needed".into()));
}

#[test]
fn everything_is_exported() {
    let world = World::new();
    let ann = world.user(PHONE);
    world.verified(&ann, "self", "张三", ANN);
    let (_, all) = get(&world, &ann, "me/export");
    assert_eq!((&all["account"]["phone"], &all["patients"][0]["name"]), (&json!("+8613711112222"), &json!("张三")));
    assert_eq!(all["patients"][0]["id_number"], ANN);
    assert!(all["audit"].as_array().unwrap().iter().any(|entry| entry["action"] == "identity.done"));
    let (_, page) = get(&world, &ann, "me/export?format=html");
    assert!(page.as_str().unwrap().contains(ANN));
    assert_eq!(code(get(&world, &ann, "me/export?format=pdf")), (400, "bad_field".into()));
}

#[test]
fn the_patient_sees_who_looked() {
    let world = World::new();
    let [ann, bob] = [PHONE, "13711112223"].map(|phone| world.user(phone));
    let case = world.verified(&ann, "self", "张三", ANN);
    let patient = case["patient"]["patient_id"].as_str().unwrap();
    assert_eq!(world.ask(Some(&his()), "GET", &format!("patients/{patient}"), &Value::Null).0, 200);
    let (_, page) = get(&world, &ann, "me/audit?limit=1");
    let seen = &page["items"][0];
    assert_eq!((&seen["actor"], &seen["action"]), (&json!("system:his"), &json!("patient.read")));
    let cursor = page["next_cursor"].as_str().unwrap();
    let (_, next) = get(&world, &ann, &format!("me/audit?limit=100&cursor={cursor}"));
    assert!(next["items"].as_array().unwrap().iter().all(|entry| entry["action"] != "patient.read"));
    let (_, others) = get(&world, &bob, "me/audit");
    assert_eq!(others["items"].as_array().unwrap().len(), 1, "his own sign-in");
}

fn erase(world: &World, caller: &Principal) -> (u16, Value) {
    world.later(2 * MINUTE);
    let proof = world.otp(PHONE, "sign_in");
    world.ask(Some(caller), "POST", "me/erasure", &json!({"proof": proof}))
}

#[test]
fn an_erased_account_is_gone() {
    let world = World::new();
    let ann = world.user(PHONE);
    world.verified(&ann, "self", "张三", ANN);
    let wrong = json!({"proof": {"otp_id": "otp_1", "code": "000000"}});
    assert_eq!(code(world.ask(Some(&ann), "POST", "me/erasure", &wrong)), (422, "code_over".into()));
    let (status, erasure) = erase(&world, &ann);
    assert_eq!((status, &erasure["patients"][0]["state"]), (200, &json!("erased")));
    assert_eq!(code(get(&world, &ann, "me")), (403, "forbidden".into()));
    for (table, condition) in [
        ("account", "phone IS NOT NULL OR phone_index IS NOT NULL"),
        ("patient", "data IS NOT NULL OR id_index IS NOT NULL"),
        ("case", "1 = 1"),
        ("member", "1 = 1"),
        ("session", "ended_at IS NULL"),
    ] {
        assert_eq!(world.number(&format!("SELECT count(*) FROM register_{table} WHERE {condition}")), 0, "{table}");
    }
    world.later(2 * MINUTE);
    assert_ne!(world.sign_in(PHONE)["account_id"], json!(ann.id), "a new account");
}

#[test]
fn a_hold_keeps_the_record_and_ends() {
    let world = World::new();
    let ann = world.user(PHONE);
    let case = world.verified(&ann, "self", "张三", ANN);
    let patient = case["patient"]["patient_id"].as_str().unwrap().to_owned();
    let path = format!("patients/{patient}/holds");
    let hold = json!({"reason": "outpatient_record", "until": "2042-01-15T08:00:00Z"});
    let (status, placed) = world.ask(Some(&his()), "POST", &path, &hold);
    assert_eq!(status, 201, "{placed}");
    let (_, erasure) = erase(&world, &ann);
    assert_eq!(
        (&erasure["patients"][0]["state"], &erasure["patients"][0]["held_until"]),
        (&json!("held"), &json!("2042-01-15T08:00:00.000Z"))
    );
    assert_eq!(world.tick()["erased"], 0);
    assert_eq!(
        world.ask(Some(&his()), "GET", &format!("patients/{patient}"), &Value::Null).0,
        200,
        "the hospital needs it"
    );
    let lis = Principal { id: "lis".to_owned(), ..his() };
    let release = format!("{path}/{}", placed["hold_id"].as_str().unwrap());
    assert_eq!(world.ask(Some(&lis), "DELETE", &release, &Value::Null).0, 403);
    assert_eq!(world.ask(Some(&his()), "DELETE", &release, &Value::Null).0, 204);
    world.later(DAY);
    assert_eq!((&world.tick()["erased"], &world.tick()["erased"]), (&json!(1), &json!(0)));
    assert_eq!(world.ask(Some(&his()), "GET", &format!("patients/{patient}"), &Value::Null).0, 403);
}

#[test]
fn a_record_that_another_account_has_stays_with_it() {
    let world = World::new();
    let [ann, too] = [PHONE, "13711112223"].map(|phone| world.user(phone));
    world.verified(&ann, "self", "张三", ANN);
    world.verified(&too, "self", "张三", ANN);
    let (_, erasure) = erase(&world, &ann);
    assert_eq!(erasure["patients"][0]["state"], "shared");
    assert_eq!(get(&world, &too, "me").1["patient"]["name"], "张*");
    assert_eq!(world.tick()["erased"], 0, "done with");
}
