use super::*;
use crate::door_json;
use crate::testing::{NOW, World};
use serde_json::{Value, json};

fn judged(world: &World, body: &Value, at: Timestamp) -> Result<Judged, (u16, &'static str, String)> {
    let parsed = door_json::parse(body.to_string().as_bytes()).unwrap();
    let judged = order(&parsed, &world.settings, &world.book.borrow(), at);
    judged.map_err(|problem| (problem.status, problem.code, problem.detail[1].clone().into_owned()))
}

fn text(text: &str) -> Value {
    json!({"to": "13711112222", "text": text, "class": "notice"})
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

/// On the clock in China.
fn china(time: &str) -> Timestamp {
    Timestamp::parse(&format!("2027-01-{time}+08:00")).unwrap()
}

#[test]
fn a_text_bears_a_registered_signature_and_no_other() {
    let world = World::new();
    let signature = |body: &Value| judged(&world, body, NOW).map(|judged| (judged.signature, judged.text));
    let is = |signature: &str, text: &str| Ok((signature.to_owned(), text.to_owned()));
    assert_eq!(signature(&text("您好")), is("云诊", "您好"));
    assert_eq!(signature(&text("【云诊药房】您好")), is("云诊药房", "您好"));
    assert_eq!(signature(&with(text("您好"), "signature", json!("云诊药房"))), is("云诊药房", "您好"));
    assert_eq!(signature(&with(text("【云诊】您好"), "signature", json!("云诊"))), is("云诊", "您好"));
    for (body, field) in [
        (text("【别家】您好"), "text"),
        (text("【云诊】【别家】您好"), "text"),
        (text("您好【别家】"), "text"),
        (text(" 【别家】您好"), "text"),
        (with(text("您好"), "signature", json!("别家")), "signature"),
        (with(text("【云诊】您好"), "signature", json!("云诊药房")), "signature"),
        (text("您\u{200b}好"), "text"),
        (text("  "), "text"),
        (text(&"字".repeat(497)), "text"),
    ] {
        let (status, code, detail) = signature(&body).unwrap_err();
        assert_eq!((status, code), (400, "bad_field"), "{body}");
        assert!(detail.starts_with(&format!("field {field}: ")), "{detail}");
    }
}

#[test]
fn parts_are_counted_with_the_signature() {
    let world = World::new();
    let parts = |text_: &str| judged(&world, &text(text_), NOW).unwrap().parts;
    assert_eq!(parts(&"字".repeat(66)), 1);
    assert_eq!(parts(&"字".repeat(67)), 2);
    assert_eq!(parts(&"😀".repeat(33)), 1);
    assert_eq!(parts(&"😀".repeat(34)), 2);
    assert_eq!(parts(&"字".repeat(496)), 8);
}

#[test]
fn notices_wait_for_the_morning_and_codes_do_not() {
    let world = World::new();
    let send_at = |body: &Value, at| judged(&world, body, at).map(|judged| judged.send_at);
    let code = with(text("您的验证码"), "class", json!("otp"));
    let marketing = with(text("您好"), "class", json!("marketing"));
    let night = china("15T23:30:00");
    assert_eq!(send_at(&text("您好"), china("15T21:59:59")), Ok(china("15T21:59:59")));
    assert_eq!(send_at(&text("您好"), night), Ok(china("16T08:00:00")));
    assert_eq!(send_at(&marketing, china("16T03:00:00")), Ok(china("16T08:00:00")));
    assert_eq!(send_at(&code, night), Ok(night));
    let later = with(text("您好"), "send_at", json!("2027-01-20T22:30:00+08:00"));
    assert_eq!(send_at(&later, NOW), Ok(china("21T08:00:00")), "an ordered time may be quiet too");
    let past = with(text("您好"), "send_at", json!("2027-01-01T00:00:00Z"));
    assert_eq!(send_at(&past, NOW), Ok(NOW));
}

#[test]
fn times_are_possible() {
    let world = World::new();
    let at = |send: Option<&str>, expires: Option<&str>, class: &str, now: Timestamp| {
        let mut body = with(text("您好"), "class", json!(class));
        for (name, time) in [("send_at", send), ("expires_at", expires)] {
            if let Some(time) = time {
                body[name] = json!(format!("2027-{time}+08:00"));
            }
        }
        judged(&world, &body, now)
            .map(|judged| judged.expires_at)
            .map_err(|(_, code, detail)| format!("{code} {detail}"))
    };
    assert_eq!(at(None, None, "otp", NOW), Ok(NOW.plus_ms(600_000)));
    assert_eq!(at(None, None, "notice", NOW), Ok(NOW.plus_ms(86_400_000)));
    assert_eq!(at(None, None, "notice", china("15T23:00:00")), Ok(china("17T08:00:00")), "a day after the quiet hours");
    assert_eq!(at(None, Some("01-15T17:00:00"), "notice", NOW), Ok(china("15T17:00:00")));
    let refused = [
        (None, Some("01-15T15:59:59"), "expires_at: after"),
        (Some("01-16T10:00:00"), Some("01-16T10:00:00"), "expires_at: after"),
        (Some("02-15T16:00:00"), None, "send_at: at most 30 days"),
        (None, Some("01-23T16:00:00"), "expires_at: at most 7 days"),
    ];
    for (send, expires, why) in refused {
        let error = at(send, expires, "notice", NOW).unwrap_err();
        assert!(error.starts_with("bad_field") && error.contains(why), "{error}");
    }
    let error = at(None, Some("01-16T07:00:00"), "notice", china("15T23:00:00")).unwrap_err();
    assert!(error.starts_with("quiet_hours "), "{error}");
    assert_eq!(at(None, Some("01-15T23:05:00"), "otp", china("15T23:00:00")), Ok(china("15T23:05:00")));
}

#[test]
fn what_speaks_against_a_phone_has_an_order() {
    let world = World::new();
    let mut known = Known::default();
    let stop = |known: &Known, keyword: Option<&str>, class| {
        stop(keyword, class, &world.settings, known, "i", NOW).map(|stop| (stop.reason, stop.detail))
    };
    assert_eq!(stop(&known, None, Class::Otp), None);
    known.sent.insert("i".to_owned(), vec![NOW.plus_ms(-1_000)]);
    let until = "until 2027-01-15T08:00:59.000Z".to_owned();
    assert_eq!(stop(&known, None, Class::Otp), Some(("limit", Some(until))));
    assert_eq!(stop(&known, None, Class::Notice), None, "no limit by default");
    known.declined.insert("i".to_owned());
    assert_eq!(stop(&known, None, Class::Notice), Some(("opted_out", None)));
    assert_eq!(stop(&known, None, Class::Otp).unwrap().0, "limit", "codes are not declined");
    assert_eq!(stop(&known, Some("发票"), Class::Notice), Some(("intercepted", Some("发票".to_owned()))));
    known.forget("i", NOW.plus_ms(-1_000));
    assert_eq!(stop(&known, None, Class::Otp), None);
    let problem = phone_limited(NOW.plus_ms(58_001), NOW);
    assert_eq!((problem.status, problem.code, problem.retry_after_s), (429, "phone_limited", Some(59)));
}
