//! What can be done with a message: taking it back, sending it again, seeing its number and text.

use serde_json::json;
use tests::token::now_s;
use tests::vendors::time::extended;

use crate::sms::{admin, ask, at_both_widths, notice, open, problem, reaches, send, steps, system};

#[test]
fn a_waiting_message_is_taken_back() {
    let key = system("cancel");
    at_both_widths("outbox", &key, |page| {
        let mut body = notice("13711112250", "tomorrow");
        body["send_at"] = json!(extended((now_s() + 86_400) * 1_000));
        let id = send(page, &key, &body);
        open(page, &id, "accepted");
        assert_eq!(page.eval("document.querySelector('#replay')").unwrap(), json!(null));
        page.click("#cancel-message").unwrap();
        reaches(page, "cancelled");
        assert_eq!(steps(page), json!(["accepted", "cancelled"]));
        assert_eq!(page.text("#life-reason").unwrap(), "由发送方撤回");
        assert_eq!(page.eval("document.querySelector('#cancel-message, #replay')").unwrap(), json!(null));
        assert_eq!(ask(page, "GET", &format!("messages/{id}"), &key, &json!(null)).1["state"], "cancelled");
    });
}

#[test]
fn a_failed_message_is_sent_again_when_that_is_confirmed() {
    let key = system("replay");
    at_both_widths("outbox", &key, |page| {
        let id = send(page, &key, &notice("13711990021", "again"));
        open(page, &id, "failed");
        page.click("#replay").unwrap();
        assert_eq!(page.text("#replay").unwrap(), "确认重新发送");
        assert_eq!(page.eval("document.activeElement.id").unwrap(), "replay");
        page.press("Enter").unwrap();
        // To the same bad end: the number is what it was.
        page.wait("document.querySelectorAll('.timeline > li[data-state=failed]').length === 2").unwrap();
        let twice = ["accepted", "submitting", "submitted", "failed"].repeat(2);
        assert_eq!(steps(page), json!(twice));
        assert_eq!(page.text("[data-reason=replayed]").unwrap(), "由人工重新发送");
    });
}

#[test]
fn what_was_perhaps_sent_is_sent_again_with_a_warning() {
    let key = system("perhaps");
    at_both_widths("outbox", &key, |page| {
        let id = send(page, &key, &notice("13711990014", "perhaps"));
        open(page, &id, "unknown");
        page.click("#replay").unwrap();
        assert_eq!(page.text("#replay").unwrap(), "确认重新发送（可能收到两次）");
        page.press("Enter").unwrap();
        // The answer is lost again: the number is what it was.
        page.wait("document.querySelectorAll('.timeline > li[data-state=submitting]').length === 2").unwrap();
        reaches(page, "unknown");
        assert_eq!(page.text("[data-reason=replayed]").unwrap(), "由人工重新发送");
    });
}

#[test]
fn number_and_text_are_for_administrators() {
    let key = system("reveal");
    at_both_widths("outbox", &key, |page| {
        let id = send(page, &key, &notice("13711112252", "shown"));
        open(page, &id, "delivered");
        page.click("#reveal").unwrap();
        let told = problem(page, "#life");
        assert!(told.contains("需要管理员") && told.contains("业务系统的密钥不能做这件事"), "{told}");
        assert!(!page.text("#life").unwrap().contains("13711112252"));
        // The administrator's token in the place of the key.
        page.eval(&format!("location.hash = 'key={}'", admin())).unwrap();
        page.wait("!document.querySelector('#life').open").unwrap();
        open(page, &id, "delivered");
        page.click("#reveal").unwrap();
        page.wait("document.querySelector('#life > .to').textContent === '+8613711112252'").unwrap();
        let shown = page.text(".facts").unwrap();
        assert!(shown.contains("请按时就诊") && shown.contains("查看已记入审计日志"), "{shown}");
        assert!(shown.contains("system:reveal"));
    });
}

#[test]
fn what_is_not_there_or_not_ones_own_is_told() {
    at_both_widths("outbox", &system("reveal"), |page| {
        page.eval("location.hash = 'msg_01ARZ3NDEKTSV4RRFFQ69G5FAV'").unwrap();
        assert!(problem(page, "#life").contains("您没有权限，或没有这条记录"));
        page.click("#life-close").unwrap();
        page.wait("!document.querySelector('#life').open").unwrap();
    });
}
