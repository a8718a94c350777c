//! The stand-in of the certification authority believes the golden request and nothing that differs from it, and what it signs,
//! stamps and revokes stands before strict verification.

use base64::{Engine, engine::general_purpose::STANDARD};
use pki::crl::Crl;
use pki::evidence::{self, Evidence, Lists, Stamped, Trust};
use pki::sm2::DEFAULT_ID;
use pki::{Certificate, timestamp};
use serde_json::{Map, Value, json};
use sm3::{Digest, Sm3};
use std::time::{SystemTime, UNIX_EPOCH};
use tests::host::root;
use tests::vendors::Reply;
use tests::vendors::bjca::{APP_ID, Bjca, Deed, Plan, Progress, SECRET};

const CONTENT: &str = "处方原文";

fn post(ca: &Bjca, path: &str, body: &Value) -> Option<Value> {
    let agent: ureq::Agent = ureq::Agent::config_builder().http_status_as_error(false).build().into();
    let sent = agent.post(format!("{}{path}", ca.url())).content_type("application/json").send(body.to_string());
    serde_json::from_str(&sent.ok()?.body_mut().read_to_string().unwrap()).ok()
}

fn golden() -> Map<String, Value> {
    let golden = std::fs::read(root().join("components/ca-bjca/tests/golden.json")).unwrap();
    let golden: Value = serde_json::from_slice(&golden).unwrap();
    let mut fields = golden["params"].as_object().unwrap().clone();
    fields.insert("signature".to_owned(), golden["signature"].clone());
    fields
}

/// A request as the service wants it.
fn coss(ca: &Bjca, call: &str, fields: Value) -> Option<Value> {
    use hmac::{Hmac, KeyInit, Mac};
    let mut all = fields.as_object().unwrap().clone();
    all.extend([("version", "1.0"), ("appId", APP_ID), ("signAlgo", "HMAC")].map(|(k, v)| (k.to_owned(), json!(v))));
    let mut pairs: Vec<_> = all.iter().map(|(name, value)| format!("{name}={}", value.as_str().unwrap())).collect();
    pairs.sort();
    let mut mac = Hmac::<sha2::Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
    mac.update(pairs.join("&").as_bytes());
    all.insert("signature".to_owned(), STANDARD.encode(mac.finalize().into_bytes()).into());
    post(ca, &format!("/coss/service/v1/{call}"), &Value::Object(all))
}

fn enrolled(ca: &Bjca) -> String {
    let person =
        json!({"userName": "张三", "idNumber": "11010519491231002X", "mobile": "+86137", "employeeNum": "D-017"});
    let answer = coss(ca, "addUser", person).unwrap();
    answer["data"]["userId"].as_str().unwrap().to_owned()
}

fn submit(ca: &Bjca, user: &str, reference: &str) -> Option<Value> {
    let job = json!({"userId": user, "title": "处方签名", "dataType": "DATA", "algo": "SM3withSM2", "description": "Rx",
        "expiryDate": "10", "data": STANDARD.encode(CONTENT), "requireQrCode": "Y", "bizNo": reference});
    coss(ca, "addSignJob", job)
}

fn result(ca: &Bjca, job: &str) -> Value {
    coss(ca, "getSignResult", json!({ "signDataId": job })).unwrap()["data"].clone()
}

#[test]
fn the_golden_request_is_believed_and_no_other() {
    let ca = Bjca::start().unwrap();
    let refused = |fields: &Map<String, Value>| {
        post(&ca, "/coss/service/v1/addSignJob", &Value::Object(fields.clone())).unwrap()["message"].clone()
    };
    assert_eq!(refused(&golden()), "userId", "believed, but nobody of this id is there");
    for name in golden().keys() {
        let mut changed = golden();
        changed[name] = json!("changed");
        let why = refused(&changed);
        assert!(why == "signature" || why == json!(name), "{name}: {why}");
        changed.remove(name);
        let why = refused(&changed);
        assert!(why == "signature" || why == json!(name), "{name}: {why}");
    }
    assert_eq!(ca.refused().len(), 1 + 2 * golden().len());
}

fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()).unwrap()
}

/// The code of the first failure of evidence that was fetched from it, or `ok`.
fn verdict(ca: &Bjca, signed: &[u8], content: &[u8]) -> String {
    let get = |path: &str| {
        let mut answer = ureq::get(format!("{}{path}", ca.url())).call().unwrap();
        answer.body_mut().read_to_vec().unwrap()
    };
    let variables: std::collections::HashMap<_, _> = ca.variables("coss").into_iter().collect();
    let end = "-----END CERTIFICATE-----\n";
    let pems = variables["ca_bjca_certificates"].split_inclusive(end);
    let above: Vec<_> = pems.map(|pem| Certificate::from_pem(pem).unwrap()).collect();
    let query = timestamp::request(&Sm3::digest(signed).into(), &[7]);
    let stamp = ureq::post(&variables["ca_bjca_tsa_url"]).content_type("application/timestamp-query").send(&query[..]);
    let stamp = stamp.unwrap().body_mut().read_to_vec().unwrap();
    let list = |path| Crl::from_der(&get(path)).unwrap();
    let lists = [
        Lists { complete: list("/crl/root.crl"), delta: None, at: now() },
        Lists { complete: list("/crl/authority.crl"), delta: Some(list("/crl/authority-delta.crl")), at: now() },
    ];
    let signer = ca.users()[0].certificate.clone();
    let trust = Trust {
        roots: &above[..1],
        timestamp_roots: &above[..1],
        between: &above[1..],
        lists: &lists,
        lists_after: false,
        signer: signer.as_ref(),
        timestamp_required: true,
        user_id: DEFAULT_ID,
        now: now(),
    };
    let evidence = Evidence { content, signed_data: signed, timestamp: Some(&stamp), stamped: Stamped::SignedData };
    let verdict = evidence::verify(&evidence, &trust);
    verdict.report.failure().map_or("ok", |line| line.code).to_owned()
}

#[test]
fn what_is_signed_holds_unless_it_was_told_otherwise() {
    let ca = Bjca::start().unwrap();
    let user = enrolled(&ca);
    let deeds = [
        (Deed::Sign, "ok"),
        (Deed::SignAsAnother, "signer_not_expected"),
        (Deed::SignOther, "content_differs"),
        (Deed::Tamper, "signature_wrong"),
    ];
    ca.plan(deeds.iter().map(|(deed, _)| Plan { deed: Some(deed.clone()), ..Plan::default() }));
    for (n, (deed, expected)) in deeds.iter().enumerate() {
        let job = submit(&ca, &user, &format!("r{n}")).unwrap()["data"]["signDataId"].clone();
        let signed = STANDARD.decode(result(&ca, job.as_str().unwrap())["signResult"].as_str().unwrap()).unwrap();
        assert_eq!(verdict(&ca, &signed, CONTENT.as_bytes()), *expected, "{deed:?}");
    }
    assert_eq!(coss(&ca, "revokeCert", json!({ "userId": user })).unwrap()["status"], 200);
    let Progress::Signed(signed) = &ca.jobs()[0].progress else { panic!("not signed") };
    assert_eq!(verdict(&ca, signed, CONTENT.as_bytes()), "certificate_revoked");
}

#[test]
fn a_job_is_decided_once() {
    let ca = Bjca::start().unwrap();
    let user = enrolled(&ca);
    for (deed, state) in [(Deed::Refuse("剂量"), "REFUSE"), (Deed::Expire, "EXPIRE"), (Deed::Void, "VOID")] {
        let job = submit(&ca, &user, state).unwrap()["data"]["signDataId"].as_str().unwrap().to_owned();
        assert_eq!(result(&ca, &job)["jobStatus"], "WAIT");
        ca.decide(&job, deed);
        ca.decide(&job, Deed::Sign);
        assert_eq!(result(&ca, &job)["jobStatus"], state);
    }
    let late = submit(&ca, &user, "late").unwrap()["data"]["signDataId"].as_str().unwrap().to_owned();
    ca.pass(10 * 60_000 + 1);
    ca.decide(&late, Deed::Sign);
    assert_eq!(result(&ca, &late)["jobStatus"], "EXPIRE");
}

#[test]
fn an_answer_is_lost_but_not_its_job() {
    let ca = Bjca::start().unwrap();
    let user = enrolled(&ca);
    ca.plan([Plan { lose_answer: true, deed: Some(Deed::Sign) }]);
    assert_eq!(submit(&ca, &user, "r1"), None);
    let found = coss(&ca, "getSignResult", json!({"bizNo": "r1"})).unwrap();
    assert_eq!(found["data"]["jobStatus"], "FINISH");
    let again = submit(&ca, &user, "r1").unwrap();
    assert_eq!((again["data"]["signDataId"].clone(), ca.jobs().len()), (found["data"]["signDataId"].clone(), 1));
    assert_eq!(coss(&ca, "getSignResult", json!({"bizNo": "r2"})).unwrap()["data"], Value::Null);
    ca.next([Reply::Answer(502, "text/html", b"<html>".to_vec())]);
    assert_eq!(submit(&ca, &user, "r3"), None);
    assert_eq!(ca.jobs().len(), 1, "what a proxy answers was not taken");
}

#[test]
fn approval_beforehand_is_good_for_so_many() {
    let ca = Bjca::start().unwrap();
    let user = enrolled(&ca);
    let asked = coss(&ca, "startAutoSign", json!({"userId": user, "expiryDate": "60", "signCount": "1"})).unwrap();
    let id = asked["data"]["autoSignId"].as_str().unwrap().to_owned();
    let sign = |reference: &str| {
        let job = json!({"userId": user, "title": "t", "dataType": "DATA", "algo": "SM3withSM2", "description": "d",
            "expiryDate": "10", "data": STANDARD.encode(CONTENT), "requireQrCode": "N", "bizNo": reference, "autoSignId": id});
        coss(&ca, "addSignJob", job).unwrap()
    };
    assert_eq!((sign("r1")["status"].clone(), result(&ca, &id)["jobStatus"].clone()), (json!(403), json!("WAIT")));
    ca.approve(&id);
    assert_eq!(result(&ca, &id)["jobStatus"], "FINISH");
    let job = sign("r1")["data"]["signDataId"].as_str().unwrap().to_owned();
    assert_eq!(result(&ca, &job)["jobStatus"], "FINISH");
    assert_eq!(sign("r2")["status"], 403);
    let stopped = coss(&ca, "stopAutoSign", json!({ "signDataId": id })).unwrap();
    assert_eq!((stopped["status"].clone(), result(&ca, &id)["jobStatus"].clone()), (json!(200), json!("VOID")));
}

#[test]
fn a_doctor_is_known_and_called_back_for() {
    let ca = Bjca::start().unwrap();
    let ywx = |path: &str, body: Value| {
        let head = json!({"clientId": APP_ID, "clientSecret": SECRET});
        post(&ca, path, &json!({"head": head, "body": body})).unwrap()
    };
    ca.hold_persons(true);
    let doctor = json!({"doctorName": "张三", "uid": "11010519491231002X", "uidCardType": "SF", "phone": "+86137",
        "employeeNumber": "D-017"});
    let held = ywx("/gateway/doctor/synDoctorSearch", doctor.clone());
    let id = held["data"]["openId"].as_str().unwrap().to_owned();
    let job = json!({"openId": id, "urId": "r1", "subject": "处方签名", "originData": STANDARD.encode(CONTENT),
        "hashAlg": "SM3", "expireMinutes": "10"});
    let send = || ywx("/gateway/recipe/synRecipeInfo", job.clone());
    assert_eq!((held["data"]["cert"].clone(), send()["message"].clone()), (Value::Null, json!("openId")));
    ca.activate(&id);
    assert!(ywx("/gateway/doctor/synDoctorSearch", json!({ "openId": id }))["data"]["cert"].is_string());
    let job = send()["data"]["uniqueId"].as_str().unwrap().to_owned();
    ca.decide(&job, Deed::Sign);
    let heard = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let theirs = std::sync::Arc::clone(&heard);
    let hospital = tests::vendors::Server::start(0, move |request| {
        theirs.lock().unwrap().push(serde_json::from_slice::<Value>(&request.body).unwrap());
        Reply::Answer(200, "application/json", b"{}".to_vec())
    });
    let hospital = hospital.unwrap();
    let answers = ca.call_back(&format!("http://{}/", hospital.address), &job, 2);
    assert_eq!(answers, [(200, "{}".to_owned()), (200, "{}".to_owned())]);
    let heard = heard.lock().unwrap();
    assert_eq!((heard.len(), &heard[0], &heard[0]["status"]), (2, &heard[1], &json!(2)));
    let signed = STANDARD.decode(heard[0]["signed_data"].as_str().unwrap()).unwrap();
    assert_eq!(verdict(&ca, &signed, CONTENT.as_bytes()), "ok");
    let wrong = post(&ca, "/gateway/recipe/synRecipeInfo", &json!({"head": {}, "body": {}})).unwrap();
    assert_eq!(wrong["message"], "head");
}
