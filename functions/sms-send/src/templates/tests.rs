use crate::testing::{World, admin, answer, system};
use serde_json::{Value, json};

const TEXT: &str = "您的验证码为{code}，{minutes}分钟内有效。";

fn make(world: &World, key: &str, body: &Value) -> (u16, Value) {
    answer(world.ask(&system(), "POST", "templates", &[("idempotency-key", key)], body.to_string().as_bytes()))
}

fn patch(world: &World, id: &str, body: &Value) -> (u16, Value) {
    answer(world.ask(&system(), "PATCH", &format!("templates/{id}"), &[], body.to_string().as_bytes()))
}

fn made(world: &World) -> String {
    let (status, template) = make(world, "key-0001", &json!({"name": "登录", "class": "otp", "text": TEXT}));
    assert_eq!(status, 201, "{template}");
    template["template_id"].as_str().unwrap().to_owned()
}

#[test]
fn a_template_is_made_once() {
    let world = World::new();
    let body = json!({"name": "登录", "class": "otp", "text": TEXT, "params": {"code": {"max_length": 6}},
        "vendor_ids": {"sandbox": "SMS_1"}});
    let first = make(&world, "key-0001", &body);
    assert_eq!(first.0, 201);
    let template = &first.1;
    assert_eq!((&template["review"], &template["signature"]), (&json!("pending"), &json!("云诊")));
    let placeholders = json!([{"name": "code", "max_length": 6, "links": false},
        {"name": "minutes", "max_length": 35, "links": false}]);
    assert_eq!((&template["placeholders"], &template["vendor_ids"]), (&placeholders, &json!({"sandbox": "SMS_1"})));
    assert_eq!(make(&world, "key-0001", &body), first);
    assert_eq!(make(&world, "key-0002", &body).1["code"], "name_taken");
    let other = json!({"name": "别的", "class": "otp", "text": TEXT});
    assert_eq!(make(&world, "key-0001", &other).1["code"], "idempotency_key_reused");
    assert_eq!(world.get(&system(), "templates").1["items"].as_array().unwrap().len(), 1);
    let id = template["template_id"].as_str().unwrap();
    assert_eq!(world.get(&system(), &format!("templates/{id}")), (200, template.clone()));
    assert_eq!(world.get(&system(), "templates/tpl_x").0, 404);
}

#[test]
fn the_wrong_field_is_named() {
    let world = World::new();
    let with = |name: &str, value: Value| {
        let mut body = json!({"name": "登录", "class": "otp", "text": TEXT});
        body[name] = value;
        body
    };
    let cases = [
        (with("name", json!("")), "name"),
        (with("name", json!("字".repeat(65))), "name"),
        (with("name", json!("a\u{200b}")), "name"),
        (with("class", json!("code")), "class"),
        (with("signature", json!("别家")), "signature"),
        (with("text", json!("【别家】{code}")), "text"),
        (with("text", json!("{Code}")), "text"),
        (with("text", json!("字".repeat(497))), "text"),
        (with("params", json!({"other": {}})), "params"),
        (with("params", json!({"code": {"max_length": 0}})), "params"),
        (with("params", json!({"code": {"max_length": 201}})), "params"),
        (with("params", json!({"code": {"max": 5}})), "params.code.max"),
        (with("vendor_ids", json!({"sandbox": ""})), "vendor_ids"),
        (with("vendor_ids", json!({"sand box": "1"})), "vendor_ids"),
        (with("review", json!("approved")), "review"),
    ];
    for (body, field) in cases {
        let (status, problem) = make(&world, "key-0001", &body);
        assert_eq!((status, &problem["code"]), (400, &json!("bad_field")), "{body}");
        assert!(problem["detail"].as_str().unwrap().starts_with(&format!("field {field}")), "{problem}");
    }
    assert_eq!(world.number("SELECT count(*) FROM sms_send_template"), 0);
}

#[test]
fn only_an_approved_template_is_used_and_new_words_are_looked_at_again() {
    let world = World::new();
    let id = made(&world);
    let send = |key: &str| {
        let body = json!({"to": "13711112222", "template_id": id, "params": {"code": "1", "minutes": "5"}});
        let (status, answer) = world.send(key, &body);
        (status, answer["code"].as_str().unwrap_or_default().to_owned())
    };
    let refused = (422, "template_not_approved".to_owned());
    let review =
        |review: &str| world.post(&admin(), &format!("templates/{id}/review"), &json!({"review": review, "note": "n"}));
    assert_eq!(send("key-0001"), refused);
    assert_eq!(review("rejected").1["note"], "n");
    assert_eq!(send("key-0002"), refused);
    assert_eq!(review("approved").1["review"], "approved");
    assert_eq!(send("key-0003").0, 202);
    world.later(60_000);
    let (_, same) = patch(&world, &id, &json!({"vendor_ids": {"sandbox": "SMS_1"}, "name": "登录 2"}));
    assert_eq!((&same["review"], &same["name"]), (&json!("approved"), &json!("登录 2")));
    assert_eq!(send("key-0004").0, 202);
    world.later(60_000);
    for change in [
        json!({"text": "{code}{minutes}！"}),
        json!({"class": "notice"}),
        json!({"signature": "云诊药房"}),
        json!({"params": {"code": {"links": true}}}),
    ] {
        assert_eq!(review("approved").0, 200);
        let (status, changed) = patch(&world, &id, &change);
        assert_eq!((status, &changed["review"]), (200, &json!("pending")), "{change}");
        assert_eq!(send("key-0005"), refused, "{change}");
    }
    let actions = world.number("SELECT count(*) FROM sms_send_audit WHERE action LIKE 'template.%'");
    assert_eq!(actions, 12, "one made, six reviews, five changes");
}

#[test]
fn two_who_change_it_do_not_overwrite_each_other() {
    let world = World::new();
    let id = made(&world);
    let theirs = format!("UPDATE sms_send_template SET text = 'x', updated_at = updated_at + 1 WHERE id = '{id}'");
    // The first transaction takes the caller's token.
    world.store.before_transact.borrow_mut().extend([vec![common::store::Statement::new(theirs)], Vec::new()]);
    assert_eq!(patch(&world, &id, &json!({"name": "a"})).1["code"], "changed_meanwhile");
    assert_eq!(make(&world, "key-0002", &json!({"name": "b", "class": "otp", "text": "x"})).0, 201);
    assert_eq!(patch(&world, &id, &json!({"name": "b"})).1["code"], "name_taken");
    assert_eq!(patch(&world, &id, &json!({"name": "c"})).0, 200);
}

#[test]
fn length_and_parts_are_shown_before_sending() {
    let world = World::new();
    let id = made(&world);
    let preview = |params: Value| world.post(&system(), &format!("templates/{id}/preview"), &json!({"params": params}));
    let (status, shown) = preview(json!({"code": "246810", "minutes": "5"}));
    assert_eq!(status, 200);
    assert_eq!(shown, json!({"text": "【云诊】您的验证码为246810，5分钟内有效。", "length": 24, "parts": 1}));
    let (status, problem) = preview(json!({"code": "{x}", "minutes": "5"}));
    assert_eq!((status, &problem["detail"]), (400, &json!("field params.code: none of { } 【 】")));
    assert_eq!(preview(json!({"code": "1"})).1["detail"], "field params.minutes: missing");
}
