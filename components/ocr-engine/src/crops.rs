//! JPEG cut-outs of the rectified card.

use image::codecs::jpeg::JpegEncoder;

use crate::layout::{self, Side};
use picture::raster::Rgb;

/// JPEG files.
#[derive(Clone, Debug)]
pub struct Crops {
    /// The whole card.
    pub card: Vec<u8>,
    /// The portrait, on the front.
    pub portrait: Option<Vec<u8>>,
}

/// Cuts the card and its portrait out of the rectified picture.
pub fn crops(card: &Rgb, side: Side) -> Option<Crops> {
    let portrait = match side {
        Side::Front => Some(jpeg(&card.crop(layout::rect(layout::PORTRAIT, card.width, card.height)))?),
        Side::Back => None,
    };
    Some(Crops { card: jpeg(card)?, portrait })
}

fn jpeg(picture: &Rgb) -> Option<Vec<u8>> {
    const QUALITY: u8 = 88;
    let mut out = Vec::new();
    let (width, height) = (u32::try_from(picture.width).ok()?, u32::try_from(picture.height).ok()?);
    JpegEncoder::new_with_quality(&mut out, QUALITY)
        .encode(&picture.data, width, height, image::ExtendedColorType::Rgb8)
        .ok()?;
    Some(out)
}
