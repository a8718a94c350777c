//! A template's way: made, looked at, refused before a person approved it, approved, used, changed.

use serde_json::json;
use tests::browser::Page;

use crate::sms::{admin, ask, at_both_widths, choose, fill, go, problem, reaches, system};

fn make(page: &Page, name: &str) -> String {
    page.click("#new-template").unwrap();
    fill(page, "#editor [name=name]", name);
    fill(page, "#editor [name=text]", "您的验证码为{code}。");
    page.wait("document.querySelector('[data-rule=code]')").unwrap();
    fill(page, "[data-rule=code] [type=number]", "6");
    page.click("#editor-save").unwrap();
    page.wait(&format!("document.querySelector('#templates-status').textContent === '“{name}”已保存'")).unwrap();
    let id = page.eval(&format!(
        "[...document.querySelectorAll('.template')].find((it) => it.textContent.includes({name:?})).dataset.id"
    ));
    id.unwrap().as_str().unwrap().to_owned()
}

fn press(page: &Page, id: &str, what: &str) {
    page.click(&format!("[data-id={id}] [data-do={what}]")).unwrap();
}

fn reviewed(page: &Page, id: &str, review: &str) {
    page.wait(&format!("document.querySelector('[data-id={id}][data-review={review}]')")).unwrap();
}

#[test]
fn a_template_is_made_approved_and_used() {
    let key = system("templates");
    at_both_widths("templates", &key, |page| {
        let width = page.eval("innerWidth").unwrap().as_u64().unwrap();
        let id = make(page, &format!("登录{width}"));
        reviewed(page, &id, "pending");
        press(page, &id, "preview");
        fill(page, "#ask [data-param=code]", "246810");
        page.wait("document.querySelector('#ask .size')").unwrap();
        assert_eq!(page.text("#ask .bubble").unwrap(), "【云诊】您的验证码为246810。");
        assert_eq!(page.text("#ask .size").unwrap(), "17 字 · 计 1 条");
        page.press("Escape").unwrap();

        let order = json!({"to": format!("1371111{width:04}"), "template_id": id, "params": {"code": "246810"}});
        let (status, refused) = ask(page, "POST", "messages", &key, &order);
        assert_eq!((status, &refused["code"]), (422, &json!("template_not_approved")));
        go(page, "send");
        page.click("#panel-send [value=template] + span").unwrap();
        assert_eq!(page.eval(&format!("document.querySelector('#usable option[value={id}]')")).unwrap(), json!(null));

        go(page, "templates");
        press(page, &id, "approve");
        page.click("#review-send").unwrap();
        assert!(problem(page, "#ask").contains("需要管理员"));
        page.press("Escape").unwrap();
        page.eval(&format!("location.hash = 'key={}'", admin())).unwrap();
        press(page, &id, "approve");
        fill(page, "#review-note", "同意");
        page.click("#review-send").unwrap();
        reviewed(page, &id, "approved");
        assert!(page.text(&format!("[data-id={id}]")).unwrap().contains("同意"));

        press(page, &id, "use");
        page.wait("document.querySelector('#send-params [data-param=code]')").unwrap();
        fill(page, "#panel-send [name=to]", order["to"].as_str().unwrap());
        fill(page, "#send-params [data-param=code]", "135791");
        page.wait("document.querySelector('#send-preview .size')").unwrap();
        assert_eq!(page.text("#send-preview .bubble").unwrap(), "【云诊】您的验证码为135791。");
        page.click("#send-button").unwrap();
        reaches(page, "delivered");
        assert!(page.text(".facts").unwrap().contains(&format!("登录{width}")));
        page.click("#life-close").unwrap();

        // New words have to be approved again.
        go(page, "templates");
        press(page, &id, "edit");
        fill(page, "#editor [name=text]", "您的登录验证码为{code}。");
        page.click("#editor-save").unwrap();
        reviewed(page, &id, "pending");
        let (_, changed) = ask(page, "GET", &format!("templates/{id}"), &key, &json!(null));
        assert_eq!(changed["placeholders"], json!([{"name": "code", "max_length": 6, "links": false}]), "rules stay");
        press(page, &id, "reject");
        page.click("#review-send").unwrap();
        reviewed(page, &id, "rejected");
    });
}

#[test]
fn what_is_wrong_with_a_template_is_told() {
    let key = system("templates");
    at_both_widths("templates", &key, |page| {
        let taken = format!("重名{}", page.eval("innerWidth").unwrap());
        make(page, &taken);
        page.click("#new-template").unwrap();
        fill(page, "#editor [name=name]", &taken);
        choose(page, "#editor [name=class]", "notice");
        fill(page, "#editor [name=text]", "您好，{Name}");
        page.click("#editor-save").unwrap();
        let told = problem(page, "#editor");
        assert!(told.contains("花括号只用于占位符"), "{told}");
        fill(page, "#editor [name=text]", "您好，{name}");
        page.click("#editor-save").unwrap();
        page.wait("document.querySelector('#editor [data-code=name_taken]')").unwrap();
        page.press("Escape").unwrap();
    });
}
