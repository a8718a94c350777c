//! `POST verify` and what is wrong with what anybody sends: as a table, each with its code.

use base64::{Engine, engine::general_purpose::STANDARD as BASE64};
use serde_json::{Value, json};
use tests::api::{Answer, Api};
use tests::vendors::Bjca;
use tests::ward::{Ward, verify_evidence};

const PDF: &str = "application/pdf";
const JSON: &str = "application/json";

/// A name; what is sent; status, and the code of the problem or of the first point that does not hold.
type Case = (&'static str, &'static str, Vec<u8>, u16, &'static str);

fn code(answer: &Answer) -> String {
    let said = answer.json();
    let signatures = said["signatures"].as_array().cloned().unwrap_or_default();
    let points = signatures.iter().flat_map(|signature| signature["points"].as_array().cloned().unwrap_or_default());
    let failed = points.into_iter().find(|point| point["ok"] == json!(false)).map(|point| point["code"].clone());
    let code = failed.unwrap_or_else(|| said["code"].clone());
    match (code.as_str(), said["valid"].as_bool()) {
        (Some(code), _) => code.to_owned(),
        (None, Some(true)) => "ok".to_owned(),
        (None, _) => "no_signature".to_owned(),
    }
}

/// What is verified: content, SignedData and timestamp of a signature.
struct Sent(Value);

impl Sent {
    fn with(&self, member: &str, bytes: &[u8]) -> Vec<u8> {
        let mut sent = self.0.clone();
        sent[member] = json!(BASE64.encode(bytes));
        sent.to_string().into_bytes()
    }

    fn bytes(&self, member: &str) -> Vec<u8> {
        BASE64.decode(self.0[member].as_str().unwrap()).unwrap()
    }
}

/// The signatures of a document in the order in which they were made, with their certificates.
fn signatures(ward: &Ward, id: &str) -> Vec<(Sent, Vec<u8>)> {
    let bundle = ward.ask("GET", &format!("documents/{id}/evidence"), &ward.doctor.0, &Value::Null).json();
    let of = |one: &Value| {
        let sent =
            json!({"content": bundle["content"], "signed_data": one["signed_data"], "timestamp": one["timestamp"]});
        (Sent(sent), BASE64.decode(one["signer"].as_str().unwrap()).unwrap())
    };
    bundle["signatures"].as_array().unwrap_or_else(|| panic!("{bundle}")).iter().map(of).collect()
}

/// DER with a part in another's place, and the lengths around it put right.
fn replaced(der: &[u8], part: &[u8], by: &[u8]) -> Vec<u8> {
    let at = der.windows(part.len()).position(|window| window == part).unwrap();
    let mut made = [&der[..at], by, &der[at + part.len()..]].concat();
    let mut place = 0;
    while place < at {
        // What is around it is longer than 255 bytes, and shorter than 65,536.
        let long = made[place + 1] == 0x82;
        let length = match made[place + 1] {
            0x82 => usize::from(u16::from_be_bytes([made[place + 2], made[place + 3]])),
            0x81 => usize::from(made[place + 2]),
            short => usize::from(short),
        };
        let head = if long { 4 } else { 2 + usize::from(made[place + 1] == 0x81) };
        if place + head + length < at + part.len() {
            place += head + length;
        } else {
            let length = u16::try_from(length + by.len() - part.len()).unwrap();
            made[place + 2..place + 4].copy_from_slice(&length.to_be_bytes());
            place += head;
        }
    }
    made
}

fn flipped(bytes: &[u8], at: usize) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    bytes[at] ^= 1;
    bytes
}

/// Where the first revision of a PDF ends.
fn first_revision(pdf: &[u8]) -> usize {
    let mark = b"%%EOF\n";
    pdf.windows(mark.len()).position(|window| window == mark).unwrap() + mark.len()
}

/// The place of the signature in a PDF, in hex.
fn signature(pdf: &[u8]) -> std::ops::Range<usize> {
    let name = b"/Contents";
    // Those of pages are references.
    let is = |window: &[u8]| window.starts_with(name) && window[name.len()..].trim_ascii_start().starts_with(b"<");
    let at = pdf.windows(name.len() + 2).rposition(is).unwrap() + name.len();
    let start = at + pdf[at..].iter().position(|byte| *byte == b'<').unwrap();
    start..start + pdf[start..].iter().position(|byte| *byte == b'>').unwrap()
}

/// A PDF that bears another's signature.
fn swapped(pdf: &[u8], another: &[u8]) -> Vec<u8> {
    let (place, theirs) = (signature(pdf), signature(another));
    [&pdf[..place.start], &another[theirs], &pdf[place.end..]].concat()
}

#[test]
fn what_does_not_hold_is_told_by_its_code() {
    let ward = Ward::start(&[]);
    ward.seal();
    let (id, other) = (ward.complete(), ward.complete());
    let all = signatures(&ward, &id);
    let [(doctor, _), (pharmacist, certificate)] = &all[..] else { panic!("two have signed") };
    let own = &all[0].1;
    let (content, signed, stamp) = (doctor.bytes("content"), doctor.bytes("signed_data"), doctor.bytes("timestamp"));
    let stamp_missing = json!({"content": doctor.0["content"], "signed_data": doctor.0["signed_data"]});
    let end_of_own = signed.windows(own.len()).position(|window| window == own).unwrap() + own.len() - 1;
    let json = |value: &Value| value.to_string().into_bytes();
    let cases: Vec<Case> = vec![
        ("as it is", JSON, json(&doctor.0), 200, "ok"),
        ("the pharmacist's", JSON, json(&pharmacist.0), 200, "ok"),
        ("other content", JSON, doctor.with("content", b"{}"), 200, "message_digest_differs"),
        ("a byte of the content", JSON, doctor.with("content", &flipped(&content, 40)), 200, "message_digest_differs"),
        ("no content", JSON, doctor.with("content", b""), 200, "message_digest_differs"),
        (
            "another's certificate",
            JSON,
            doctor.with("signed_data", &replaced(&signed, own, certificate)),
            200,
            "signer_certificate_missing",
        ),
        (
            "a byte of the signature",
            JSON,
            doctor.with("signed_data", &flipped(&signed, signed.len() - 1)),
            200,
            "signature_wrong",
        ),
        (
            "a byte of the certificate",
            JSON,
            doctor.with("signed_data", &flipped(&signed, end_of_own)),
            200,
            "certificate_signature_wrong",
        ),
        ("cut short", JSON, doctor.with("signed_data", &signed[..signed.len() - 1]), 200, "signed_data_malformed"),
        (
            "something behind",
            JSON,
            doctor.with("signed_data", &[&signed[..], b"0"].concat()),
            200,
            "signed_data_malformed",
        ),
        ("garbage", JSON, doctor.with("signed_data", b"garbage"), 200, "signed_data_malformed"),
        ("nothing", JSON, doctor.with("signed_data", b""), 200, "signed_data_malformed"),
        ("without its timestamp", JSON, json(&stamp_missing), 200, "timestamp_missing"),
        (
            "another's timestamp",
            JSON,
            doctor.with("timestamp", &pharmacist.bytes("timestamp")),
            200,
            "timestamp_imprint_differs",
        ),
        (
            "a byte of the timestamp",
            JSON,
            doctor.with("timestamp", &flipped(&stamp, stamp.len() - 1)),
            200,
            "signature_wrong",
        ),
        ("a timestamp that is none", JSON, doctor.with("timestamp", b"garbage"), 200, "timestamp_answer_malformed"),
        ("no base64", JSON, br#"{"content": "?", "signed_data": ""}"#.to_vec(), 400, "bad_field"),
        ("no JSON", JSON, b"garbage".to_vec(), 400, "bad_json"),
        ("an unknown member", JSON, br#"{"content": "", "signed_data": "", "roots": ""}"#.to_vec(), 400, "bad_field"),
        ("another media type", "text/plain", json(&doctor.0), 415, "unsupported_format"),
        ("too large", JSON, vec![b' '; (12 << 20) + 1], 413, "too_large"),
    ];
    let mut wrong = Vec::new();
    let mut check = |(name, kind, body, status, expected): Case| {
        let answer = ward.clinic.send("POST", "/v1/ca-sign/verify", "", kind, &body);
        if (answer.status, code(&answer).as_str()) != (status, expected) {
            wrong.push(format!(
                "{name}: {} {} instead of {status} {expected}: {}",
                answer.status,
                code(&answer),
                answer.json()
            ));
        }
    };
    cases.into_iter().for_each(&mut check);
    let paper = |id: &str| ward.ask("GET", &format!("documents/{id}/pdf"), &ward.doctor.0, &Value::Null).body;
    let (pdf, another) = (paper(&id), paper(&other));
    let (end, end_of_another) = (first_revision(&pdf), first_revision(&another));
    let cases: Vec<Case> = vec![
        ("a PDF as it is", PDF, pdf.clone(), 200, "ok"),
        ("a byte of what is signed", PDF, flipped(&pdf, end / 2), 200, "message_digest_differs"),
        ("its first revision alone", PDF, pdf[..end].to_vec(), 200, "no_signature"),
        ("its first revision once more", PDF, [&pdf[..], &pdf[..end]].concat(), 422, "pdf_signature_hidden"),
        ("another's signature", PDF, swapped(&pdf, &another), 200, "message_digest_differs"),
        ("a line behind", PDF, [&pdf[..], b"% seen\n"].concat(), 422, "pdf_changed_after_signature"),
        ("cut short", PDF, pdf[..pdf.len() - 200].to_vec(), 422, "pdf_malformed"),
        ("garbage as PDF", PDF, b"%PDF-1.7 garbage".to_vec(), 422, "pdf_malformed"),
        ("too large a PDF", PDF, vec![0; (12 << 20) + 1], 413, "too_large"),
    ];
    cases.into_iter().for_each(&mut check);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // What is said of it hangs on how long the two are.
    let mixed = [&another[..end_of_another], &pdf[end..]].concat();
    let said = ward.clinic.send("POST", "/v1/ca-sign/verify", "", PDF, &mixed).json();
    assert_ne!(said["valid"], json!(true), "another's first revision: {said}");
    // A customer of the same authority who is not enrolled here.
    let db = rusqlite::Connection::open(ward.clinic.api.host.data().join("sqlite/default.db")).unwrap();
    db.execute("DELETE FROM ca_sign_certificate WHERE role = 'hospital'", []).unwrap();
    let said = ward.clinic.send("POST", "/v1/ca-sign/verify", "", PDF, &pdf).json();
    assert_eq!((&said["valid"], &said["signatures"][0]["role"]), (&json!(false), &Value::Null), "{said}");
    assert_eq!(said["signatures"][0]["points"].as_array().unwrap().last().unwrap()["code"], "signer_unknown");
}

#[test]
fn another_hospitals_roots_are_not_believed() {
    let ward = Ward::start(&[]);
    let id = ward.complete();
    let (Sent(sent), _) = signatures(&ward, &id).remove(0);
    let (other_key, other_root) = ("3d".repeat(32), Bjca::start().unwrap().root_pem());
    let cases =
        [("ca_local_key", &other_key, "certificate_signature_wrong"), ("ca_roots", &other_root, "root_unknown")];
    for (variable, value, expected) in cases {
        let elsewhere = Api::with(&[(variable, value)]).unwrap();
        let answer = elsewhere.json("POST", "/v1/ca-sign/verify", "", &sent).unwrap();
        assert_eq!((answer.status, answer.json()["valid"].clone()), (200, json!(false)), "{}", answer.json());
        assert_eq!(code(&answer), expected, "{variable}: {}", answer.json());
    }
    let answer = ward.clinic.send("POST", "/v1/ca-sign/verify", "", JSON, sent.to_string().as_bytes());
    assert_eq!(code(&answer), "ok", "{}", answer.json());
}

#[test]
fn a_bundle_that_says_who_was_who_is_not_believed() {
    let ward = Ward::start(&[]);
    let id = ward.complete();
    let bundle = ward.ask("GET", &format!("documents/{id}/evidence"), &ward.doctor.0, &Value::Null).json();
    let judged = |bundle: &Value| {
        let judged = verify_evidence(bundle.to_string().as_bytes());
        (judged.status.success(), String::from_utf8([judged.stdout, judged.stderr].concat()).unwrap())
    };
    assert!(judged(&bundle).0, "{}", judged(&bundle).1);
    let mut exchanged = bundle.clone();
    exchanged["signatures"][0]["role"] = json!("pharmacist");
    exchanged["signatures"][1]["role"] = json!("doctor");
    let (proved, said) = judged(&exchanged);
    let lack = "whoever signed first is not the author that the content names";
    assert!(!proved && said.contains(lack), "each signature holds, and the labels lie: {said}");
    let mut reordered = bundle;
    reordered["signatures"].as_array_mut().unwrap().reverse();
    assert!(judged(&reordered).0, "in whatever order they stand: {}", judged(&reordered).1);
}
