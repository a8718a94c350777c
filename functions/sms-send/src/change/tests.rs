use crate::testing::{NOW, World, admin, answer, system};
use common::audit;
use common::auth::{Principal, Role};
use common::testing::now;
use serde_json::{Value, json};

const PHONE: &str = "13711112222";

fn accepted(world: &World, key: &str) -> String {
    let body = json!({"to": PHONE, "text": "请按时就诊", "class": "notice"});
    let (status, answer) = world.send(key, &body);
    assert_eq!(status, 202, "{answer}");
    answer["message_ids"][0].as_str().unwrap().to_owned()
}

fn act(world: &World, caller: &Principal, id: &str, what: &str) -> (u16, Value) {
    answer(world.ask(caller, "POST", &format!("messages/{id}/{what}"), &[], b""))
}

fn end(world: &World, id: &str, state: &str, tried: &str) {
    world.run(&format!(
        "UPDATE sms_send_message SET state = '{state}', tried = '{tried}', final_at = 1 WHERE id = '{id}'"
    ));
    world.run(&format!("DELETE FROM sms_send_outbox WHERE message_id = '{id}'"));
}

#[test]
fn a_waiting_message_is_taken_back() {
    let world = World::new();
    let id = accepted(&world, "key-0001");
    world.later(1_000);
    let (status, message) = act(&world, &system(), &id, "cancel");
    assert_eq!((status, &message["state"]), (200, &json!("cancelled")));
    assert_eq!(message["final_at"], "2027-01-15T08:00:01.000Z");
    assert_eq!(world.number("SELECT count(*) FROM sms_send_outbox"), 0);
    let events = world.get(&system(), &format!("messages/{id}/events")).1;
    let states: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| event["state"].clone()).collect();
    assert_eq!(states, ["accepted", "cancelled"]);
    assert_eq!(act(&world, &system(), &id, "cancel").0, 200, "again is the same");
    assert_eq!(now(audit::verify(&world.store, "sms_send")).unwrap().count, 2);
}

#[test]
fn what_is_no_longer_waiting_is_not_taken_back() {
    let world = World::new();
    let id = accepted(&world, "key-0001");
    for state in ["submitting", "submitted", "delivered", "failed", "expired", "unknown", "dead"] {
        end(&world, &id, state, "a");
        let (status, problem) = act(&world, &system(), &id, "cancel");
        assert_eq!(
            (status, &problem["code"], &problem["detail"]),
            (409, &json!("wrong_state"), &json!(format!("the message is {state} now")))
        );
    }
    // A gateway takes it between the look and the change.
    let id = accepted(&world, "key-0002");
    let taken = format!("UPDATE sms_send_message SET state = 'submitting' WHERE id = '{id}'");
    // The first transaction takes the caller's token.
    world.store.before_transact.borrow_mut().extend([vec![common::store::Statement::new(taken)], Vec::new()]);
    assert_eq!(act(&world, &system(), &id, "cancel").1["code"], "wrong_state");
    assert_eq!(world.number("SELECT count(*) FROM sms_send_outbox"), 1, "still there");
    assert_eq!(world.number("SELECT count(*) FROM sms_send_event WHERE state = 'cancelled'"), 0);
}

#[test]
fn a_bad_end_is_begun_again() {
    let world = World::new();
    for (i, state) in ["failed", "expired", "dead"].into_iter().enumerate() {
        let id = accepted(&world, &format!("key-000{i}"));
        end(&world, &id, state, "a,b");
        world.later(3_600_000);
        let (status, message) = act(&world, &system(), &id, "replay");
        assert_eq!((status, &message["state"]), (200, &json!("accepted")), "{message}");
        assert_eq!((&message["tried"], &message["final_at"]), (&json!([]), &Value::Null));
        let at = world.time.get().0;
        assert_eq!(
            world.number(&format!("SELECT count(*) FROM sms_send_outbox WHERE message_id = '{id}' AND due_at = {at}")),
            1
        );
        assert_eq!(
            world.number(&format!("SELECT expires_at FROM sms_send_message WHERE id = '{id}'")),
            at + 86_400_000
        );
        assert_eq!(act(&world, &system(), &id, "replay").1["code"], "wrong_state", "once is enough");
    }
    for state in ["accepted", "submitting", "submitted", "delivered", "cancelled"] {
        let id = accepted(&world, &format!("key-{state}"));
        world.run(&format!("UPDATE sms_send_message SET state = '{state}' WHERE id = '{id}'"));
        assert_eq!(act(&world, &system(), &id, "replay").1["code"], "wrong_state", "{state}");
    }
}

#[test]
fn a_person_may_send_again_what_was_perhaps_sent() {
    let world = World::new();
    let id = accepted(&world, "key-0001");
    world.run(&format!("UPDATE sms_send_message SET state = 'unknown', tried = 'a', gateway = 'a' WHERE id = '{id}'"));
    world.run("UPDATE sms_send_outbox SET task = 'ask', attempt = 3, lease = 'l', lease_until = 9000000000000");
    world.later(1_000);
    let (status, message) = act(&world, &system(), &id, "replay");
    assert_eq!((status, &message["state"], &message["tried"]), (200, &json!("unknown"), &json!([])), "{message}");
    let due = format!(
        "SELECT count(*) FROM sms_send_outbox WHERE task = 'submit' AND due_at = {} AND attempt = 0",
        world.time.get().0
    );
    assert_eq!(world.number(&due), 1);
    assert_eq!(world.number("SELECT count(*) FROM sms_send_event WHERE state = 'unknown' AND reason = 'replayed'"), 1);
}

#[test]
fn a_replay_passes_the_guards_again() {
    let world = World::new();
    let id = accepted(&world, "key-0001");
    end(&world, &id, "dead", "");
    assert_eq!(world.post(&system(), "keywords", &json!({"words": ["就诊"]})).0, 201);
    let (status, problem) = act(&world, &system(), &id, "replay");
    assert_eq!(
        (status, &problem["code"], &problem["detail"]),
        (422, &json!("stopped"), &json!("it holds a keyword: 就诊"))
    );
    world.run("DELETE FROM sms_send_keyword");
    world.run("UPDATE sms_send_generation SET n = n + 1");
    let declined = world.post(&system(), "optouts", &json!({"phone": PHONE})).1;
    assert_eq!(act(&world, &system(), &id, "replay").1["detail"], "the phone declined such messages");
    world.run("DELETE FROM sms_send_optout");
    assert!(declined["optout_id"].is_string());
    assert_eq!(act(&world, &system(), &id, "replay").0, 200);

    let world = World::with(&[("sms_limits", r#"{"notice":{"per_minute":1}}"#)]);
    let id = accepted(&world, "key-0001");
    end(&world, &id, "failed", "a");
    assert_eq!(act(&world, &system(), &id, "replay").0, 200, "the message does not stand in its own way");
    end(&world, &id, "failed", "a");
    world.later(60_000);
    accepted(&world, "key-0002");
    assert!(
        act(&world, &system(), &id, "replay").1["detail"].as_str().unwrap().starts_with("the phone has had its share")
    );
}

#[test]
fn a_replay_at_night_waits() {
    let world = World::new();
    let id = accepted(&world, "key-0001");
    end(&world, &id, "dead", "");
    world.time.set(NOW.plus_ms(7 * 3_600_000));
    let (_, message) = act(&world, &system(), &id, "replay");
    assert_eq!(message["send_at"], "2027-01-16T00:00:00.000Z");
}

#[test]
fn others_learn_nothing() {
    let world = World::new();
    let id = accepted(&world, "key-0001");
    let other = Principal { id: "lis".to_owned(), role: Role::System };
    let service = Principal { id: "his".to_owned(), role: Role::Service };
    let absent = common::id::new("msg", NOW, 99);
    for caller in [&other, &service] {
        for id in [&id, &absent, "msg_x", "x"] {
            for (method, path) in [("GET", ""), ("GET", "/events"), ("POST", "/cancel"), ("POST", "/replay")] {
                let (status, problem) = answer(world.ask(caller, method, &format!("messages/{id}{path}"), &[], b""));
                assert_eq!((status, &problem["code"]), (403, &json!("forbidden")), "{method} {id}{path}");
            }
        }
        assert_eq!(world.get(caller, "messages").1["items"], json!([]));
    }
    assert_eq!(world.get(&admin(), &format!("messages/{absent}")).0, 404);
    assert_eq!(world.get(&admin(), &format!("messages/{id}")).0, 200);
    assert_eq!(act(&world, &admin(), &id, "cancel").0, 200, "an admin acts on everybody's");
}
