//! Sending a message from the page and seeing what becomes of it.

use serde_json::json;
use tests::browser::{Look, Page};

use crate::{
    DESK, PHONE,
    sms::{ask, at_both_widths, choose, fill, host, problem, reaches, send, steps, system},
};

fn write(page: &Page, to: &str, text: &str) {
    fill(page, "#panel-send [name=to]", to);
    choose(page, "#panel-send [name=class]", "notice");
    fill(page, "#panel-send textarea", text);
}

#[test]
fn a_message_is_sent_and_seen_delivered() {
    let key = system("send");
    at_both_widths("send", &key, |page| {
        page.wait("!document.querySelector('#sandbox-only').hidden").unwrap();
        assert!(page.text("#nothing-sent").unwrap().contains("不会真的发出短信"));
        write(page, "137 1111 2222", &"按时就诊".repeat(20));
        assert!(page.text("#send-preview").unwrap().contains("80 字，约 2 条"), "shown before it is sent");
        page.click("#send-button").unwrap();
        reaches(page, "delivered");
        assert_eq!(steps(page), json!(["accepted", "submitting", "submitted", "delivered"]));
        assert_eq!(page.text("#life > .to").unwrap(), "137****2222");
        let id = page.eval("location.hash.slice(1)").unwrap();
        let (_, events) = ask(page, "GET", &format!("messages/{}/events", id.as_str().unwrap()), &key, &json!(null));
        let times = page.eval("[...document.querySelectorAll('.timeline time')].map((time) => time.dateTime)").unwrap();
        let said: Vec<_> = events["items"].as_array().unwrap().iter().map(|event| event["at"].clone()).collect();
        assert_eq!(times, json!(said));
        // Back to the form, which is as it was.
        page.press("Escape").unwrap();
        page.wait("!document.querySelector('#life').open").unwrap();
        assert_eq!(page.eval("location.hash").unwrap(), "#send");
        assert!(page.text("#send-status").unwrap().contains(id.as_str().unwrap()));
    });
}

#[test]
fn a_failure_is_told_in_words() {
    let cases = [
        ("13711990021", "failed", "手机关机、停机或不在服务区"),
        ("13711990002", "failed", "号码有误或是空号"),
        ("13711990003", "dead", "该号码的发送次数已达上限"),
        ("13711990014", "unknown", "通道的答复丢失，可能已经发出"),
    ];
    let key = system("fail");
    at_both_widths("send", &key, |page| {
        for (to, state, words) in cases {
            write(page, to, "请按时就诊");
            page.click("#send-button").unwrap();
            reaches(page, state);
            assert_eq!(page.text("#life-reason").unwrap(), words, "{to}");
            assert!(page.text("#life").unwrap().contains("as the sandbox was told") || to.ends_with("21"));
            page.click("#life-close").unwrap();
            page.wait("!document.querySelector('#life').open").unwrap();
        }
        assert_eq!(ask(page, "POST", "keywords", &key, &json!({"words": ["代开发票"]})).0, 201);
        write(page, "13711112225", "可代开-發票");
        page.click("#send-button").unwrap();
        reaches(page, "dead");
        assert_eq!(page.text("#life-reason").unwrap(), "内容含有拦截词");
        assert!(page.text("#life").unwrap().contains("拦截词： 代开发票"));
        page.click("#life-close").unwrap();
        write(page, "12345", "请按时就诊");
        page.click("#send-button").unwrap();
        let told = problem(page, "#send-problem");
        assert!(told.contains("有一项填得不对") && told.contains("不是手机号码"), "{told}");
    });
}

/// The answer to the first try is lost on its way; the service has the message.
const LOSE_ONE: &str = "(() => {
    const real = globalThis.fetch;
    globalThis.keys = [];
    globalThis.fetch = async (path, options) => {
        const answer = await real(path, options);
        if (options?.method !== 'POST' || !path.endsWith('/messages')) return answer;
        globalThis.keys.push(options.headers['idempotency-key']);
        if (globalThis.keys.length === 1) throw new TypeError('lost');
        return answer;
    };
    return true;
})()";

#[test]
fn a_retry_sends_nothing_twice() {
    let key = system("retry");
    at_both_widths("send", &key, |page| {
        let (_, before) = ask(page, "GET", "messages?limit=100", &key, &json!(null));
        page.eval(LOSE_ONE).unwrap();
        write(page, "13711112223", "请按时就诊");
        page.click("#send-button").unwrap();
        assert!(problem(page, "#send-problem").contains("网络不通"));
        page.click("#send-problem .primary").unwrap();
        reaches(page, "delivered");
        let (_, after) = ask(page, "GET", "messages?limit=100", &key, &json!(null));
        let count = |page: &serde_json::Value| page["items"].as_array().unwrap().len();
        assert_eq!(count(&after), count(&before) + 1);
        // What is sent next is another message, even if it says the same.
        page.press("Escape").unwrap();
        page.click("#send-button").unwrap();
        reaches(page, "delivered");
        assert_eq!(page.eval("[keys[0] === keys[1], keys[1] === keys[2]]").unwrap(), json!([true, false]));
    });
}

#[test]
fn without_a_key_the_page_asks_and_goes_on_to_the_message() {
    let (host, key) = (host(), system("send"));
    for width in [PHONE, DESK] {
        let look = Look { width, ..Look::default() };
        let page = Page::open(&host.url("/sms"), look).unwrap();
        let id = send(&page, &key, &crate::sms::notice("13711112224", "linked"));
        let page = Page::open(&host.url(&format!("/sms#{id}")), look).unwrap();
        page.wait("document.activeElement.id === 'key'").unwrap();
        page.press("Escape").unwrap();
        assert!(problem(&page, "#life").contains("密钥不对或没有填写"));
        page.click("#life .problem .primary").unwrap();
        page.wait("document.activeElement.id === 'key'").unwrap();
        page.enter(&key).unwrap();
        page.press("Enter").unwrap();
        reaches(&page, "delivered");
        assert_eq!(page.complaints(), Vec::<String>::new());
    }
}
