//! The pages, in Chromium, against the running application. Each behaviour at a phone's and a desk's width.

mod access;
mod camera;
mod docs;
mod face;
mod keys;
mod paper;
mod photo;
mod reading;
mod register;
mod rx;
mod rx_admin;
mod rx_drugs;
mod rx_sign;
mod rx_text;
mod sms;
mod sms_access;
mod sms_life;
mod sms_outbox;
mod sms_send;
mod sms_stats;
mod sms_templates;

use std::sync::Arc;

use serde_json::Value;
use tests::{
    browser::{Look, Page},
    host::Host,
    samples::{fields, first as sample, folder as samples},
};

const PHONE: u32 = 390;
const DESK: u32 = 1440;

/// What makes the page wider than its window: the innermost elements that reach beyond its right edge.
const STICKING_OUT: &str = "(() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const wide = [...document.body.querySelectorAll('*')].filter((node) => node.getBoundingClientRect().right > width + 0.5);
    return wide.filter((node) => !wide.some((other) => other !== node && node.contains(other)))
        .map((node) => `${node.localName}#${node.id}.${node.className} ${node.getBoundingClientRect().right} ${node.textContent.slice(0, 20)}`);
})()";

/// Runs a behaviour at both widths; whatever it does, nothing may be complained about nor stick out sideways.
fn at_both_widths(behave: impl Fn(&Page)) {
    for width in [PHONE, DESK] {
        with(Look { width, ..Look::default() }, &behave);
    }
}

fn with(look: Look, behave: impl Fn(&Page)) {
    at("/", look, behave);
}

fn at(path: &str, look: Look, behave: impl Fn(&Page)) {
    let host = host();
    let page = Page::open(&host.url(&format!("{path}#key={}", host.key)), look).unwrap();
    behave(&page);
    assert_eq!(page.eval(STICKING_OUT).unwrap(), Value::Array(Vec::new()), "sticks out at {}", look.width);
    assert_eq!(page.complaints(), Vec::<String>::new());
}

fn host() -> Arc<Host> {
    Host::shared().unwrap()
}

/// Clicks what starts a reading; the mark of the one before is wiped first, so that [`outcome`] waits for this one.
fn start(page: &Page, selector: &str) {
    page.eval("document.querySelector('#main').dataset.phase = ''").unwrap();
    page.click(selector).unwrap();
}

fn pick_sample(page: &Page, truth: &Value) {
    let button = format!("#samples button[data-file='{}']", truth["file"].as_str().unwrap());
    page.wait(&format!("document.querySelector({button:?}) !== null")).unwrap();
    start(page, &button);
}

/// Waits for the end of a reading: `done` or `failed`.
fn outcome(page: &Page) -> String {
    let ended =
        page.wait("['done', 'failed'].find((phase) => phase === document.querySelector('#main').dataset.phase)");
    ended.unwrap().as_str().unwrap().to_owned()
}

fn assert_shows(page: &Page, truth: &Value) {
    assert_eq!(outcome(page), "done", "{}", page.text("#outcome").unwrap());
    let shown: Vec<(&str, String)> = fields(truth)
        .into_iter()
        .map(|(name, _)| (name, page.text(&format!(".field[data-field={name}] .value")).unwrap()))
        .collect();
    assert_eq!(shown, fields(truth));
}

/// The code of the problem shown, and the advice that goes with it.
fn problem(page: &Page) -> (String, String) {
    assert_eq!(outcome(page), "failed");
    let code = page.eval("document.querySelector('#problem').dataset.code").unwrap();
    (code.as_str().unwrap().to_owned(), page.text("#problem").unwrap())
}
