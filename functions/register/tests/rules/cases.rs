//! Cases as such: whose they are, how long, how many, and who may change them.

use crate::identity::{PHONE, get, kept, post};
use crate::world::{ANN, DAY, World, code};
use common::auth::{Principal, Role};
use common::store::Statement;
use serde_json::{Value, json};

#[test]
fn a_case_is_its_owners_and_ends_after_a_day() {
    let world = World::new();
    let [ann, bob] = [PHONE, "13711112223"].map(|phone| world.user(phone));
    let id = world.confirmed(&ann, "self", "张三", ANN, "张三");
    assert_eq!(code(post(&world, &bob, &id, "compare")), (403, "forbidden".into()));
    assert_eq!(code(post(&world, &bob, "idc_unknown", "compare")), (403, "forbidden".into()));
    world.later(DAY - 1);
    assert_eq!(get(&world, &ann, &id)["next"], "liveness", "resumed");
    world.later(1);
    assert_eq!(get(&world, &ann, &id)["state"], "expired");
    assert_eq!(code(post(&world, &ann, &id, "liveness")), (410, "case_expired".into()));
    assert_eq!((kept(&world), &world.tick()["expired"], kept(&world)), (3, &json!(1), 0));
    let id = world.confirmed(&ann, "self", "张三", ANN, "张三");
    let (_, case) = world.ask(Some(&ann), "DELETE", &format!("identity/{id}"), &Value::Null);
    assert_eq!((&case["state"], kept(&world)), (&json!("cancelled"), 0));
    assert_eq!(code(post(&world, &ann, &id, "liveness")), (409, "case_closed".into()));
}

#[test]
fn cases_of_a_day_are_bounded() {
    let world = World::new();
    let ann = world.user(PHONE);
    let start = || world.ask(Some(&ann), "POST", "identity", &json!({})).0;
    assert_eq!((0..11).map(|_| start()).filter(|status| *status == 201).count(), 10);
    assert_eq!(start(), 429);
    world.later(DAY);
    assert_eq!(start(), 201);
}

#[test]
fn who_read_an_old_version_changes_nothing() {
    let world = World::new();
    let ann = world.user(PHONE);
    let (_, case) = world.ask(Some(&ann), "POST", "identity", &json!({}));
    let id = case["case_id"].as_str().unwrap().to_owned();
    let theirs = Statement::new("UPDATE register_case SET version = version + 1");
    world.store.before_transact.borrow_mut().push(vec![theirs]);
    let (status, problem) = world.picture(&ann, &id, "id_card_front", &format!("front 张三 {ANN} 张三"));
    assert_eq!((status, &problem["code"]), (409, &json!("case_changed")));
    assert_eq!(kept(&world), 0);
}

#[test]
fn nobody_reviews_his_own_case() {
    let world = World::new();
    let ann = world.user(PHONE);
    let id = world.confirmed(&ann, "self", "张三", ANN, "张三");
    post(&world, &ann, &id, "document");
    world.rows("UPDATE register_account SET role = 'admin'");
    let own = Principal { role: Role::Admin, ..ann };
    let answer = world.ask(Some(&own), "POST", &format!("reviews/{id}"), &json!({"verdict": "approved"}));
    assert_eq!(code(answer), (403, "forbidden".into()));
}
