//! The page that shows the OpenAPI document.

use tests::browser::Look;

use crate::{DESK, PHONE, access::assert_accessible, at};

#[test]
fn every_operation_is_shown_to_everyone() {
    // Colours do not hang on the width: each of both once.
    for (width, dark) in [(PHONE, true), (DESK, false)] {
        at("/docs", Look { width, dark, ..Look::default() }, |page| {
            page.wait("document.querySelector('#read_identity_card') !== null").unwrap();
            let described =
                "fetch('/openapi.json').then((answer) => answer.json()).then(({ paths }) => Object.keys(paths).sort())";
            let shown = "[...new Set([...document.querySelectorAll('h2 .method + code')].map((path) => path.textContent))].sort()";
            assert_eq!(page.eval(shown).unwrap(), page.eval(described).unwrap());
            assert_accessible(page, "in Chinese");
            page.click("#language").unwrap();
            assert_eq!(page.text("h1").unwrap(), "API");
            assert_accessible(page, "in English");
            assert_eq!(page.text("nav [aria-current=page]").unwrap(), "API");
        });
    }
}
