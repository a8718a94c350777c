//! What is not a picture, not whole, or too much: refused before it costs anything.

use crate::{api, assert_refused, front, jpeg, png, webp};
use ::image::imageops::FilterType;
use jpeg_encoder::{ColorType, SamplingFactor};

#[test]
fn only_jpeg_png_and_webp_are_taken() {
    let api = api();
    let small = front().0.resize(320, 240, FilterType::Triangle);
    let gif = b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;";
    let mut bitmap = b"BM\x3a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\x01\0\0\0\x01\0\0\0\x01\0\x18\0".to_vec();
    bitmap.resize(58, 0);
    let files: [(&str, &[u8]); 11] = [
        ("text", b"not a picture at all"),
        ("one byte", b"\xff"),
        ("a web page", b"<!doctype html><img src=card.jpg>"),
        ("zeros", &[0; 4096]),
        ("GIF", gif),
        ("BMP", &bitmap),
        ("PDF", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"),
        ("HEIC", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic\0\0\0\x08mdat"),
        ("CMYK of mixed resolution", &jpeg::inks(&small, ColorType::Cmyk, SamplingFactor::F_2_2)),
        ("animated PNG", &png::animated(&small)),
        ("animated WebP", &webp::animated(&small)),
    ];
    for (what, file) in files {
        assert_refused(&api.read("", file).unwrap(), 415, "unsupported_format", what);
    }
    let key = ("authorization", "Bearer yz_test_key");
    for kind in ["image/gif", "image/bmp", "application/pdf", "image/heic"] {
        let answer = api.send("POST", "/v1/ocr-idcard/read", &[key, ("content-type", kind)], gif).unwrap();
        assert_refused(&answer, 415, "unsupported_format", kind);
    }
}

#[test]
fn an_incomplete_picture_is_refused_wherever_it_ends() {
    let api = api();
    assert_refused(&api.read("", b"").unwrap(), 400, "bad_field", "nothing");
    let image = front().0.resize(640, 480, FilterType::Triangle);
    let files = [
        ("JPEG", jpeg::encoded(&image, |_| {})),
        ("progressive JPEG", jpeg::encoded(&image, |e| e.set_progressive(true))),
        ("PNG", png::encoded(&image)),
        ("WebP", webp::encoded(&image)),
        ("extended WebP", webp::with_exif(&image, &jpeg::exif(1))),
    ];
    for (what, file) in &files {
        for length in [20, 40, 200, file.len() / 2, file.len() * 9 / 10, file.len() - 20] {
            let answer = api.read("", &file[..length]).unwrap();
            assert_refused(&answer, 400, "bad_image", &format!("{what}: {length} of {} bytes", file.len()));
        }
    }
}

#[test]
fn what_is_too_large_or_too_small_is_refused() {
    let api = api();
    let large = vec![0xff; (10 << 20) + 1];
    assert_refused(&api.read("", &large).unwrap(), 413, "too_large", "more than 10 MB");
    let small = front().0.resize(320, 240, FilterType::Triangle);
    let files = [
        ("PNG of 900 megapixels", png::declared(30_000, 30_000)),
        ("PNG a row high", png::declared(2_000_000, 1)),
        ("PNG that overflows 32 bits", png::declared(0x7fff_ffff, 0x7fff_ffff)),
        ("JPEG of 4 gigapixels", jpeg::resized(jpeg::grey(&small), 65_535, 65_535)),
        ("progressive JPEG of 41 megapixels", {
            jpeg::resized(jpeg::encoded(&small, |e| e.set_progressive(true)), 6_410, 6_400)
        }),
        ("JPEG of no pixels", jpeg::resized(jpeg::grey(&small), 0, 0)),
        ("WebP of 268 megapixels", webp::declared()),
        ("PNG of 63 x 63", png::flat(63, 63)),
    ];
    for (what, file) in &files {
        assert_refused(&api.read("", file).unwrap(), 400, "bad_image", what);
    }
}
