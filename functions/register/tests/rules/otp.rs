//! One-time codes.

use crate::world::{DAY, MINUTE, World, code};
use outbound::Broken;
use serde_json::{Value, json};

const PHONE: &str = "13711112222";

fn ask(world: &World) -> (u16, Value) {
    world.ask(None, "POST", "otp", &json!({"phone": PHONE}))
}

fn try_code(world: &World, otp: &Value, code: &str) -> (u16, Value) {
    let body = json!({"phone": PHONE, "otp_id": otp["otp_id"], "code": code});
    world.ask(None, "POST", "sessions", &body)
}

/// A code that is not it.
fn wrong(right: &str) -> String {
    format!("{:06}", (right.parse::<u32>().unwrap() + 1) % 1_000_000)
}

#[test]
fn a_code_is_sent_and_kept_as_a_hash_only() {
    let world = World::new();
    let (status, sent) = ask(&world);
    assert_eq!(
        (status, &sent["resend_after_s"], &sent["expires_at"]),
        (202, &json!(60), &json!("2027-01-15T08:05:00.000Z"))
    );
    let message = world.others.messages.borrow()[0].clone();
    assert_eq!((&message["to"], &message["class"]), (&json!("+8613711112222"), &json!("otp")));
    assert_eq!(
        world.others.keys.borrow()[0],
        sent["otp_id"].as_str().unwrap(),
        "sent once however often it is asked for"
    );
    let code = world.others.code();
    assert_eq!(code.len(), 6);
    let stored = format!("{:?}", world.rows("SELECT * FROM register_otp"));
    assert!(!stored.contains(&code) && !stored.contains("13711112222"), "{stored}");
    let audit = format!("{:?}", world.rows("SELECT * FROM register_audit"));
    assert!(!audit.contains(&code) && !audit.contains("1371111"), "{audit}");
}

#[test]
fn a_template_is_used_where_one_is_set() {
    let world = World::with(&[("register_otp_template", "tpl_1")]);
    ask(&world);
    let message = world.others.messages.borrow()[0].clone();
    assert_eq!(message["template_id"], "tpl_1");
    assert_eq!(message["params"]["code"].as_str().unwrap().len(), 6);
    assert!(message.get("text").is_none());
}

#[test]
fn one_a_minute_five_an_hour_ten_a_day() {
    let world = World::new();
    assert_eq!(ask(&world).0, 202);
    let (status, body) = ask(&world);
    assert_eq!((status, &body["code"], &body["retry"]), (429, &json!("phone_limited"), &json!(61)));
    let mut sent = 1;
    for _ in 0..23 * 60 {
        world.later(MINUTE + 1);
        sent += usize::from(ask(&world).0 == 202);
    }
    assert_eq!(sent, 10);
    assert_eq!(world.ask(None, "POST", "otp", &json!({"phone": "13711112223"})).0, 202, "another phone");
    assert_eq!(code(world.ask(None, "POST", "otp", &json!({"phone": "12345"}))), (400, "bad_field".into()));
}

#[test]
fn five_wrong_tries_end_a_code() {
    let world = World::new();
    let (_, otp) = ask(&world);
    let right = world.others.code();
    for left in (0..5).rev() {
        let (status, body) = try_code(&world, &otp, &wrong(&right));
        assert_eq!((status, &body["code"]), (422, &json!("wrong_code")));
        assert!(body["detail"].as_str().unwrap().contains(&format!("{left} tries")), "{body}");
    }
    assert_eq!(code(try_code(&world, &otp, &right)), (422, "code_over".into()), "the right one too");
    assert_eq!(world.number("SELECT count(*) FROM register_audit WHERE action = 'otp.try'"), 5);
    assert_eq!(world.number("SELECT count(*) FROM register_account"), 0);
}

#[test]
fn guessing_ends_at_the_phone_however_many_codes_it_gets() {
    let world = World::new();
    let mut tried = 0;
    for _ in 0..10 {
        let (status, otp) = ask(&world);
        if status == 202 {
            let right = world.others.code();
            for _ in 0..5 {
                match try_code(&world, &otp, &wrong(&right)).0 {
                    422 => tried += 1,
                    status => assert_eq!(status, 429),
                }
            }
        }
        world.later(MINUTE + 1);
    }
    // Five codes an hour, and a bucket of 15 that fills by one a minute.
    assert!((15..=25).contains(&tried), "{tried}");
}

#[test]
fn a_code_is_for_its_phone_its_purpose_and_its_time_and_for_once() {
    let world = World::new();
    let (_, otp) = ask(&world);
    let right = world.others.code();
    let over = (422, "code_over".to_owned());
    let other = json!({"phone": "13711112223", "otp_id": otp["otp_id"], "code": right});
    assert_eq!(code(world.ask(None, "POST", "sessions", &other)), over, "another phone");
    assert_eq!(try_code(&world, &otp, &right).0, 201);
    assert_eq!(code(try_code(&world, &otp, &right)), over, "used");
    world.later(2 * MINUTE);
    let mut change = world.otp(PHONE, "change_phone");
    change["phone"] = PHONE.into();
    assert_eq!(code(world.ask(None, "POST", "sessions", &change)), over, "another purpose");
    world.later(2 * MINUTE);
    let (_, otp) = ask(&world);
    world.later(5 * MINUTE);
    assert_eq!(code(try_code(&world, &otp, &world.others.code())), over, "too late");
}

#[test]
fn a_message_that_was_not_sent_does_not_count() {
    let world = World::new();
    for failure in [
        Err(Broken::Unsent("x".into())),
        Ok((500, json!({}))),
        Ok((429, json!({"code": "phone_limited", "detail": "x"}))),
    ] {
        let limited = matches!(failure, Ok((429, _)));
        world.others.next.borrow_mut().push_back(failure);
        let expected = if limited { (429, "phone_limited".to_owned()) } else { (503, "sms_unavailable".to_owned()) };
        assert_eq!(code(ask(&world)), expected);
    }
    world.others.next.borrow_mut().push_back(Err(Broken::Lost("x".into())));
    assert_eq!(ask(&world).0, 202, "asked again with the same key");
    assert_eq!(world.number("SELECT count(*) FROM register_otp"), 1);
    world.later(3 * DAY);
    world.tick();
    assert_eq!(world.number("SELECT count(*) FROM register_otp"), 0);
}

#[test]
fn tries_at_no_code_keep_nobody_out() {
    let world = World::new();
    for n in 0..40 {
        let body = json!({"phone": PHONE, "otp_id": format!("otp_{n}"), "code": "123456"});
        assert_eq!(code(world.ask(None, "POST", "sessions", &body)), (422, "code_over".into()));
    }
    assert_eq!(world.sign_in(PHONE)["role"], "patient");
}
