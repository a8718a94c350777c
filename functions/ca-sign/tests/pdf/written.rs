//! What is refused when it is written, since it could be signed and then never drawn.

use super::face;
use ca_sign::document::Kind;
use ca_sign::document::content::{Author, Content, Prescribed, Subject, Text, Whole};
use ca_sign::paper;
use ca_sign::prescription::Prescription;
use common::timestamp::Timestamp;
use serde_json::{Value, json};

fn written() -> Value {
    let drug = json!({"code": "B01", "dose": {"value": 5, "unit": "mg"}, "frequency": "qd", "route": "口服", "days": 7,
                      "quantity": {"value": 1, "unit": "盒"}});
    json!({
        "issued_on": "2026-11-26", "department": "心血管内科", "diagnoses": [{"code": "I10.x00", "name": "高血压"}],
        "longer_supply_because": "病情稳定", "guardian": {"name": "李四", "relation": "母亲"},
        "revisit": {"visit_id": "MZ1", "on": "2026-10-12", "diagnoses": ["I10.x00"]}, "drugs": [drug],
    })
}

fn whole(prescription: &Value) -> Whole {
    let text = |text: &str| text.to_owned();
    Whole {
        document_id: text("doc_01JDABCDEFGHJKMNPQRSTVWXYZ"),
        kind: Kind::Prescription,
        version: 1,
        previous: None,
        hospital: text("云诊互联网医院"),
        visit_id: text("MZ1"),
        patient: Subject {
            patient_id: text("pat_1"),
            name: text("张三"),
            sex: text("女"),
            birth_date: text("1962-09-03"),
            id_number: text("1****************X"),
        },
        author: Author { signer_id: text("sgn_1"), employee_no: text("1"), name: text("李四") },
        content: Content::Prescription(serde_json::from_value(prescription.clone()).unwrap()),
        drugs: vec![Prescribed { code: text("B01"), name: text("氨氯地平片"), specification: text("5mg×7 片") }],
    }
}

fn text(paragraph: &str) -> Text {
    let paragraphs = vec![json!({"heading": "所见", "text": paragraph})];
    serde_json::from_value(json!({"title": "检验报告单", "department": "检验科", "paragraphs": paragraphs})).unwrap()
}

/// The code of what is told.
fn told(whole: &Whole) -> &'static str {
    paper::check(whole, Timestamp(1_795_689_444_000), face()).map_or_else(|problem| problem.code, |()| "ok")
}

fn put(path: &str, value: impl Into<Value>) -> Value {
    let mut prescription = written();
    *prescription.pointer_mut(path).unwrap_or_else(|| panic!("{path}")) = value.into();
    prescription
}

/// Each text of a prescription, with the most characters that it may have.
const TEXTS: [(&str, &str, usize); 10] = [
    ("/department", "content.department", 40),
    ("/diagnoses/0/code", "content.diagnoses[0].code", 20),
    ("/diagnoses/0/name", "content.diagnoses[0].name", 50),
    ("/longer_supply_because", "content.longer_supply_because", 200),
    ("/guardian/name", "content.guardian.name", 40),
    ("/guardian/relation", "content.guardian.relation", 20),
    ("/revisit/visit_id", "content.revisit.visit_id", 64),
    ("/revisit/diagnoses/0", "content.revisit.diagnoses[0]", 20),
    ("/drugs/0/code", "content.drugs[0].code", 64),
    ("/drugs/0/route", "content.drugs[0].route", 20),
];

#[test]
fn texts_of_a_prescription_have_limits() {
    let refused = |prescription: Value| {
        let prescription: Prescription = serde_json::from_value(prescription).unwrap();
        prescription.check().map_err(|problem| (problem.status, problem.code, problem.detail[1].to_string()))
    };
    assert_eq!(refused(written()), Ok(()));
    for (path, field, most) in TEXTS {
        assert_eq!(refused(put(path, "病".repeat(most))), Ok(()), "{path}");
        for text in ["病".repeat(most + 1), "病\n".into(), "病\u{7}".into(), "\u{85}病".into()] {
            let (status, code, detail) = refused(put(path, text)).unwrap_err();
            assert_eq!((status, code), (400, "bad_field"), "{path}");
            assert!(detail.contains(&format!("{field}:")), "{detail}");
        }
    }
    for (path, most) in [("/diagnoses", 8), ("/drugs", 60), ("/revisit/diagnoses", 50)] {
        let one = written().pointer(&format!("{path}/0")).unwrap().clone();
        assert_eq!(refused(put(path, vec![one.clone(); most])), Ok(()), "{path}");
        assert!(refused(put(path, vec![one; most + 1])).is_err(), "{path}");
    }
}

#[test]
fn what_has_its_limits_has_room() {
    let mut prescription = written();
    for (path, _, most) in TEXTS {
        *prescription.pointer_mut(path).unwrap() = "病".repeat(most).into();
    }
    for (path, most) in [("/diagnoses", 8), ("/drugs", 60)] {
        let one = prescription.pointer(&format!("{path}/0")).unwrap().clone();
        *prescription.pointer_mut(path).unwrap() = vec![one; most].into();
    }
    let mut whole = whole(&prescription);
    whole.author.name = "李".repeat(40);
    whole.patient.name = "张".repeat(40);
    assert_eq!(told(&whole), "ok");
}

#[test]
fn what_the_font_lacks_is_told_before_anybody_signs() {
    type Change = fn(&mut Whole);
    const NO_GLYPH: &str = "张\u{31350}";
    assert_eq!(told(&whole(&written())), "ok");
    for path in [
        "/department",
        "/diagnoses/0/name",
        "/diagnoses/0/code",
        "/longer_supply_because",
        "/guardian/name",
        "/drugs/0/route",
    ] {
        assert_eq!(told(&whole(&put(path, NO_GLYPH))), "glyph_missing", "{path}");
    }
    // It is not drawn.
    assert_eq!(told(&whole(&put("/revisit/visit_id", NO_GLYPH))), "ok");
    let changes: [(&str, Change); 6] = [
        ("the patient", |whole| whole.patient.name = NO_GLYPH.into()),
        ("the author", |whole| whole.author.name = NO_GLYPH.into()),
        ("the hospital", |whole| whole.hospital = NO_GLYPH.into()),
        ("a drug", |whole| whole.drugs[0].name = NO_GLYPH.into()),
        ("a report", |whole| (whole.kind, whole.content) = (Kind::Report, Content::Text(text(NO_GLYPH)))),
        ("a consent", |whole| (whole.kind, whole.content) = (Kind::Consent, Content::Text(text("同意\u{200b}")))),
    ];
    for (name, change) in changes {
        let mut whole = whole(&written());
        change(&mut whole);
        assert_eq!(told(&whole), "glyph_missing", "{name}");
    }
}

#[test]
fn what_has_no_room_is_told_before_anybody_signs() {
    let mut report = whole(&written());
    (report.kind, report.content) = (Kind::Report, Content::Text(text("未见异常")));
    assert_eq!(told(&report), "ok");
    let mut long = text(&"\n病".repeat(2_000));
    long.paragraphs = vec![long.paragraphs[0].clone(); 50];
    assert_eq!(long.check(), Ok(()));
    report.content = Content::Text(long);
    assert_eq!(told(&report), "too_many_pages");
    let many = put("/drugs/0/quantity/value", 1e300);
    assert_eq!(told(&whole(&many)), "text_too_long");
    let mut odd = text("未见异常");
    odd.department = "检验科\t".into();
    assert!(odd.check().is_err());
}
