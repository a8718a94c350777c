//! The API key: handed over in the address, typed, wrong.

use tests::browser::{Look, Page};

use crate::{DESK, PHONE, assert_shows, at_both_widths, host, pick_sample, problem, sample, start};

#[test]
fn a_key_in_the_address_leaves_it_at_once() {
    at_both_widths(|page| {
        assert_eq!(page.eval("[location.hash, history.length > 2]").unwrap(), serde_json::json!(["", false]));
        let label = "document.querySelector('#key-button').getAttribute('aria-label')";
        assert_eq!(page.eval(label).unwrap(), "访问密钥（已填写）");
        // It lasts as long as the tab, and no longer.
        page.reload().unwrap();
        page.wait("document.querySelector('#key-button')?.ariaLabel").unwrap();
        assert_eq!(page.eval(label).unwrap(), "访问密钥（已填写）");
        assert_eq!(page.eval("Object.keys(localStorage).length").unwrap(), 0);
    });
}

#[test]
fn without_a_key_the_page_asks_for_it_and_goes_on() {
    let host = host();
    for width in [PHONE, DESK] {
        let page = Page::open(&host.url("/"), Look { width, ..Look::default() }).unwrap();
        let truth = sample("front");
        pick_sample(&page, &truth);
        page.wait("document.activeElement.id === 'key'").unwrap();
        page.enter(&host.key).unwrap();
        page.press("Enter").unwrap();
        assert_shows(&page, &truth);
        assert_eq!(page.complaints(), Vec::<String>::new());
    }
}

#[test]
fn a_wrong_key_is_told_and_can_be_mended() {
    let host = host();
    for width in [PHONE, DESK] {
        let page = Page::open(&host.url("/#key=yz_wrong"), Look { width, ..Look::default() }).unwrap();
        let truth = sample("front");
        pick_sample(&page, &truth);
        let (_, advice) = problem(&page);
        assert!(advice.contains("密钥不对或没有填写"), "{advice}");
        start(&page, "#problem .primary");
        page.wait("document.activeElement.id === 'key'").unwrap();
        page.enter(&host.key).unwrap();
        page.press("Enter").unwrap();
        assert_shows(&page, &truth);
        assert_eq!(page.complaints(), Vec::<String>::new());
    }
}
