//! Files one step away from a known one, for the test beside this file and for `cargo xtask fuzz ocr`.
//!
//! Random bytes die in the first header. So most steps change what is seen and write a whole file anew, which reaches the
//! pipeline, and the others damage bytes where decoders look.

use fastrand::Rng;
use image::codecs::{png::PngEncoder, webp::WebPEncoder};
use image::{DynamicImage, ImageEncoder, RgbImage};
use jpeg_encoder::{ColorType, Encoder};
use ocr_engine::card::WORKING_SIDE;
use ocr_engine::geometry::{Point, Quad, frame, rotate};
use ocr_engine::rectify::warp;
use picture::decode;
use picture::raster::{Rect, Rgb};

/// Long side of a changed picture: a card that fills it can still be read, and decoding takes milliseconds.
pub const SIDE: usize = 640;

/// Another file; the same generator gives the same one.
pub fn step(file: &[u8], rng: &mut Rng) -> Vec<u8> {
    match decode::decode(file, WORKING_SIDE) {
        Ok(picture) if rng.u8(..4) > 0 => written(&changed(picture.rgb, rng), rng),
        _ => damaged(file.to_vec(), rng),
    }
}

/// Bytes overwritten, repeated, removed or cut off, half of them among the headers. A PNG's checksums are made to fit again.
pub fn damaged(mut file: Vec<u8>, rng: &mut Rng) -> Vec<u8> {
    for _ in 0..rng.usize(1..8) {
        let reach = if rng.bool() { 700 } else { usize::MAX };
        let at = rng.usize(..file.len().clamp(1, reach));
        let end = file.len().min(at + rng.usize(1..64));
        match rng.u8(..8) {
            0 => drop(file.drain(at..end)),
            1 => file.extend_from_within(at..end),
            2 if rng.u8(..4) == 0 => file.truncate(at),
            3 => file.iter_mut().skip(at).take(4).for_each(|byte| *byte = 0xff),
            4 => file.iter_mut().skip(at).take(4).for_each(|byte| *byte = 0),
            _ => file.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << rng.u8(..8)),
        }
    }
    mend_png(&mut file);
    file
}

fn mend_png(file: &mut [u8]) {
    if !file.starts_with(b"\x89PNG") {
        return;
    }
    let mut at = 8;
    while let Some(&[a, b, c, d]) = file.get(at..at + 4) {
        let end = at + 8 + u32::from_be_bytes([a, b, c, d]) as usize;
        let Some(sum) = file.get(at + 4..end).map(crc32fast::hash) else { return };
        let Some(place) = file.get_mut(end..end + 4) else { return };
        place.copy_from_slice(&sum.to_be_bytes());
        at = end + 4;
    }
}

/// The picture seen from elsewhere, then in other light, with things over it.
fn changed(picture: Rgb, rng: &mut Rng) -> Rgb {
    let mut picture = viewed(&picture, rng);
    for _ in 0..rng.usize(..4) {
        let (width, height) = (picture.width, picture.height);
        let (x0, y0) = (rng.usize(..width), rng.usize(..height));
        let area = Rect { x0, y0, x1: x0 + rng.usize(1..=width), y1: y0 + rng.usize(1..=height) };
        match rng.u8(..5) {
            0 => {
                let (gain, base) = (rng.f32() * 3. - 1., rng.f32() * 255.);
                picture.data.iter_mut().for_each(|v| *v = (f32::from(*v) * gain + base * (1. - gain.abs())) as u8);
            }
            1 => {
                let sigma = rng.i16(1..128);
                picture.data.iter_mut().for_each(|v| *v = (i16::from(*v) + rng.i16(-sigma..sigma)).clamp(0, 255) as u8);
            }
            2 => {
                let colour = [rng.u8(..), rng.u8(..), rng.u8(..)];
                let patch = Rgb::new(area.width(), area.height());
                paste(&mut picture, &Rgb { data: colour.repeat(patch.width * patch.height), ..patch }, area);
            }
            3 => {
                let copy = picture.crop(area);
                let to = Rect { x0: rng.usize(..width), y0: rng.usize(..height), x1: width, y1: height };
                paste(&mut picture, &copy, to);
            }
            _ => {
                let by = rng.usize(2..12);
                let small = picture.resize((width / by).max(1), (height / by).max(1));
                picture = small.and_then(|s| s.resize(width, height)).unwrap_or(picture);
            }
        }
    }
    picture
}

/// Turned, tilted, zoomed in or out, at another size.
fn viewed(picture: &Rgb, rng: &mut Rng) -> Rgb {
    let whole = frame(picture.width as f32, picture.height as f32);
    let reach = if rng.bool() { 0.05 } else { 0.6 } * picture.width.min(picture.height) as f32;
    let mut offset = || (rng.f32() - 0.5) * reach;
    let quad: Quad = whole.map(|p| Point::new(p.x + offset(), p.y + offset()));
    // Mostly as it is: a card on its side costs twice the time and shows little more.
    let turns = if rng.u8(..4) == 0 { rng.usize(..4) } else { 0 };
    let (width, height) = match rng.u8(..4) {
        0 => (rng.usize(64..=SIDE), rng.usize(64..=SIDE)),
        _ => (SIDE, SIDE * picture.height.min(picture.width) / picture.height.max(picture.width)),
    };
    warp(picture, &rotate(&quad, turns), width, height.max(64)).unwrap_or_else(|| Rgb::new(64, 64))
}

fn paste(onto: &mut Rgb, patch: &Rgb, at: Rect) {
    let (width, height) = (onto.width, onto.height);
    let columns = patch.width.min(width.saturating_sub(at.x0)) * 3;
    let rows = onto.data.chunks_exact_mut(width * 3).take(height).skip(at.y0);
    for (row, new) in rows.zip(patch.data.chunks_exact(patch.width.max(1) * 3)) {
        row.iter_mut().skip(at.x0 * 3).zip(new.iter().take(columns)).for_each(|(v, n)| *v = *n);
    }
}

/// The picture in any format and flavour that is accepted, and some that are not.
fn written(picture: &Rgb, rng: &mut Rng) -> Vec<u8> {
    let Some(rgb) = RgbImage::from_raw(picture.width as u32, picture.height as u32, picture.data.clone()) else {
        return Vec::new();
    };
    let image = DynamicImage::ImageRgb8(rgb);
    let mut file = Vec::new();
    let kind = rng.u8(..10);
    let image = match kind {
        0 => image.into_luma8().into(),
        1 => image.into_rgba8().into(),
        2 => image.into_luma_alpha16().into(),
        3 => image.into_rgb16().into(),
        4 => image.into_rgba8().into(),
        _ => image,
    };
    let (width, height, color) = (image.width(), image.height(), image.color().into());
    let written = match kind {
        0..4 => PngEncoder::new(&mut file).write_image(image.as_bytes(), width, height, color).is_ok(),
        4..6 => WebPEncoder::new_lossless(&mut file).encode(image.as_bytes(), width, height, color).is_ok(),
        _ => jpeg(&mut file, image, rng).is_ok(),
    };
    if written { file } else { Vec::new() }
}

fn jpeg(file: &mut Vec<u8>, image: DynamicImage, rng: &mut Rng) -> Result<(), jpeg_encoder::EncodingError> {
    let (width, height) = (image.width() as u16, image.height() as u16);
    let mut encoder = Encoder::new(file, rng.u8(5..=95));
    encoder.set_progressive(rng.bool());
    if rng.bool() {
        encoder.set_restart_interval(rng.u16(1..200));
    }
    if rng.bool() {
        // TIFF, little endian, one entry: 0x0112 orientation.
        let mut exif = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x01\0\0\0\0\0\0\0".to_vec();
        exif.iter_mut().skip(18).take(1).for_each(|value| *value = rng.u8(..10));
        encoder.add_exif_metadata(&exif)?;
    }
    match rng.u8(..6) {
        0 => encoder.encode(image.to_luma8().as_raw(), width, height, ColorType::Luma),
        1 => encoder.encode(image.to_rgba8().as_raw(), width, height, ColorType::Cmyk),
        2 => encoder.encode(image.to_rgba8().as_raw(), width, height, ColorType::CmykAsYcck),
        _ => encoder.encode(image.to_rgb8().as_raw(), width, height, ColorType::Rgb),
    }
}
