//! What a document looks like on paper.

use super::local;
use crate::document::content::{Content, Prescribed, Text, Whole};
use crate::document::{Kind, Role};
use crate::pdf::{Body, Drug, Paper, Paragraph, Patient, Sheet, Signer as Line};
use crate::prescription::{Item, Prescription};
use crate::signature::Signature;
use crate::signer::Signer;
use common::timestamp::Timestamp;

/// A signer's line.
#[must_use]
pub fn signer(signature: &Signature, signer: &Signer, seal: Option<Vec<u8>>) -> Line {
    Line {
        label: label(signature.role).to_owned(),
        name: signer.data.name.clone(),
        certificate: Some(hex::encode(signature.certificate.serial())),
        signed_at: signature.stamped_at.map(local),
        seal,
    }
}

const fn label(role: Role) -> &'static str {
    match role {
        Role::Doctor => "医师",
        Role::Pharmacist => "审核药师",
        Role::Hospital => "医院",
    }
}

/// The sheet of a document that nobody has signed: its author in every signer's place.
#[must_use]
pub fn open(whole: &Whole, written_at: Timestamp) -> Sheet {
    let line = |role: &Role| Line {
        label: label(*role).to_owned(),
        name: whole.author.name.clone(),
        // As long as a number may be (RFC 5280, 4.1.2.2).
        certificate: Some("0".repeat(40)),
        signed_at: Some(local(written_at)),
        seal: None,
    };
    of(whole, written_at, whole.kind.signers().iter().map(line).collect(), None)
}

/// The sheet of a document.
#[must_use]
pub fn of(whole: &Whole, written_at: Timestamp, signers: Vec<Line>, code: Option<String>) -> Sheet {
    let patient = Patient {
        name: whole.patient.name.clone(),
        sex: whole.patient.sex.clone(),
        age: age(&whole.patient.birth_date, written_at),
        phone: String::new(),
    };
    let sheet = Sheet {
        paper: Paper::A5,
        hospital: whole.hospital.clone(),
        title: title(whole),
        corner: None,
        id: whole.document_id.clone(),
        version: u32::try_from(whole.version).unwrap_or(u32::MAX),
        date: local(written_at).get(..10).unwrap_or_default().to_owned(),
        patient,
        department: String::new(),
        diagnoses: Vec::new(),
        body: Body::Text(Vec::new()),
        notes: Vec::new(),
        validity: None,
        signers,
        code,
    };
    match &whole.content {
        Content::Prescription(prescription) => prescribed(sheet, prescription, &whole.drugs),
        Content::Text(text) => written(sheet, text),
    }
}

fn title(whole: &Whole) -> String {
    match (&whole.content, whole.kind) {
        (Content::Text(text), _) => text.title.clone(),
        (Content::Prescription(_), Kind::Prescription | Kind::Report | Kind::Consent | Kind::ConsultRecord) => {
            "处方笺".to_owned()
        }
    }
}

fn written(sheet: Sheet, text: &Text) -> Sheet {
    let paragraph = |part: &crate::document::content::Paragraph| Paragraph {
        heading: part.heading.clone(),
        text: part.text.clone(),
    };
    Sheet {
        paper: Paper::A4,
        department: text.department.clone(),
        body: Body::Text(text.paragraphs.iter().map(paragraph).collect()),
        ..sheet
    }
}

fn prescribed(sheet: Sheet, prescription: &Prescription, drugs: &[Prescribed]) -> Sheet {
    let mut notes = Vec::new();
    if let Some(guardian) = &prescription.guardian {
        notes.push(format!("监护人：{}（{}）", guardian.name, guardian.relation));
    }
    if let Some(why) = &prescription.longer_supply_because {
        notes.push(format!("延长用量理由：{why}"));
    }
    if let Some(why) = &prescription.longer_valid_because {
        notes.push(format!("延长有效期理由：{why}"));
    }
    let validity = match prescription.valid_days {
        1 => "当日有效".to_owned(),
        days => format!("{days} 日内有效"),
    };
    Sheet {
        corner: Some(if prescription.emergency { "急诊" } else { "普通" }.to_owned()),
        date: prescription.issued_on.clone(),
        department: prescription.department.clone(),
        diagnoses: prescription.diagnoses.iter().map(|found| format!("{} {}", found.name, found.code)).collect(),
        body: Body::Drugs(prescription.drugs.iter().map(|item| drug(item, drugs)).collect()),
        notes,
        validity: Some(validity),
        ..sheet
    }
}

fn drug(item: &Item, drugs: &[Prescribed]) -> Drug {
    let known = drugs.iter().find(|drug| drug.code == item.code);
    Drug {
        name: known.map_or_else(|| item.code.clone(), |drug| format!("{} {}", drug.name, drug.specification)),
        quantity: item.quantity.to_string(),
        dose: item.dose.to_string(),
        route: item.route.clone(),
        frequency: item.frequency.zh().to_owned(),
        days: item.days,
        note: item.more_because.clone(),
    }
}

/// Full years; months of a small child.
fn age(birth_date: &str, at: Timestamp) -> String {
    let format = time::macros::format_description!("[year]-[month]-[day]");
    let Ok(born) = time::Date::parse(birth_date, format) else { return String::new() };
    let today = at.china_date();
    let months =
        (today.year() - born.year()) * 12 + i32::from(u8::from(today.month())) - i32::from(u8::from(born.month()));
    let months = months - i32::from(today.day() < born.day());
    if months < 36 { format!("{months} 个月") } else { format!("{} 岁", months / 12) }
}
