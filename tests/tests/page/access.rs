//! For everyone: by keyboard alone, by ear, in either language, in light and dark; and under a strict security policy.

use std::{
    collections::BTreeSet,
    fs,
    sync::{Mutex, PoisonError},
};

use serde_json::Value;
use tests::{
    browser::{Look, Page},
    host::root,
};

use crate::{DESK, PHONE, assert_shows, at_both_widths, outcome, pick_sample, sample, with};

/// Rules of WCAG 2.2 A and AA and axe-core's best practices that the page breaks now, with where.
pub fn axe(page: &Page) -> Vec<String> {
    let axe = root().join("target/models/axe/axe.min.js");
    let script =
        fs::read_to_string(&axe).unwrap_or_else(|error| panic!("{}: {error}: run `cargo xtask test`", axe.display()));
    page.eval(&format!("globalThis.axe ? true : (() => {{ {script}; return true; }})()")).unwrap();
    // Of what holds nothing is asked, for telling where it stands is most of the work on a long page.
    let found = page.eval("axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)").unwrap();
    let violations = found.as_array().unwrap();
    violations
        .iter()
        .flat_map(|violation| {
            let nodes = violation["nodes"].as_array().unwrap();
            nodes.iter().map(|node| format!("{}: {} {}", violation["id"], node["html"], node["failureSummary"]))
        })
        .collect()
}

/// The page, its step, language and colours, and what there is on it to act upon. Not its width: axe judges hardly
/// anything by it, and what sticks out sideways is looked at elsewhere.
const VIEW: &str = "[
    location.pathname,
    document.querySelector('#main')?.dataset.step,
    document.documentElement.lang,
    matchMedia('(prefers-color-scheme: dark)').matches,
    ...new Set([...document.querySelectorAll('[id]')].map((node) => node.id.replace(/[0-9]+/g, 'N'))),
].join(' ')";

/// Nothing that axe finds. A view that was judged before by this process, by the same state, is not judged again.
pub fn assert_accessible(page: &Page, state: &str) {
    static JUDGED: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());
    let view = format!("{state}: {}", page.eval(VIEW).unwrap());
    let new = JUDGED.lock().unwrap_or_else(PoisonError::into_inner).insert(view);
    if new {
        assert_eq!(axe(page), Vec::<String>::new(), "{state}");
    }
}

#[test]
fn axe_finds_nothing_in_any_state_at_either_width_in_light_and_dark() {
    for (width, dark) in [(PHONE, true), (DESK, false)] {
        with(Look { width, dark, ..Look::default() }, |page| {
            page.wait("document.querySelector('#samples button') !== null").unwrap();
            assert_accessible(page, "at first");
            page.click(".options summary").unwrap();
            assert_accessible(page, "options open");
            page.click("#key-button").unwrap();
            assert_accessible(page, "key dialog");
            page.press("Escape").unwrap();
            pick_sample(page, &sample("front"));
            outcome(page);
            assert_accessible(page, "read");
            page.click("input[value=front] + span").unwrap();
            pick_sample(page, &sample("back"));
            assert_eq!(outcome(page), "failed");
            assert_accessible(page, "refused");
        });
    }
}

#[test]
fn everything_works_by_keyboard_and_the_focus_is_seen() {
    at_both_widths(|page| {
        let truth = sample("front");
        page.wait("document.querySelector('#samples button') !== null").unwrap();
        page.press("Tab").unwrap();
        assert_eq!(page.eval("document.activeElement.className").unwrap(), "skip", "first the way past the header");
        let mut seen = BTreeSet::new();
        let goal = format!("document.activeElement.dataset.file === {}", truth["file"]);
        for stop in 0.. {
            assert!(stop < 60, "the sample is not reached: {seen:?}");
            seen.insert(
                page.eval("document.activeElement.id || document.activeElement.textContent.trim()")
                    .unwrap()
                    .to_string(),
            );
            assert_eq!(
                page.eval(FOCUS_SEEN).unwrap(),
                true,
                "no visible focus on {:?}",
                page.eval("document.activeElement.outerHTML")
            );
            if page.eval(&goal).unwrap() == true {
                break;
            }
            page.press("Tab").unwrap();
        }
        for id in ["shoot", "choose", "language", "key-button"] {
            assert!(seen.contains(&format!("{id:?}")), "{id} is not reached: {seen:?}");
        }
        page.press("Enter").unwrap();
        assert_shows(page, &truth);
        // From the result's heading, where the focus was put, the next stops are the copy buttons.
        page.press("Tab").unwrap();
        page.press("Tab").unwrap();
        assert_eq!(page.eval("document.activeElement.getAttribute('aria-label')").unwrap(), "复制姓名");
        page.press_shift("Tab").unwrap();
        assert_eq!(page.eval("document.activeElement.textContent").unwrap(), "复制全部");
    });
}

/// The focused element, or what stands for it on screen, has an outline or has moved into view.
const FOCUS_SEEN: &str = "(() => {
    const seen = (node) => node && getComputedStyle(node).outlineStyle !== 'none' && node.getBoundingClientRect().width > 0;
    return seen(document.activeElement) || seen(document.activeElement.nextElementSibling);
})()";

#[test]
fn the_language_is_switched_and_stays() {
    at_both_widths(|page| {
        let now = "[document.documentElement.lang, document.title, document.querySelector('h1').textContent]";
        assert_eq!(page.eval(now).unwrap(), serde_json::json!(["zh-CN", "身份证识别 · 云诊", "身份证识别"]));
        pick_sample(page, &sample("front"));
        outcome(page);
        page.click("#language").unwrap();
        let english = serde_json::json!(["en", "Identity card reader · Yunzhen", "Identity card reader"]);
        assert_eq!(page.eval(now).unwrap(), english);
        assert_eq!(page.text(".field[data-field=name] dt").unwrap(), "Name");
        assert_eq!(
            page.eval(CHINESE_LEFT).unwrap(),
            Value::Array(vec![]),
            "only what is printed on the card stays Chinese"
        );
        page.reload().unwrap();
        page.wait("document.querySelector('#key-button')?.ariaLabel").unwrap();
        assert_eq!(page.eval(now).unwrap(), english);
    });
}

/// Texts in Chinese that are neither data (of a card, of a template) nor the way back to Chinese.
pub const CHINESE_LEFT: &str = r"(() => {
    const left = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (/\p{Script=Han}/u.test(walker.currentNode.data) && !parent.closest('[lang=zh-CN], noscript, template')) left.push(walker.currentNode.data);
    }
    return left;
})()";

/// WCAG 1.4.10: a desk's window at 400 %.
#[test]
fn at_320_pixels_nothing_sticks_out() {
    for english in [false, true] {
        with(Look { width: 320, ..Look::default() }, |page| {
            if english {
                page.click("#language").unwrap();
            }
            page.click(".options summary").unwrap();
            pick_sample(page, &sample("front"));
            outcome(page);
        });
    }
}

#[test]
fn scripts_that_are_not_the_pages_own_do_not_run() {
    let host = crate::host();
    let page = Page::open(&host.url("/"), Look { width: DESK, ..Look::default() }).unwrap();
    let policy = page.eval("fetch('/').then((answer) => answer.headers.get('content-security-policy'))").unwrap();
    let policy = policy.as_str().unwrap();
    assert!(policy.contains("default-src") && !policy.contains("unsafe"), "{policy}");
    let ran = page.eval(
        "(() => {
            const script = document.createElement('script');
            script.textContent = 'globalThis.ran = true';
            document.body.append(script);
            document.body.setAttribute('style', 'outline: 7px solid');
            return [globalThis.ran === true, getComputedStyle(document.body).outlineWidth === '7px'];
        })()",
    );
    assert_eq!(ran.unwrap(), serde_json::json!([false, false]));
    assert!(!page.complaints().is_empty(), "the policy's refusals are what the other tests would see");
}
