//! The camera with its frame. Chromium's stand-in for a camera shows a sample card.

use std::fs;

use tests::browser::Look;

use crate::{DESK, PHONE, assert_shows, sample, samples, with};

#[test]
fn a_card_held_to_the_camera_is_read() {
    let truth = sample("front");
    let folder = tempfile::tempdir().unwrap();
    // A Motion JPEG file is JPEG pictures one after the other; one alone is shown for ever.
    let film = folder.path().join("card.mjpeg");
    fs::copy(samples().join(truth["file"].as_str().unwrap()), &film).unwrap();
    for width in [PHONE, DESK] {
        with(Look { width, camera: Some(&film), ..Look::default() }, |page| {
            page.click("#shoot").unwrap();
            page.wait("!document.querySelector('#shutter').disabled").unwrap();
            assert_eq!(page.eval("document.activeElement.id").unwrap(), "shutter");
            let frame = page.eval(
                "(({ width, height }) => width / height)(document.querySelector('.guide').getBoundingClientRect())",
            );
            assert!((frame.unwrap().as_f64().unwrap() - 85.6 / 54.0).abs() < 0.02, "the frame has a card's shape");
            page.press("Enter").unwrap();
            assert_shows(page, &truth);
            assert_eq!(page.eval("document.querySelector('video').srcObject").unwrap(), serde_json::Value::Null);
        });
    }
}
