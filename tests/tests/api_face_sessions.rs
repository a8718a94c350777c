//! `/v1/face-compare/sessions` over HTTP with a verifier that does what pictures say: the page's steps, what each side learns,
//! what is kept.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use tests::api::{Answer, Api, HIS, LIS, picture};
use tests::audit;
use tests::form::form;

const SESSIONS: &str = "/v1/face-compare/sessions";

/// A session with the portrait of this person.
fn made(api: &Api, portrait: Option<&str>) -> Value {
    let mut body = json!({"name": "张小明", "redirect_url": "https://his.example/done?case=1"});
    if let Some(who) = portrait {
        body["portrait"] = json!(BASE64.encode(picture(who)));
    }
    let answer = api.json("POST", SESSIONS, HIS, &body).unwrap();
    assert_eq!(answer.status, 201, "{}", answer.json());
    answer.json()
}

fn path(session: &Value, part: &str) -> String {
    format!("{SESSIONS}/{}/{part}", session["token"].as_str().unwrap())
}

/// A request of the page, which has no credential.
fn page(api: &Api, method: &str, session: &Value, part: &str, body: &Value) -> Answer {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    api.send(method, &path(session, part), &[("content-type", "application/json")], body.as_bytes()).unwrap()
}

fn agree(api: &Api, session: &Value) -> Answer {
    let version = page(api, "GET", session, "page", &Value::Null).json()["consent"]["version"].clone();
    page(api, "POST", session, "consent", &json!({ "version": version }))
}

/// Asks for a challenge and sends ten frames of this person.
fn film(api: &Api, session: &Value, who: &str) -> Answer {
    let challenge = page(api, "POST", session, "challenges", &Value::Null);
    if challenge.status != 201 {
        return challenge;
    }
    send(api, session, &challenge.json(), who)
}

fn send(api: &Api, session: &Value, challenge: &Value, who: &str) -> Answer {
    let frames: Vec<Vec<u8>> = (0..10).map(|i| picture(&format!("{who} {i}"))).collect();
    let times: Vec<String> = (0..10).map(|i| (i * 250).to_string()).collect();
    let (nonce, times) = (challenge["nonce"].as_str().unwrap(), times.join(","));
    let mut parts: Vec<(&str, &[u8])> = vec![("nonce", nonce.as_bytes()), ("times", times.as_bytes())];
    parts.extend(frames.iter().map(|jpeg| ("frame", &**jpeg)));
    let (kind, body) = form(&parts);
    api.send("POST", &path(session, "frames"), &[("content-type", &kind)], &body).unwrap()
}

fn report(api: &Api, session: &Value) -> Value {
    let path = format!("{SESSIONS}/{}", session["token"].as_str().unwrap());
    let answer = api.send("GET", &path, &[("authorization", HIS)], b"").unwrap();
    assert_eq!(answer.status, 200);
    answer.json()
}

#[test]
fn consent_then_frames_then_the_way_back() {
    let api = Api::start().unwrap();
    let session = made(&api, Some("ann 1"));
    let url = session["url"].as_str().unwrap();
    assert_eq!(url, api.host.url(&format!("/face#token={}", session["token"].as_str().unwrap())));
    let first = page(&api, "GET", &session, "page", &Value::Null).json();
    assert_eq!(
        (&first["state"], &first["name"], &first["redirect_url"]),
        (&json!("created"), &json!("张**"), &Value::Null)
    );
    assert_eq!(film(&api, &session, "ann").problem(), (409, "consent_missing".into()));
    assert_eq!(agree(&api, &session).json()["state"], "agreed");
    let done = film(&api, &session, "ann").json();
    assert_eq!((&done["state"], &done["redirect_url"]), (&json!("passed"), &json!("https://his.example/done?case=1")));
    assert!(!done.to_string().contains("87.5"), "the page learns no score");
    let report = report(&api, &session);
    assert_eq!((&report["state"], &report["compared"], &report["tries"]), (&json!("passed"), &json!(true), &json!(1)));
    let last = &report["last_try"];
    assert_eq!((&last["live"], &last["score"], &last["same_person"]), (&json!(true), &json!(87.5), &json!(true)));
    assert!(report["consent_at"].is_string() && report["ended_at"].is_string());
    for part in ["consent", "manual", "challenges"] {
        let body = if part == "consent" { json!({"version": "2026-11"}) } else { Value::Null };
        assert_eq!(page(&api, "POST", &session, part, &body).problem(), (409, "session_ended".into()), "{part}");
    }
}

#[test]
fn three_bad_recordings_end_it() {
    let api = Api::start().unwrap();
    let session = made(&api, Some("ann 1"));
    agree(&api, &session);
    let other = film(&api, &session, "bea").json();
    assert_eq!(
        (&other["state"], &other["reasons"], &other["tries_left"]),
        (&json!("agreed"), &json!(["other_person"]), &json!(2))
    );
    let print = film(&api, &session, "print").json();
    assert_eq!((&print["reasons"], &print["tries_left"]), (&json!(["spoof"]), &json!(1)));
    let again = film(&api, &session, "bea").json();
    assert_eq!((&again["state"], &again["tries_left"]), (&json!("failed"), &json!(0)));
    let report = report(&api, &session);
    // The third film is that of the first: it is known again.
    assert_eq!((&report["state"], &report["last_try"]["reasons"]), (&json!("failed"), &json!(["replayed"])));
}

#[test]
fn only_the_newest_challenge_is_answered() {
    let api = Api::start().unwrap();
    let session = made(&api, None);
    agree(&api, &session);
    let first = page(&api, "POST", &session, "challenges", &Value::Null).json();
    let second = page(&api, "POST", &session, "challenges", &Value::Null).json();
    assert_eq!(send(&api, &session, &first, "ann").problem(), (400, "bad_field".into()));
    assert_eq!(send(&api, &session, &second, "bea").json()["state"], "passed");
    assert_eq!(report(&api, &session)["compared"], false);
}

#[test]
fn who_declines_gets_a_person() {
    let api = Api::start().unwrap();
    let session = made(&api, Some("ann 1"));
    assert_eq!(page(&api, "POST", &session, "manual", &Value::Null).json()["state"], "manual");
    assert_eq!(report(&api, &session)["state"], "manual");
}

#[test]
fn a_session_is_its_makers_and_its_tokens() {
    let api = Api::start().unwrap();
    let session = made(&api, None);
    let token = session["token"].as_str().unwrap();
    let read = |who: &str, token: &str| {
        api.send("GET", &format!("{SESSIONS}/{token}"), &[("authorization", who)], b"").unwrap().problem()
    };
    let forbidden = (403, "forbidden".to_owned());
    assert_eq!(read(LIS, token), forbidden);
    assert_eq!(read(&api.token("usr_a", "patient", 0, 600), token), forbidden);
    let plain = api.send("GET", &format!("{SESSIONS}/{token}"), &[], b"").unwrap();
    assert_eq!(plain.problem(), (401, "no_credential".into()));
    let (id, proof) = token.split_once('.').unwrap();
    for wrong in
        [id.to_owned(), format!("{id}."), format!("{id}.{}", "0".repeat(48)), format!("fvs_1.{proof}"), "x".into()]
    {
        assert_eq!(read(HIS, &wrong), forbidden, "{wrong}");
        let page = api.send("GET", &format!("{SESSIONS}/{wrong}/page"), &[], b"").unwrap();
        assert_eq!(page.problem(), forbidden, "{wrong}");
    }
    let by_patient = api.json("POST", SESSIONS, &api.token("usr_a", "patient", 0, 600), &json!({})).unwrap();
    assert_eq!(by_patient.problem(), forbidden);
}

#[test]
fn what_cannot_work_is_refused_at_once() {
    let api = Api::start().unwrap();
    let ask = |body: Value| api.json("POST", SESSIONS, HIS, &body).unwrap().problem();
    let url = "https://his.example/";
    assert_eq!(ask(json!({})), (400, "bad_field".into()));
    assert_eq!(ask(json!({"redirect_url": "http://his.example/"})), (400, "bad_field".into()));
    let portrait = |what: &str| json!({"redirect_url": url, "portrait": BASE64.encode(picture(what))});
    assert_eq!(ask(portrait("blurred")), (422, "blurred".into()));
    assert_eq!(ask(portrait("damaged")), (400, "bad_image".into()));
    let session = made(&api, None);
    let old = page(&api, "POST", &session, "consent", &json!({"version": "2020-01"}));
    assert_eq!(old.problem(), (409, "consent_outdated".into()));
}

#[test]
fn one_key_makes_one_session() {
    let api = Api::start().unwrap();
    let ask = |url: &str| {
        let headers = [("authorization", HIS), ("idempotency-key", "key-00001"), ("content-type", "application/json")];
        api.send("POST", SESSIONS, &headers, json!({"redirect_url": url}).to_string().as_bytes()).unwrap()
    };
    let (first, again) = (ask("https://his.example/"), ask("https://his.example/"));
    assert_eq!((first.status, again.status, first.json()), (201, 201, again.json()));
    assert_eq!(ask("https://other.example/").problem(), (409, "idempotency_key_reused".into()));
}

#[test]
fn nothing_of_the_person_is_kept_in_the_open_and_every_step_is_in_the_audit_log() {
    let api = Api::start().unwrap();
    let session = made(&api, Some("ann 1"));
    agree(&api, &session);
    film(&api, &session, "ann");
    let (entries, waiting) = audit::entries(api.host.data(), "face_compare").unwrap();
    let found: Vec<_> = entries.iter().map(|[.., action, _, result]| (&**action, &**result)).collect();
    let id = session["session_id"].as_str().unwrap();
    assert!(entries.iter().all(|[.., object, _]| object == id));
    let steps: Vec<&str> = found.iter().map(|(action, _)| *action).collect();
    assert_eq!((steps, waiting), (vec!["session", "consent", "challenge", "session"], 0));
    assert_eq!(found.last(), Some(&("session", "passed")));
    let token = session["token"].as_str().unwrap().rsplit_once('.').unwrap().1;
    assert!(api.host.exposed(&["张小明", token]).is_empty());
    assert!(api.host.exposed(&[b"\xff\xd8\xffan"]).is_empty(), "a picture");
}
