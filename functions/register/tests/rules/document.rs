//! Going on without a face: a record apart, until somebody stands for it.

use crate::identity::{PHONE, post};
use crate::world::{ANN, BOB, World, admin};
use serde_json::{Value, json};

#[test]
fn a_card_alone_tells_nothing_of_its_holder() {
    let all_seen = |known: bool| {
        let world = World::new();
        let [ann, thief] = [PHONE, "13711112223"].map(|phone| world.user(phone));
        if known {
            world.verified(&ann, "self", "张三", ANN);
        }
        let id = world.confirmed(&thief, "self", "张三", ANN, "张三");
        let (_, case) = post(&world, &thief, &id, "document");
        let (_, me) = world.ask(Some(&thief), "GET", "me", &Value::Null);
        let proof = json!({"audience": "ca-sign"});
        let (status, _) = world.ask(Some(&thief), "POST", "identity-proof", &proof);
        let (_, reviews) = world.ask(Some(&admin()), "GET", "reviews", &Value::Null);
        assert_eq!(
            reviews["items"][0]["reasons"],
            if known { json!(["no_face", "known_elsewhere"]) } else { json!(["no_face"]) }
        );
        assert_eq!((&case["state"], &case["patient"]["level"]), (&json!("review"), &json!("document_only")));
        // But for ids, which are new each time.
        let seen = json!({"case": case, "me": me, "proof": status}).to_string();
        let word = |word: &str| if word.contains("_01") { "id".to_owned() } else { word.to_owned() };
        seen.split('"').map(word).collect::<Vec<_>>().join("\"")
    };
    assert_eq!(all_seen(true), all_seen(false));
}

#[test]
fn a_photograph_of_a_card_stays_apart_until_somebody_stands_for_it() {
    let world = World::new();
    let [thief, ann] = [PHONE, "13711112223"].map(|phone| world.user(phone));
    world.verified(&thief, "self", "李四", BOB);
    let id = world.confirmed(&thief, "other", "张三", ANN, "张三");
    let (_, case) = post(&world, &thief, &id, "document");
    let early = case["patient"]["patient_id"].clone();
    let proof = json!({"audience": "ca-sign", "patient_id": early});
    let told = |world: &World| world.ask(Some(&thief), "POST", "identity-proof", &proof).0;
    assert_eq!(told(&world), 201, "of a card alone, as it says");
    let case = world.verified(&ann, "self", "张三", ANN);
    let hers = &case["patient"]["patient_id"];
    assert_ne!(hers, &early);
    assert_eq!(case["patient"]["level"], "real_name");
    assert_eq!(told(&world), 201, "nor does it tell that she came");
    // A person of the hospital, who sees that she is known, finds that he may act for her: one person, one record.
    let approved = world.ask(Some(&admin()), "POST", &format!("reviews/{id}"), &json!({"verdict": "approved"})).1;
    assert_eq!((&approved["patient"]["patient_id"], &approved["patient"]["level"]), (hers, &json!("real_name")));
    assert_eq!(told(&world), 403);
    assert_eq!(world.number("SELECT count(*) FROM register_patient WHERE data IS NOT NULL"), 2);
    assert_eq!(world.number("SELECT count(*) FROM register_member"), 3);
}

#[test]
fn a_card_becomes_a_real_name_when_its_person_comes_in_the_same_account() {
    let world = World::new();
    let ann = world.user(PHONE);
    let id = world.confirmed(&ann, "self", "张三", ANN, "张三");
    let (_, first) = post(&world, &ann, &id, "document");
    let again = world.confirmed(&ann, "self", "张三", ANN, "张三");
    let (_, second) = post(&world, &ann, &again, "document");
    assert_eq!(first["patient"]["patient_id"], second["patient"]["patient_id"]);
    let case = world.verified(&ann, "self", "张三", ANN);
    assert_eq!(
        (&case["patient"]["patient_id"], &case["patient"]["level"]),
        (&first["patient"]["patient_id"], &json!("real_name"))
    );
    assert_eq!(world.number("SELECT count(*) FROM register_patient WHERE id_index IS NOT NULL"), 1);
}
