use crate::testing::{World, admin, answer, system};
use common::auth::{Principal, Role};
use serde_json::{Value, json};

fn send(world: &World, to: &str, client_ref: &str) -> String {
    let body = json!({"to": to, "text": "请按时就诊", "class": "notice", "client_ref": client_ref});
    let (status, answer) = world.send(&format!("key-{to}{client_ref}"), &body);
    assert_eq!(status, 202, "{answer}");
    answer["message_ids"][0].as_str().unwrap().to_owned()
}

fn ids(page: &Value) -> Vec<String> {
    page["items"].as_array().unwrap().iter().map(|item| item["message_id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_message_is_shown_without_its_secrets() {
    let world = World::new();
    let id = send(&world, "13711112222", "r1");
    let (status, message) = world.get(&system(), &format!("messages/{id}"));
    assert_eq!(status, 200);
    assert_eq!(
        (&message["to"], &message["state"], &message["class"]),
        (&json!("137****2222"), &json!("accepted"), &json!("notice"))
    );
    assert_eq!(
        (&message["client_ref"], &message["carrier_certain"], &message["tried"]),
        (&json!("r1"), &json!(false), &json!([]))
    );
    assert!(message.get("text").is_none() && message.get("gateway").is_none() && message.get("final_at").is_none());
}

#[test]
fn an_admin_may_reveal_and_it_is_written_down() {
    let world = World::new();
    let id = send(&world, "13711112222", "r1");
    let path = format!("messages/{id}?reveal=true");
    let (status, message) = world.get(&admin(), &path);
    assert_eq!((status, &message["to"], &message["text"]), (200, &json!("+8613711112222"), &json!("请按时就诊")));
    let audit = format!(
        "SELECT count(*) FROM sms_send_audit WHERE action = 'reveal' AND object = '{id}' AND actor = 'user:usr_1'"
    );
    assert_eq!(world.number(&audit), 1);
    assert_eq!(world.get(&system(), &path).0, 403);
    assert_eq!(world.get(&admin(), &format!("messages/{id}?reveal=1")).1["code"], "bad_field");
    assert_eq!(world.number("SELECT count(*) FROM sms_send_audit WHERE action = 'reveal'"), 1);
}

#[test]
fn a_list_is_filtered_and_paged() {
    let world = World::new();
    let mut all = Vec::new();
    for i in 0..25 {
        all.push(send(&world, &format!("137111122{i:02}"), if i % 2 == 0 { "even" } else { "odd" }));
        world.later(if i % 3 == 0 { 0 } else { 60_000 });
    }
    let (mut seen, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = world.get(&system(), &format!("messages?limit=10&cursor={cursor}")).1;
        seen.extend(ids(&page));
        match page["next_cursor"].as_str() {
            Some(next) => cursor = next.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 25);
    seen.reverse();
    let mut sorted = seen.clone();
    sorted.sort();
    sorted.dedup();
    assert_eq!(sorted.len(), 25, "none twice");
    assert_eq!((&seen[0], &seen[24]), (&all[0], &all[24]), "the newest first");

    let count = |query: &str| ids(&world.get(&system(), &format!("messages?limit=100&{query}")).1).len();
    assert_eq!((count("client_ref=even"), count("client_ref=odd"), count("client_ref=none")), (13, 12, 0));
    assert_eq!((count("to=13711112203"), count("to=%2B8613711112203"), count("to=13711112299")), (1, 1, 0));
    assert_eq!((count("state=accepted"), count("state=dead")), (25, 0));
    assert_eq!(count("from=2027-01-15T08:01:00Z&until=2027-01-15T08:02:00Z"), 1, "from is in, until is out");
    assert_eq!(count("client_ref=even&state=accepted&to=13711112204"), 1);
    assert_eq!(ids(&world.get(&admin(), "messages?limit=100").1).len(), 25);
    for (query, field) in [
        ("limit=0", "limit"),
        ("limit=101", "limit"),
        ("cursor=x", "cursor"),
        ("state=sent", "state"),
        ("to=1", "to"),
        ("from=today", "from"),
        ("until=2027", "until"),
        ("client_ref=%E5%BC%A0", "client_ref"),
        ("phone=1", "phone"),
        ("limit=1&limit=2", "limit"),
    ] {
        let (status, problem) = world.get(&system(), &format!("messages?{query}"));
        assert_eq!((status, &problem["code"]), (400, &json!("bad_field")), "{query}");
        assert!(problem["detail"].as_str().unwrap().starts_with(&format!("field {field}: ")), "{query}");
    }
}

#[test]
fn a_changed_key_is_an_error_of_ours_without_details() {
    let world = World::new();
    let id = send(&world, "13711112222", "r1");
    let other = World::with(&[("data_key", &"08".repeat(32))]);
    let moved = World { store: world.store, ..other };
    let caller = Principal { id: "his".to_owned(), role: Role::System };
    let (status, problem) = answer(moved.ask(&caller, "GET", &format!("messages/{id}"), &[], b""));
    assert_eq!((status, &problem["code"], &problem["detail"]), (500, &json!("internal"), &json!("internal error")));
    assert!(problem["cause"].as_str().unwrap().contains(&format!("{id}/phone")));
}
