//! The other ways to sign, and what doctors do besides: codes, shifts, templates, taking back.

use serde_json::{Value, json};
use tests::browser::Look;
use tests::ward::{PIN, Ward};

use crate::rx::{DOCTOR, PHARMACIST, at, becomes, fill, opens, reaches, sees, signs_by_pin, state, ward};
use crate::{DESK, PHONE};

#[test]
fn a_code_is_scanned_or_opened_and_decided_at_the_authority() {
    let ward = ward();
    let id = ward.written();
    at(&ward, Look { width: PHONE, ..Look::default() }, |page| {
        let asks = || {
            page.click("input[value=qr] + span").unwrap();
            page.click("#sign").unwrap();
            sees(page, "document.querySelector('#waiting img:not([hidden])')");
            page.eval("document.querySelector('#open').getAttribute('href')").unwrap().as_str().unwrap().to_owned()
        };
        becomes(&ward, page, DOCTOR);
        opens(page, &id);
        asks();
        page.click("#open").unwrap();
        reaches(page, "approve");
        assert!(page.text("#step").unwrap().contains("没有法定效力"), "this authority is for development");
        fill(page, "#f-approve-reason", "写错了");
        page.click("#no").unwrap();
        reaches(page, "document");
        sees(page, "document.querySelector('.signatures [data-state=refused]')");
        assert!(page.text(".signatures").unwrap().contains("写错了"));

        let link = asks();
        becomes(&ward, page, PHARMACIST);
        page.eval(&format!("void (location.hash = {:?})", link.split_once('#').unwrap().1)).unwrap();
        reaches(page, "approve");
        assert!(page.text("#step h2").unwrap().contains("没有需要您确认的签名"), "nobody decides for another");
        page.click("#back").unwrap();
        becomes(&ward, page, DOCTOR);
        opens(page, &id);
        // On another device; the page that waits follows by itself.
        let decided = json!({"job": link.split_once("approve=").unwrap().1, "decision": "approve", "reason": ""});
        assert_eq!(ward.ask("POST", "callbacks/local", "", &decided).status, 200);
        sees(page, "document.querySelector('.signatures [data-state=signed]')");
    });
}

#[test]
fn a_shift_is_authorised_used_and_ended() {
    let ward = ward();
    let id = ward.written();
    assert_eq!(ward.sign(&ward.doctor, &id).status, 200);
    at(&ward, Look { width: DESK, dark: true, ..Look::default() }, |page| {
        becomes(&ward, page, PHARMACIST);
        page.click("#shift").unwrap();
        reaches(page, "shift");
        fill(page, "#f-pin", PIN);
        page.click("#give").unwrap();
        sees(page, "document.querySelector('[data-authorisation=active]')");
        page.click("#back").unwrap();
        reaches(page, "list");
        opens(page, &id);
        page.click("input[value=authorised] + span").unwrap();
        page.click("#sign").unwrap();
        state(page, "complete");
        page.click("#back").unwrap();
        reaches(page, "list");
        page.click("#shift").unwrap();
        reaches(page, "shift");
        assert!(page.text("[data-authorisation=active]").unwrap().contains("1/100"));
        page.click("[data-end]").unwrap();
        sees(page, "document.querySelector('[data-authorisation=revoked]')");
    });
}

#[test]
fn templates_are_kept_and_a_document_is_taken_back() {
    let ward = ward();
    let id = ward.written();
    at(&ward, Look { width: 320, ..Look::default() }, |page| {
        becomes(&ward, page, DOCTOR);
        page.click("#write").unwrap();
        reaches(page, "write");
        fill(page, "#f-drugs", "A0");
        page.wait("document.querySelector('.found [data-code=A01]')").unwrap();
        page.click(".found [data-code=A01]").unwrap();
        page.click("#templates summary").unwrap();
        fill(page, "#f-name", "感冒");
        page.click("#template-save").unwrap();
        sees(page, "document.querySelector('#f-template')?.selectedOptions[0].textContent === '感冒'");
        page.click(".item .square").unwrap();
        page.wait("!document.querySelector('.item')").unwrap();
        page.click("#template-load").unwrap();
        sees(page, "document.querySelector('.item[data-code=A01]')");
        page.click("#template-delete").unwrap();
        sees(page, "document.querySelector('#f-template')?.options.length === 1");
        page.click("#language").unwrap();
        reaches(page, "write");
        page.click("#language").unwrap();
        page.click("#back").unwrap();
        reaches(page, "list");

        opens(page, &id);
        signs_by_pin(page, PIN);
        sees(page, "document.querySelector('.signatures [data-state=signed]')");
        page.click("#void summary").unwrap();
        fill(page, "#f-void-reason", "开错了患者");
        page.click("#void-do").unwrap();
        state(page, "voided");
        assert!(page.text("#note").unwrap().contains("开错了患者"));
    });
}

#[test]
fn what_is_to_be_decided_is_found_behind_a_hundred_others() {
    let ward = Ward::start(&[]);
    let id = ward.written();
    let ask = json!({"signer_id": ward.doctor.1, "mode": "qr"});
    let begun = ward.ask("POST", &format!("documents/{id}/signatures"), &ward.doctor.0, &ask).json();
    let link = begun["signatures"][0]["invitation"].as_str().unwrap_or_else(|| panic!("{begun}"));
    let ask =
        json!({"kind": "prescription", "visit_id": "MZ1", "patient": ward.proof(), "content": ward.prescription()});
    for _ in 0..100 {
        assert_eq!(ward.ask("POST", "documents", &ward.doctor.0, &ask).status, 201);
    }
    let listed = ward.ask("GET", "documents?state=open&limit=100", &ward.doctor.0, &Value::Null).json();
    assert!(listed["next_cursor"].is_string() && !listed.to_string().contains(&id), "it is not on the first page");
    at(&ward, Look { width: PHONE, ..Look::default() }, |page| {
        becomes(&ward, page, DOCTOR);
        page.eval(&format!("void (location.hash = {:?})", link.split_once('#').unwrap().1)).unwrap();
        reaches(page, "approve");
        assert!(page.text("#step").unwrap().contains(&id));
        page.click("#yes").unwrap();
        reaches(page, "document");
        sees(page, "document.querySelector('.signatures [data-state=signed]')");
    });
}

#[test]
fn a_prescription_past_its_day_is_told_by_the_code_on_its_sheet() {
    let mut ward = Ward::start(&[]);
    let id = ward.complete();
    let link = ward.ask("POST", &format!("documents/{id}/links"), &ward.patient, &json!({})).json();
    let code = link["verification"].as_str().unwrap().split_once('#').unwrap().1.to_owned();
    let told = |ward: &Ward, verdict: &str, words: &str| {
        at(ward, Look { width: PHONE, ..Look::default() }, |page| {
            page.eval(&format!("void (location.hash = {code:?})")).unwrap();
            sees(page, &format!("document.querySelector('[data-verdict={verdict}]')"));
            assert!(page.text("#step").unwrap().contains(words), "{}", page.text("#step").unwrap());
            // The signatures hold all the same.
            assert_eq!(page.eval("document.querySelectorAll('.signed > [data-valid=true]').length").unwrap(), 2);
        });
    };
    told(&ward, "good", "签名有效");
    ward.pass(1);
    told(&ward, "bad", "已过有效期");
}
