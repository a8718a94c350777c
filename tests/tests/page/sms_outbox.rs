//! The list of messages: filters, pages, what is empty, what is marked.

use serde_json::{Value, json};
use tests::browser::Page;

use crate::sms::{at_both_widths, choose, fill, go, notice, problem, send, system};

fn refs(page: &Page) -> Value {
    page.eval("[...document.querySelectorAll('.message .ref')].map((ref) => ref.textContent)").unwrap()
}

/// Waits until the list is this.
fn lists(page: &Page, expected: &Value) {
    let all = "[...document.querySelectorAll('.message .ref')].map((ref) => ref.textContent)";
    page.wait(&format!("JSON.stringify({all}) === {:?}", expected.to_string())).unwrap();
}

fn search(page: &Page) {
    page.click("#filters .buttons button").unwrap();
}

#[test]
fn messages_are_found_by_state_number_reference_and_time() {
    let key = system("filter");
    at_both_widths("outbox", &key, |page| {
        page.wait("document.querySelector('#messages .empty, #messages .message')").unwrap();
        let run = page.eval("String(Date.now())").unwrap();
        let name = |what: &str| format!("{what}-{}", run.as_str().unwrap());
        send(page, &key, &notice("13711112231", &name("one")));
        send(page, &key, &notice("13711112232", &name("two")));
        send(page, &key, &notice("13711990021", &name("lost")));
        page.click("#refresh").unwrap();
        // It follows what is under way by itself.
        page.wait("document.querySelectorAll('.message').length >= 3").unwrap();
        page.wait("[...document.querySelectorAll('.message')].every(({ dataset }) => ['delivered', 'failed'].includes(dataset.state))")
            .unwrap();
        page.eval("document.querySelector('#more').open = true").unwrap();
        fill(page, "#filters [name=client_ref]", &name("two"));
        search(page);
        lists(page, &json!([name("two")]));
        assert!(page.text(".message").unwrap().contains("137****2232"));
        assert!(!page.text("#messages").unwrap().contains("13711112232"));
        page.click("#filters [type=reset]").unwrap();
        page.wait("document.querySelectorAll('.message').length >= 3").unwrap();
        choose(page, "#states", "failed");
        page.wait("[...document.querySelectorAll('.message')].every(({ dataset }) => dataset.state === 'failed')")
            .unwrap();
        assert_eq!(refs(page)[0], name("lost"));
        assert!(page.text(".message").unwrap().contains("手机关机、停机或不在服务区"));
        page.click("#filters [type=reset]").unwrap();
        fill(page, "#filters [name=to]", "13711112231");
        search(page);
        page.wait(&format!("document.querySelector('.message .ref')?.textContent === {:?}", name("one"))).unwrap();
        page.eval("document.querySelector('#filters [name=from]').value = '2099-01-01T00:00'").unwrap();
        search(page);
        page.wait("document.querySelector('#messages .empty')").unwrap();
        assert!(page.text("#messages").unwrap().contains("没有符合条件的短信"));
        fill(page, "#filters [name=to]", "1");
        search(page);
        assert!(problem(page, "#messages").contains("不是手机号码"));
    });
}

#[test]
fn pages_lead_on_and_back() {
    let key = system("pages");
    at_both_widths("outbox", &key, |page| {
        page.wait("document.querySelector('#messages .empty, #messages .message')").unwrap();
        for i in 0..25 {
            send(page, &key, &notice(&format!("137111123{i:02}"), &format!("page-{i}")));
        }
        let named =
            |range: std::ops::RangeInclusive<i32>| json!(range.rev().map(|i| format!("page-{i}")).collect::<Vec<_>>());
        page.click("#refresh").unwrap();
        lists(page, &named(5..=24));
        page.click("#older").unwrap();
        page.wait("document.querySelector('.message .ref').textContent === 'page-4'").unwrap();
        assert_eq!(page.text("#page-number").unwrap(), "第 2 页");
        page.wait("document.activeElement.id === 'outbox-title'").unwrap();
        page.click("#newer").unwrap();
        lists(page, &named(5..=24));
        assert_eq!(page.eval("document.querySelector('#newer').disabled").unwrap(), true);
    });
}

/// The service as it would be 6 minutes after a receipt went missing, with a gateway closed and a reason of tomorrow.
const LATER: &str = "(() => {
    const real = globalThis.fetch;
    globalThis.fetch = async (path, options) => {
        const answer = await real(path, options);
        const [list, gateways] = [/messages\\?/.test(path), path.endsWith('/gateways')];
        if (!answer.ok || !(list || gateways)) return answer;
        const body = await answer.json();
        if (list) Object.assign(body.items[0], { state: 'submitted', reason: 'no_receipt', alarm_at: body.items[0].created_at, final_at: undefined });
        if (list) Object.assign(body.items[1], { state: 'failed', reason: 'solar_storm' });
        if (gateways) Object.assign(body.items[0], { failures: 5, closed_until: new Date(Date.now() + 60_000).toISOString(), stray_receipts: 3 });
        return Response.json(body);
    };
    return true;
})()";

#[test]
fn what_needs_a_person_is_marked() {
    let key = system("alarm");
    at_both_widths("outbox", &key, |page| {
        for i in 0..2 {
            send(page, &key, &notice(&format!("1371111240{i}"), "marked"));
        }
        page.eval(LATER).unwrap();
        page.click("#refresh").unwrap();
        page.wait("document.querySelector('.message .alarm')").unwrap();
        assert!(page.text(".message .alarm").unwrap().contains("5 分钟没有回执"));
        assert!(
            page.text("#messages li:nth-child(2)").unwrap().contains("solar_storm"),
            "a name without words is shown"
        );
        page.eval("import('/sms/gateways.js').then(({ loadGateways }) => loadGateways())").unwrap();
        let health = page.text("[data-gateway=sandbox]").unwrap();
        assert!(health.contains("连续失败，暂停到") && health.contains("无主回执 3 条"), "{health}");
    });
}

#[test]
fn without_network_the_way_on_is_told() {
    at_both_widths("outbox", &system("alarm"), |page| {
        page.offline(true).unwrap();
        page.click("#refresh").unwrap();
        assert!(problem(page, "#messages").contains("网络不通"));
        page.offline(false).unwrap();
        page.click("#messages .problem .primary").unwrap();
        page.wait("document.querySelector('#messages .message, #messages .empty')").unwrap();
        go(page, "stats");
    });
}

/// Looks three times, is hidden, is seen again: how long each pause was, and how many looks there were when.
const POLITE: &str = "import('/sms/poll.js').then(({ poll }) => new Promise((resolve) => {
    const [real, pauses, looks] = [globalThis.setTimeout, [], []];
    let hidden = false;
    Object.defineProperty(document, 'hidden', { get: () => hidden });
    globalThis.setTimeout = (then, ms) => (pauses.push(ms), real(then, 0));
    const seen = poll(async () => {
        looks.push(hidden);
        if (looks.length === 3) {
            hidden = true;
            // Seen again when nothing has been waited for any more.
            real(() => { looks.push(pauses.length); hidden = false; document.dispatchEvent(new Event('visibilitychange')); }, 0);
        }
        if (looks.length < 5) return true;
        globalThis.setTimeout = real;
        resolve([pauses.map(Math.round), looks]);
        return false;
    });
    seen.start();
}))";

#[test]
fn looking_again_is_polite() {
    at_both_widths("templates", &system("alarm"), |page| {
        page.wait("document.querySelector('#templates .template, #templates .empty')").unwrap();
        let [pauses, looks] = <[Value; 2]>::try_from(page.eval(POLITE).unwrap().as_array().unwrap().clone()).unwrap();
        assert_eq!(pauses, json!([1000, 1400, 1960]), "ever longer, and none while hidden");
        assert_eq!(looks, json!([false, false, false, 3, false]));
    });
}
