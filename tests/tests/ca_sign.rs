//! Documents over HTTP: written, signed in order, proved, put on paper.

use serde_json::{Value, json};
use std::process::Command;
use tests::api::HIS;
use tests::register::NUMBERS;
use tests::ward::{PIN, Ward, extract_evidence, verify_evidence};

#[test]
fn a_prescription_is_written_signed_and_proved() {
    let ward = Ward::start(&[]);
    ward.seal();
    let id = ward.written();
    let open = ward.ask("GET", &format!("documents/{id}"), &ward.doctor.0, &Value::Null).json();
    assert_eq!((&open["state"], &open["next_signer"], &open["version"]), (&json!("open"), &json!("doctor"), &json!(1)));
    assert_eq!(
        (&open["patient"]["name"], &open["patient"]["id_number"]),
        (&json!("张三"), &json!("1****************X"))
    );
    assert_eq!(ward.sign(&ward.pharmacist, &id).problem(), (409, "out_of_order".into()));
    let signed = ward.sign(&ward.doctor, &id);
    assert_eq!((signed.status, &signed.json()["next_signer"]), (200, &json!("pharmacist")), "{}", signed.json());
    let evidence = ward.ask("GET", &format!("documents/{id}/evidence"), &ward.doctor.0, &Value::Null);
    let judged = verify_evidence(&evidence.body);
    let said = [judged.stdout, judged.stderr].concat();
    let said = String::from_utf8_lossy(&said);
    assert!(!judged.status.success() && said.contains("the signature of the pharmacist is missing"), "{said}");
    let queue = ward.ask("GET", "documents", &ward.pharmacist.0, &Value::Null).json();
    assert_eq!(queue["items"][0]["document_id"], json!(id));
    let waiting = |role: &str| {
        let path = format!("documents?state=open&next_signer={role}");
        let answer = ward.ask("GET", &path, HIS, &Value::Null).json();
        answer["items"].as_array().map_or(0, Vec::len)
    };
    assert_eq!((waiting("pharmacist"), waiting("hospital")), (1, 0));
    let nobody = ward.ask("GET", "documents?next_signer=nobody", HIS, &Value::Null);
    assert_eq!(nobody.problem(), (400, "bad_field".into()));
    let signed = ward.sign(&ward.pharmacist, &id).json();
    assert_eq!(signed["state"], "complete", "{signed}");
    assert_eq!(signed["signatures"].as_array().unwrap().iter().filter(|s| s["state"] == "signed").count(), 2);
    let evidence = ward.ask("GET", &format!("documents/{id}/evidence"), &ward.doctor.0, &Value::Null);
    assert_eq!(evidence.status, 200, "{}", evidence.json());
    let judged = verify_evidence(&evidence.body);
    let said = String::from_utf8_lossy(&judged.stdout).into_owned();
    assert!(judged.status.success(), "{said}{}", String::from_utf8_lossy(&judged.stderr));
    let path = format!("documents/{id}/pdf");
    let pdf = ward.ask("GET", &path, &ward.patient, &Value::Null);
    assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"), "{}", pdf.json());
    assert_eq!(ward.ask("GET", &path, HIS, &Value::Null).body, pdf.body, "made once");
    let report = ward.clinic.send("POST", "/v1/ca-sign/verify", "", "application/pdf", &pdf.body).json();
    assert_eq!((&report["valid"], &report["signatures"][0]["field"]), (&json!(true), &json!("hospital")), "{report}");
    let mut changed = pdf.body.clone();
    *changed.iter_mut().rev().nth(40_000).unwrap() ^= 1;
    let report = ward.clinic.send("POST", "/v1/ca-sign/verify", "", "application/pdf", &changed);
    assert_ne!(report.json()["valid"], json!(true), "{}", report.json());
    let link = ward.ask("POST", &format!("documents/{id}/links"), &ward.patient, &json!({})).json();
    let path = link["url"].as_str().unwrap().split_once("/v1/").unwrap().1.to_owned();
    assert_eq!(ward.clinic.ask("GET", &format!("/v1/{path}"), "", &Value::Null).body, pdf.body);
    let wrong = ward.clinic.ask("GET", &format!("/v1/{}x", path), "", &Value::Null);
    assert_eq!(wrong.problem(), (404, "not_found".into()));
    assert!(ward.clinic.api.host.exposed(&["张三", NUMBERS[0], "高血压", "%PDF-"]).is_empty());
}

/// The commands of the README.
const BY_HAND: &str = r#"set -e
openssl dgst -sm3 content | grep -qi "$(openssl asn1parse -inform DER -in 0-attributes.der | tail -1 | sed 's/.*://')"
openssl x509 -inform DER -in 0-signer.der -noout -pubkey > 0.pub
openssl dgst -sm3 -verify 0.pub -sigopt distid:1234567812345678 -signature 0-signature.der 0-attributes.der
openssl x509 -inform DER -in 0-signer.der -out 0.pem && openssl x509 -inform DER -in authority-0.der -out root.pem
openssl verify -vfyopt distid:1234567812345678 -CAfile root.pem 0.pem
openssl crl -inform DER -in list-0.der -noout -text | grep -q 'No Revoked Certificates'
openssl ts -reply -token_in -in 0-timestamp.der -text | grep -q "$(openssl dgst -sm3 0-signature.der | tail -c 9 | sed 's/..$/ &/; s/\(..\)\(..\)\(..\) /\1 \2 \3 /')"
"#;

#[test]
fn openssl_follows_the_evidence_step_by_step() {
    let ward = Ward::start(&[]);
    let id = ward.complete();
    let evidence = ward.ask("GET", &format!("documents/{id}/evidence"), &ward.doctor.0, &Value::Null);
    let folder = tempfile::tempdir().unwrap();
    let judged = extract_evidence(&evidence.body, folder.path());
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stdout));
    let followed = Command::new("bash").args(["-xc", BY_HAND]).current_dir(folder.path()).output().unwrap();
    let said = [followed.stdout, followed.stderr].concat();
    assert!(followed.status.success(), "{}", String::from_utf8_lossy(&said));
    // Another document's content does not pass for it.
    let mut bundle = evidence.json();
    bundle["document"]["version"] = json!(2);
    assert!(!verify_evidence(bundle.to_string().as_bytes()).status.success());
}

#[test]
fn what_could_never_be_drawn_is_refused_when_it_is_written() {
    let ward = Ward::start(&[]);
    let refused = |department: &str| {
        let mut content = ward.prescription();
        content["department"] = json!(department);
        let ask = json!({"kind": "prescription", "visit_id": "MZ1", "patient": ward.proof(), "content": content});
        ward.ask("POST", "documents", &ward.doctor.0, &ask).problem()
    };
    assert_eq!(refused("内科\u{31350}"), (422, "glyph_missing".into()));
    for department in ["内科\n".to_owned(), "科".repeat(41)] {
        assert_eq!(refused(&department), (400, "bad_field".into()));
    }
    let mut content = ward.prescription();
    content["revisit"]["visit_id"] = json!("MZ1");
    let ask = json!({"kind": "prescription", "visit_id": "MZ1", "patient": ward.proof(), "content": content});
    let refused = ward.ask("POST", "documents", &ward.doctor.0, &ask);
    assert_eq!(refused.problem(), (400, "bad_field".into()), "this visit is no earlier one");
    assert!(refused.json()["detail"].as_str().unwrap().contains("content.revisit.visit_id"), "{}", refused.json());
    let signers = || ward.ask("GET", "signers", &ward.clinic.admin(), &Value::Null).json()["items"].clone();
    let before = signers();
    let account = json!("usr_01JD0000000000000000000009");
    assert_eq!(ward.enrol("doctor", "D0099", "李\u{31350}", account.as_str()).problem(), (422, "glyph_missing".into()));
    assert_eq!(signers(), before);
}

#[test]
fn a_prescription_is_sent_back_and_written_anew() {
    let ward = Ward::start(&[]);
    let id = ward.written();
    assert_eq!(ward.sign(&ward.doctor, &id).status, 200);
    let back = json!({"reason": "剂量请再核对"});
    let sent = ward.ask("POST", &format!("documents/{id}/send-back"), &ward.pharmacist.0, &back).json();
    assert_eq!((&sent["state"], &sent["note"]), (&json!("sent_back"), &json!("剂量请再核对")), "{sent}");
    let ask = json!({"kind": "prescription", "visit_id": "MZ1", "patient": ward.proof(), "content": ward.prescription(),
                     "previous": id});
    let anew = ward.ask("POST", "documents", &ward.doctor.0, &ask).json();
    assert_eq!(
        (&anew["version"], &anew["previous"], &anew["state"]),
        (&json!(2), &json!(id), &json!("open")),
        "{anew}"
    );
    let old = ward.ask("GET", &format!("documents/{id}"), &ward.doctor.0, &Value::Null).json();
    assert_eq!(old["signatures"][0]["state"], "signed", "the old one stays as it was");
}

#[test]
fn a_patient_sees_what_was_handed_out_and_then_taken_back() {
    let ward = Ward::start(&[]);
    let (handed_out, begun) = (ward.complete(), ward.written());
    let link = ward.ask("POST", &format!("documents/{handed_out}/links"), &ward.patient, &json!({})).json();
    let path = format!("/v1/{}", link["url"].as_str().unwrap().split_once("/v1/").unwrap().1);
    for id in [&handed_out, &begun] {
        let void = json!({"reason": "剂量有误"});
        assert_eq!(ward.ask("POST", &format!("documents/{id}/void"), &ward.doctor.0, &void).status, 200);
    }
    let seen = ward.ask("GET", "documents", &ward.patient, &Value::Null).json();
    let [only] = seen["items"].as_array().unwrap().as_slice() else { panic!("{seen}") };
    assert_eq!(
        (&only["document_id"], &only["state"], &only["note"]),
        (&json!(handed_out), &json!("voided"), &json!("剂量有误"))
    );
    assert_eq!(ward.clinic.ask("GET", &path, "", &Value::Null).problem(), (409, "document_over".into()));
}

#[test]
fn a_signer_is_asked_by_a_code_and_may_refuse() {
    let ward = Ward::start(&[]);
    let id = ward.written();
    let begin = || {
        let ask = json!({"signer_id": ward.doctor.1, "mode": "qr"});
        ward.ask("POST", &format!("documents/{id}/signatures"), &ward.doctor.0, &ask).json()
    };
    let decide = |begun: &Value, decision: &str| {
        let signatures = begun["signatures"].as_array().unwrap();
        let invitation = signatures.last().unwrap()["invitation"].as_str().unwrap_or_else(|| panic!("{begun}"));
        let job = invitation.split_once("approve=").unwrap().1;
        ward.ask("POST", "callbacks/local", "", &json!({"job": job, "decision": decision, "reason": "写错了"}))
    };
    let begun = begin();
    for other in [&ward.pharmacist.0, &ward.patient] {
        let seen = ward.ask("GET", &format!("documents/{id}"), other, &Value::Null).json();
        assert_eq!(
            (&seen["signatures"][0]["state"], &seen["signatures"][0]["invitation"]),
            (&json!("waiting"), &Value::Null)
        );
    }
    assert_eq!(decide(&begun, "refuse").status, 200);
    let document = ward.ask("GET", &format!("documents/{id}"), &ward.doctor.0, &Value::Null).json();
    let refused = &document["signatures"][0];
    assert_eq!((&refused["state"], &refused["reason"]), (&json!("refused"), &json!("写错了")), "{document}");
    let begun = begin();
    assert_eq!(ward.sign(&ward.doctor, &id).problem(), (409, "signature_under_way".into()));
    for _ in 0..2 {
        assert_eq!(decide(&begun, "approve").status, 200, "twice is once");
    }
    let document = ward.ask("GET", &format!("documents/{id}"), &ward.doctor.0, &Value::Null).json();
    assert_eq!(
        (&document["next_signer"], &document["signatures"][1]["state"]),
        (&json!("pharmacist"), &json!("signed")),
        "{document}"
    );
}

#[test]
fn wrong_pins_suspend_a_signer() {
    let ward = Ward::start(&[]);
    let id = ward.written();
    let sign = |pin: &str| {
        let ask = json!({"signer_id": ward.doctor.1, "mode": "pin", "pin": pin});
        ward.ask("POST", &format!("documents/{id}/signatures"), &ward.doctor.0, &ask).problem()
    };
    for _ in 0..5 {
        assert_eq!(sign("000000"), (422, "pin_wrong".into()));
    }
    assert_eq!(sign(PIN), (422, "signer_suspended".into()));
    // However many guess at once, there are five tries.
    let path = format!("signers/{}/authorisations", ward.pharmacist.1);
    let ask = json!({"until": ward.later(3_600), "most": 1, "pin": "000000"});
    let guess = || ward.ask("POST", &path, &ward.pharmacist.0, &ask).problem();
    let told: Vec<_> = std::thread::scope(|scope| {
        let all: Vec<_> = (0..16).map(|_| scope.spawn(guess)).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(told.iter().filter(|(_, code)| code == "pin_wrong").count(), 5, "{told:?}");
    assert_eq!(told.iter().filter(|(_, code)| code == "signer_suspended").count(), 11, "{told:?}");
    let admin = ward.clinic.admin();
    let active = ward.ask("POST", &format!("signers/{}/activate", ward.doctor.1), &admin, &json!({})).json();
    assert_eq!(active["state"], "active", "{active}");
    assert_eq!(sign(PIN), (200, String::new()));
}

#[test]
fn what_was_revoked_signs_no_more_and_what_it_signed_stays_good() {
    let ward = Ward::start(&[]);
    let id = ward.complete();
    // Who is revoked in the second of a signature has not signed in time.
    ward.next_second();
    let revoked =
        ward.ask("POST", &format!("signers/{}/revoke", ward.doctor.1), &ward.clinic.admin(), &json!({})).json();
    assert_eq!(revoked["state"], "revoked", "{revoked}");
    let next = ward.written();
    assert_eq!(ward.sign(&ward.doctor, &next).problem(), (422, "signer_revoked".into()));
    let evidence = ward.ask("GET", &format!("documents/{id}/evidence"), &ward.doctor.0, &Value::Null);
    let judged = verify_evidence(&evidence.body);
    assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stdout));
    // Enrolled anew it is the same signer, with another certificate.
    let admin = ward.clinic.admin();
    let ask = json!({"account_id": revoked["account_id"], "employee_no": "D0017", "name": "李医生", "pin": PIN,
                     "id_number": NUMBERS[1], "phone": "13900000268", "role": "doctor"});
    let anew = ward.ask("POST", "signers", &admin, &ask).json();
    assert_eq!((&anew["state"], &anew["signer_id"]), (&json!("active"), &revoked["signer_id"]), "{anew}");
    assert_ne!(anew["certificate"], revoked["certificate"]);
    assert_eq!(ward.ask("POST", "signers", &admin, &ask).problem(), (409, "signer_exists".into()));
    assert_eq!(ward.sign(&ward.doctor, &next).status, 200);
    assert_eq!(ward.sign(&ward.pharmacist, &next).json()["state"], "complete");
    for id in [id, next] {
        let evidence = ward.ask("GET", &format!("documents/{id}/evidence"), &ward.doctor.0, &Value::Null);
        let judged = verify_evidence(&evidence.body);
        assert!(judged.status.success(), "{}", String::from_utf8_lossy(&judged.stdout));
    }
}

#[test]
fn an_authorisation_is_good_for_its_number() {
    let ward = Ward::start(&[]);
    let given = json!({"until": ward.later(3_600), "most": 1, "pin": PIN});
    let path = format!("signers/{}/authorisations", ward.doctor.1);
    let given = ward.ask("POST", &path, &ward.doctor.0, &given);
    assert_eq!(given.status, 201, "{}", given.json());
    let sign = |id: &str| {
        let ask = json!({"signer_id": ward.doctor.1, "mode": "authorised"});
        ward.ask("POST", &format!("documents/{id}/signatures"), &ward.doctor.0, &ask).problem()
    };
    assert_eq!(sign(&ward.written()), (200, String::new()));
    assert_eq!(sign(&ward.written()), (422, "authorisation_over".into()));
    let listed = ward.ask("GET", &path, &ward.doctor.0, &Value::Null).json();
    assert_eq!((&listed["items"][0]["state"], &listed["items"][0]["used"]), (&json!("expired"), &json!(1)), "{listed}");
}

#[test]
fn a_try_that_was_not_used_is_given_back() {
    let ward = Ward::start(&[]);
    let db = rusqlite::Connection::open(ward.clinic.api.host.data().join("sqlite/default.db")).unwrap();
    let mut wrong = 0;
    for _ in 0..100 {
        let id = ward.written();
        let ask = json!({"signer_id": ward.doctor.1, "mode": "pin", "pin": "000000"});
        let sign = || ward.ask("POST", &format!("documents/{id}/signatures"), &ward.doctor.0, &ask).problem().1;
        let [one, other] =
            std::thread::scope(|scope| [scope.spawn(sign), scope.spawn(sign)].map(|one| one.join().unwrap()));
        wrong += [&one, &other].iter().filter(|code| **code == "pin_wrong").count();
        let taken = db.query_row("SELECT max(wrong_pins) FROM ca_sign_signer", [], |row| row.get::<_, i64>(0));
        assert_eq!(taken.map(usize::try_from), Ok(Ok(wrong)), "{one} {other}");
        if [&one, &other].iter().any(|code| *code == "document_changed") {
            return;
        }
        // The right one ends the count.
        assert_eq!(ward.sign(&ward.doctor, &id).status, 200);
        wrong = 0;
    }
    panic!("one never came between reading and storing of the other");
}
