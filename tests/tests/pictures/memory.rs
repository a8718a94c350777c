//! What hostile input costs the host: on a host of its own, whose memory nothing else moves.

use crate::{assert_refused, front, jpeg, png, webp};
use ::image::imageops::FilterType;
use ::image::{DynamicImage, RgbImage};
use ::tests::api::Api;
use ::tests::samples::{file, first};

/// Of 1,000 inputs these do, so that a minute is enough.
const SLOW_ONE_IN: usize = 40;

#[test]
fn bombs_and_a_thousand_bad_inputs_leave_memory_as_it_was() {
    let api = Api::real().unwrap();
    let card = file(&first("front"));
    assert_eq!(api.read("", &card).unwrap().status, 200);

    let before = api.host.memory_kb("VmHWM");
    bombs(&api);
    let grown = api.host.memory_kb("VmHWM") - before;
    assert!(grown < 64_000, "bombs: grown by {grown} kB");

    let bad = bad_inputs();
    let send = |i: usize| {
        let Bad { what, query, kind, body, status, code } =
            if i.is_multiple_of(SLOW_ONE_IN) { &bad.0 } else { &bad.1[i % bad.1.len()] };
        let headers = [("authorization", "Bearer yz_test_key"), ("content-type", *kind)];
        let answer = api.send("POST", &format!("/v1/ocr-idcard/read{query}"), &headers, body).unwrap();
        assert_refused(&answer, *status, code, what);
    };
    // The pools fill first.
    (0..200).for_each(send);
    let before = api.host.memory_kb("VmRSS");
    (0..1000).for_each(send);
    let grown = api.host.memory_kb("VmRSS") - before;
    assert!(grown < 32_000, "grown by {grown} kB");
    assert_eq!(api.read("", &card).unwrap().status, 200);
}

/// Small files that would become large.
fn bombs(api: &Api) {
    let image = front().0;
    let files = [
        ("PNG: 900 megapixels declared", png::declared(30_000, 30_000)),
        ("PNG: 36 megapixels of nothing", png::flat(6_000, 6_000)),
        ("WebP: a frame of 268 megapixels", webp::with_larger_frame()),
        ("WebP: four gigabytes of EXIF", webp::with_endless_exif(&image)),
        ("JPEG: 4 gigapixels declared", jpeg::resized(jpeg::grey(&image), 65_535, 65_535)),
    ];
    for (what, file) in &files {
        assert!(file.len() < 4_000_000, "{what}: {}", file.len());
        assert_refused(&api.read("", file).unwrap(), 400, "bad_image", what);
    }
    // Nobody looks at what follows the last row.
    assert_refused(&api.read("", &png::endless(1 << 28)).unwrap(), 422, "too_dark", "PNG: 256 MB of data");
    // Nor at colour profiles.
    let profile = png::with_profile(&image, 1 << 28);
    assert_eq!(api.read("", &profile).unwrap().status, 200, "PNG: 256 MB of profile");
}

struct Bad {
    what: &'static str,
    query: &'static str,
    kind: &'static str,
    body: Vec<u8>,
    status: u16,
    code: &'static str,
}

/// One input that takes the engine its time, and some that do not.
fn bad_inputs() -> (Bad, Vec<Bad>) {
    let image = front().0.resize(640, 480, FilterType::Triangle);
    let jpeg = jpeg::encoded(&image, |_| {});
    let dark = DynamicImage::ImageRgb8(RgbImage::new(320, 240));
    let waves = RgbImage::from_fn(640, 480, |x, y| ::image::Rgb([((x * x + y * y) >> 9) as u8; 3]));
    let half = |file: Vec<u8>| file[..file.len() / 2].to_vec();
    let bad = |what, body, status, code| Bad { what, query: "", kind: "image/png", body, status, code };
    let slow = bad("no card", jpeg::encoded(&waves.into(), |_| {}), 422, "no_card");
    let large = vec![0; 1 << 20];
    let quick = vec![
        bad("zeros", large.clone(), 415, "unsupported_format"),
        bad("half a JPEG", half(jpeg.clone()), 400, "bad_image"),
        bad("half a PNG", half(png::encoded(&image)), 400, "bad_image"),
        bad("half a WebP", half(webp::encoded(&image)), 400, "bad_image"),
        bad("dark", jpeg::encoded(&dark, |_| {}), 422, "too_dark"),
        bad("900 megapixels", png::declared(30_000, 30_000), 400, "bad_image"),
        Bad { query: "?side=left", ..bad("no such side", jpeg, 400, "bad_field") },
        Bad { kind: "application/json", ..bad("no JSON", large.clone(), 400, "bad_json") },
        Bad { kind: "multipart/form-data; boundary=b", ..bad("no form", large, 400, "bad_form") },
    ];
    (slow, quick)
}
