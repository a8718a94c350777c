//! For everyone: nothing that axe finds, in every part, at each width, in light and dark; in either language; narrow; by keyboard.

use serde_json::json;
use tests::browser::{Look, Page};

use crate::{
    DESK, PHONE,
    access::{CHINESE_LEFT, assert_accessible},
    sms::{admin, ask, at, at_both_widths, go, notice, open, problem, send, system},
};

/// Something to see in every part.
fn seed(page: &Page, key: &str) -> String {
    let template = json!({"name": "就诊提醒", "class": "notice", "text": "{name}您好，请按时就诊。"});
    let (status, made) = ask(page, "POST", "templates", key, &template);
    if status == 201 {
        let review = json!({"review": "approved", "note": "同意"});
        let path = format!("templates/{}/review", made["template_id"].as_str().unwrap());
        assert_eq!(ask(page, "POST", &path, &admin(), &review).0, 200);
    }
    send(page, key, &notice("13711990021", "seen"))
}

/// Every part in every state worth a look, one after the other.
fn tour(page: &Page, id: &str, look: impl Fn(&str)) {
    page.click("#refresh").unwrap();
    page.wait("document.querySelector('.message')").unwrap();
    look("outbox");
    go(page, "templates");
    page.wait("document.querySelector('.template')").unwrap();
    look("templates");
    page.click("#new-template").unwrap();
    page.wait("document.querySelector('#editor[open]')").unwrap();
    look("editor");
    page.press("Escape").unwrap();
    page.click("[data-do=preview]").unwrap();
    page.wait("document.querySelector('#ask[open]')").unwrap();
    look("preview");
    page.press("Escape").unwrap();
    go(page, "stats");
    for by in ["vendor", "template", "hour"] {
        page.click(&format!("#stats-form [value={by}] + span")).unwrap();
        page.wait(&format!("document.querySelector('#stats[data-by={by}] .drawing svg')")).unwrap();
        page.eval("document.querySelector('#numbers').open = true").unwrap();
        look(by);
    }
    go(page, "send");
    look("send");
    page.click("#panel-send [value=template] + span").unwrap();
    look("send by template");
    go(page, "outbox");
    open(page, id, "failed");
    look("life");
    page.click("#reveal").unwrap();
    problem(page, "#life");
    look("refused");
    page.press("Escape").unwrap();
}

#[test]
fn axe_finds_nothing_in_any_part_at_either_width_in_light_and_dark() {
    let key = system("access");
    for (width, dark) in [(PHONE, true), (DESK, false)] {
        at("outbox", &key, Look { width, dark, ..Look::default() }, |page| {
            let id = seed(page, &key);
            tour(page, &id, |part| assert_accessible(page, part));
        });
    }
}

/// WCAG 1.4.10: a desk's window at 400 %.
#[test]
fn at_320_pixels_nothing_sticks_out_in_either_language() {
    let key = system("access");
    for english in [false, true] {
        at("outbox", &key, Look { width: 320, ..Look::default() }, |page| {
            let id = seed(page, &key);
            if english {
                page.click("#language").unwrap();
            }
            tour(page, &id, |part| assert_eq!(page.eval(crate::STICKING_OUT).unwrap(), json!([]), "{part}"));
        });
    }
}

#[test]
fn english_leaves_no_chinese_but_data() {
    let key = system("access");
    at_both_widths("outbox", &key, |page| {
        let id = seed(page, &key);
        page.click("#language").unwrap();
        assert_eq!(page.eval("document.title").unwrap(), "Short messages · Yunzhen");
        tour(page, &id, |part| {
            // Titles of dialogs name what they are about.
            if part != "preview" {
                assert_eq!(page.eval(CHINESE_LEFT).unwrap(), json!([]), "{part}");
            }
        });
    });
}

#[test]
fn a_message_is_reached_and_left_by_keyboard() {
    let key = system("access");
    at_both_widths("outbox", &key, |page| {
        let id = seed(page, &key);
        page.click("#refresh").unwrap();
        page.wait(&format!("document.querySelector('.message[href=\"#{id}\"]')")).unwrap();
        page.eval("document.querySelector('#refresh').focus()").unwrap();
        let link = format!("document.activeElement.getAttribute('href') === '#{id}'");
        for stop in 0.. {
            assert!(stop < 30, "the message is not reached");
            if page.eval(&link).unwrap() == true {
                break;
            }
            page.press("Tab").unwrap();
        }
        page.press("Enter").unwrap();
        page.wait("document.querySelector('#life[open] .timeline')").unwrap();
        assert_eq!(page.eval("document.querySelector('#life').contains(document.activeElement)").unwrap(), true);
        page.press("Escape").unwrap();
        page.wait("!document.querySelector('#life').open").unwrap();
        page.wait(&link).unwrap();
    });
}
