//! What is drawn besides letters: rules, seals, the two-dimensional code.

use super::Error;
use fast_qr::{ECL, QRBuilder};
use krilla::color::luma;
use krilla::geom::{PathBuilder, Point, Rect, Size, Transform};
use krilla::image::Image;
use krilla::paint::{Fill, Stroke};
use krilla::surface::Surface;

/// A seal may have this many bytes.
const MAX_SEAL_BYTES: usize = 256 << 10;
/// A seal may have this many pixels a side.
const MAX_SEAL_SIDE: u32 = 1024;
/// What the code may say at most: more would be too fine for a telephone.
const MAX_CODE_BYTES: usize = 256;

/// A thin line from left to right.
pub(super) fn rule(surface: &mut Surface<'_>, from: Point, to_x: f32) {
    let mut path = PathBuilder::new();
    path.move_to(from.x, from.y);
    path.line_to(to_x, from.y);
    let Some(path) = path.finish() else { return };
    surface.set_fill(None);
    surface.set_stroke(Some(Stroke { paint: luma::Color::black().into(), width: 0.6, ..Stroke::default() }));
    surface.draw_path(&path);
    surface.set_stroke(None);
}

/// A QR code (GB/T 18284) in a square.
pub(super) fn code(surface: &mut Surface<'_>, at: Point, side: f32, text: &str) -> Result<(), Error> {
    if text.len() > MAX_CODE_BYTES {
        return Err(Error::Code);
    }
    let code = QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| Error::Code)?;
    let module = side / code.size as f32;
    let mut path = PathBuilder::new();
    for (row, modules) in code.data.chunks(code.size).take(code.size).enumerate() {
        for (column, _) in modules.iter().enumerate().filter(|(_, module)| module.value()) {
            let (x, y) = (at.x + column as f32 * module, at.y + row as f32 * module);
            path.push_rect(Rect::from_xywh(x, y, module, module).ok_or(Error::Code)?);
        }
    }
    surface.set_fill(Some(Fill { paint: luma::Color::black().into(), ..Fill::default() }));
    surface.draw_path(&path.finish().ok_or(Error::Code)?);
    Ok(())
}

/// A seal, as large as the square lets it be.
pub(super) fn seal(surface: &mut Surface<'_>, at: Point, side: f32, image: &Image) -> Option<()> {
    let (width, height) = image.size();
    let scale = side / width.max(height) as f32;
    surface.push_transform(&Transform::from_translate(at.x, at.y));
    let size = Size::from_wh(width as f32 * scale, height as f32 * scale);
    if let Some(size) = size {
        surface.draw_image(image.clone(), size);
    }
    surface.pop();
    size.map(|_| ())
}

/// Whether a seal can be drawn.
///
/// # Errors
/// For what is no PNG of a usual size.
pub fn check_seal(png: &[u8]) -> Result<(), Error> {
    seal_image(png).map(drop)
}

/// Decodes a seal once its size is known to be usual.
pub(super) fn seal_image(png: &[u8]) -> Result<Image, Error> {
    if png.len() > MAX_SEAL_BYTES {
        return Err(Error::Seal);
    }
    let mut decoder = png::Decoder::new(std::io::Cursor::new(png));
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(|_| Error::Seal)?;
    let (width, height) = (reader.info().width, reader.info().height);
    if width.max(height) > MAX_SEAL_SIDE {
        return Err(Error::Seal);
    }
    let mut pixels = vec![0; reader.output_buffer_size().ok_or(Error::Seal)?];
    let frame = reader.next_frame(&mut pixels).map_err(|_| Error::Seal)?;
    pixels.truncate(frame.buffer_size());
    let pixels = match frame.color_type {
        png::ColorType::Rgba => pixels,
        png::ColorType::GrayscaleAlpha => pixels.chunks(2).flat_map(rgba).collect(),
        _ => return Err(Error::Seal),
    };
    Ok(Image::from_rgba8(pixels, width, height))
}

fn rgba(pixel: &[u8]) -> [u8; 4] {
    match pixel {
        [grey, alpha] => [*grey, *grey, *grey, *alpha],
        _ => [0; 4],
    }
}
