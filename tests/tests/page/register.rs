//! The way to a real name, as a patient goes it. The card reader and the verifier of most of these tests do what pictures
//! say; whoever is before the camera is a person called `camera`.

use std::sync::Arc;

use serde_json::{Value, json};
use tests::api::picture;
use tests::browser::{Look, Page};
use tests::register::{Clinic, NUMBERS};
use tests::samples;
use tests::shared::Shared;

use crate::access::assert_accessible;
use crate::face::scene;
use crate::{DESK, PHONE, STICKING_OUT, sample};

fn clinic() -> Arc<Clinic> {
    static SHARED: Shared<Clinic> = Shared::new();
    SHARED.get(|| Clinic::start(&[])).unwrap()
}

/// Opens the page before a camera that sees this; whatever is done there, nothing may be complained about nor stick out.
fn at(clinic: &Clinic, look: Look, seen: &[u8], behave: impl Fn(&Page)) {
    let folder = tempfile::tempdir().unwrap();
    let film = folder.path().join("seen.mjpeg");
    std::fs::write(&film, seen).unwrap();
    let page = Page::open(&clinic.api.host.url("/register"), Look { camera: Some(&film), ..look }).unwrap();
    behave(&page);
    assert_eq!(page.eval(STICKING_OUT).unwrap(), Value::Array(Vec::new()), "sticks out");
    assert_eq!(page.complaints(), Vec::<String>::new());
}

/// Waits for a step, which everybody must be able to use.
fn reaches(page: &Page, step: &str) {
    page.wait(&format!("document.querySelector('#main')?.dataset.step === '{step}'")).unwrap();
    assert_accessible(page, step);
    assert_eq!(page.eval(STICKING_OUT).unwrap(), Value::Array(Vec::new()), "{step}");
}

fn sign_in(clinic: &Clinic, page: &Page, phone: &str) {
    reaches(page, "phone");
    page.click("#phone").unwrap();
    page.enter(phone).unwrap();
    page.press("Enter").unwrap();
    reaches(page, "code");
    page.enter(&clinic.code(&format!("to={phone}"))).unwrap();
}

/// Chooses a file with this in it.
fn choose(page: &Page, bytes: &[u8]) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("card.jpg");
    std::fs::write(&file, bytes).unwrap();
    page.attach("#file", &file).unwrap();
    // Until it was read, for the file goes with this function.
    page.wait("!document.querySelector('#shoot')?.disabled").unwrap();
}

/// From the beginning to what was read.
fn show_card(page: &Page, name: &str, number: &str) {
    reaches(page, "home");
    page.click("#start").unwrap();
    reaches(page, "id_card_front");
    choose(page, &picture(&format!("front {name} {number}")));
    reaches(page, "id_card_back");
    choose(page, &picture("back long_term"));
    reaches(page, "confirm");
}

#[test]
fn a_patient_signs_in_shows_the_card_and_the_face_and_is_known() {
    let clinic = clinic();
    for (width, phone, number) in [(PHONE, "13711112222", NUMBERS[0]), (DESK, "13711112223", NUMBERS[1])] {
        at(&clinic, Look { width, ..Look::default() }, &scene(), |page| {
            sign_in(&clinic, page, phone);
            show_card(page, "camera", number);
            assert_eq!(page.eval("document.querySelector('#field-id_number').value").unwrap(), number);
            assert!(page.text("#field-name-note").unwrap().contains("请核对"), "the reader was not sure");
            page.click("#right").unwrap();
            reaches(page, "consent");
            assert!(page.text("#consent").unwrap().contains("人工核对"), "the way without a face is told");
            page.click("#agree").unwrap();
            reaches(page, "liveness");
            page.click("#record").unwrap();
            page.wait("document.querySelector('#main').dataset.prompt === 'do.straight'").unwrap();
            assert_eq!(page.eval(STICKING_OUT).unwrap(), Value::Array(Vec::new()), "the camera sticks out");
            reaches(page, "done");
            assert!(page.text("#step").unwrap().contains("人脸"));
            page.click("#home").unwrap();
            reaches(page, "home");
            let shown = page.text("#step").unwrap();
            assert!(shown.contains("已完成实名认证") && !shown.contains(number), "{shown}");
            page.click("#out").unwrap();
            reaches(page, "phone");
            assert_eq!(page.eval("sessionStorage.length").unwrap(), 0, "nothing is left in the browser");
        });
    }
}

#[test]
fn what_goes_wrong_is_told_and_a_person_can_be_asked_instead() {
    let clinic = clinic();
    at(&clinic, Look { width: PHONE, ..Look::default() }, &scene(), |page| {
        reaches(page, "phone");
        page.click("#phone").unwrap();
        page.enter("123").unwrap();
        page.press("Enter").unwrap();
        page.wait("document.querySelector('#step .problem')").unwrap();
        assert!(page.text("#step .problem").unwrap().contains("11 位"));
        page.eval("document.querySelector('#phone').value = ''").unwrap();
        page.click("#phone").unwrap();
        page.enter("13711112224").unwrap();
        page.press("Enter").unwrap();
        reaches(page, "code");
        assert_eq!(page.eval("document.querySelector('#again').disabled").unwrap(), true, "another code has to wait");
        let code = clinic.code("to=13711112224");
        page.enter(if code == "000000" { "111111" } else { "000000" }).unwrap();
        page.wait("document.querySelector('#step .problem[data-code=wrong_code]')").unwrap();
        page.enter(&code).unwrap();

        reaches(page, "home");
        page.click("#start").unwrap();
        reaches(page, "id_card_front");
        choose(page, &picture("blurred"));
        page.wait("document.querySelector('#step .problem[data-code=blurred]')").unwrap();
        assert!(page.text("#step").unwrap().contains("还可以试 9 次"));
        choose(page, &picture(&format!("front 张三 {}", NUMBERS[0])));
        reaches(page, "id_card_back");
        // The page is left and opened again, with a token that has run out.
        let old = "sessionStorage.setItem('yunzhen.session', sessionStorage.getItem('yunzhen.session')
            .replace(/\"token\":\"[^\"]+\"/, '\"token\":\"old\"'))";
        page.eval(old).unwrap();
        page.reload().unwrap();
        reaches(page, "id_card_back");
        choose(page, &picture("back long_term"));
        reaches(page, "confirm");
        page.click("#again-front").unwrap();
        page.wait("document.querySelector('#shoot')").unwrap();
        choose(page, &picture(&format!("front 张三 {}", NUMBERS[1])));
        page.wait(&format!("document.querySelector('#field-id_number')?.value === '{}'", NUMBERS[1])).unwrap();
        page.click("#right").unwrap();
        reaches(page, "consent");
        page.click("#agree").unwrap();
        reaches(page, "liveness");
        page.click("#record").unwrap();
        page.wait("document.querySelector('#step .problem[data-code=different_person]')").unwrap();
        assert_eq!(page.eval("document.querySelector('video').srcObject").unwrap(), Value::Null, "the camera is off");
        page.click("#manual").unwrap();
        reaches(page, "review");
        page.click("#language").unwrap();
        assert!(page.text("#step").unwrap().contains("A member of staff"));
        page.click("#language").unwrap();
        page.reload().unwrap();
        reaches(page, "review");

        let case = clinic.ask("GET", "reviews", &clinic.admin(), &Value::Null).json()["items"][0]["case_id"].clone();
        let verdict = json!({"verdict": "rejected", "note": "证件照片不清晰"});
        let decided = clinic.ask("POST", &format!("reviews/{}", case.as_str().unwrap()), &clinic.admin(), &verdict);
        assert_eq!(decided.status, 200, "{}", decided.json());
        page.reload().unwrap();
        reaches(page, "failed");
        assert!(page.text("#step .problem").unwrap().contains("证件照片不清晰"), "why it was refused is told");
        page.click("#home").unwrap();
        reaches(page, "home");
    });
}

#[test]
fn a_recording_can_be_stopped_and_one_that_was_seen_before_is_told() {
    let clinic = clinic();
    let seen = scene();
    for (phone, second) in [("13711112225", false), ("13711112226", true)] {
        at(&clinic, Look { width: 320, ..Look::default() }, &seen, |page| {
            sign_in(&clinic, page, phone);
            show_card(page, "camera", NUMBERS[0]);
            page.click("#right").unwrap();
            reaches(page, "consent");
            page.click("#agree").unwrap();
            reaches(page, "liveness");
            page.click("#record").unwrap();
            page.wait("document.querySelector('#main').dataset.prompt === 'do.straight'").unwrap();
            page.click("#stop").unwrap();
            reaches(page, "liveness");
            page.click("#record").unwrap();
            if second {
                page.wait("document.querySelector('#step [data-reason=replayed]')").unwrap();
                assert!(page.text("#step").unwrap().contains("重新录制"));
            } else {
                reaches(page, "done");
            }
        });
    }
}

#[test]
fn a_card_before_the_camera_is_read_by_the_reader_itself() {
    let clinic = Clinic::real().unwrap();
    let (front, back) = (sample("front"), sample("back"));
    at(&clinic, Look { width: PHONE, ..Look::default() }, &samples::file(&front), |page| {
        sign_in(&clinic, page, "13711112226");
        reaches(page, "home");
        page.click("#start").unwrap();
        reaches(page, "id_card_front");
        page.click("#cancel").unwrap();
        reaches(page, "home");
        page.click("#start").unwrap();
        reaches(page, "id_card_front");
        page.click("#shoot").unwrap();
        page.wait("document.querySelector('#shutter')?.disabled === false").unwrap();
        page.click("#shutter").unwrap();
        reaches(page, "id_card_back");
        choose(page, &samples::file(&back));
        reaches(page, "confirm");
        for (name, value) in samples::fields(&front).into_iter().chain(samples::fields(&back)) {
            if page.eval(&format!("document.querySelector('#field-{name}') !== null")).unwrap() == json!(true) {
                assert_eq!(
                    page.eval(&format!("document.querySelector('#field-{name}').value")).unwrap(),
                    value,
                    "{name}"
                );
            }
        }
    });
}
