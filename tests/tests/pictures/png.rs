//! PNG files, honest and hostile.

use ::image::DynamicImage;
use ::png::chunk::{ChunkType, IDAT, iCCP};
use ::png::{BitDepth, ColorType, Encoder, Writer};
use flate2::{Compression, write::ZlibEncoder};
use std::io::Write;

/// The picture in its own colour type.
pub fn encoded(image: &DynamicImage) -> Vec<u8> {
    let mut file = Vec::new();
    image.write_with_encoder(::image::codecs::png::PngEncoder::new(&mut file)).unwrap();
    file
}

/// 216 colours from a palette.
pub fn palette(image: &DynamicImage) -> Vec<u8> {
    let level = |v: u8| (u16::from(v) * 5 + 127) / 255;
    let index = |[r, g, b]: [u8; 3]| (level(r) * 36 + level(g) * 6 + level(b)) as u8;
    let indices: Vec<u8> = image.to_rgb8().pixels().map(|p| index(p.0)).collect();
    let colours: Vec<u8> = (0..216u8).flat_map(|i| [i / 36 * 51, i / 6 % 6 * 51, i % 6 * 51]).collect();
    written(
        image.width(),
        image.height(),
        (ColorType::Indexed, BitDepth::Eight),
        |encoder| {
            encoder.set_palette(colours);
        },
        |writer| writer.write_image_data(&indices).unwrap(),
    )
}

/// Two frames.
pub fn animated(image: &DynamicImage) -> Vec<u8> {
    let rgb = image.to_rgb8();
    written(
        image.width(),
        image.height(),
        (ColorType::Rgb, BitDepth::Eight),
        |encoder| {
            encoder.set_animated(2, 0).unwrap();
        },
        |writer| (0..2).for_each(|_| writer.write_image_data(&rgb).unwrap()),
    )
}

/// A header that declares a size, and hardly any data.
pub fn declared(width: u32, height: u32) -> Vec<u8> {
    with_chunk(width, height, IDAT, &deflated(64))
}

/// Black pixels, all of them there and packed as tightly as they can be.
pub fn flat(width: u32, height: u32) -> Vec<u8> {
    let rows = (u64::from(width).div_ceil(8) + 1) * u64::from(height);
    with_chunk(width, height, IDAT, &deflated(rows))
}

/// A small picture whose data goes on inflating to `bytes`.
pub fn endless(bytes: u64) -> Vec<u8> {
    with_chunk(640, 480, IDAT, &deflated(bytes))
}

/// The picture with a colour profile that inflates to `bytes`.
pub fn with_profile(image: &DynamicImage, bytes: u64) -> Vec<u8> {
    let rgb = image.to_rgb8();
    let profile = [b"profile\0\0".to_vec(), deflated(bytes)].concat();
    written(
        image.width(),
        image.height(),
        (ColorType::Rgb, BitDepth::Eight),
        |_| {},
        |writer| {
            writer.write_chunk(iCCP, &profile).unwrap();
            writer.write_image_data(&rgb).unwrap();
        },
    )
}

fn with_chunk(width: u32, height: u32, name: ChunkType, data: &[u8]) -> Vec<u8> {
    written(
        width,
        height,
        (ColorType::Grayscale, BitDepth::One),
        |_| {},
        |writer| writer.write_chunk(name, data).unwrap(),
    )
}

fn written<'a>(
    width: u32,
    height: u32,
    (color, depth): (ColorType, BitDepth),
    set: impl FnOnce(&mut Encoder<'a, &mut Vec<u8>>),
    fill: impl FnOnce(&mut Writer<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, width, height);
    encoder.set_color(color);
    encoder.set_depth(depth);
    set(&mut encoder);
    let mut writer = encoder.write_header().unwrap();
    fill(&mut writer);
    drop(writer);
    file
}

/// A zlib stream of that many zeros, about a thousandth as long.
fn deflated(bytes: u64) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    std::io::copy(&mut std::io::Read::take(std::io::repeat(0), bytes), &mut encoder).unwrap();
    encoder.flush().unwrap();
    encoder.finish().unwrap()
}
