use super::*;
use crate::phone::Phone;
use crate::template::Params;
use serde_json::{Value, json};

fn refusal(body: &Value) -> String {
    let problem = parse(body.to_string().as_bytes()).unwrap_err();
    assert_eq!((problem.status, problem.code), (400, "bad_field"), "{body}");
    problem.detail[1].clone().into_owned()
}

#[test]
fn both_forms_become_an_order() {
    let full = json!({
        "to": ["13711112222", "+85291234567"], "template_id": "tpl_1", "params": {"code": "1"}, "signature": "云诊",
        "class": "otp", "send_at": "2026-03-01T08:00:00+08:00", "expires_at": "2026-03-01T00:05:00Z",
        "client_ref": "his/2026-1", "callback_url": "https://his.example/x",
    });
    let order = parse(full.to_string().as_bytes()).unwrap();
    assert_eq!(order.to, [Phone::parse("13711112222").unwrap(), Phone::parse("+85291234567").unwrap()]);
    assert_eq!(
        order.content,
        Content::Template("tpl_1".to_owned(), Params::from([("code".to_owned(), "1".to_owned())]))
    );
    assert_eq!((order.class, order.send_at), (Some(Class::Otp), Timestamp::parse("2026-03-01T00:00:00Z")));
    assert_eq!(
        (order.client_ref.as_deref(), order.callback_url.as_deref()),
        (Some("his/2026-1"), Some("https://his.example/x"))
    );

    let order = parse(r#"{"to":"13711112222","text":"您好","class":"notice"}"#.as_bytes()).unwrap();
    assert_eq!((order.to.len(), order.content), (1, Content::Text("您好".to_owned())));
    let order = parse(br#"{"to":"13711112222","template_id":"tpl_1"}"#).unwrap();
    assert_eq!((order.class, order.content), (None, Content::Template("tpl_1".to_owned(), Params::new())));
}

#[test]
fn the_wrong_field_is_named() {
    let with = |name: &str, value: Value| {
        let mut body = json!({"to": "13711112222", "text": "您好", "class": "notice"});
        body[name] = value;
        body
    };
    let cases = [
        (json!({}), "field to: missing"),
        (json!({"to": "13711112222"}), "field template_id: template_id or text is missing"),
        (json!({"to": "13711112222", "text": "x"}), "field class: missing"),
        (with("template_id", json!("tpl_1")), "field text: either template_id or text"),
        (with("params", json!({})), "field params: goes with template_id only"),
        (
            with("class", json!("code")),
            "field class: unknown variant `code`, expected one of `otp`, `notice`, `marketing`",
        ),
        (
            with("to", json!(13711112222_u64)),
            "field to: invalid type: integer `13711112222`, expected a number or a list of numbers",
        ),
        (with("to", json!([])), "field to: 1 to 1000 numbers"),
        (with("to", json!([13])), "field to[0]: invalid type: integer `13`, expected a string"),
        (with("to", json!("12345")), "field to: no phone number: 11 digits of the mainland, or + and country code"),
        (
            with("to", json!(["13711112222", "x"])),
            "field to[1]: no phone number: 11 digits of the mainland, or + and country code",
        ),
        (with("to", json!(["13711112222", "+8613711112222"])), "field to[1]: the same as to[0]"),
        (with("send_at", json!("tomorrow")), "field send_at: a time in RFC 3339"),
        (with("expires_at", json!("2026-02-30T00:00:00Z")), "field expires_at: a time in RFC 3339"),
        (with("client_ref", json!("张三")), "field client_ref: 1 to 64 letters, digits or - _ . : /"),
        (with("client_ref", json!("")), "field client_ref: 1 to 64 letters, digits or - _ . : /"),
        (with("urgent", json!(true)), "field urgent: unknown field"),
    ];
    for (body, detail) in cases {
        assert_eq!(refusal(&body), detail, "{body}");
    }
    let many: Vec<String> = (0..1_001).map(|i| format!("1371111{i:04}")).collect();
    assert!(refusal(&with("to", json!(many))).contains("1 to 1000 numbers"));
    assert_eq!(parse(b"{").unwrap_err().code, "bad_json");
}

#[test]
fn a_number_is_never_repeated_in_the_answer() {
    assert!(!refusal(&json!({"to": "137111122223", "text": "x", "class": "otp"})).contains("1371111"));
}
