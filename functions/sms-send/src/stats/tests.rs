use crate::testing::{NOW, World, admin, answer, system};
use serde_json::{Value, json};

/// Messages in many states: a gateway's name, a state, when it was submitted and when it came to its end.
fn world() -> World {
    let world = World::new();
    let to: Vec<String> = (0..20).map(|i| format!("1371111{i:04}")).chain(["13011110000".to_owned()]).collect();
    let (status, answer) = world.send("key-0001", &json!({"to": to, "text": "请按时就诊", "class": "notice"}));
    assert_eq!(status, 202, "{answer}");
    let at = |ms: i64| NOW.0 + ms;
    for (i, id) in answer["message_ids"].as_array().unwrap().iter().enumerate() {
        let i = i64::try_from(i).unwrap();
        let (gateway, state, submitted, ended) = match i {
            // Submitted after 10, 20 .. 100 ms, on the phone 1, 2 .. 10 s later; one of them after six minutes.
            0..=8 => ("'a'", "delivered", at(10 * (i + 1)), at(10 * (i + 1) + 1_000 * (i + 1))),
            9 => ("'a'", "delivered", at(100), at(100 + 360_000)),
            10..=12 => ("'a'", "failed", at(10), at(500)),
            13 => ("'b'", "submitted", at(5), 0),
            14 => ("'b'", "unknown", at(5), 0),
            15 => ("NULL", "expired", 0, at(500)),
            16 => ("NULL", "cancelled", 0, at(500)),
            17 => ("NULL", "dead", 0, at(500)),
            _ => ("NULL", "accepted", 0, 0),
        };
        let time = |at: i64| if at == 0 { "NULL".to_owned() } else { at.to_string() };
        world.run(&format!(
            "UPDATE sms_send_message SET gateway = {gateway}, state = '{state}', submitted_at = {}, final_at = {}, \
             created_at = created_at + {} WHERE id = {id}",
            time(submitted),
            time(ended),
            if i < 5 { 0 } else { 3_600_000 }
        ));
    }
    world.later(7_200_000);
    world
}

fn group<'a>(stats: &'a Value, key: &str) -> &'a Value {
    stats["groups"].as_array().unwrap().iter().find(|group| group["key"] == key).unwrap_or(&Value::Null)
}

#[test]
fn vendors_are_compared() {
    let stats = world().get(&system(), "stats?by=vendor").1;
    let a = json!({"key": "a", "messages": 13, "under_way": 0, "submitted": 13, "delivered": 10, "failed": 3,
        "expired": 0, "cancelled": 0, "dead": 0, "delivered_share": 10.0 / 13.0, "within_5_minutes_share": 9.0 / 13.0,
        "submit_ms": {"p50": 40, "p95": 100, "p99": 100}, "receipt_ms": {"p50": 5_000, "p95": 360_000, "p99": 360_000},
        "parts": 13, "cost": 0.65});
    assert_eq!(group(&stats, "a"), &a);
    let b = group(&stats, "b");
    assert_eq!((&b["submitted"], &b["under_way"], &b["delivered_share"]), (&json!(2), &json!(2), &json!(0.0)));
    assert_eq!((b.get("cost"), b.get("receipt_ms")), (None, None), "no price, no receipt");
    let none = group(&stats, "");
    assert_eq!(
        (&none["messages"], &none["expired"], &none["cancelled"], &none["dead"]),
        (&json!(6), &json!(1), &json!(1), &json!(1))
    );
    assert_eq!((none.get("delivered_share"), &none["cost"]), (None, &json!(0.0)));
}

#[test]
fn other_groups_sum_up_to_the_same() {
    let world = world();
    for by in ["vendor", "template", "carrier", "hour"] {
        let stats = world.get(&system(), &format!("stats?by={by}")).1;
        let sum =
            |name: &str| stats["groups"].as_array().unwrap().iter().map(|g| g[name].as_i64().unwrap()).sum::<i64>();
        assert_eq!((sum("messages"), sum("delivered"), sum("parts")), (21, 10, 15), "{by}");
    }
    let hours = world.get(&admin(), "stats?by=hour").1;
    assert_eq!(group(&hours, "2027-01-15T08:00:00.000Z")["messages"], 5);
    assert_eq!(group(&hours, "2027-01-15T09:00:00.000Z")["messages"], 16);
    let carriers = world.get(&admin(), "stats?by=carrier").1;
    assert_eq!(
        (&group(&carriers, "mobile")["messages"], &group(&carriers, "unicom")["messages"]),
        (&json!(20), &json!(1))
    );
    let first = world.get(&admin(), "stats?by=hour&from=2027-01-15T08:00:00Z&until=2027-01-15T09:00:00Z").1;
    assert_eq!(first["groups"].as_array().unwrap().len(), 1);
}

#[test]
fn everybody_counts_his_own() {
    let world = world();
    let other = common::auth::Principal { id: "lis".to_owned(), role: common::auth::Role::System };
    assert_eq!(world.get(&other, "stats").1["groups"], json!([]));
}

#[test]
fn a_table_has_the_same_numbers() {
    let world = world();
    let reply = world.ask(&system(), "GET", "stats?by=vendor&format=csv", &[], b"").unwrap();
    assert_eq!(reply.headers["content-type"], "text/csv; charset=utf-8");
    let text = String::from_utf8(reply.body).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 4);
    assert_eq!(lines[2], "a,13,0,13,10,3,0,0,0,0.7692,0.6923,40,100,100,5000,360000,360000,13,0.6500");
    assert_eq!(lines[3], "b,2,2,2,0,0,0,0,0,0.0000,0.0000,5,5,5,,,,2,");
}

#[test]
fn wrong_parameters_are_named() {
    let world = World::new();
    for (query, field) in [
        ("by=phone", "by"),
        ("format=xml", "format"),
        ("from=2027-01-16T00:00:00Z", "from"),
        ("from=x", "from"),
        ("from=2026-01-01T00:00:00Z", "from"),
        ("vendor=a", "vendor"),
    ] {
        let (status, problem) = answer(world.ask(&system(), "GET", &format!("stats?{query}"), &[], b""));
        assert_eq!(status, 400, "{query}");
        assert!(problem["detail"].as_str().unwrap().starts_with(&format!("field {field}: ")), "{problem}");
    }
}

#[test]
fn what_arrived_was_taken_though_the_answer_was_lost() {
    let world = world();
    world.run("UPDATE sms_send_message SET submitted_at = NULL WHERE gateway = 'a' AND state = 'delivered'");
    let stats = world.get(&system(), "stats?by=vendor").1;
    let a = group(&stats, "a");
    assert_eq!((&a["submitted"], &a["delivered_share"]), (&json!(13), &json!(10.0 / 13.0)));
    assert_eq!((&a["within_5_minutes_share"], &a["parts"]), (&json!(9.0 / 13.0), &json!(13)));
}
