//! Cases: the journey, what fails and why, what is kept and what is not.

use crate::world::{ANN, BOB, DAY, KID, MINUTE, World, admin, code};
use common::auth::Principal;
use common::store::Statement;
use outbound::Broken;
use serde_json::{Value, json};

pub const PHONE: &str = "13711112222";

pub fn get(world: &World, caller: &Principal, id: &str) -> Value {
    world.ask(Some(caller), "GET", &format!("identity/{id}"), &Value::Null).1
}

pub fn post(world: &World, caller: &Principal, id: &str, step: &str) -> (u16, Value) {
    world.ask(Some(caller), "POST", &format!("identity/{id}/{step}"), &json!({}))
}

pub fn kept(world: &World) -> i64 {
    world.number("SELECT count(*) FROM register_kept")
}

#[test]
fn the_journey_says_what_comes_next_and_leaves_no_face() {
    let world = World::new();
    let ann = world.user(PHONE);
    let (status, case) = world.ask(Some(&ann), "POST", "identity", &json!({}));
    let id = case["case_id"].as_str().unwrap().to_owned();
    assert_eq!((status, &case["next"], &case["relation"]), (201, &json!("id_card_front"), &json!("self")));
    let (_, case) = world.picture(&ann, &id, "id_card_front", &format!("front 张三 {ANN} 张三"));
    assert_eq!((&case["next"], &case["read"]["fields"]["id_number"]), (&json!("id_card_back"), &json!(ANN)));
    let (_, case) = world.picture(&ann, &id, "id_card_back", "back 2040-01-01");
    assert_eq!(case["next"], "confirm");
    let (_, case) = post(&world, &ann, &id, "confirm");
    assert_eq!((&case["next"], case.get("read")), (&json!("liveness"), None));
    assert_eq!(code(post(&world, &ann, &id, "liveness")), (422, "consent_needed".into()));
    world.consent(&ann);
    let (_, case) = world.film(&ann, &id, "张三");
    assert_eq!(case["next"], "compare");
    let stored = format!("{:?}", world.rows("SELECT data FROM register_kept UNION ALL SELECT data FROM register_case"));
    assert!(kept(&world) == 4 && !stored.contains("张三") && !stored.contains(ANN), "sealed");
    let (status, case) = post(&world, &ann, &id, "compare");
    assert_eq!(
        (status, &case["state"], &case["next"], &case["score"]),
        (200, &json!("done"), &json!("done"), &json!(87.5))
    );
    assert_eq!(case["patient"]["level"], "real_name");
    assert_eq!(case["patient"]["name"], "张*");
    assert_eq!(kept(&world), 0);
    let (status, again) = post(&world, &ann, &id, "compare");
    assert_eq!((status, &again["patient"]["patient_id"]), (200, &case["patient"]["patient_id"]), "twice is once");
    world.later(2 * MINUTE);
    assert_eq!(world.sign_in(PHONE)["verified"], true);
    let audit = format!("{:?}", world.rows("SELECT * FROM register_audit"));
    assert!(!audit.contains("张三") && !audit.contains(ANN));
}

#[test]
fn a_step_again_changes_nothing_and_costs_nothing() {
    let world = World::new();
    let ann = world.user(PHONE);
    let id = world.confirmed(&ann, "self", "张三", ANN, "张三");
    let calls = world.others.calls.get();
    let before = get(&world, &ann, &id);
    assert_eq!(world.picture(&ann, &id, "id_card_front", &format!("front 张三 {ANN} 张三")), (200, before.clone()));
    assert_eq!(post(&world, &ann, &id, "confirm"), (200, before));
    assert_eq!(world.others.calls.get(), calls);
    assert_eq!(code(world.picture(&ann, &id, "id_card_front", "front 李四 1 李四")), (409, "wrong_step".into()));
    world.consent(&ann);
    assert_eq!(world.film(&ann, &id, "张三").0, 200);
    let calls = world.others.calls.get();
    assert_eq!(world.frames(&ann, &id, "张三").0, 200, "the same frames again");
    assert_eq!(world.others.calls.get(), calls);
    assert_eq!(code(post(&world, &ann, &id, "liveness")), (409, "wrong_step".into()));
}

#[test]
fn a_failure_says_why_and_tries_are_bounded() {
    let world = World::new();
    let ann = world.user(PHONE);
    let (_, case) = world.ask(Some(&ann), "POST", "identity", &json!({}));
    let id = case["case_id"].as_str().unwrap().to_owned();
    for alarm in ["copy", "monochrome_copy", "recapture", "tampered", "temporary", "invalid_validity"] {
        let (status, problem) = world.picture(&ann, &id, "id_card_front", &format!("front 张三 {ANN} 张三 {alarm}"));
        assert_eq!(status, 422, "{problem}");
        let failure = get(&world, &ann, &id)["failure"].clone();
        assert_eq!((&failure["code"], &failure["step"]), (&problem["code"], &json!("id_card_front")));
    }
    world.others.next.borrow_mut().push_back(Err(Broken::Unsent("x".into())));
    let front = |told: &str| code(world.picture(&ann, &id, "id_card_front", told));
    assert_eq!(front("blurred"), (503, "ocr_unavailable".into()), "no try");
    for _ in 0..4 {
        assert_eq!(front("blurred"), (422, "blurred".into()));
    }
    assert_eq!(get(&world, &ann, &id)["tries_left"]["id_card_front"], 0);
    assert_eq!(front("blurred"), (422, "attempts_exhausted".into()));
    assert_eq!(kept(&world), 0);
}

#[test]
fn another_face_fails_three_times_and_then_a_person_looks() {
    let world = World::new();
    let ann = world.user(PHONE);
    let id = world.confirmed(&ann, "self", "张三", ANN, "张三");
    world.consent(&ann);
    let (status, problem) = world.film(&ann, &id, "still");
    assert_eq!((status, &problem["code"]), (422, &json!("not_live")));
    assert_eq!(get(&world, &ann, &id)["failure"]["reasons"], json!(["still"]));
    assert_eq!(code(world.frames(&ann, &id, "张三")), (409, "wrong_step".into()), "it takes a new challenge");
    assert_eq!(code(world.film(&ann, &id, "used")), (409, "challenge_used".into()));
    for n in 0..3 {
        assert_eq!(world.film(&ann, &id, &format!("李四 {n}")).0, 200);
        assert_eq!(code(post(&world, &ann, &id, "compare")), (422, "different_person".into()));
        assert_eq!(kept(&world), 3, "the frame is gone");
    }
    assert_eq!(get(&world, &ann, &id)["next"], "document");
    assert_eq!(code(post(&world, &ann, &id, "liveness")), (409, "wrong_step".into()));
    let (status, case) = post(&world, &ann, &id, "document");
    assert_eq!((status, &case["state"], &case["patient"]["level"]), (200, &json!("review"), &json!("document_only")));
    assert_eq!(kept(&world), 2, "both sides of the card, no portrait");
    let (_, reviews) = world.ask(Some(&admin()), "GET", "reviews", &Value::Null);
    assert_eq!((&reviews["items"][0]["case_id"], &reviews["items"][0]["name"]), (&json!(id), &json!("张三")));
    let (status, picture) = world.ask(Some(&admin()), "GET", &format!("reviews/{id}/card_front"), &Value::Null);
    assert_eq!((status, picture), (200, json!(format!("front 张三 {ANN} 张三"))));
    let approve = || world.ask(Some(&admin()), "POST", &format!("reviews/{id}"), &json!({"verdict": "approved"}));
    let (status, case) = approve();
    assert_eq!((status, &case["state"], &case["patient"]["level"]), (200, &json!("done"), &json!("manual")));
    assert_eq!(approve().0, 200, "twice is once");
    let reject = world.ask(Some(&admin()), "POST", &format!("reviews/{id}"), &json!({"verdict": "rejected"}));
    assert_eq!(code(reject), (409, "case_closed".into()));
    assert_eq!(kept(&world), 0);
}

#[test]
fn a_portrait_of_no_use_leads_back_to_the_card() {
    let world = World::new();
    let ann = world.user(PHONE);
    world.consent(&ann);
    let id = world.confirmed(&ann, "self", "张三", ANN, "tiny");
    world.film(&ann, &id, "张三");
    assert_eq!(code(post(&world, &ann, &id, "compare")), (422, "portrait_unusable".into()));
    assert_eq!(get(&world, &ann, &id)["next"], "id_card_front");
}

#[test]
fn small_corrections_are_taken_and_large_ones_are_looked_at() {
    let world = World::new();
    let ann = world.user(PHONE);
    world.consent(&ann);
    let start = |front: &str, corrections: Value| {
        let (_, case) = world.ask(Some(&ann), "POST", "identity", &json!({}));
        let id = case["case_id"].as_str().unwrap().to_owned();
        world.picture(&ann, &id, "id_card_front", front);
        world.picture(&ann, &id, "id_card_back", "back long_term");
        let confirmed = world.ask(Some(&ann), "POST", &format!("identity/{id}/confirm"), &corrections);
        (id, confirmed)
    };
    // A misread digit: the check character does not fit.
    let misread = ANN.replace("1949", "1948");
    let (id, (status, case)) =
        start(&format!("front 张三 {misread} 张三"), json!({"id_number": ANN, "address": "新址"}));
    assert_eq!((status, &case["corrected"]), (200, &json!(["id_number", "address"])));
    world.film(&ann, &id, "张三");
    assert_eq!(post(&world, &ann, &id, "compare").1["state"], "done");
    // A number that was read well, and is another person's.
    let (id, _) = start(&format!("front 张三 {BOB} 张三"), json!({"id_number": ANN}));
    world.film(&ann, &id, "张三 x");
    let (_, case) = post(&world, &ann, &id, "compare");
    assert_eq!((&case["state"], &case["review"], case.get("patient")), (&json!("review"), &json!(["corrected"]), None));
    let decision = json!({"verdict": "rejected", "note": "号码与证件不符"});
    let (_, case) = world.ask(Some(&admin()), "POST", &format!("reviews/{id}"), &decision);
    assert_eq!((&case["state"], &case["failure"]["code"]), (&json!("failed"), &json!("review_rejected")));
    // A name by one character where the reader was not sure, and by all.
    let (_, (_, case)) = start(&format!("front 张曈 {ANN} 张曈 unsure"), json!({"name": "张瞳"}));
    assert_eq!(case["corrected"], json!(["name"]));
    for (field, value) in [("id_number", "110105194912310021"), ("name", ""), ("valid_until", "tomorrow")] {
        let (_, answer) = start(&format!("front 张三 {ANN} 张三"), json!({field: value}));
        assert_eq!(code(answer), (400, "bad_field".into()), "{field}");
    }
    let (_, answer) = start(&format!("front 张三 {ANN} 张三"), json!({"valid_until": "2020-01-01"}));
    assert_eq!(code(answer), (422, "card_expired".into()));
}

#[test]
fn one_person_has_one_record_whoever_comes_first() {
    let world = World::new();
    let [one, two] = [PHONE, "13711112223"].map(|phone| world.user(phone));
    let first = world.verified(&one, "self", "张三", ANN);
    let second = world.verified(&two, "self", "张三", ANN);
    assert_eq!(first["patient"]["patient_id"], second["patient"]["patient_id"]);
    assert_eq!(world.number("SELECT count(*) FROM register_patient"), 1);
    // And at the same time: the other case ends between our look and our change.
    let world = World::new();
    let one = world.user(PHONE);
    world.consent(&one);
    let id = world.confirmed(&one, "self", "张三", ANN, "张三");
    world.film(&one, &id, "张三");
    let index = world.settings.seal.index("id_number", ANN.as_bytes());
    let theirs = Statement::new(
        "INSERT INTO register_patient (id, id_index, level, verified_at, created_at, updated_at) VALUES ('pat_X', ?1, 'real_name', 1, 1, 1)",
    );
    world.store.before_transact.borrow_mut().push(vec![theirs.bind(index)]);
    let (status, case) = post(&world, &one, &id, "compare");
    assert_eq!((status, &case["patient"]["patient_id"]), (200, &json!("pat_X")));
    assert_eq!(world.number("SELECT count(*) FROM register_patient"), 1);
}

#[test]
fn an_account_has_one_holder_and_five_members() {
    let world = World::new();
    let ann = world.user(PHONE);
    let family = || world.ask(Some(&ann), "POST", "identity", &json!({"relation": "parent"}));
    assert_eq!(code(family()), (422, "holder_unverified".into()));
    world.verified(&ann, "self", "张三", ANN);
    let id = world.confirmed(&ann, "self", "李四", BOB, "李四");
    assert_eq!(world.film(&ann, &id, "李四").0, 200);
    assert_eq!(code(post(&world, &ann, &id, "compare")), (409, "another_person".into()));
    world.later(DAY + 1);
    for n in 1..=5 {
        let sql = format!(
            "INSERT INTO register_patient (id, level, verified_at, created_at, updated_at) VALUES ('pat_{n}', 'manual', 1, 1, 1)"
        );
        world.rows(&sql);
        world
            .rows(&format!("INSERT INTO register_member VALUES ('{}', 'pat_{n}', 'parent', 'manual', {n}, 1)", ann.id));
    }
    assert_eq!(code(family()), (409, "family_full".into()));
    let leave = |id: &str| world.ask(Some(&ann), "DELETE", &format!("me/family/{id}"), &Value::Null).0;
    assert_eq!((leave("pat_3"), leave("pat_3")), (204, 403));
    let case = world.verified(&ann, "spouse", "李四", BOB);
    assert_eq!(case["patient"]["level"], "real_name");
    let slots = format!("{:?}", world.rows("SELECT slot FROM register_member ORDER BY slot"));
    assert_eq!(slots.matches("Integer").count(), 6);
    assert!(slots.contains("Integer(3)"), "the place that was free");
}

#[test]
fn a_child_under_six_comes_with_its_guardian_and_without_a_face() {
    let world = World::new();
    let ann = world.user(PHONE);
    let front = format!("front 张小 {KID} 张小");
    let confirm = |relation: &str, front: &str| {
        let (_, case) = world.ask(Some(&ann), "POST", "identity", &json!({"relation": relation}));
        let id = case["case_id"].as_str().unwrap().to_owned();
        world.picture(&ann, &id, "id_card_front", front);
        world.picture(&ann, &id, "id_card_back", "back 2030-01-01");
        (id.clone(), post(&world, &ann, &id, "confirm"))
    };
    assert_eq!(code(confirm("self", &front).1), (422, "guardian_needed".into()));
    world.verified(&ann, "self", "张三", ANN);
    let (id, (_, case)) = confirm("child", &front);
    assert_eq!(case["next"], "document");
    assert_eq!(code(post(&world, &ann, &id, "liveness")), (409, "wrong_step".into()));
    let (_, case) = post(&world, &ann, &id, "document");
    assert_eq!((&case["state"], &case["patient"]["level"]), (&json!("review"), &json!("document_only")));
    assert_eq!(code(confirm("child", &format!("front 李四 {BOB} 李四")).1), (422, "not_a_child".into()));
    let (_, me) = world.ask(Some(&ann), "GET", "me", &Value::Null);
    assert_eq!((&me["family"][0]["relation"], &me["family"][0]["birth_date"]), (&json!("child"), &json!("2023-08-08")));
}
