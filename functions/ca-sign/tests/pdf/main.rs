//! Sheets on paper: drawn, signed, read again.

#![cfg(test)]

mod drawn;
mod oracles;
mod packed;
#[path = "../../../../tests/src/python.rs"]
mod python;
mod signed;
mod widget;
mod written;

/// What `python` asks for.
mod host {
    use std::path::{Path, PathBuf};

    /// The folder of the workspace.
    pub fn root() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap()
    }
}

use ca_sign::pdf::{Body, Drug, Face, Paper, Paragraph, Patient, Sheet, Signer};
use std::path::Path;
use std::sync::OnceLock;

/// The font that `cargo xtask models` fetches.
fn face() -> &'static Face {
    static FACE: OnceLock<Face> = OnceLock::new();
    FACE.get_or_init(|| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/models/ca/NotoSansSC_400Regular.ttf");
        let bytes =
            std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}: cargo xtask models", path.display()));
        Face::read(bytes).unwrap()
    })
}

fn drug(name: &str) -> Drug {
    Drug {
        name: name.into(),
        quantity: "2 盒".into(),
        dose: "0.5 g".into(),
        route: "口服".into(),
        frequency: "tid".into(),
        days: 7,
        note: None,
    }
}

fn signer(label: &str, name: &str) -> Signer {
    Signer {
        label: label.into(),
        name: name.into(),
        certificate: Some("5F6E7A8B9C0D1E2F3A4B5C6D7E8F9012".into()),
        signed_at: Some("2026-11-26 10:37:24".into()),
        seal: None,
    }
}

fn prescription(drugs: Vec<Drug>) -> Sheet {
    Sheet {
        paper: Paper::A5,
        hospital: "云诊互联网医院".into(),
        title: "处方笺".into(),
        corner: Some("普通".into()),
        id: "doc_01JDABCDEFGHJKMNPQRSTVWXYZ".into(),
        version: 1,
        date: "2026-11-26".into(),
        patient: Patient {
            name: "张三".into(), sex: "女".into(), age: "34 岁".into(), phone: "137****2222".into()
        },
        department: "呼吸内科".into(),
        diagnoses: vec!["急性支气管炎".into(), "原发性高血压".into()],
        body: Body::Drugs(drugs),
        notes: vec!["延长用量理由：病情稳定，复诊不便".into()],
        validity: Some("当日有效".into()),
        signers: vec![signer("医师", "李四"), signer("审核药师", "王五")],
        code: Some("https://hospital.example/v/doc_01JDABCDEFGHJKMNPQRSTVWXYZ".into()),
    }
}

fn consent() -> Sheet {
    let text = "患者已被告知互联网诊疗的范围与局限，同意由医师查阅其既往病历。".repeat(120);
    Sheet {
        paper: Paper::A4,
        title: "知情同意书".into(),
        corner: None,
        diagnoses: Vec::new(),
        body: Body::Text(vec![Paragraph { heading: Some("告知内容".into()), text }]),
        notes: Vec::new(),
        validity: None,
        signers: vec![signer("医院", "云诊互联网医院")],
        ..prescription(Vec::new())
    }
}

fn pages(pdf: &[u8]) -> usize {
    lopdf::Document::load_mem(pdf).unwrap().page_iter().count()
}
