//! JPEG files of kinds that phones and scanners make.

use ::image::DynamicImage;
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

const QUALITY: u8 = 85;

/// A file as the encoder is set up.
pub fn encoded(image: &DynamicImage, set: impl FnOnce(&mut Encoder<&mut Vec<u8>>)) -> Vec<u8> {
    pixels(image, image.to_rgb8().as_raw(), ColorType::Rgb, set)
}

/// One channel.
pub fn grey(image: &DynamicImage) -> Vec<u8> {
    pixels(image, image.to_luma8().as_raw(), ColorType::Luma, |_| {})
}

/// Four inks, as print shops store them: `color` is `Cmyk`, or `CmykAsYcck` for the transformed kind.
pub fn inks(image: &DynamicImage, color: ColorType, sampling: SamplingFactor) -> Vec<u8> {
    let ink = |[r, g, b]: [u8; 3]| {
        let black = 255 - r.max(g).max(b);
        [255 - r - black, 255 - g - black, 255 - b - black, black]
    };
    let inks: Vec<u8> = image.to_rgb8().pixels().flat_map(|p| ink(p.0)).collect();
    pixels(image, &inks, color, |encoder| encoder.set_sampling_factor(sampling))
}

/// A TIFF block (EXIF 2.32, little endian) with nothing but an orientation.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut block = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0".to_vec();
    block.extend([orientation, 0, 0, 0, 0, 0, 0, 0]);
    block
}

/// The file with another size in its frame header (ITU-T T.81, B.2.2).
pub fn resized(mut file: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let frame = file.windows(2).position(|marker| matches!(marker, [0xff, 0xc0 | 0xc2])).unwrap();
    file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    file
}

fn pixels(
    image: &DynamicImage,
    samples: &[u8],
    color: ColorType,
    set: impl FnOnce(&mut Encoder<&mut Vec<u8>>),
) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, QUALITY);
    set(&mut encoder);
    encoder.encode(samples, image.width() as u16, image.height() as u16, color).unwrap();
    file
}
