//! Gateway, adapter and vendor together: each adapter as it is deployed, against a stand-in for its vendor.

use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tests::gateway::{Gateway, TIMEOUT_MS};
use tests::vendors::{Aliyun, Fake, Huawei, Kept, Mode, Tencent};

const PHONE: &str = "+8613711112222";

/// A vendor, with a code of its own that refuses one message and what that means.
struct Vendor {
    name: &'static str,
    start: fn() -> Fake,
    refusal: (&'static str, &'static str),
    can_be_asked: bool,
}

const VENDORS: [Vendor; 3] = [
    Vendor {
        name: "aliyun",
        start: || Fake::start(Aliyun, 0).unwrap(),
        refusal: ("isv.BLACK_KEY_CONTROL_LIMIT", "opted_out"),
        can_be_asked: true,
    },
    Vendor {
        name: "tencent",
        start: || Fake::start(Tencent, 0).unwrap(),
        refusal: ("FailedOperation.ContainSensitiveWord", "intercepted"),
        can_be_asked: true,
    },
    Vendor {
        name: "huawei",
        start: || Fake::start(Huawei::default(), 0).unwrap(),
        refusal: ("E200028", "template"),
        can_be_asked: false,
    },
];

fn now_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis().try_into().unwrap()
}

#[test]
fn a_message_arrives_as_it_was_given() {
    for vendor in &VENDORS {
        let (name, fake) = (vendor.name, (vendor.start)());
        let gateway = Gateway::start(name, &fake.url(), &[]).unwrap();
        fake.parts(2);
        let before = now_ms();
        let outcome = gateway.submit("01J8Z3K4M5N6P7Q8R9S0T1V2W3_1", PHONE).unwrap();
        assert!(fake.refused().is_empty(), "{name}: {:?}", fake.refused());
        let kept = fake.kept();
        let [Kept { id, reference, phone, signature, template, params, .. }] = &kept[..] else { panic!("{kept:?}") };
        // One of them does not say how many parts it makes.
        let parts = if name == "aliyun" { Value::Null } else { json!(2) };
        assert_eq!((&outcome["outcome"], &outcome["id"], &outcome["parts"]), (&json!("submitted"), &json!(id), &parts));
        assert_eq!((reference.as_str(), phone.as_str()), ("01J8Z3K4M5N6P7Q8R9S0T1V2W3_1", PHONE));
        assert_eq!((signature.as_str(), template.as_str()), ("成都市第二人民医院", "SMS_154950909"));
        let values: Vec<_> = params.iter().map(|(_, value)| value.as_str()).collect();
        assert_eq!(values, ["123456", "心内科 & 儿科"]);

        let ask = || gateway.query(reference, Some(id), PHONE, before).unwrap();
        if !vendor.can_be_asked {
            assert_eq!(ask()["outcome"], "unavailable");
            continue;
        }
        let undecided = ask()["receipts"].as_array().unwrap().clone();
        assert!(undecided.iter().all(|receipt| receipt["fate"] == "pending"), "{name}: {undecided:?}");
        fake.decide(&kept[0], "DELIVRD");
        let receipt = &ask()["receipts"][0];
        assert_eq!((&receipt["id"], &receipt["fate"]), (&json!(id), &json!("delivered")), "{name}");
        assert!((before - 1_000..=now_ms()).contains(&receipt["at_ms"].as_i64().unwrap()), "{name}: {receipt}");
        fake.decide(&kept[0], "MK:0001");
        let receipt = &ask()["receipts"][0];
        assert_eq!((&receipt["fate"], &receipt["code"]), (&json!("failed"), &json!("MK:0001")), "{name}");
        assert_eq!(receipt["reason"], "bad_number", "{name}");
        let other = gateway.query("other", Some("1"), PHONE, before).unwrap();
        if name == "aliyun" {
            assert_eq!(other, json!({"receipts": []}));
        } else {
            assert_eq!(other["receipts"][0]["fate"], "pending", "this one lists what was reported only");
            assert_eq!(gateway.query("other", None, "+8613711113333", before).unwrap()["outcome"], "unavailable");
        }
    }
}

/// What a failure comes to, and whether the vendor has the message all the same.
const FAILURES: [(Mode, &str, bool); 15] = [
    (Mode::Slow(Duration::from_millis(TIMEOUT_MS / 4)), "submitted", true),
    (Mode::WrongType, "submitted", true),
    (Mode::LoseAnswer, "lost", true),
    (Mode::Slow(Duration::from_millis(TIMEOUT_MS * 4)), "lost", true),
    (Mode::Silence, "lost", false),
    (Mode::BadJson, "lost", true),
    (Mode::Cut, "lost", true),
    (Mode::Huge, "lost", true),
    (Mode::Deep, "lost", true),
    (Mode::Page(500), "lost", false),
    (Mode::Page(502), "lost", false),
    (Mode::Page(503), "unavailable", false),
    (Mode::Page(404), "unavailable", false),
    (Mode::RetryAfter(429, 3), "busy", false),
    (Mode::Throttle, "busy", false),
];

#[test]
fn a_failure_says_whether_it_may_have_been_sent() {
    for vendor in &VENDORS {
        let (name, fake) = (vendor.name, (vendor.start)());
        let gateway = Gateway::start(name, &fake.url(), &[]).unwrap();
        for (i, (mode, outcome, taken)) in FAILURES.into_iter().enumerate() {
            let (before, case) = (fake.kept().len(), format!("{name}: {mode:?}"));
            fake.next([mode]);
            let answer = gateway.submit(&format!("r_{i}"), PHONE).unwrap();
            assert_eq!(answer["outcome"], outcome, "{case}: {answer}");
            assert_eq!(fake.kept().len() - before, usize::from(taken), "{case}");
        }
        fake.next([Mode::RetryAfter(503, 3)]);
        let busy = json!({"outcome": "busy", "retry_after_ms": 3_000});
        assert_eq!(gateway.submit("r_busy", PHONE).unwrap(), busy, "{name}");
        let (code, reason) = vendor.refusal;
        fake.next([Mode::Reject(code), Mode::Reject("Never.Seen")]);
        let refused = gateway.submit("r_refused", PHONE).unwrap();
        let said = (&refused["outcome"], &refused["reason"], &refused["code"]);
        assert_eq!(said, (&json!("rejected"), &json!(reason), &json!(code)), "{name}");
        assert_eq!(gateway.submit("r_unknown", PHONE).unwrap()["reason"], "other", "{name}");
        assert_eq!(gateway.submit("r_fine", PHONE).unwrap()["outcome"], "submitted", "{name}: well again");
        assert!(fake.refused().is_empty(), "{name}: {:?}", fake.refused());
        let references: Vec<_> = fake.kept().into_iter().map(|kept| kept.reference).collect();
        let mut once = references.clone();
        once.dedup();
        assert_eq!(references, once, "{name}: nothing is sent twice");
    }
}

#[test]
fn who_is_not_there_was_not_reached() {
    for vendor in &VENDORS {
        let (name, fake) = (vendor.name, (vendor.start)());
        let gone = (vendor.start)().url();
        let tls = fake.url().replace("http:", "https:");
        for outside in ["http://nobody.invalid", &tls, &gone] {
            let gateway = Gateway::start(name, outside, &[]).unwrap();
            let answer = gateway.submit("r", PHONE).unwrap();
            assert_eq!(answer["outcome"], "unavailable", "{name} at {outside}: {answer}");
        }
        assert!(fake.kept().is_empty());
    }
}

#[test]
fn wrong_credentials_and_missing_ones() {
    let secrets = ["sms_aliyun_secret", "sms_tencent_secret_key", "sms_huawei_app_secret"];
    for (vendor, secret) in VENDORS.iter().zip(secrets) {
        let (name, fake) = (vendor.name, (vendor.start)());
        let gateway = Gateway::start(name, &fake.url(), &[(secret, "another")]).unwrap();
        let answer = gateway.submit("r", PHONE).unwrap();
        assert_eq!((&answer["outcome"], &answer["reason"]), (&json!("rejected"), &json!("account")), "{name}");
        assert_eq!((fake.refused().len(), fake.kept().len()), (1, 0), "{name}");
        let gateway = Gateway::start(name, &fake.url(), &[(secret, "")]).unwrap();
        let missing = json!({"outcome": "invalid", "detail": format!("variable {secret} is not set")});
        assert_eq!(gateway.submit("r", PHONE).unwrap(), missing);
    }
    let fake = Fake::start(Huawei::default(), 0).unwrap();
    let gateway = Gateway::start("huawei", &fake.url(), &[("sms_huawei_auth", "wsse")]).unwrap();
    assert_eq!(gateway.submit("r", PHONE).unwrap()["outcome"], "submitted", "{:?}", fake.refused());
}

#[test]
fn nothing_of_a_message_is_logged() {
    for vendor in &VENDORS {
        let fake = (vendor.start)();
        let gateway = Gateway::start(vendor.name, &fake.url(), &[]).unwrap();
        fake.next([Mode::Fine, Mode::BadJson, Mode::Reject("Never.Seen"), Mode::Page(502)]);
        for i in 0..4 {
            gateway.submit(&format!("r_{i}"), PHONE).unwrap();
        }
        let log = gateway.host.log();
        for word in ["13711112222", "123456", "心内科", tests::vendors::SECRET] {
            assert!(!log.contains(word), "{}: {word} in\n{log}", vendor.name);
        }
    }
}
