//! Other functions and systems, as far as `register` sees them.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use common::call::Call;
use common::form;
use http::Method;
use outbound::{Answer, Broken};
use register::outside::{Outside, Service, Unresolved};
use serde_json::{Value, json};
use sm3::{Digest, Sm3};
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;

/// Plays them all.
#[derive(Default)]
pub struct Others {
    /// Messages that were sent.
    pub messages: RefCell<Vec<Value>>,
    /// Idempotency keys they came with.
    pub keys: RefCell<Vec<String>>,
    /// What is answered next, instead of what would be.
    pub next: RefCell<VecDeque<Result<(u16, Value), Broken>>>,
    /// Reports that were told: body and signature.
    pub reports: RefCell<Vec<(Value, String)>>,
    /// What reports are answered with; 200 when 0.
    pub status: Cell<u16>,
    /// Calls of functions.
    pub calls: Cell<usize>,
}

impl Others {
    /// The code in the last message.
    pub fn code(&self) -> String {
        let message = self.messages.borrow().last().unwrap().clone();
        let text = message["text"].as_str().unwrap().to_owned();
        text.chars().filter(char::is_ascii_digit).take(6).collect()
    }
}

fn answer(status: u16, body: &Value) -> Answer {
    http::Response::builder().status(status).body(body.to_string().into_bytes()).unwrap()
}

fn problem(code: &str, detail: &str) -> Value {
    json!({"code": code, "detail": detail})
}

impl Outside for Others {
    async fn post(
        &self,
        service: Service,
        path: &str,
        media_type: &str,
        headers: &[(&str, &str)],
        body: Vec<u8>,
    ) -> Result<Answer, Broken> {
        self.calls.set(self.calls.get() + 1);
        if let Some(next) = self.next.borrow_mut().pop_front() {
            return next.map(|(status, body)| answer(status, &body));
        }
        match (service, path) {
            (Service::Sms, "/messages") => {
                let key = headers.iter().find(|(name, _)| *name == "idempotency-key").unwrap().1;
                self.keys.borrow_mut().push(key.to_owned());
                self.messages.borrow_mut().push(serde_json::from_slice(&body).unwrap());
                Ok(answer(202, &json!({})))
            }
            (Service::Ocr, path) => Ok(read(path, &String::from_utf8(body).unwrap())),
            (Service::Face, "/liveness/challenges") => {
                let key = headers.iter().find(|(name, _)| *name == "idempotency-key").unwrap().1;
                self.keys.borrow_mut().push(key.to_owned());
                Ok(answer(
                    201,
                    &json!({"challenge_id": format!("chl_{key}"), "actions": ["blink"], "nonce": "n",
                        "expires_at": "2027-01-15T08:00:30.000Z", "longest_ms": 10_000, "frames": [8, 40]}),
                ))
            }
            (Service::Face, "/compare") => {
                let pair: Value = serde_json::from_slice(&body).unwrap();
                let told =
                    |name: &str| String::from_utf8(BASE64.decode(pair[name].as_str().unwrap()).unwrap()).unwrap();
                Ok(compare(&told("image_a"), &told("image_b")))
            }
            (Service::Face, _) => Ok(frames(media_type, body)),
            (service, path) => panic!("{service:?} {path}"),
        }
    }

    async fn report(&self, _: &str, headers: [(&'static str, String); 3], body: &[u8]) -> Result<u16, String> {
        self.reports.borrow_mut().push((serde_json::from_slice(body).unwrap(), headers[2].1.clone()));
        Ok(if self.status.get() == 0 { 200 } else { self.status.get() })
    }

    fn network(&self) -> String {
        "net".to_owned()
    }

    async fn resolve(&self, code: &str) -> Result<String, Unresolved> {
        match code.split_once('-') {
            Some(("good", who)) => Ok(who.to_owned()),
            Some(("busy", _)) => Err(Unresolved::Busy(1_500)),
            _ => Err(Unresolved::Invalid("no such code".to_owned())),
        }
    }
}

/// `front NAME NUMBER FACE [alarm]` or `back UNTIL [alarm]`; anything else is refused by that name.
fn read(path: &str, told: &str) -> Answer {
    let words: Vec<&str> = told.split(' ').collect();
    let (fields, portrait) = match words.as_slice() {
        ["front", name, number, face, ..] if path.contains("side=front") => {
            (json!({"name": name, "id_number": number, "ethnicity": "汉", "address": "某市某路1号"}), Some(*face))
        }
        ["back", until, ..] if path.contains("side=back") => {
            (json!({"issuing_authority": "某市公安局", "valid_from": "2020-01-01", "valid_until": until}), None)
        }
        _ => return answer(422, &problem(told, "take another one")),
    };
    let alarms: Vec<Value> =
        words.iter().skip(if portrait.is_some() { 4 } else { 2 }).map(|name| json!({"name": name})).collect();
    let crops = json!({"card": BASE64.encode(told), "portrait": portrait.map(|face| BASE64.encode(face))});
    let sure = json!({"name": 0.99, "id_number": if told.contains("unsure") { 0.5 } else { 0.99 }});
    let alarms: Vec<Value> = alarms.into_iter().filter(|alarm| alarm["name"] != "unsure").collect();
    answer(
        200,
        &json!({"side": "front", "fields": fields, "confidence": sure, "findings": {}, "warnings": alarms, "crops": crops}),
    )
}

/// Frames of `still` are not live; the second frame is the best.
fn frames(media_type: &str, body: Vec<u8>) -> Answer {
    let headers = [("content-type", media_type)];
    let call = Call::test(Method::POST, "/", &headers.map(|(name, value)| (name, value)));
    let parts = form::parts(&call, body, 1 << 20).unwrap();
    let frames: Vec<_> = parts.iter().filter(|(name, _)| name == "frame").collect();
    if frames[0].1 == b"used" {
        return answer(409, &problem("challenge_used", "make a new one"));
    }
    let live = !frames[0].1.starts_with(b"still");
    let best = format!("sm3:{}", hex::encode(Sm3::digest(&frames[1].1)));
    answer(
        200,
        &json!({"live": live, "reasons": if live { json!([]) } else { json!(["still"]) }, "same_person_in_all_frames": true,
            "best_frame": 1, "best_frame_digest": best, "model_version": "fake 1"}),
    )
}

fn compare(a: &str, b: &str) -> Answer {
    if a == "tiny" {
        return answer(422, &problem("too_small", "image_a: move closer"));
    }
    let same = a == b.split(' ').next().unwrap();
    answer(200, &json!({"score": if same { 87.5 } else { 45.0 }, "same_person": same, "model_version": "fake 1"}))
}
