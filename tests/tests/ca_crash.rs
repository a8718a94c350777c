//! `ca-sign` is killed while documents are signed and while the authority calls back: nothing that was acknowledged is lost, nothing
//! is signed twice, nothing hangs.

use serde_json::{Value, json};
use std::process::Command;
use std::thread;
use tests::api::{Answer, HIS};
use tests::audit;
use tests::practice::{CALLBACKS, Practice, last};
use tests::vendors::bjca::{Deed, Plan, STAMPS};

/// Documents that are under way when it is killed.
const TOGETHER: usize = 8;
/// How often it is killed, each time somewhat later.
const KILLS: usize = 8;

/// Does this for each at once, while the process dies; what each came to.
fn killed<T: Sync, R: Send>(practice: &Practice, later: usize, all: &[T], work: impl Fn(&T) -> R + Sync) -> Vec<R> {
    thread::scope(|scope| {
        let threads: Vec<_> = all.iter().map(|one| scope.spawn(|| work(one))).collect();
        for _ in 0..later {
            let _ = practice.api.send("GET", "/v1/ca-sign/healthz", &[], b"");
        }
        let pid = practice.api.host.pid().to_string();
        assert!(Command::new("kill").args(["-9", &pid]).status().unwrap().success());
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    })
}

/// Asks for a signature as a client does that may ask again: with one key. None where there was no answer.
fn sign(practice: &Practice, (doctor, id): &(usize, String), key: &str) -> Option<Answer> {
    let (credential, signer) = &practice.doctors[*doctor];
    let body = json!({"signer_id": signer, "mode": "qr"}).to_string();
    let key = format!("{key}-{id}");
    let headers =
        [("authorization", credential.as_str()), ("content-type", "application/json"), ("idempotency-key", &key)];
    practice.api.send("POST", &format!("/v1/ca-sign/documents/{id}/signatures"), &headers, body.as_bytes()).ok()
}

/// Every document bears one signature, and the log tells so once.
fn all_are_signed_once(practice: &Practice, documents: &[(usize, String)]) {
    let mut wrong = Vec::new();
    for (_, id) in documents {
        let document = practice.document(id);
        let signatures = document["signatures"].as_array().unwrap();
        let signed = signatures.iter().filter(|signature| signature["state"] == "signed").count();
        let open = signatures
            .iter()
            .filter(|one| ["submitting", "waiting", "received"].iter().any(|state| one["state"] == *state));
        if (document["state"].as_str(), signed, open.count()) != (Some("complete"), 1, 0) {
            wrong.push(document.to_string());
        }
        let jobs = practice.ca.jobs().into_iter().filter(|job| job.title.contains(id)).count();
        if jobs != 1 {
            wrong.push(format!("{id}: {jobs} jobs"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(practice.tick(), 200, "nothing is left to do");
    let (entries, waiting) = audit::entries(practice.api.host.data(), "ca_sign").unwrap();
    let signed = entries.iter().filter(|[.., action, _, _]| action == "document.signed").count();
    assert_eq!((signed, waiting), (documents.len(), 0), "the chain holds, and has each signature once");
}

#[test]
fn kill_minus_nine_while_signatures_are_handed_over() {
    let mut practice = Practice::start("coss");
    let (mut all, mut told) = (Vec::new(), Vec::new());
    practice.ca.plan(vec![Plan { lose_answer: false, deed: Some(Deed::Sign) }; 2 * TOGETHER * KILLS]);
    for moment in 0..KILLS {
        let documents: Vec<_> = (0..TOGETHER).map(|n| (n % 2, practice.written(n % 2))).collect();
        let answers = killed(&practice, 4 * moment, &documents, |one| sign(&practice, one, "first"));
        let answered =
            answers.into_iter().flatten().inspect(|answer| assert_eq!(answer.status, 200, "{}", answer.json()));
        told.extend(answered.map(|answer| answer.json()));
        practice.api.host.restart().unwrap();
        for one in &documents {
            let again = sign(&practice, one, "first").unwrap();
            assert_eq!(again.status, 200, "{}", again.json());
        }
        all.extend(documents);
    }
    practice.pass();
    assert_eq!(practice.tick(), 200);
    practice.pass();
    assert_eq!(practice.tick(), 200);
    let mut begun_again = 0;
    for one in &all {
        let document = practice.document(&one.1);
        if last(&document, "code") == "never_submitted" {
            begun_again += 1;
            assert_eq!(sign(&practice, one, "second").unwrap().status, 200);
        }
    }
    practice.pass();
    assert_eq!(practice.tick(), 200);
    println!("{} documents, {} answered before the kill, {begun_again} begun again", all.len(), told.len());
    all_are_signed_once(&practice, &all);
    for document in told {
        let before = last(&document, "signature_id");
        let now = practice.document(document["document_id"].as_str().unwrap());
        let kept = now["signatures"]
            .as_array()
            .unwrap()
            .iter()
            .any(|one| one["signature_id"] == json!(before) && one["state"] == "signed");
        assert!(kept, "told before the kill: {document}\nnow: {now}");
    }
    for job in practice.ca.jobs() {
        let answers = practice.ca.call_back(&practice.api.host.url(CALLBACKS), &job.id, 1);
        assert_eq!(answers[0].0, 200, "{answers:?}");
    }
    all_are_signed_once(&practice, &all);
}

#[test]
fn kill_minus_nine_while_the_authority_calls_back() {
    // This service cannot be asked: what a callback said is known from it alone.
    let mut practice = Practice::start("ywx");
    let (mut all, mut acknowledged) = (Vec::new(), Vec::new());
    for moment in 0..KILLS {
        let documents: Vec<_> = (0..TOGETHER).map(|n| (n % 2, practice.written(n % 2))).collect();
        let waiting: Vec<_> = documents
            .iter()
            .map(|one| {
                assert_eq!(sign(&practice, one, "first").unwrap().status, 200);
                let job = practice.ca.jobs().last().unwrap().id.clone();
                practice.ca.decide(&job, Deed::Sign);
                (one.1.clone(), practice.ca.callback(&job))
            })
            .collect();
        // Half of the time it can only store what came.
        practice.ca.down(if moment % 2 == 1 { &[STAMPS] } else { &[] });
        let headers = [("content-type", "application/json")];
        let answers = killed(&practice, 4 * moment, &waiting, |(id, body)| {
            let answer = practice.api.send("POST", CALLBACKS, &headers, body.as_bytes()).ok()?;
            (answer.status == 200).then(|| id.clone())
        });
        acknowledged.extend(answers.into_iter().flatten());
        practice.api.host.restart().unwrap();
        practice.ca.down(&[]);
        all.extend(documents);
    }
    practice.pass();
    let _ = practice.tick();
    practice.pass();
    let _ = practice.tick();
    for id in &acknowledged {
        let document = practice.document(id);
        assert_eq!((&document["state"], last(&document, "state")), (&json!("complete"), "signed".into()), "{document}");
    }
    let missing = all.iter().filter(|(_, id)| practice.document(id)["state"] != "complete").count();
    println!(
        "{} documents, {} acknowledged before the kill, {missing} called back once more",
        all.len(),
        acknowledged.len()
    );
    for job in practice.ca.jobs() {
        let answers = practice.ca.call_back(&practice.api.host.url(CALLBACKS), &job.id, 2);
        assert!(answers.iter().all(|(status, _)| *status == 200), "{answers:?}");
    }
    all_are_signed_once(&practice, &all);
    let listed = practice.ask("GET", "documents?state=open", HIS, &Value::Null).json();
    assert_eq!(listed["items"], json!([]), "{listed}");
}
