//! From a picture to its fields, or to what to do next.

use serde_json::json;
use tests::browser::Page;

use crate::{assert_shows, at_both_widths, outcome, pick_sample, problem, sample, samples, start};

/// Drops a picture without a card on the page, as from a file manager.
const DROP_BLANK: &str = "new Promise((resolve) => {
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [1200, 800];
    const context = canvas.getContext('2d');
    context.fillStyle = '#9ab';
    context.fillRect(0, 0, 1200, 800);
    canvas.toBlob((blob) => {
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([blob], 'wall.png', { type: 'image/png' }));
        document.body.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
        resolve();
    });
})";

#[test]
fn a_sample_of_the_portrait_side_shows_its_fields() {
    at_both_widths(|page| {
        let truth = sample("front");
        pick_sample(page, &truth);
        assert_shows(page, &truth);
        let boxes = page.eval("[...document.querySelectorAll('.box')].map((box) => box.dataset.field)").unwrap();
        assert_eq!(boxes, json!(["name", "sex", "ethnicity", "birth_date", "address", "id_number"]));
        assert_eq!(page.eval("document.querySelector('#picture img').naturalWidth > 600").unwrap(), true);
        assert_eq!(page.eval("document.activeElement.id").unwrap(), "result-title");
        assert!(page.text("#status").unwrap().starts_with("识别完成：6 项"));
    });
}

#[test]
fn a_sample_of_the_emblem_side_shows_its_fields() {
    at_both_widths(|page| {
        let truth = sample("back");
        pick_sample(page, &truth);
        assert_shows(page, &truth);
    });
}

#[test]
fn a_chosen_file_is_read() {
    at_both_widths(|page| {
        let truth = sample("front");
        page.attach("#file", &samples().join(truth["file"].as_str().unwrap())).unwrap();
        assert_shows(page, &truth);
        assert!(page.text("#outcome code").unwrap().len() >= 16, "the request id is shown for support");
    });
}

#[test]
fn a_field_and_its_box_light_up_together() {
    at_both_widths(|page| {
        // A file, for a click would leave the mouse pointing at whatever comes up beneath it.
        page.attach("#file", &samples().join(sample("front")["file"].as_str().unwrap())).unwrap();
        outcome(page);
        page.eval("document.querySelector('.field[data-field=address] button').focus()").unwrap();
        assert_eq!(lit(page), json!(["address", "address"]));
        // Pointing at a box brings the focus to its field.
        page.eval("document.querySelector('.box[data-field=id_number]').dispatchEvent(new MouseEvent('click'))")
            .unwrap();
        assert_eq!(lit(page), json!(["id_number", "id_number"]));
    });
}

fn lit(page: &Page) -> serde_json::Value {
    page.eval("[...document.querySelectorAll('.lit')].map((node) => node.dataset.field)").unwrap()
}

#[test]
fn a_picture_without_a_card_gets_advice() {
    at_both_widths(|page| {
        page.eval(DROP_BLANK).unwrap();
        let (code, advice) = problem(page);
        assert_eq!(code, "no_card");
        assert!(advice.contains("没有找到身份证") && advice.contains("请把整张身份证放进画面"), "{advice}");
        assert_eq!(page.eval("document.activeElement.id").unwrap(), "problem");
        // And the way on works.
        let truth = sample("front");
        pick_sample(page, &truth);
        assert_shows(page, &truth);
    });
}

#[test]
fn the_other_side_than_chosen_gets_advice() {
    at_both_widths(|page| {
        page.click(".options summary").unwrap();
        page.click("input[value=back] + span").unwrap();
        pick_sample(page, &sample("front"));
        let (code, advice) = problem(page);
        assert_eq!(code, "wrong_side");
        assert!(advice.contains("请翻到所选的一面重拍"), "{advice}");
    });
}

#[test]
fn without_network_the_photo_is_kept_for_a_retry() {
    at_both_widths(|page| {
        let truth = sample("front");
        page.offline(true).unwrap();
        page.attach("#file", &samples().join(truth["file"].as_str().unwrap())).unwrap();
        assert_eq!(problem(page).0, "network");
        page.offline(false).unwrap();
        start(page, "#problem .primary");
        assert_shows(page, &truth);
    });
}

#[test]
fn a_reading_can_be_cancelled_and_taken_up_again() {
    at_both_widths(|page| {
        let truth = sample("front");
        // Cancelled by the page itself as soon as the button is there: no race with the answer.
        page.eval(
            "new MutationObserver((_, observer) => {
                const cancel = document.querySelector('#cancel');
                if (document.querySelector('#main').dataset.phase !== 'uploading' || cancel.hidden) return;
                observer.disconnect();
                cancel.click();
            }).observe(document, { subtree: true, attributes: true }) ?? true",
        )
        .unwrap();
        page.attach("#file", &samples().join(truth["file"].as_str().unwrap())).unwrap();
        assert_eq!(problem(page).0, "cancelled");
        start(page, "#problem .primary");
        assert_shows(page, &truth);
    });
}
