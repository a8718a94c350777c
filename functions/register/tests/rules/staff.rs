//! Staff.

use crate::world::{MINUTE, World, admin, code};
use common::auth::{Principal, Role};
use serde_json::{Value, json};

fn make(world: &World, phone: &str, role: &str) -> (u16, Value) {
    world.ask(Some(&admin()), "POST", "staff", &json!({"phone": phone, "name": "王医生", "role": role}))
}

#[test]
fn staff_signs_in_with_its_role() {
    let world = World::new();
    for (phone, role) in [("13711112222", "doctor"), ("13711112223", "pharmacist"), ("13711112224", "admin")] {
        let (status, staff) = make(&world, phone, role);
        assert_eq!((status, &staff["role"], &staff["name"]), (201, &json!(role), &json!("王医生")));
        let session = world.sign_in(phone);
        assert_eq!((&session["role"], &session["account_id"]), (&json!(role), &staff["account_id"]));
    }
    let (_, page) = world.ask(Some(&admin()), "GET", "staff", &Value::Null);
    assert_eq!(page["items"].as_array().unwrap().len(), 3);
    assert_eq!(page["items"][0]["phone"], "137****2222");
    assert_eq!(code(make(&world, "13711112222", "doctor")), (409, "phone_in_use".into()));
    assert_eq!(code(make(&world, "13711112229", "patient")), (400, "bad_field".into()));
}

#[test]
fn a_disabled_account_is_out_everywhere() {
    let world = World::new();
    let (_, staff) = make(&world, "13711112222", "doctor");
    let session = world.sign_in("13711112222");
    let id = staff["account_id"].as_str().unwrap();
    let doctor = Principal { id: id.to_owned(), role: Role::Doctor };
    assert_eq!(world.ask(Some(&doctor), "GET", "me", &Value::Null).0, 200);
    let set = |verb: &str| world.ask(Some(&admin()), "POST", &format!("staff/{id}/{verb}"), &Value::Null);
    assert_eq!(set("disable").1["state"], "disabled");
    assert_eq!(set("disable").0, 200, "twice is once");
    assert_eq!(code(world.ask(Some(&doctor), "GET", "me", &Value::Null)), (403, "forbidden".into()));
    let token = json!({"refresh_token": session["refresh_token"]});
    assert_eq!(world.ask(None, "POST", "sessions/refresh", &token).0, 401);
    world.later(2 * MINUTE);
    let mut body = world.otp("13711112222", "sign_in");
    body["phone"] = "13711112222".into();
    assert_eq!(code(world.ask(None, "POST", "sessions", &body)), (403, "account_disabled".into()));
    assert_eq!(set("enable").1["state"], "active");
    assert_eq!(world.ask(None, "POST", "sessions", &body).0, 201);
}

#[test]
fn nobody_disables_himself_or_a_patient() {
    let world = World::new();
    let (_, made) = make(&world, "13711112224", "admin");
    let id = made["account_id"].as_str().unwrap();
    let own = Principal { id: id.to_owned(), role: Role::Admin };
    let disable = |id: &str| code(world.ask(Some(&own), "POST", &format!("staff/{id}/disable"), &Value::Null));
    assert_eq!(disable(id), (409, "own_account".into()));
    let patient = world.user("13711112222");
    assert_eq!(disable(&patient.id), (404, "not_found".into()));
}

#[test]
fn one_key_makes_one() {
    let world = World::new();
    let body = json!({"phone": "13711112222", "name": "王医生", "role": "doctor"}).to_string().into_bytes();
    let make = |body: Vec<u8>| world.keyed(Some(&admin()), "POST", "staff", "application/json", body, "key-00001");
    let (first, again) = (make(body.clone()), make(body));
    assert_eq!((first.0, &first.1), (201, &again.1));
    assert_eq!(
        code(make(b"{\"phone\":\"13711112223\",\"name\":\"a\",\"role\":\"doctor\"}".to_vec())),
        (409, "idempotency_key_reused".into())
    );
}
