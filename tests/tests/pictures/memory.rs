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
        let (what, query, file, status, code) = if i % SLOW_ONE_IN == 0 { &bad.0 } else { &bad.1[i % bad.1.len()] };
        assert_refused(&api.read(query, file).unwrap(), *status, code, what);
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
    assert_refused(&api.read("", &png::endless(1 << 30)).unwrap(), 422, "too_dark", "PNG: a gigabyte of data");
    // Nor at colour profiles.
    let profile = png::with_profile(&image, 1 << 30);
    assert_eq!(api.read("", &profile).unwrap().status, 200, "PNG: a gigabyte of profile");
}

type Bad = (&'static str, &'static str, Vec<u8>, u16, &'static str);

/// One input that takes the engine its time, and some that do not.
fn bad_inputs() -> (Bad, Vec<Bad>) {
    let image = front().0.resize(640, 480, FilterType::Triangle);
    let jpeg = jpeg::encoded(&image, |_| {});
    let dark = DynamicImage::ImageRgb8(RgbImage::new(320, 240));
    let squares = RgbImage::from_fn(640, 480, |x, y| ::image::Rgb([(x / 40 * 37 ^ y / 30 * 91) as u8; 3]));
    let slow = ("no card", "", jpeg::encoded(&squares.into(), |_| {}), 422, "no_card");
    let quick = vec![
        ("zeros", "", vec![0; 1 << 20], 415, "unsupported_format"),
        ("half a JPEG", "", jpeg[..jpeg.len() / 2].to_vec(), 400, "bad_image"),
        (
            "half a PNG",
            "",
            {
                let file = png::encoded(&image);
                file[..file.len() / 2].to_vec()
            },
            400,
            "bad_image",
        ),
        (
            "half a WebP",
            "",
            {
                let file = webp::encoded(&image);
                file[..file.len() / 2].to_vec()
            },
            400,
            "bad_image",
        ),
        ("dark", "", jpeg::encoded(&dark, |_| {}), 422, "too_dark"),
        ("another side", "?side=left", jpeg, 400, "bad_field"),
        ("900 megapixels", "", png::declared(30_000, 30_000), 400, "bad_image"),
    ];
    (slow, quick)
}
