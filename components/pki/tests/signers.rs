//! Who must have signed what a bundle holds, by what its verdicts tell.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

mod common;

use common::certificate::{doctor, pharmacist};
use pki::bundle::signers::lacking;
use pki::bundle::{Bundle, Bytes, Document, Format, Judged, Policy, Signature, Time};
use pki::evidence::Verdict;
use pki::sm2::DEFAULT_ID;
use pki::{Certificate, oid};
use serde_json::json;

/// A prescription by this author; whose signatures these are and when they were stamped.
fn told(author: &Certificate, who: [(&str, &Certificate, i64); 2]) -> String {
    let author = author.subject_value(oid::COMMON_NAME);
    let content = json!({"kind": "prescription", "document_id": "doc_1", "version": 1, "author": {"name": author}});
    let signature = |(role, signer, at): (&str, &Certificate, i64)| Signature {
        role: role.into(),
        signer: Bytes(signer.der().to_vec()),
        signed_data: Bytes(Vec::new()),
        timestamp: None,
        signed_at: Time(at),
    };
    let judged = who.map(|(role, signer, at)| {
        let verdict = Verdict { signer: Some(signer.clone()), stamped: Some(at), ..Verdict::default() };
        Judged { role: role.into(), verdict }
    });
    let bundle = Bundle {
        format: Format::One,
        document: Document { id: "doc_1".into(), kind: "prescription".into(), version: 1 },
        content: Bytes(content.to_string().into_bytes()),
        signatures: who.map(signature).to_vec(),
        certificates: Vec::new(),
        lists: Vec::new(),
        audit: Vec::new(),
        policy: Policy { timestamp_required: true, user_id: DEFAULT_ID.into() },
    };
    lacking(&bundle, &judged).iter().map(|lack| lack.code()).collect::<Vec<_>>().join(" ")
}

#[test]
fn whoever_wrote_it_signed_first() {
    let (doctor, pharmacist) = (doctor().issue(), pharmacist().issue());
    let told = |who| told(&doctor, who);
    assert_eq!(told([("doctor", &doctor, 1), ("pharmacist", &pharmacist, 1)]), "");
    assert_eq!(told([("doctor", &doctor, 2), ("pharmacist", &pharmacist, 1)]), "out_of_order");
    assert_eq!(told([("doctor", &pharmacist, 1), ("pharmacist", &doctor, 2)]), "author_differs", "labels exchanged");
}
