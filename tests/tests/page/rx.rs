//! A prescription's way through its page: the doctor, the pharmacist, the patient, and whoever verifies it.

use std::sync::Arc;

use serde_json::{Value, json};
use tests::api::Answer;
use tests::browser::{Look, Page};
use tests::shared::Shared;
use tests::ward::{PIN, Ward};

use crate::access::assert_accessible;
use crate::{DESK, PHONE, STICKING_OUT};

pub const DOCTOR: &str = "13900000268";
pub const PHARMACIST: &str = "13900000275";
pub const PATIENT: &str = "13711112222";

/// Nothing on the page takes so long.
const LATE_MS: u32 = 30_000;

pub fn ward() -> Arc<Ward> {
    static SHARED: Shared<Ward> = Shared::new();
    let start = || {
        let ward = Ward::start(&[]);
        ward.seal();
        Ok(ward)
    };
    SHARED.get(start).unwrap()
}

/// Opens the page; whatever is done there, nothing may be complained about nor stick out.
pub fn at(ward: &Ward, look: Look, behave: impl Fn(&Page)) {
    let page = Page::open(&ward.clinic.api.host.url("/rx"), look).unwrap();
    behave(&page);
    assert_eq!(page.complaints(), Vec::<String>::new());
}

/// Waits for something, which everybody must be able to use then; a problem is told at once, and what is shown when it is late.
pub fn sees(page: &Page, expression: &str) {
    let found = page.eval(&format!(
        "new Promise((resolve) => {{
            const settle = (found) => {{ observer.disconnect(); resolve(found); }};
            const look = () => {{
                if (document.querySelector('#step button:disabled:not(#shift, #again)')) return;
                if ({expression}) settle('there');
                else if (document.querySelector('#step .problem')) settle(document.querySelector('#step .problem').innerText);
            }};
            const observer = new MutationObserver(look);
            observer.observe(document, {{ subtree: true, childList: true, attributes: true }});
            setTimeout(() => settle(document.body.innerText), {LATE_MS});
            look();
        }})"
    ));
    assert_eq!(found.unwrap(), "there", "{expression}");
    assert_accessible(page, expression);
    assert_eq!(page.eval(STICKING_OUT).unwrap(), Value::Array(Vec::new()), "{expression}");
}

pub fn reaches(page: &Page, step: &str) {
    sees(page, &format!("document.querySelector('#main')?.dataset.step === '{step}'"));
}

pub fn state(page: &Page, state: &str) {
    sees(page, &format!("document.querySelector('.sheet [data-state]')?.dataset.state === '{state}'"));
}

/// Enters as typing does.
pub fn fill(page: &Page, selector: &str, value: &str) {
    let set = format!(
        "(() => {{
            const control = document.querySelector({selector:?});
            control.value = {value:?};
            return control.dispatchEvent(new Event(control.localName === 'select' ? 'change' : 'input', {{ bubbles: true }}));
        }})()"
    );
    assert_eq!(page.eval(&set).unwrap(), true, "{selector}");
}

/// The page of somebody who has signed in.
pub fn becomes(ward: &Ward, page: &Page, phone: &str) {
    let session = ward.clinic.session(phone).to_string();
    page.eval(&format!("sessionStorage.setItem('yunzhen.session', {session:?})")).unwrap();
    page.reload().unwrap();
    reaches(page, "list");
}

/// The page of an administrator, whose token comes by the address.
pub fn becomes_admin(ward: &Ward, page: &Page) {
    let token = ward.clinic.admin();
    page.eval(&format!("void (location.hash = 'key={}')", token.trim_start_matches("Bearer "))).unwrap();
    sees(page, "document.querySelector('#enrol')");
    assert_eq!(page.eval("location.hash").unwrap(), "", "it is not left there");
}

/// Waits until something is refused, which everybody must be able to read; what is told.
pub fn refused(page: &Page, code: &str) -> String {
    page.wait(&format!("document.querySelector('#step .problem[data-code={code}]')")).unwrap();
    assert_accessible(page, code);
    assert_eq!(page.eval(STICKING_OUT).unwrap(), Value::Array(Vec::new()), "{code}");
    page.text("#step .problem").unwrap()
}

pub fn opens(page: &Page, id: &str) {
    page.click(&format!("[data-document={id}]")).unwrap();
    reaches(page, "document");
}

pub fn signs_by_pin(page: &Page, pin: &str) {
    fill(page, "#f-pin", pin);
    page.click("#sign").unwrap();
}

fn sign_in(ward: &Ward, page: &Page, phone: &str) {
    reaches(page, "phone");
    page.click("#phone").unwrap();
    page.enter(phone).unwrap();
    page.press("Enter").unwrap();
    reaches(page, "code");
    page.enter(&ward.clinic.code(&format!("to={phone}"))).unwrap();
    reaches(page, "list");
}

/// The patient makes the proof that the doctor is handed.
fn proof(ward: &Ward, page: &Page) -> String {
    becomes(ward, page, PATIENT);
    page.click("#proof").unwrap();
    reaches(page, "proof");
    page.click("#make").unwrap();
    sees(page, "document.querySelector('#given')");
    page.eval("document.querySelector('#given').value").unwrap().as_str().unwrap().to_owned()
}

/// Writes until it may be handed in; what is refused on the way is told with its paragraph.
fn write(page: &Page, proof: &str) {
    page.click("#write").unwrap();
    reaches(page, "write");
    fill(page, "#f-patient", proof);
    fill(page, "#f-visit_id", "MZ1");
    fill(page, "#f-department", "心血管内科");
    fill(page, "#f-diagnoses-0", "I10.x00");
    fill(page, "#f-diagnoses-0-name", "高血压");
    fill(page, "#f-drugs", "氨氯地平");
    page.wait("document.querySelector('.found [data-code=B01]')").unwrap();
    page.click(".found [data-code=B01]").unwrap();
    page.wait("document.querySelector('.item[data-code=B01]')").unwrap();
    let value = |field: &str| page.eval(&format!("document.querySelector('#f-drugs-0-{field}').value")).unwrap();
    assert_eq!((value("dose"), value("quantity")), (json!("5"), json!("1")), "seven tablets are a pack");
    fill(page, "#f-drugs-0-frequency", "tid");
    assert_eq!(value("quantity"), "3", "counted anew");
    page.wait("!document.querySelector('#f-drugs-0-more_because').closest('.slot').hidden").unwrap();
    page.click("#submit").unwrap();
    let told = refused(page, "prescription_refused");
    for paragraph in ["首诊患者不得在线开具处方", "互联网诊疗管理办法（试行）第十六条", "处方管理办法第六条第九项"]
    {
        assert!(told.contains(paragraph), "{told}");
    }
    assert!(page.text("#f-drugs-0-dose-found").unwrap().contains("超过常用剂量"), "told at the field as well");
    page.click("[data-finding=first_visit] a").unwrap();
    assert_eq!(page.eval("document.activeElement.id").unwrap(), "f-revisit");
    page.enter("MZ20261012001").unwrap();
    fill(page, "#f-revisit-on", "2026-10-12");
    fill(page, "#f-revisit-diagnoses", "I10.x00");
    fill(page, "#f-drugs-0-frequency", "qd");
    page.click("#submit").unwrap();
    page.wait("document.querySelector('#main')?.dataset.step === 'document'").unwrap();
    state(page, "open");
}

fn id(page: &Page) -> String {
    page.text(".sheet code").unwrap()
}

pub fn file(name: &str, bytes: &[u8]) -> tempfile::NamedTempFile {
    let file = tempfile::Builder::new().suffix(name).tempfile().unwrap();
    std::fs::write(file.path(), bytes).unwrap();
    file
}

/// The PDF behind the link that the patient gets, and the address that verifies it.
fn paper(ward: &Ward, page: &Page) -> (Answer, String) {
    page.click("#link").unwrap();
    sees(page, "document.querySelector('#pdf')");
    let at = |selector: &str| page.eval(&format!("document.querySelector('{selector}').href")).unwrap();
    let (pdf, verification) = (at("#pdf"), at("#verification"));
    let path = format!("/v1/{}", pdf.as_str().unwrap().split_once("/v1/").unwrap().1);
    let pdf = ward.clinic.ask("GET", &path, "", &Value::Null);
    assert_eq!((pdf.status, pdf.header("content-type")), (200, "application/pdf"), "{}", pdf.json());
    (pdf, verification.as_str().unwrap().to_owned())
}

#[test]
fn a_prescription_goes_its_whole_way() {
    let ward = ward();
    for (width, dark) in [(320, false), (PHONE, true), (DESK, false)] {
        at(&ward, Look { width, dark, ..Look::default() }, |page| {
            let shown = proof(&ward, page);
            page.click("#back").unwrap();
            reaches(page, "list");
            page.click("#out").unwrap();
            sign_in(&ward, page, DOCTOR);
            write(page, &shown);
            let first = id(page);
            signs_by_pin(page, "000000");
            page.wait("document.querySelector('#step .problem[data-code=pin_wrong]')").unwrap();
            signs_by_pin(page, PIN);
            sees(page, "document.querySelector('.signatures [data-state=signed]')");

            becomes(&ward, page, PHARMACIST);
            opens(page, &first);
            assert!(page.text(".taken").unwrap().contains("氨氯地平片"), "drugs have names");
            page.click("#send-back summary").unwrap();
            fill(page, "#f-send-back-reason", "剂量请再核对");
            page.click("#send-back-do").unwrap();
            state(page, "sent_back");

            let shown = ward.proof();
            becomes(&ward, page, DOCTOR);
            opens(page, &first);
            assert!(page.text("#note").unwrap().contains("剂量请再核对"));
            page.click("#anew").unwrap();
            reaches(page, "write");
            fill(page, "#f-patient", &shown);
            page.click("#submit").unwrap();
            reaches(page, "document");
            let second = id(page);
            assert_ne!(first, second);
            signs_by_pin(page, PIN);
            sees(page, "document.querySelector('.signatures [data-state=signed]')");

            becomes(&ward, page, PHARMACIST);
            opens(page, &second);
            signs_by_pin(page, PIN);
            state(page, "complete");

            becomes(&ward, page, PATIENT);
            assert!(
                page.text(&format!("[data-document={second}]")).unwrap().contains("氨氯地平片"),
                "listed by its drugs"
            );
            opens(page, &second);
            assert!(page.text(".taken").unwrap().contains("氨氯地平片"), "the patient may not ask what a code means");
            page.click("#check").unwrap();
            sees(page, "document.querySelector('[data-verdict=good]')");
            let (pdf, verification) = paper(&ward, page);
            page.click("#verification").unwrap();
            sees(
                page,
                "document.querySelector('#main')?.dataset.step === 'verify' && document.querySelector('[data-verdict]')",
            );
            assert!(page.eval("location.href").unwrap() == verification.as_str());
            let told = page.text("#step").unwrap();
            assert!(told.contains("签名有效") && told.contains("张*") && !told.contains("张三"), "{told}");
            assert_eq!(page.eval("document.querySelectorAll('.signed > [data-valid=true]').length").unwrap(), 2);

            let sound = file("sound.pdf", &pdf.body);
            page.attach("#file", sound.path()).unwrap();
            sees(page, "document.querySelector('[data-verdict=good] .fine')?.textContent.endsWith('sound.pdf')");
            let mut changed = pdf.body.clone();
            *changed.iter_mut().rev().nth(40_000).unwrap() ^= 1;
            let changed = file("changed.pdf", &changed);
            page.attach("#file", changed.path()).unwrap();
            sees(page, "document.querySelector('[data-verdict=bad] .fine')?.textContent.endsWith('changed.pdf')");
            page.click("#language").unwrap();
            assert!(page.text("#step").unwrap().contains("Not to be trusted"));
            page.click("#language").unwrap();
        });
    }
}
