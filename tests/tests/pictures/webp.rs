//! WebP files (RFC 9649), honest and hostile.

use ::image::DynamicImage;
use ::image::codecs::webp::WebPEncoder;

/// Lossless.
pub fn encoded(image: &DynamicImage) -> Vec<u8> {
    let mut file = Vec::new();
    image.write_with_encoder(WebPEncoder::new_lossless(&mut file)).unwrap();
    file
}

/// Lossless, with an EXIF block.
pub fn with_exif(image: &DynamicImage, exif: &[u8]) -> Vec<u8> {
    const EXIF: u8 = 1 << 3;
    container(&[extended(EXIF, image.width(), image.height()), frame(image), chunk(b"EXIF", exif)])
}

/// Two frames.
pub fn animated(image: &DynamicImage) -> Vec<u8> {
    const ANIMATION: u8 = 1 << 1;
    let (width, height) = (image.width(), image.height());
    // Place, size less one, duration, blending.
    let head = [&[0; 6][..], &le(width - 1, 3), &le(height - 1, 3), &le(100, 3), &[0]].concat();
    let part = chunk(b"ANMF", &[head, frame(image)].concat());
    container(&[extended(ANIMATION, width, height), chunk(b"ANIM", &[0; 6]), part.clone(), part])
}

/// A header that declares the largest size there is, and no pixels.
pub fn declared() -> Vec<u8> {
    container(&[chunk(b"VP8L", &[&[0x2f][..], &le(0x0fff_ffff, 4), &[0; 64]].concat())])
}

/// The picture with an EXIF block that says it has four gigabytes.
pub fn with_endless_exif(image: &DynamicImage) -> Vec<u8> {
    const EXIF: u8 = 1 << 3;
    let exif = [&b"EXIF"[..], &le(0xffff_fff0, 4), b"II\x2a\0"].concat();
    container(&[extended(EXIF, image.width(), image.height()), frame(image), exif])
}

/// A small canvas around a lossy frame of the largest size there is.
pub fn with_larger_frame() -> Vec<u8> {
    let size = [le(16_383, 2), le(16_383, 2)].concat();
    let key_frame = [&[0x10, 0, 0, 0x9d, 0x01, 0x2a][..], &size, &[0; 4096]].concat();
    container(&[extended(0, 640, 480), chunk(b"VP8 ", &key_frame)])
}

/// The chunk with the picture, out of a plain file.
fn frame(image: &DynamicImage) -> Vec<u8> {
    encoded(image)[12..].to_vec()
}

fn extended(flags: u8, width: u32, height: u32) -> Vec<u8> {
    chunk(b"VP8X", &[&[flags, 0, 0, 0][..], &le(width - 1, 3), &le(height - 1, 3)].concat())
}

fn chunk(name: &[u8; 4], data: &[u8]) -> Vec<u8> {
    let padding: &[u8] = if data.len() % 2 == 1 { &[0] } else { &[] };
    [&name[..], &le(data.len() as u32, 4), data, padding].concat()
}

fn container(chunks: &[Vec<u8>]) -> Vec<u8> {
    let body = [b"WEBP".to_vec(), chunks.concat()].concat();
    [&b"RIFF"[..], &le(body.len() as u32, 4), &body].concat()
}

fn le(value: u32, bytes: usize) -> Vec<u8> {
    value.to_le_bytes()[..bytes].to_vec()
}
