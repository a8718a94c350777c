//! Days and years go by: what is valid for days, certificates that run out, and documents that outlive them.

use serde_json::{Value, json};
use tests::api::HIS;
use tests::ward::{Ward, verify_evidence_later};

#[test]
fn a_prescription_of_several_days_is_approved_after_midnight() {
    let mut ward = Ward::start(&[]);
    let write = |ward: &Ward, days: u8| {
        let mut content = ward.prescription();
        if days > 1 {
            content["valid_days"] = json!(days);
            content["longer_valid_because"] = json!("患者明日方可到院取药");
        }
        let ask = json!({"kind": "prescription", "visit_id": "MZ1", "patient": ward.proof(), "content": content});
        let written = ward.ask("POST", "documents", &ward.doctor.0, &ask);
        assert_eq!(written.status, 201, "{}", written.json());
        let id = written.json()["document_id"].as_str().unwrap().to_owned();
        assert_eq!(ward.sign(&ward.doctor, &id).status, 200);
        id
    };
    let (today, three, unsigned) = (write(&ward, 1), write(&ward, 3), ward.written());
    let filled = ward.complete();
    let link = ward.ask("POST", &format!("documents/{filled}/links"), &ward.patient, &json!({})).json();
    let code = link["verification"].as_str().unwrap().split_once("verify=").unwrap().1.to_owned();
    let found = |ward: &Ward| ward.ask("GET", &format!("verifications/{code}"), "", &Value::Null).json();
    assert_eq!((&found(&ward)["report"]["valid"], &found(&ward)["over"]), (&json!(true), &json!(false)));
    ward.pass(1);
    // Its signatures hold, and it may not be filled any more.
    assert_eq!((&found(&ward)["report"]["valid"], &found(&ward)["over"]), (&json!(true), &json!(true)));
    assert_eq!(ward.sign(&ward.pharmacist, &three).json()["state"], "complete");
    assert_eq!(ward.sign(&ward.pharmacist, &today).problem(), (409, "document_over".into()));
    assert_eq!(ward.sign(&ward.doctor, &unsigned).problem(), (409, "document_over".into()));
}

#[test]
fn certificates_are_renewed_and_what_they_signed_stays_proved() {
    let mut ward = Ward::start(&[]);
    let seal = ward.seal();
    let old = ward.complete();
    let paper = |ward: &Ward, id: &str| ward.ask("GET", &format!("documents/{id}/pdf"), HIS, &Value::Null).body;
    let judged = |ward: &Ward, pdf: &[u8]| {
        let judged = ward.clinic.send("POST", "/v1/ca-sign/verify", "", "application/pdf", pdf).json();
        assert_eq!(
            (&judged["valid"], &judged["signatures"][0]["field"]),
            (&json!(true), &json!("hospital")),
            "{judged}"
        );
    };
    let sheet = paper(&ward, &old);
    judged(&ward, &sheet);
    ward.pass(400);
    let id = ward.written();
    assert_eq!(ward.sign(&ward.doctor, &id).problem(), (422, "signer_expired".into()));
    for (role, (_, signer)) in [("doctor", &ward.doctor), ("pharmacist", &ward.pharmacist)] {
        let former = ward.ask("GET", &format!("signers/{signer}"), &ward.clinic.admin(), &Value::Null).json();
        assert_eq!(former["state"], "expired", "{former}");
        let [account, number, name] = ["account_id", "employee_no", "name"].map(|of| former[of].as_str().unwrap());
        let anew = ward.enrol(role, number, name, Some(account));
        assert_eq!((anew.status, &anew.json()["signer_id"]), (201, &json!(signer)), "{}", anew.json());
    }
    assert_eq!(ward.seal(), seal);
    for signer in [&ward.doctor, &ward.pharmacist] {
        assert_eq!(ward.sign(signer, &id).status, 200);
    }
    judged(&ward, &paper(&ward, &id));
    // What was signed while certificates were good stays so.
    judged(&ward, &sheet);
    let evidence = ward.ask("GET", &format!("documents/{old}/evidence"), HIS, &Value::Null);
    let proved = verify_evidence_later(&evidence.body, 400);
    assert!(proved.status.success(), "{}", String::from_utf8_lossy(&proved.stdout));
}
