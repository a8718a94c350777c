//! What is a token and what is not.

use super::*;

const NOW: Timestamp = Timestamp(1_800_000_000_000);

fn register() -> Signer {
    Signer::new("register", &[7; 32])
}

fn relay() -> Signer {
    Signer::new("chat-relay.2", &[8; 32])
}

fn keys() -> Keys {
    Keys::parse(&format!("{}, {}", register().public(), relay().public())).unwrap()
}

fn check(token: &str) -> Result<Principal, Refusal> {
    keys().check(token, "sms-send", NOW)
}

#[test]
fn users_and_services_are_known() {
    let user = check(&register().user("usr_1", Role::Doctor, NOW, 600)).unwrap();
    assert_eq!((user.actor().as_str(), user.role), ("user:usr_1", Role::Doctor));
    let service = check(&relay().service("sms-send", NOW)).unwrap();
    assert_eq!((service.actor().as_str(), service.role), ("service:chat-relay", Role::Service));
    assert_eq!(check(&relay().service("ca-sign", NOW)), Err(Refusal::Party), "for another function");
}

#[test]
fn only_register_issues_user_tokens() {
    assert_eq!(check(&relay().user("usr_1", Role::Admin, NOW, 600)), Err(Refusal::Party));
    let posing = Signer::new("register", &[8; 32]);
    assert_eq!(check(&posing.user("usr_1", Role::Admin, NOW, 600)), Err(Refusal::Signature));
    let stranger = Signer::new("stranger", &[9; 32]);
    assert_eq!(check(&stranger.service("sms-send", NOW)), Err(Refusal::UnknownKey));
}

#[test]
fn time_is_kept() {
    let token = register().user("usr_1", Role::Patient, NOW, 600);
    let at = |seconds: i64| keys().check(&token, "sms-send", NOW.plus_ms(seconds * 1000)).map(|_| ());
    assert_eq!(at(599), Ok(()));
    assert_eq!(at(600), Err(Refusal::Time));
    assert_eq!(at(-30), Ok(()));
    assert_eq!(at(-31), Err(Refusal::Time));
    let claims = |iat, exp| User { iss: ISSUER.into(), sub: "u".into(), role: Role::Patient, iat, exp };
    let s = NOW.seconds();
    for (iat, exp) in [(s, s + USER_TOKEN_S + 1), (s, i64::MAX), (i64::MIN, s + 1), (s + 9, s + 8)] {
        assert_eq!(check(&register().sign(Kind::User, &claims(iat, exp))), Err(Refusal::Time));
    }
    assert!(check(&register().user("u", Role::Patient, NOW, i64::MAX / 2)).is_ok(), "cut to two hours");
}

#[test]
fn there_is_no_other_algorithm_and_no_other_header() {
    let token = register().user("usr_1", Role::Patient, NOW, 600);
    let (_, rest) = token.split_once('.').unwrap();
    let headers = [
        r#"{"alg":"none","typ":"JWT","kid":"register"}"#,
        r#"{"alg":"HS256","typ":"JWT","kid":"register"}"#,
        r#"{"alg":"EdDSA","typ":"JWT","kid":"register","jwk":{}}"#,
        r#"{"alg":"EdDSA","typ":"JWT","kid":"register","crit":["b64"]}"#,
        r#"{"alg":"EdDSA","typ":"JWT"}"#,
        r#"{"alg":"EdDSA","alg":"none","typ":"JWT","kid":"register"}"#,
        "",
    ];
    for header in headers {
        assert_eq!(check(&format!("{}.{rest}", BASE64.encode(header))), Err(Refusal::Malformed), "{header}");
    }
    let retyped = BASE64.encode(r#"{"alg":"EdDSA","typ":"service+jwt","kid":"register"}"#);
    assert_eq!(check(&format!("{retyped}.{rest}")), Err(Refusal::Signature));
    for bad in ["", ".", "..", "a.b", "a.b.c", &"x".repeat(5_000), &format!("{token}="), &format!("{token}.")] {
        assert!(check(bad).is_err(), "{bad}");
    }
}

#[test]
fn one_changed_character_is_enough() {
    let token = register().user("usr_1", Role::Patient, NOW, 600);
    for i in 0..token.len() {
        let mut bytes = token.clone().into_bytes();
        bytes[i] = if bytes[i] == b'A' { b'B' } else { b'A' };
        assert!(check(&String::from_utf8(bytes).unwrap()).is_err(), "character {i}");
    }
}

#[test]
fn malformed_keys_are_named() {
    assert!(Keys::parse("").is_ok());
    for bad in ["register", "register:", "register:AAAA"] {
        assert!(Keys::parse(bad).unwrap_err().contains(bad));
    }
    assert_eq!(Signer::parse("register", &BASE64.encode([7; 32])).unwrap().public(), register().public());
    assert!(["", "AAAA", "not base64url"].into_iter().all(|bad| Signer::parse("register", bad).is_err()));
}
