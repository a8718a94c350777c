//! An administrator keeps signers: enrolled, suspended, activated, revoked; and what of it their doctor sees.

use std::io::Cursor;

use image::{ImageFormat, RgbaImage};
use serde_json::{Value, json};
use tests::browser::{Look, Page};
use tests::register::NUMBERS;
use tests::ward::{PIN, Ward};

use crate::rx::{
    PATIENT, at, becomes, becomes_admin, file, fill, opens, reaches, refused, sees, signs_by_pin, state, ward,
};
use crate::rx_text::{begins, hands_in};
use crate::{DESK, PHONE};

/// Enrols a doctor who has no account yet; what is refused on the way is told at its field.
fn enrols(page: &Page, employee_no: &str, phone: &str) {
    page.click("#enrol").unwrap();
    reaches(page, "enrol");
    fill(page, "#f-name", "赵医生");
    fill(page, "#f-employee_no", employee_no);
    fill(page, "#f-id_number", "110105199003070018");
    fill(page, "#f-phone", phone);
    fill(page, "#f-pin", PIN);
    page.click("#enrol-do").unwrap();
    assert!(refused(page, "bad_field").contains("身份证号码"));
    assert!(page.text("#f-id_number-found").unwrap().contains("不是有效的证件号码"));
    // The account is there by now, and is not made twice.
    fill(page, "#f-id_number", NUMBERS[1]);
    page.click("#enrol-do").unwrap();
    reaches(page, "signer");
    stands(page, "active");
}

fn stands(page: &Page, state: &str) {
    sees(page, &format!("document.querySelector('.sheet [data-state]')?.dataset.state === '{state}'"));
}

/// An administrator's page with the signer of this employee number; its id.
fn looks_at(ward: &Ward, page: &Page, employee_no: &str) -> String {
    becomes_admin(ward, page);
    let find = format!(
        "[...document.querySelectorAll('[data-signer]')].find((row) => row.textContent.includes('{employee_no}')).dataset.signer"
    );
    let id = page.eval(&find).unwrap().as_str().unwrap().to_owned();
    page.click(&format!("[data-signer={id}]")).unwrap();
    reaches(page, "signer");
    id
}

#[test]
fn a_doctor_is_enrolled_signs_and_is_suspended() {
    let ward = ward();
    for (width, dark) in [(320, false), (PHONE, true), (DESK, false)] {
        at(&ward, Look { width, dark, ..Look::default() }, |page| {
            let (employee_no, phone) = (format!("D-{width}"), format!("1391000{width:04}"));
            becomes_admin(&ward, page);
            enrols(page, &employee_no, &phone);

            becomes(&ward, page, &phone);
            begins(&ward, page, "report");
            hands_in(page, &["双肺清晰。", "未见异常。"]);
            signs_by_pin(page, PIN);
            state(page, "complete");
            page.click("#back").unwrap();
            reaches(page, "list");
            begins(&ward, page, "consult_record");
            let open = hands_in(page, &["咳嗽三天。", "多饮水。"]);

            let signer = looks_at(&ward, page, &employee_no);
            page.click("#suspend").unwrap();
            stands(page, "suspended");

            becomes(&ward, page, &phone);
            assert!(page.text("#signer").unwrap().contains("签名权限已暂停"));
            opens(page, &open);
            assert_eq!(page.eval("document.querySelector('#sign')").unwrap(), Value::Null);
            assert!(page.text("#step").unwrap().contains("您现在不能签名"));
            let sign = json!({"signer_id": signer, "mode": "pin", "pin": PIN});
            let doctor = ward.clinic.user(&phone);
            let answer = ward.ask("POST", &format!("documents/{open}/signatures"), &doctor, &sign);
            assert_eq!(answer.problem(), (422, "signer_suspended".to_owned()));

            looks_at(&ward, page, &employee_no);
            page.click("#activate").unwrap();
            stands(page, "active");
            becomes(&ward, page, &phone);
            opens(page, &open);
            signs_by_pin(page, PIN);
            state(page, "complete");
        });
    }
}

#[test]
fn a_seal_is_uploaded_and_a_certificate_revoked_for_good() {
    let ward = ward();
    at(&ward, Look { width: PHONE, ..Look::default() }, |page| {
        becomes_admin(&ward, page);
        enrols(page, "D-REVOKED", "13910009999");
        page.click("#refresh").unwrap();
        sees(page, "document.querySelector('#done')?.textContent.includes('认证机构')");

        let wrong = file(".png", b"no picture");
        page.attach("#seal-file", wrong.path()).unwrap();
        refused(page, "seal_invalid");
        let mut png = Cursor::new(Vec::new());
        RgbaImage::new(64, 64).write_to(&mut png, ImageFormat::Png).unwrap();
        let right = file(".png", png.get_ref());
        page.attach("#seal-file", right.path()).unwrap();
        sees(page, "document.querySelector('#done')?.textContent.includes('已保存')");
        assert!(page.text(".sheet").unwrap().contains("已上传"));

        page.click("#revoke summary").unwrap();
        assert!(page.text("#revoke").unwrap().contains("永久不能恢复"));
        page.click("#revoke-do").unwrap();
        assert_eq!(page.eval("document.querySelector('#sure:invalid') !== null").unwrap(), true, "asked twice");
        stands(page, "active");
        page.click("#sure").unwrap();
        page.click("#revoke-do").unwrap();
        stands(page, "revoked");
        assert_eq!(page.eval("document.querySelector('#activate, #seal-file, #revoke')").unwrap(), Value::Null);
        page.click("#back").unwrap();
        reaches(page, "list");
        page.click("#language").unwrap();
        reaches(page, "list");
        assert!(page.text(".documents").unwrap().contains("Revoked"));
        page.click("#language").unwrap();
        page.click("#out").unwrap();
        reaches(page, "phone");
        page.reload().unwrap();
        reaches(page, "phone");
    });
}

#[test]
fn a_token_that_another_page_was_given_is_good_while_it_lasts() {
    let ward = ward();
    at(&ward, Look { width: PHONE, ..Look::default() }, |page| {
        for (age_s, step) in [(700, "phone"), (0, "list")] {
            let token = ward.clinic.api.token("operator", "admin", age_s, 600);
            let key = token.trim_start_matches("Bearer ");
            page.eval(&format!("sessionStorage.setItem('yunzhen.api_key', {key:?})")).unwrap();
            page.reload().unwrap();
            reaches(page, step);
        }
        // Who has signed in stays who it is.
        becomes(&ward, page, PATIENT);
        sees(page, "document.querySelector('#proof')");
    });
}

/// The authority of these tests wants nothing of the person; others do.
const PENDING: &str = "(() => {
    const ask = window.fetch;
    window.fetch = async (path, options) => {
        const answer = await ask(path, options);
        if (!path.includes('/signers?')) return answer;
        const page = await answer.json();
        Object.assign(page.items[0], { state: 'pending', invitation: 'https://authority.example/enrol' });
        return Response.json(page);
    };
    return true;
})()";

#[test]
fn who_has_something_to_do_first_is_shown_with_the_invitation() {
    let ward = ward();
    for width in [320, DESK] {
        at(&ward, Look { width, ..Look::default() }, |page| {
            becomes_admin(&ward, page);
            page.eval(PENDING).unwrap();
            page.click("#refresh").unwrap();
            sees(page, "document.querySelector('[data-invitation] a')?.href === 'https://authority.example/enrol'");
            page.click("[data-signer]:has(+ [data-invitation])").unwrap();
            reaches(page, "signer");
            assert!(page.text(".sheet").unwrap().contains("待本人办理"));
        });
    }
}
