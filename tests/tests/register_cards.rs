//! `register` with the card reader as it is: photographs of cards through the whole application, a person at the end.

use serde_json::{Value, json};
use tests::host::Host;
use tests::register::bearer;
use tests::samples;
use tests::sms;

/// As a phone and a browser speak to the application.
struct Phone {
    host: Host,
    agent: ureq::Agent,
}

impl Phone {
    fn ask(&self, method: &str, path: &str, credential: &str, kind: &str, body: &[u8]) -> (u16, Value) {
        let request = ureq::http::Request::builder().method(method).uri(self.host.url(path));
        let request = request.header("authorization", credential).header("content-type", kind);
        let request = request.header("idempotency-key", format!("key {path}").replace(['/', ' ', '?'], "."));
        let mut answer = self.agent.run(request.body(body.to_vec()).unwrap()).unwrap();
        let body = answer.body_mut().read_to_vec().unwrap();
        (answer.status().as_u16(), serde_json::from_slice(&body).unwrap_or(Value::Null))
    }

    fn json(&self, method: &str, path: &str, credential: &str, body: &Value) -> (u16, Value) {
        self.ask(method, path, credential, "application/json", body.to_string().as_bytes())
    }
}

#[test]
fn a_photographed_card_becomes_a_record_that_a_person_looked_at() {
    let agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let phone = Phone { host: Host::start().unwrap(), agent };
    let (status, sent) = phone.json("POST", "/v1/register/otp", "", &json!({"phone": "13711112222"}));
    assert_eq!(status, 202, "{sent}");
    let list = format!("/v1/sms-send/messages?client_ref={}", sent["otp_id"].as_str().unwrap());
    let (_, found) = phone.ask("GET", &list, &sms::admin(), "", b"");
    let message = format!("/v1/sms-send/messages/{}?reveal=true", found["items"][0]["message_id"].as_str().unwrap());
    let (_, message) = phone.ask("GET", &message, &sms::admin(), "", b"");
    let code: String = message["text"].as_str().unwrap().chars().filter(char::is_ascii_digit).take(6).collect();
    let proof = json!({"phone": "13711112222", "otp_id": sent["otp_id"], "code": code});
    let (status, session) = phone.json("POST", "/v1/register/sessions", "", &proof);
    assert_eq!(status, 201, "{session}");
    let who = bearer(&session);

    let (front, back) = (samples::first("front"), samples::first("back"));
    let (_, case) = phone.json("POST", "/v1/register/identity", &who, &json!({}));
    let case = format!("/v1/register/identity/{}", case["case_id"].as_str().unwrap());
    let (status, wrong) =
        phone.ask("POST", &format!("{case}/id_card_front"), &who, "image/jpeg", &samples::file(&back));
    assert_eq!((status, &wrong["code"]), (422, &json!("wrong_side")));
    let (status, read) =
        phone.ask("POST", &format!("{case}/id_card_front"), &who, "image/jpeg", &samples::file(&front));
    assert_eq!((status, &read["next"]), (200, &json!("id_card_back")), "{read}");
    for (field, value) in samples::fields(&front) {
        assert_eq!(read["read"]["fields"][field], value, "{field}");
    }
    let (status, read) = phone.ask("POST", &format!("{case}/id_card_back"), &who, "image/jpeg", &samples::file(&back));
    assert_eq!((status, &read["next"]), (200, &json!("confirm")), "{read}");
    let (status, confirmed) = phone.json("POST", &format!("{case}/confirm"), &who, &json!({}));
    assert_eq!((status, &confirmed["next"]), (200, &json!("liveness")), "{confirmed}");
    let (status, waiting) = phone.json("POST", &format!("{case}/document"), &who, &json!({}));
    assert_eq!((status, &waiting["state"]), (200, &json!("review")), "{waiting}");

    let review = format!("/v1/register/reviews/{}", case.rsplit('/').next().unwrap());
    let (status, _) = phone.ask("GET", &format!("{review}/card_front"), &sms::admin(), "", b"");
    assert_eq!(status, 200);
    let (status, done) = phone.json("POST", &review, &sms::admin(), &json!({"verdict": "approved"}));
    assert_eq!((status, &done["patient"]["level"]), (200, &json!("manual")), "{done}");
    let key = format!("Bearer {}", phone.host.key);
    let path = format!("/v1/register/patients/{}", done["patient"]["patient_id"].as_str().unwrap());
    let (status, patient) = phone.ask("GET", &path, &key, "", b"");
    let [name, number] = ["name", "idnum"].map(|field| front[field].clone());
    assert_eq!((status, &patient["name"], &patient["id_number"]), (200, &name, &number));
    assert!(!phone.host.log().contains(number.as_str().unwrap()));
}
