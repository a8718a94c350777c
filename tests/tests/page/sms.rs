//! What the tests of the page `/sms` share: an application with a system for each test, so that none sees another's
//! messages, and an administrator.

use std::sync::Arc;

use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use sm3::{Digest, Sm3};
use tests::{
    browser::{Look, Page},
    host::Host,
    shared::Shared,
    token,
};

use crate::{DESK, PHONE, STICKING_OUT};

/// The hospital systems of the tests; the key of each is `yz_<name>`.
const SYSTEMS: [&str; 13] = [
    "send",
    "fail",
    "retry",
    "filter",
    "pages",
    "alarm",
    "cancel",
    "replay",
    "perhaps",
    "reveal",
    "templates",
    "stats",
    "access",
];

/// The one application of these tests.
pub fn host() -> Arc<Host> {
    static SHARED: Shared<Host> = Shared::new();
    let start = || {
        let hashes = SYSTEMS.map(|name| format!("{name}:{}", hex::encode(Sm3::digest(format!("yz_{name}"))))).join(",");
        let keys = [("sms-send", 9), ("register", 7)];
        let public = keys.map(|(kid, seed)| token::public(kid, &SigningKey::from_bytes(&[seed; 32]))).join(",");
        // Whatever the clock says while tests run; receipts soon, so that the page sees a message under way.
        Host::with(&[
            ("api_key_hashes", &hashes),
            ("token_public_keys", &public),
            ("sms_quiet_hours", ""),
            ("sms_gateways", r#"[{"name":"sandbox","price_per_part":0.045}]"#),
            ("sms_sandbox", r#"{"receipt_delay_ms":300}"#),
        ])
    };
    SHARED.get(start).unwrap()
}

/// The credential of a system.
pub fn system(name: &str) -> String {
    assert!(SYSTEMS.contains(&name), "{name} is no system of these tests");
    format!("yz_{name}")
}

/// An administrator's token.
pub fn admin() -> String {
    let now = token::now_s();
    let claims = json!({"iss": "register", "sub": "usr_admin", "role": "admin", "iat": now, "exp": now + 3600});
    let bearer = token::bearer(&SigningKey::from_bytes(&[7; 32]), "register", "JWT", &claims);
    bearer.trim_start_matches("Bearer ").to_owned()
}

/// Opens a part of the page with a credential; whatever is done there, nothing may be complained about nor stick out.
pub fn at(part: &str, key: &str, look: Look, behave: impl Fn(&Page)) {
    let host = host();
    let page = Page::open(&host.url(&format!("/sms#key={key}")), look).unwrap();
    page.wait("document.querySelector('.tabs [aria-current]')").unwrap();
    go(&page, part);
    behave(&page);
    assert_eq!(page.eval(STICKING_OUT).unwrap(), json!([]), "sticks out at {}", look.width);
    assert_eq!(page.complaints(), Vec::<String>::new());
}

pub fn at_both_widths(part: &str, key: &str, behave: impl Fn(&Page)) {
    for width in [PHONE, DESK] {
        at(part, key, Look { width, ..Look::default() }, &behave);
    }
}

/// Goes to another part as a link does.
pub fn go(page: &Page, part: &str) {
    page.click(&format!(".tabs a[href='#{part}']")).unwrap();
    page.wait(&format!("document.querySelector('#panel-{part}:not([hidden]):not([aria-busy=true])')")).unwrap();
}

/// Calls the interface itself, from inside the page: `[status, body]`.
pub fn ask(page: &Page, method: &str, path: &str, key: &str, body: &Value) -> (u64, Value) {
    let body = if body.is_null() { "undefined".to_owned() } else { format!("JSON.stringify({body})") };
    let call = format!(
        "fetch('/v1/sms-send/{path}', {{ method: {method:?}, body: {body}, headers: {{ authorization: 'Bearer {key}',
            'content-type': 'application/json', 'idempotency-key': `test-${{Math.random()}}-${{Date.now()}}` }} }})
            .then(async (answer) => [answer.status, await answer.json()])"
    );
    let answer = page.eval(&call).unwrap();
    (answer[0].as_u64().unwrap(), answer[1].clone())
}

/// Sends a message by the interface and gives its id.
pub fn send(page: &Page, key: &str, body: &Value) -> String {
    let (status, answer) = ask(page, "POST", "messages", key, body);
    assert_eq!(status, 202, "{answer}");
    answer["message_ids"][0].as_str().unwrap().to_owned()
}

/// A notice to a number.
pub fn notice(to: &str, client_ref: &str) -> Value {
    json!({"to": to, "text": "请按时就诊", "class": "notice", "client_ref": client_ref})
}

/// Types into a field, in the place of what is in it.
pub fn fill(page: &Page, selector: &str, text: &str) {
    page.click(selector).unwrap();
    page.eval(&format!("document.querySelector({selector:?}).select?.() ?? true")).unwrap();
    page.enter(text).unwrap();
}

/// Chooses in a list.
pub fn choose(page: &Page, selector: &str, value: &str) {
    let script = format!(
        "(() => {{
            const list = document.querySelector({selector:?});
            list.value = {value:?};
            list.dispatchEvent(new Event('input', {{ bubbles: true }}));
            list.dispatchEvent(new Event('change', {{ bubbles: true }}));
            return list.value;
        }})()"
    );
    assert_eq!(page.eval(&script).unwrap(), value, "{selector} has no such choice");
}

/// Opens a message by its address and waits until it is seen in this state.
pub fn open(page: &Page, id: &str, state: &str) {
    page.eval(&format!("location.hash = {id:?}")).unwrap();
    reaches(page, state);
}

/// Waits until the message that is shown is in this state.
pub fn reaches(page: &Page, state: &str) {
    page.wait(&format!("document.querySelector('#life[open] #life-state[data-state={state}]')")).unwrap();
}

/// The states of the life that is shown.
pub fn steps(page: &Page) -> Value {
    page.eval("[...document.querySelectorAll('.timeline > li')].map((step) => step.dataset.state)").unwrap()
}

/// Waits for the problem shown in a place and gives its words.
pub fn problem(page: &Page, place: &str) -> String {
    page.wait(&format!("document.querySelector('{place} .problem') !== null")).unwrap();
    page.text(&format!("{place} .problem")).unwrap()
}
