//! `sms-send` over HTTP: doors, refusals, who sees what, paging, taking back and sending again, and what a crash leaves.

use serde_json::{Value, json};
use std::fs;
use tests::api::{Answer, Api, HIS, LIS};
use tests::token::now_s;
use tests::vendors::time::extended;

const BASE: &str = "/v1/sms-send";

fn notice(to: &str) -> Value {
    json!({"to": to, "text": "请按时就诊", "class": "notice"})
}

fn ask(api: &Api, method: &str, path: &str, credential: &str, body: &Value) -> Answer {
    api.json(method, &format!("{BASE}/{path}"), credential, body).unwrap()
}

fn get(api: &Api, path: &str, credential: &str) -> Answer {
    ask(api, "GET", path, credential, &Value::Null)
}

fn send(api: &Api, body: &Value) -> String {
    let answer = ask(api, "POST", "messages", HIS, body);
    assert_eq!(answer.status, 202, "{}", answer.json());
    answer.json()["message_ids"][0].as_str().unwrap().to_owned()
}

#[test]
fn a_message_is_accepted_and_followed() {
    let api = Api::start().unwrap();
    // Not handed over while it is looked at.
    let tomorrow = extended((now_s() + 86_400) * 1_000);
    let to = ["13711112222", "+85291234567"];
    let body = json!({"to": to, "text": "请按时就诊", "class": "notice", "client_ref": "his-1", "send_at": tomorrow});
    let answer = ask(&api, "POST", "messages", HIS, &body);
    assert_eq!((answer.status, answer.header("cache-control")), (202, "no-store"));
    let accepted = answer.json();
    let tos: Vec<_> = accepted["messages"].as_array().unwrap().iter().map(|message| message["to"].clone()).collect();
    assert_eq!(tos, ["137****2222", "+852****4567"]);
    for id in accepted["message_ids"].as_array().unwrap() {
        let message = get(&api, &format!("messages/{}", id.as_str().unwrap()), HIS).json();
        assert_eq!(
            (&message["state"], &message["caller"], &message["client_ref"]),
            (&json!("accepted"), &json!("system:his"), &json!("his-1"))
        );
    }
    let page = get(&api, "messages?client_ref=his-1&limit=1", HIS).json();
    let cursor = page["next_cursor"].as_str().unwrap();
    let next = get(&api, &format!("messages?client_ref=his-1&limit=1&cursor={cursor}"), HIS).json();
    assert_eq!((page["items"].as_array().unwrap().len(), next["items"].as_array().unwrap().len()), (1, 1));
    assert_ne!(page["items"][0]["message_id"], next["items"][0]["message_id"]);
    assert!(next.get("next_cursor").is_none());
    let found = get(&api, "messages?to=13711112222&state=accepted", HIS).json();
    let id = found["items"][0]["message_id"].as_str().unwrap();
    assert_eq!(accepted["message_ids"][0], id);
    let cancelled = ask(&api, "POST", &format!("messages/{id}/cancel"), HIS, &Value::Null);
    assert_eq!((cancelled.status, cancelled.json()["state"].clone()), (200, json!("cancelled")));
    let events = get(&api, &format!("messages/{id}/events"), HIS).json();
    let states: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| event["state"].clone()).collect();
    assert_eq!(states, ["accepted", "cancelled"]);
    let replayed = ask(&api, "POST", &format!("messages/{id}/replay"), HIS, &Value::Null);
    assert_eq!(replayed.problem(), (409, "wrong_state".into()));
    let stats = get(&api, "stats?by=carrier", HIS).json();
    assert_eq!(stats["groups"].as_array().unwrap().len(), 2, "{stats}");
    let csv = get(&api, "stats?by=carrier&format=csv", HIS);
    assert_eq!((csv.status, csv.header("content-type")), (200, "text/csv; charset=utf-8"));
}

#[test]
fn every_refusal_has_its_status_and_code() {
    let api = Api::start().unwrap();
    let with = |name: &str, value: Value| {
        let mut body = notice("13711112222");
        body[name] = value;
        body
    };
    let absent = "tpl_01ARZ3NDEKTSV4RRFFQ69G5FAV";
    let null = Value::Null;
    let cases = [
        ("POST", "messages", with("to", json!("12345")), 400, "bad_field"),
        ("POST", "messages", with("to", json!([])), 400, "bad_field"),
        ("POST", "messages", with("text", json!("【别家】您好")), 400, "bad_field"),
        ("POST", "messages", with("signature", json!("别家")), 400, "bad_field"),
        ("POST", "messages", with("class", json!("code")), 400, "bad_field"),
        ("POST", "messages", with("callback_url", json!("https://127.0.0.1/hook")), 400, "bad_field"),
        ("POST", "messages", with("callback_url", json!("http://his.example.com/hook")), 400, "bad_field"),
        ("POST", "messages", with("expires_at", json!("2020-01-01T00:00:00Z")), 400, "bad_field"),
        ("POST", "messages", with("urgent", json!(true)), 400, "bad_field"),
        ("POST", "messages", json!({"to": "13711112222", "template_id": absent}), 400, "bad_field"),
        ("POST", "messages", json!("x".repeat(128 << 10)), 413, "too_large"),
        ("POST", "messages", null.clone(), 400, "bad_json"),
        ("PUT", "messages", null.clone(), 405, "method_not_allowed"),
        ("POST", "message", null.clone(), 404, "not_found"),
        ("GET", "messages?state=sent", null.clone(), 400, "bad_field"),
        ("GET", "messages?limit=101", null.clone(), 400, "bad_field"),
        ("GET", "messages?cursor=x", null.clone(), 400, "bad_field"),
        ("GET", "messages/msg_01ARZ3NDEKTSV4RRFFQ69G5FAV", null.clone(), 403, "forbidden"),
        ("POST", "messages/msg_01ARZ3NDEKTSV4RRFFQ69G5FAV/cancel", null.clone(), 403, "forbidden"),
        ("POST", "templates", json!({"name": "t", "class": "otp", "text": "{Code}"}), 400, "bad_field"),
        ("GET", &format!("templates/{absent}"), null.clone(), 404, "not_found"),
        ("PATCH", &format!("templates/{absent}"), json!({"name": "t"}), 404, "not_found"),
        ("POST", &format!("templates/{absent}/review"), json!({"review": "approved"}), 403, "forbidden"),
        ("POST", "keywords", json!({"words": ["，"]}), 400, "bad_field"),
        ("DELETE", "keywords/x", null.clone(), 404, "not_found"),
        ("POST", "optouts", json!({"phone": "1"}), 400, "bad_field"),
        ("DELETE", "optouts/x", null.clone(), 404, "not_found"),
        ("GET", "stats?by=phone", null.clone(), 400, "bad_field"),
        ("POST", "inbound/sandbox/0123", json!({"phone": "13711112222", "text": "T"}), 403, "forbidden"),
    ];
    for (method, path, body, status, code) in cases {
        let answer = ask(&api, method, path, HIS, &body);
        assert_eq!(answer.problem(), (status, code.to_owned()), "{method} {path}: {}", answer.json());
        assert_eq!(answer.header("content-type"), "application/problem+json");
        assert!(!String::from_utf8_lossy(&answer.body).contains("13711112222"));
    }
    let headers = [("authorization", HIS), ("content-type", "application/json")];
    let keyless = api.send("POST", &format!("{BASE}/messages"), &headers, notice("13711112222").to_string().as_bytes());
    assert_eq!(keyless.unwrap().problem(), (400, "idempotency_key_missing".into()));
    assert_eq!(get(&api, "messages", HIS).json()["items"], json!([]), "nothing was stored");
    assert_eq!(api.send("GET", &format!("{BASE}/healthz"), &[], b"").unwrap().status, 204);
}

#[test]
fn a_key_is_for_one_request_of_one_caller() {
    let api = Api::start().unwrap();
    let send = |credential: &str, body: &Value| {
        let headers = [("authorization", credential), ("idempotency-key", "key-0001")];
        api.send("POST", &format!("{BASE}/messages"), &headers, body.to_string().as_bytes()).unwrap()
    };
    let first = send(HIS, &notice("13711112222"));
    assert_eq!(first.status, 202);
    assert_eq!(send(HIS, &notice("13711112222")).body, first.body);
    assert_eq!(send(HIS, &notice("13711112223")).problem(), (409, "idempotency_key_reused".into()));
    assert_ne!(send(LIS, &notice("13711112222")).json(), first.json());
    assert_eq!(get(&api, "messages", HIS).json()["items"].as_array().unwrap().len(), 1);
}

#[test]
fn roles_are_kept_apart() {
    let api = Api::start().unwrap();
    let id = send(&api, &notice("13711112222"));
    let one = format!("messages/{id}");
    let admin = api.token("usr_admin", "admin", 0, 600);
    for role in ["patient", "doctor", "pharmacist"] {
        let token = api.token("usr_1", role, 0, 600);
        for (method, path) in [
            ("POST", "messages"),
            ("GET", "messages"),
            ("GET", &one),
            ("GET", "stats"),
            ("GET", "templates"),
            ("POST", "soap"),
        ] {
            let answer = ask(&api, method, path, &token, &Value::Null);
            let forbidden =
                if path == "soap" { answer.status == 500 } else { answer.problem() == (403, "forbidden".into()) };
            assert!(forbidden, "{role} {method} {path}: {}", answer.status);
        }
    }
    assert_eq!(
        ask(&api, "POST", "messages", "Bearer x", &notice("13711112222")).problem(),
        (401, "bad_credential".into())
    );
    assert_eq!(get(&api, &one, LIS).problem(), (403, "forbidden".into()), "another system's message");
    assert_eq!(get(&api, "messages", LIS).json()["items"], json!([]));
    assert_eq!(get(&api, &one, &admin).json()["to"], "137****2222");
    assert_eq!(get(&api, &format!("{one}?reveal=true"), HIS).problem(), (403, "forbidden".into()));
    assert_eq!(get(&api, &format!("{one}?reveal=true"), &admin).json()["to"], "+8613711112222");
    assert_eq!(get(&api, "messages", &admin).json()["items"].as_array().unwrap().len(), 1);
}

#[test]
fn a_template_is_approved_by_a_person_and_guards_stop_single_messages() {
    let api = Api::start().unwrap();
    let admin = api.token("usr_admin", "admin", 0, 600);
    let made =
        ask(&api, "POST", "templates", HIS, &json!({"name": "登录", "class": "otp", "text": "您的验证码为{code}。"}));
    assert_eq!(made.status, 201, "{}", made.json());
    let id = made.json()["template_id"].as_str().unwrap().to_owned();
    let order = |to: &Value| json!({"to": to, "template_id": id, "params": {"code": "246810"}});
    assert_eq!(
        ask(&api, "POST", "messages", HIS, &order(&json!("13711112222"))).problem(),
        (422, "template_not_approved".into())
    );
    let review = format!("templates/{id}/review");
    assert_eq!(ask(&api, "POST", &review, &admin, &json!({"review": "approved"})).status, 200);
    assert_eq!(ask(&api, "POST", "messages", HIS, &order(&json!("13711112222"))).status, 202);
    let again = ask(&api, "POST", "messages", HIS, &order(&json!("13711112222")));
    assert_eq!(again.problem(), (429, "phone_limited".into()));
    assert!((1..=60).contains(&again.header("retry-after").parse::<u32>().unwrap()));
    let both = ask(&api, "POST", "messages", HIS, &order(&json!(["13711112222", "13711112223"]))).json();
    let fates: Vec<_> = both["messages"].as_array().unwrap().iter().map(|m| (&m["state"], &m["reason"])).collect();
    assert_eq!(fates, [(&json!("dead"), &json!("limit")), (&json!("accepted"), &Value::Null)]);
    let shown = ask(&api, "POST", &format!("templates/{id}/preview"), HIS, &json!({"params": {"code": "1"}})).json();
    assert_eq!(shown, json!({"text": "【云诊】您的验证码为1。", "length": 12, "parts": 1}));

    assert_eq!(ask(&api, "POST", "keywords", HIS, &json!({"words": ["发票"]})).status, 201);
    let stopped =
        ask(&api, "POST", "messages", HIS, &json!({"to": "13711112224", "text": "發-票", "class": "notice"})).json();
    assert_eq!(
        (&stopped["messages"][0]["reason"], &stopped["messages"][0]["detail"]),
        (&json!("intercepted"), &json!("发票"))
    );
    assert_eq!(ask(&api, "POST", "optouts", HIS, &json!({"phone": "13711112225"})).status, 201);
    let declined = ask(&api, "POST", "messages", HIS, &notice("13711112225")).json();
    assert_eq!(declined["messages"][0]["reason"], "opted_out");
}

#[test]
fn a_phone_declines_by_its_answer() {
    let api = Api::start().unwrap();
    // HMAC-SHA256("receipt secret of the tests", "inbound/sandbox")
    let path = format!("{BASE}/inbound/sandbox/51f64db1dfecc9294ddcfe2d37ee53b1");
    let push = |text: &str| {
        let body = json!({"phone": "13711112222", "text": text}).to_string();
        api.send("POST", &path, &[("content-type", "application/json")], body.as_bytes()).unwrap()
    };
    assert_eq!((push("谢谢").status, push("谢谢").json()), (200, json!({"opted_out": false})));
    assert_eq!(push("TD").json(), json!({"opted_out": true}));
    let declined = ask(&api, "POST", "messages", HIS, &notice("13711112222")).json();
    assert_eq!(declined["messages"][0]["reason"], "opted_out");
}

#[test]
fn what_was_accepted_survives_a_kill() {
    let mut api = Api::start().unwrap();
    let mut ids = Vec::new();
    for round in 0..3 {
        for i in 0..20 {
            ids.push(send(&api, &notice(&format!("137111122{i:02}"))));
        }
        // The moment the last answer is here.
        api.host.restart().unwrap();
        for id in &ids {
            let message = get(&api, &format!("messages/{id}"), HIS);
            assert_eq!(message.status, 200, "round {round}: {id}");
        }
    }
    let due = fs::read_dir(api.host.data().join("sqlite")).unwrap().count();
    assert!(due > 0);
    let database = rusqlite::Connection::open(api.host.data().join("sqlite/default.db")).unwrap();
    let count = |sql: &str| database.query_row(sql, [], |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!(count("SELECT count(*) FROM sms_send_outbox"), 60);
    assert_eq!(count("SELECT count(*) FROM sms_send_message m JOIN sms_send_event e ON e.id = m.event_id"), 60);
}

#[test]
fn nothing_personal_is_in_the_log_or_in_the_open_in_the_database() {
    let mut api = Api::start().unwrap();
    let secrets = ["13711112222", "欧阳娜娜", "867530"];
    let text = format!("{}您好，验证码{}", secrets[1], secrets[2]);
    let id = send(&api, &json!({"to": secrets[0], "text": text, "class": "otp"}));
    assert_eq!(
        ask(&api, "POST", "messages", HIS, &json!({"to": secrets[0], "text": text, "class": "otp"})).status,
        429
    );
    assert_eq!(
        ask(&api, "POST", "messages", HIS, &json!({"to": secrets[0], "text": format!("{text}【x】"), "class": "otp"}))
            .status,
        400
    );
    assert_eq!(ask(&api, "POST", "optouts", HIS, &json!({"phone": secrets[0]})).status, 201);
    assert_eq!(get(&api, &format!("messages?to={}", secrets[0]), HIS).status, 200);
    let admin = api.token("usr_admin", "admin", 0, 600);
    assert_eq!(get(&api, &format!("messages/{id}?reveal=true"), &admin).json()["text"], text);
    // After a kill the write-ahead log is still there: look at all files.
    api.host.restart().unwrap();
    assert_eq!(api.host.exposed(&[BASE, id.as_str()]).len(), 2, "log and database are not empty");
    assert_eq!(api.host.exposed(&secrets), Vec::<&str>::new());
}
