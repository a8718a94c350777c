//! Documents other than prescriptions: a report that its doctor signs, a consent that the hospital seals, a record written anew.

use tests::browser::{Look, Page};
use tests::ward::{PIN, Ward};

use crate::rx::{
    DOCTOR, PATIENT, at, becomes, becomes_admin, fill, opens, reaches, refused, sees, signs_by_pin, state, ward,
};
use crate::{DESK, PHONE};

/// A doctor's page with a document of this kind begun.
pub fn begins(ward: &Ward, page: &Page, kind: &str) {
    let proof = ward.proof();
    page.click("#write").unwrap();
    reaches(page, "write");
    page.click(&format!("input[value={kind}] + span")).unwrap();
    sees(page, &format!("document.activeElement.value === '{kind}' && document.querySelector('#f-paragraphs-0-text')"));
    fill(page, "#f-patient", &proof);
    fill(page, "#f-visit_id", "MZ2");
    fill(page, "#f-department", "心血管内科");
}

/// Hands it in with these words under the headings that it began with; its id.
pub fn hands_in(page: &Page, texts: &[&str]) -> String {
    for (index, text) in texts.iter().enumerate() {
        fill(page, &format!("#f-paragraphs-{index}-text"), text);
    }
    page.click("#submit").unwrap();
    reaches(page, "document");
    state(page, "open");
    page.text(".sheet code").unwrap()
}

fn value(page: &Page, selector: &str) -> String {
    page.eval(&format!("document.querySelector({selector:?}).value")).unwrap().as_str().unwrap().to_owned()
}

#[test]
fn a_doctor_writes_and_signs_a_report() {
    let ward = ward();
    for (width, dark) in [(320, false), (PHONE, true), (DESK, false)] {
        at(&ward, Look { width, dark, ..Look::default() }, |page| {
            becomes(&ward, page, DOCTOR);
            begins(&ward, page, "report");
            assert_eq!(value(page, "#f-title"), "检查报告");
            assert_eq!(value(page, "#f-paragraphs-1-heading"), "结论");
            fill(page, "#f-paragraphs-0-text", "窦性心律，\t未见异常。\n心率 72 次/分。");
            fill(page, "#f-paragraphs-1-text", " ");
            page.click("#submit").unwrap();
            assert!(refused(page, "bad_field").contains("每段 1 至 4000 个字符"));
            assert!(
                page.text("#f-paragraphs-found").unwrap().contains("每段 1 至 4000 个字符"),
                "told at the field as well"
            );
            page.click("[data-finding=bad_field] a").unwrap();
            assert_eq!(page.eval("document.activeElement.id").unwrap(), "f-paragraphs");

            page.click("#f-paragraphs").unwrap();
            page.wait("document.activeElement.id === 'f-paragraphs-2-heading'").unwrap();
            page.click(".item:last-child .square").unwrap();
            page.wait("document.querySelectorAll('.item').length === 2").unwrap();
            fill(page, "#f-paragraphs-1-text", "正常心电图。");
            page.click("#submit").unwrap();
            reaches(page, "document");
            let id = page.text(".sheet code").unwrap();
            signs_by_pin(page, PIN);
            state(page, "complete");

            becomes(&ward, page, PATIENT);
            assert!(page.text(&format!("[data-document={id}]")).unwrap().contains("检查报告"));
            opens(page, &id);
            let sheet = page.text(".sheet").unwrap();
            assert!(sheet.contains("未见异常") && sheet.contains("正常心电图"), "{sheet}");
        });
    }
}

/// An administrator approves what the seal will sign.
fn authorises_for_a_year(page: &Page) {
    page.click("#shift").unwrap();
    reaches(page, "shift");
    assert_eq!(value(page, "#f-hours"), "8760");
    let given = page.eval("document.querySelectorAll('[data-authorisation=active]').length").unwrap();
    fill(page, "#f-pin", PIN);
    page.click("#give").unwrap();
    sees(page, &format!("document.querySelectorAll('[data-authorisation=active]').length === {given} + 1"));
    page.click("#back").unwrap();
    reaches(page, "list");
}

#[test]
fn the_hospital_seals_a_consent() {
    let ward = ward();
    for width in [320, PHONE, DESK] {
        at(&ward, Look { width, ..Look::default() }, |page| {
            becomes(&ward, page, DOCTOR);
            begins(&ward, page, "consent");
            let id = hands_in(page, &["检查中可能出现心悸。", "本人已知情并同意。"]);
            assert!(page.text(".sheet").unwrap().contains("待医院签章"), "its doctor does not sign it");
            assert_eq!(page.eval("document.querySelector('#sign')").unwrap(), serde_json::Value::Null);

            becomes_admin(&ward, page);
            authorises_for_a_year(page);
            page.click("#seals").unwrap();
            reaches(page, "seals");
            opens(page, &id);
            if width != PHONE {
                page.click("input[value=authorised] + span").unwrap();
                page.click("#sign").unwrap();
            } else {
                signs_by_pin(page, PIN);
            }
            state(page, "complete");
            page.click("#back").unwrap();
            reaches(page, "seals");
            assert_eq!(
                page.eval(&format!("document.querySelector('[data-document={id}]')")).unwrap(),
                serde_json::Value::Null
            );
        });
    }
}

#[test]
fn a_record_is_taken_back_and_written_anew() {
    let ward = ward();
    at(&ward, Look { width: PHONE, ..Look::default() }, |page| {
        becomes(&ward, page, DOCTOR);
        begins(&ward, page, "consult_record");
        // What was written stays when the kind is another.
        fill(page, "#f-paragraphs-0-text", "头晕两周。");
        page.click("input[value=consent] + span").unwrap();
        sees(page, "document.querySelector('#f-title')?.value === '知情同意书'");
        assert_eq!(value(page, "#f-paragraphs-0-text"), "头晕两周。");
        page.click("input[value=consult_record] + span").unwrap();
        sees(page, "document.querySelector('#f-title')?.value === '问诊记录'");
        let first = hands_in(page, &["头晕两周。", "继续监测血压。"]);
        page.click("#void summary").unwrap();
        fill(page, "#f-void-reason", "记录有误");
        page.click("#void-do").unwrap();
        state(page, "voided");
        page.click("#anew").unwrap();
        reaches(page, "write");
        assert_eq!(
            page.eval("document.querySelector('[name=kind]')").unwrap(),
            serde_json::Value::Null,
            "the kind stays"
        );
        assert_eq!(value(page, "#f-paragraphs-1-heading"), "诊疗意见");
        fill(page, "#f-patient", &ward.proof());
        let second = hands_in(page, &["头晕三周。"]);
        assert_ne!(first, second);
        signs_by_pin(page, PIN);
        state(page, "complete");
    });
}
