//! Unusual but honest files of a good photograph: all are read.

use crate::{api, assert_reads, front, jpeg, png, webp};
use ::image::DynamicImage;
use ::image::imageops::FilterType;
use jpeg_encoder::{ColorType, SamplingFactor};

#[test]
fn any_kind_of_jpeg_is_read() {
    let _shared = api();
    let (image, truth) = front();
    assert_reads(&jpeg::encoded(&image, |e| e.set_progressive(true)), &truth, "progressive");
    assert_reads(&jpeg::encoded(&image, |e| e.set_restart_interval(7)), &truth, "with restart markers");
    assert_reads(&jpeg::grey(&image), &truth, "grey");
    assert_reads(&jpeg::inks(&image, ColorType::Cmyk, SamplingFactor::F_1_1), &truth, "CMYK");
    assert_reads(&jpeg::inks(&image, ColorType::CmykAsYcck, SamplingFactor::F_2_2), &truth, "YCCK");
    let file = jpeg::encoded(&image, |_| {});
    assert_reads(&[file.clone(), vec![0; 5000]].concat(), &truth, "something behind its end");
}

#[test]
fn any_kind_of_png_and_webp_is_read() {
    let _shared = api();
    let (image, truth) = front();
    let mut clear = image.to_rgba8();
    // A hole where nothing stands: the table beside the card.
    for (_, _, pixel) in clear.enumerate_pixels_mut().filter(|(x, y, _)| *x < 100 && *y < 100) {
        pixel.0 = [0; 4];
    }
    let clear = DynamicImage::ImageRgba8(clear);
    assert_reads(&png::encoded(&clear), &truth, "PNG with alpha");
    assert_reads(&png::encoded(&image.to_rgb16().into()), &truth, "PNG of 16 bits");
    assert_reads(&png::encoded(&image.to_luma_alpha16().into()), &truth, "PNG of 16 bits, grey with alpha");
    assert_reads(&png::palette(&image), &truth, "PNG with a palette");
    assert_reads(&webp::encoded(&image), &truth, "WebP");
    assert_reads(&webp::encoded(&clear), &truth, "WebP with alpha");
}

#[test]
fn a_large_photograph_is_read() {
    let _shared = api();
    let (image, truth) = front();
    let large = image.resize_exact(7200, 5400, FilterType::Triangle);
    assert_reads(&jpeg::encoded(&large, |_| {}), &truth, "39 megapixels");
}
