use crate::testing::{NOW, World, admin, answer, system};
use common::audit;
use common::store::Value as Sql;
use common::testing::now;
use serde_json::{Value, json};

const PHONE: &str = "13711112222";

fn notice() -> Value {
    json!({"to": PHONE, "text": "请按时就诊", "class": "notice"})
}

fn code() -> Value {
    json!({"to": PHONE, "text": "您的验证码为246810", "class": "otp"})
}

fn state(answer: &Value) -> (&str, &str) {
    let message = &answer["messages"][0];
    (message["state"].as_str().unwrap(), message["reason"].as_str().unwrap_or_default())
}

#[test]
fn an_accepted_message_is_stored_whole() {
    let world = World::new();
    let id = world.template("otp", "您的验证码为{code}");
    let body = json!({"to": PHONE, "template_id": id, "params": {"code": "246810"}, "client_ref": "r1",
        "callback_url": "https://his.example/hook"});
    let (status, answer) = world.send("key-0001", &body);
    assert_eq!(status, 202, "{answer}");
    let message = &answer["messages"][0];
    assert_eq!(answer["message_ids"], json!([message["message_id"]]));
    assert_eq!(message["to"], "137****2222");
    assert_eq!((&message["state"], &message["parts"]), (&json!("accepted"), &json!(1)));
    assert_eq!((&message["carrier"], &message["carrier_certain"]), (&json!("mobile"), &json!(false)));
    let id = message["message_id"].as_str().unwrap();
    let rows = world.rows(&format!(
        "SELECT caller, client_ref, class, signature, state, callback_url, send_at, expires_at, batch, phone, text, params \
         FROM sms_send_message WHERE id = '{id}'"
    ));
    let texts = ["system:his", "r1", "otp", "云诊", "accepted", "https://his.example/hook"];
    assert_eq!(rows[0][..6], texts.map(|text| Sql::Text(text.to_owned())));
    assert_eq!(rows[0][6..8], [Sql::Integer(NOW.0), Sql::Integer(NOW.0 + 600_000)]);
    let open = |column: usize, name: &str| match &rows[0][column] {
        Sql::Blob(sealed) => world.settings.seal.open_text(sealed, &format!("{id}/{name}")).unwrap(),
        other => panic!("{other:?}"),
    };
    assert_eq!(open(9, "phone"), "+8613711112222");
    assert_eq!(open(10, "text"), "您的验证码为246810");
    assert_eq!(open(11, "params"), r#"{"code":"246810"}"#);
    let due = "SELECT count(*) FROM sms_send_outbox WHERE task = 'submit' AND rank = 0 AND attempt = 0 AND due_at";
    assert_eq!(world.number(&format!("{due} = {}", NOW.0)), 1);
    let joined =
        "SELECT count(*) FROM sms_send_event e JOIN sms_send_message m ON m.event_id = e.id AND m.id = e.message_id";
    assert_eq!(world.number(&format!("{joined} WHERE e.state = 'accepted'")), 1);
    assert_eq!(world.unsealed.get(), 3, "the template, its review, the message");
    assert_eq!(now(audit::verify(&world.store, "sms_send")).unwrap().count, 3);
}

#[test]
fn the_usual_request_costs_one_call_of_the_store() {
    let world = World::new();
    let template = world.template("otp", "您的验证码为{code}");
    let bodies = |i: usize| json!({"to": format!("1371111{i:04}"), "template_id": template, "params": {"code": "1"}});
    world.send("key-first", &bodies(0));
    let before = world.store.calls.get();
    for i in 1..=100 {
        assert_eq!(world.send(&format!("key-{i:05}"), &bodies(i)).0, 202);
    }
    assert_eq!(world.store.calls.get() - before, 100);
    assert_eq!(world.number("SELECT count(*) FROM sms_send_message"), 101);
    // What it costs otherwise: a new instance reads first; a refused one is tried, paid, looked into.
    let calls = |body: &Value| {
        let before = world.store.calls.get();
        let status = world.send(&format!("key-n{before}"), body).0;
        (status, world.store.calls.get() - before)
    };
    *world.book.borrow_mut() = crate::book::Book::default();
    assert_eq!(calls(&bodies(200)), (202, 3), "template with generation, keywords, the change");
    assert_eq!(calls(&bodies(200)), (429, 4), "the change, the token, why, whether the key was used");
}

#[test]
fn a_key_gives_the_first_answer_and_no_other_message() {
    let world = World::new();
    let first = world.send("key-0001", &notice());
    assert_eq!(first.0, 202);
    assert_eq!(world.send("key-0001", &notice()), first);
    let (status, problem) = world.send("key-0001", &code());
    assert_eq!((status, &problem["code"]), (409, &json!("idempotency_key_reused")));
    assert_eq!(world.number("SELECT count(*) FROM sms_send_message"), 1);
    assert_eq!(world.number("SELECT count(*) FROM sms_send_outbox"), 1);
    let headers = [("idempotency-key", "key-0001")];
    let other = answer(world.ask(&admin(), "POST", "messages", &headers, notice().to_string().as_bytes()));
    assert_eq!(other.0, 202, "another caller's key is another key");
    let missing = answer(world.ask(&system(), "POST", "messages", &[], notice().to_string().as_bytes()));
    assert_eq!(missing.1["code"], "idempotency_key_missing");
}

#[test]
fn a_retry_is_answered_as_then_even_if_it_would_be_refused_now() {
    let world = World::new();
    let template = world.template("otp", "您的验证码为{code}");
    let body = json!({"to": PHONE, "template_id": template, "params": {"code": "1"}});
    let first = world.send("key-0001", &body);
    assert_eq!(first.0, 202);
    assert_eq!(world.send("key-0001", &body), first, "the phone's limit is reached by the message itself");
    let rejected = json!({"review": "rejected"});
    assert_eq!(world.post(&admin(), &format!("templates/{template}/review"), &rejected).0, 200);
    assert_eq!(world.send("key-0001", &body), first);
    assert_eq!(world.send("key-0002", &body).1["code"], "template_not_approved");
}

#[test]
fn codes_are_limited_per_phone() {
    let world = World::new();
    let mut n = 0;
    let mut send = |body: &Value| {
        n += 1;
        let (status, answer) = world.send(&format!("key-{n:05}"), body);
        (status, answer["retry"].as_u64())
    };
    assert_eq!(send(&code()), (202, None));
    assert_eq!(send(&code()), (429, Some(60)));
    world.later(59_000);
    assert_eq!(send(&code()), (429, Some(1)));
    world.later(1_000);
    for _ in 0..4 {
        assert_eq!(send(&code()).0, 202);
        world.later(60_000);
    }
    assert_eq!(send(&code()), (429, Some(3_300)), "five an hour");
    world.later(3_300_000);
    for _ in 0..5 {
        assert_eq!(send(&code()).0, 202);
        world.later(700_000);
    }
    assert_eq!(send(&code()).0, 429, "ten a day");
    let other = json!({"to": "13711112223", "text": "您的验证码为1", "class": "otp"});
    assert_eq!(send(&other).0, 202, "another phone");
    assert_eq!(send(&notice()).0, 202, "another class");
    assert_eq!(world.number("SELECT count(*) FROM sms_send_message"), 12);
}

#[test]
fn in_a_list_the_others_go_on() {
    let world = World::new();
    assert_eq!(world.send("key-0001", &code()).0, 202);
    let body = json!({"to": ["13711112223", PHONE, "13711112224"], "text": "您的验证码为1", "class": "otp"});
    let (status, answer) = world.send("key-0002", &body);
    assert_eq!(status, 202, "{answer}");
    let states: Vec<_> = answer["messages"].as_array().unwrap().iter().map(|m| (&m["state"], &m["reason"])).collect();
    assert_eq!(states[0], (&json!("accepted"), &Value::Null));
    assert_eq!(states[1], (&json!("dead"), &json!("limit")));
    assert_eq!(states[2].0, "accepted");
    assert_eq!(answer["messages"][1]["detail"], "until 2027-01-15T08:01:00.000Z");
    assert_eq!(world.number("SELECT count(*) FROM sms_send_outbox"), 3);
    let dead = "FROM sms_send_message m JOIN sms_send_event e ON e.id = m.event_id WHERE m.state = 'dead'";
    assert_eq!(world.number(&format!("SELECT count(*) {dead} AND e.state = 'dead' AND e.reason = 'limit'")), 1);
    assert_eq!(world.number(&format!("SELECT count(*) {dead} AND m.final_at = {}", NOW.0)), 1);
    assert_eq!(world.number("SELECT count(*) FROM sms_send_audit WHERE action = 'message.dead'"), 1);
    assert_eq!(now(audit::verify(&world.store, "sms_send")).unwrap().count, 3);
    // What was stopped does not count: a minute later the phone gets its code.
    world.later(60_000);
    assert_eq!(world.send("key-0003", &code()).0, 202);
}

#[test]
fn a_keyword_is_a_visible_end() {
    let world = World::new();
    assert_eq!(world.send("key-0001", &json!({"to": PHONE, "text": "代 開 發票", "class": "notice"})).0, 202);
    assert_eq!(world.post(&system(), "keywords", &json!({"words": ["代开", "发票"]})).0, 201);
    let (status, answer) = world.send("key-0002", &json!({"to": PHONE, "text": "代 開 發票", "class": "notice"}));
    assert_eq!((status, state(&answer)), (202, ("dead", "intercepted")));
    assert_eq!(answer["messages"][0]["detail"], "代开");
    assert_eq!(world.number("SELECT count(*) FROM sms_send_outbox"), 1);
    let id = world.get(&system(), "keywords").1["items"][1]["keyword_id"].as_str().unwrap().to_owned();
    assert_eq!(answer_of(&world, "DELETE", &format!("keywords/{id}")), 204);
    let (_, answer) = world.send("key-0003", &json!({"to": PHONE, "text": "开发票", "class": "notice"}));
    assert_eq!(answer["messages"][0]["detail"], "发票");
}

fn answer_of(world: &World, method: &str, path: &str) -> u16 {
    answer(world.ask(&system(), method, path, &[], b"")).0
}

#[test]
fn who_declined_gets_codes_only() {
    let world = World::new();
    let (status, made) = world.post(&system(), "optouts", &json!({"phone": PHONE}));
    assert_eq!((status, &made["phone"], &made["source"]), (201, &json!("137****2222"), &json!("system:his")));
    let (_, answer) = world.send("key-0001", &notice());
    assert_eq!(state(&answer), ("dead", "opted_out"));
    assert_eq!(state(&world.send("key-0002", &code()).1).0, "accepted");
    let path = format!("optouts/{}", made["optout_id"].as_str().unwrap());
    assert_eq!(answer_of(&world, "DELETE", &path), 204);
    assert_eq!(state(&world.send("key-0003", &notice()).1).0, "accepted");
}

#[test]
fn what_changes_in_between_is_noticed() {
    use common::store::Statement;
    let world = World::new();
    let template = world.template("notice", "请按时就诊");
    let body = json!({"to": PHONE, "template_id": template});
    assert_eq!(world.send("key-0001", &body).0, 202);
    let before = |sql: &str| world.store.before_transact.borrow_mut().push(vec![Statement::new(sql)]);
    // Another instance takes the approval back, adds a keyword, keeps an opt-out just before the change.
    let raise = "UPDATE sms_send_generation SET n = n + 1";
    world
        .store
        .before_transact
        .borrow_mut()
        .push(vec![Statement::new("UPDATE sms_send_template SET review = 'rejected'"), Statement::new(raise)]);
    assert_eq!(world.send("key-0002", &body).1["code"], "template_not_approved");
    world.store.before_transact.borrow_mut().push(vec![
        Statement::new(
            "INSERT INTO sms_send_keyword (folded, id, word, created_at) VALUES ('就诊', 'kw_1', '就诊', 0)",
        ),
        Statement::new(raise),
    ]);
    assert_eq!(state(&world.send("key-0003", &notice()).1), ("dead", "intercepted"));
    world.run("DELETE FROM sms_send_keyword");
    world.run(raise);
    let index = crate::judge::index(&world.settings, &crate::phone::Phone::parse(PHONE).unwrap());
    before(&format!(
        "INSERT INTO sms_send_optout (phone_index, id, phone, at, source) VALUES ('{index}', 'o', x'', 0, 's')"
    ));
    assert_eq!(state(&world.send("key-0004", &notice()).1), ("dead", "opted_out"));
    // Another request with the same key is faster.
    let outcome = r#"{"message_ids":[],"messages":[]}"#;
    let digest = crate::testing::digest(&world, &code());
    before(&format!(
        "INSERT INTO sms_send_outcome (caller, idempotency_key, digest, at, status, body) \
         VALUES ('system:his POST /messages', 'key-0005', '{digest}', 0, 202, '{outcome}')"
    ));
    assert_eq!(world.send("key-0005", &code()), (202, serde_json::from_str(outcome).unwrap()));
}

#[test]
fn a_caller_without_tokens_is_refused_and_nothing_is_stored() {
    let world = World::new();
    let empty = i64::MAX / 4;
    world.run(&format!("INSERT INTO sms_send_rate (bucket, full_at) VALUES ('system:his', {empty})"));
    let (status, problem) = world.send("key-0001", &notice());
    assert_eq!((status, &problem["code"]), (429, &json!("rate_limited")));
    for table in ["message", "outbox", "event", "outcome", "audit"] {
        assert_eq!(world.number(&format!("SELECT count(*) FROM sms_send_{table}")), 0, "{table}");
    }
}

#[test]
fn a_thousand_phones_are_one_transaction() {
    let world = World::new();
    let to: Vec<String> = (0..1_000).map(|i| format!("1371111{i:04}")).collect();
    let body = json!({"to": to, "text": "请按时就诊", "class": "notice"});
    let index = crate::judge::index(&world.settings, &crate::phone::Phone::parse(&to[999]).unwrap());
    world.run(&format!(
        "INSERT INTO sms_send_optout (phone_index, id, phone, at, source) VALUES ('{index}', 'o', x'', 0, 's')"
    ));
    let (status, answer) = world.send("key-0001", &body);
    assert_eq!((status, answer["message_ids"].as_array().unwrap().len()), (202, 1_000));
    assert_eq!(answer["messages"][999]["reason"], "opted_out");
    assert_eq!(world.number("SELECT count(*) FROM sms_send_outbox"), 999);
    assert_eq!(world.number("SELECT count(DISTINCT event_id) FROM sms_send_message"), 1_000);
    assert_eq!(world.number("SELECT count(DISTINCT phone_index) FROM sms_send_message"), 1_000);
    // One that fails leaves nothing behind.
    world.run(
        "CREATE TRIGGER t BEFORE INSERT ON sms_send_outbox WHEN NEW.rank = 2 BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    let refused = json!({"to": to, "text": "请按时就诊", "class": "marketing"});
    assert_eq!(world.send("key-0002", &refused).0, 503);
    assert_eq!(world.number("SELECT count(*) FROM sms_send_message"), 1_000);
}

#[test]
fn nothing_personal_is_stored_in_the_open() {
    let world = World::new();
    let template = world.template("otp", "尊敬的{name}，验证码{code}");
    let body = json!({"to": PHONE, "template_id": template, "params": {"name": "欧阳娜娜", "code": "867530"}});
    assert_eq!(world.send("key-0001", &body).0, 202);
    assert_eq!(world.post(&system(), "optouts", &json!({"phone": PHONE})).0, 201);
    for table in ["message", "outbox", "event", "outcome", "audit", "rate", "optout"] {
        for row in world.rows(&format!("SELECT * FROM sms_send_{table}")) {
            for value in row {
                let bytes = match value {
                    Sql::Text(text) => text.into_bytes(),
                    Sql::Blob(bytes) => bytes,
                    _ => continue,
                };
                for secret in ["13711112222", "欧阳娜娜", "867530"] {
                    let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                    assert!(!found, "{table}: {secret}");
                }
            }
        }
    }
}
