//! Untrusted bytes to an upright RGB picture, with every limit checked on the header before a pixel is decoded.

use std::io::Cursor;

use image::codecs::{jpeg::JpegDecoder, png::PngDecoder, webp::WebPDecoder};
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageFormat};

use crate::metadata;
use crate::raster::Rgb;
use crate::webp;

/// Most bytes of a file.
pub const MAX_BYTES: usize = 10 * 1024 * 1024;
/// Most pixels its header may declare.
pub const MAX_PIXELS: u64 = 40_000_000;
/// Most bytes of decoded samples (a 16-bit picture has fewer pixels for the same memory).
const MAX_DECODED: u64 = 160_000_000;
/// Most bytes of a PNG's other contents once they are inflated.
const MAX_METADATA: u64 = 32 * 1024 * 1024;
/// A photograph never packs more pixels into a byte; a decompression bomb does.
const MAX_PIXELS_PER_BYTE: u64 = 250;
/// Smallest side that can show anything.
const MIN_SIDE: u32 = 64;
/// Why bytes are not a picture that is read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Another format, or none.
    #[error("{0}")]
    Unsupported(String),
    /// Damaged or over a limit.
    #[error("{0}")]
    Invalid(String),
}

/// A decoded photograph.
#[derive(Debug)]
pub struct Picture {
    /// Upright and shrunk.
    pub rgb: Rgb,
    /// Pixels of the upright original per pixel of `rgb`.
    pub scale: f32,
    /// The program that edited the file, if its metadata names one.
    pub editor: Option<&'static str>,
}

/// Decodes JPEG, PNG or WebP, and shrinks what is larger until its longer side has `longest` pixels.
///
/// # Errors
/// For another format, a damaged file and one over a limit.
pub fn decode(bytes: &[u8], longest: usize) -> Result<Picture, DecodeError> {
    if bytes.len() > MAX_BYTES {
        return Err(DecodeError::Invalid(format!("the image has {} bytes; send at most {MAX_BYTES}", bytes.len())));
    }
    let (pixels, orientation) = match image::guess_format(bytes) {
        Ok(ImageFormat::Jpeg) => {
            metadata::check_jpeg(bytes)?;
            let decoder = JpegDecoder::new(Cursor::new(bytes)).map_err(damaged)?;
            samples(decoder, bytes.len())?
        }
        Ok(ImageFormat::Png) => {
            // A colour profile is inflated while the header is read, so the limit comes before it.
            let mut limits = image::Limits::no_limits();
            limits.max_alloc = Some(MAX_METADATA);
            let decoder = PngDecoder::with_limits(Cursor::new(bytes), limits).map_err(damaged)?;
            if decoder.is_apng().map_err(damaged)? {
                return Err(animated());
            }
            samples(decoder, bytes.len())?
        }
        Ok(ImageFormat::WebP) => {
            let decoder = WebPDecoder::new(Cursor::new(webp::checked(bytes)?)).map_err(damaged)?;
            if decoder.has_animation() {
                return Err(animated());
            }
            samples(decoder, bytes.len())?
        }
        _ => return Err(DecodeError::Unsupported("not a JPEG, PNG or WebP image".into())),
    };
    let (rgb, scale) = working_size(on_white(pixels), longest)?;
    let mut upright = DynamicImage::ImageRgb8(rgb);
    upright.apply_orientation(orientation);
    let upright = upright.into_rgb8();
    let (width, height) = (upright.width() as usize, upright.height() as usize);
    Ok(Picture { rgb: Rgb { width, height, data: upright.into_raw() }, scale, editor: metadata::editor(bytes) })
}

fn samples(mut decoder: impl ImageDecoder, bytes: usize) -> Result<(DynamicImage, Orientation), DecodeError> {
    let (width, height) = decoder.dimensions();
    let pixels = u64::from(width) * u64::from(height);
    if pixels > MAX_PIXELS || decoder.total_bytes() > MAX_DECODED {
        return Err(DecodeError::Invalid(format!(
            "the image is {width} x {height}; send at most {} megapixels",
            MAX_PIXELS / 1_000_000
        )));
    }
    if width < MIN_SIDE || height < MIN_SIDE {
        return Err(DecodeError::Invalid(format!("the image is only {width} x {height} pixels")));
    }
    if pixels > bytes as u64 * MAX_PIXELS_PER_BYTE {
        return Err(DecodeError::Invalid(
            "the image declares far more pixels than a photograph of its size has".into(),
        ));
    }
    let mut limits = image::Limits::no_limits();
    limits.max_alloc = Some(MAX_DECODED + MAX_DECODED / 4);
    decoder.set_limits(limits).map_err(damaged)?;
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    Ok((DynamicImage::from_decoder(decoder).map_err(damaged)?, orientation))
}

/// Transparent parts become paper.
fn on_white(pixels: DynamicImage) -> image::RgbImage {
    if !pixels.color().has_alpha() {
        return pixels.into_rgb8();
    }
    let rgba = pixels.into_rgba8();
    let (width, height) = rgba.dimensions();
    let mut data = Vec::with_capacity(width as usize * height as usize * 3);
    for image::Rgba([r, g, b, a]) in rgba.pixels() {
        let blend = |c: u8| ((u32::from(c) * u32::from(*a) + 255 * (255 - u32::from(*a))) / 255) as u8;
        data.extend([blend(*r), blend(*g), blend(*b)]);
    }
    image::RgbImage::from_raw(width, height, data).unwrap_or_default()
}

fn working_size(full: image::RgbImage, longest: usize) -> Result<(image::RgbImage, f32), DecodeError> {
    let (width, height) = (full.width() as usize, full.height() as usize);
    let scale = width.max(height) as f32 / longest as f32;
    if scale <= 1. {
        return Ok((full, 1.));
    }
    let to = |side: usize| ((side as f32 / scale).round() as usize).max(1);
    let full = Rgb { width, height, data: full.into_raw() };
    full.resize(to(width), to(height))
        .and_then(|s| image::RgbImage::from_raw(s.width as u32, s.height as u32, s.data))
        .map(|s| (s, scale))
        .ok_or_else(|| DecodeError::Invalid("the image cannot be scaled".into()))
}

fn damaged(error: image::ImageError) -> DecodeError {
    match error {
        image::ImageError::Unsupported(e) => DecodeError::Unsupported(format!("this kind of image is not read: {e}")),
        image::ImageError::Limits(_) => DecodeError::Invalid("the image needs too much memory".into()),
        e => DecodeError::Invalid(format!("the image is damaged: {e}")),
    }
}

fn animated() -> DecodeError {
    DecodeError::Unsupported("an animated image is not read; send a single picture".into())
}
