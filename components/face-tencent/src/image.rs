//! What the vendor takes as a picture, told before it is sent: format, bytes and pixels.

use crate::codes::Failure;
use base64::{Engine, engine::general_purpose::STANDARD};

/// Most characters of base64.
pub const MOST_CHARACTERS: usize = 5 << 20;
/// Longest side of a JPEG, in pixels.
pub const LONGEST_JPEG: u32 = 4_000;
/// Longest side in another format.
pub const LONGEST_OTHER: u32 = 2_000;
/// Shortest side.
pub const SHORTEST: u32 = 64;

/// A picture in base64, as requests hold it.
///
/// # Errors
/// For another format than JPEG and PNG, and over the vendor's limits. A damaged one is the vendor's to tell.
pub fn encode(bytes: &[u8]) -> Result<String, Failure> {
    let (size, longest, format) = match bytes {
        [0xff, 0xd8, 0xff, ..] => (jpeg(bytes), LONGEST_JPEG, "JPEG"),
        [0x89, b'P', b'N', b'G', ..] => (png(bytes), LONGEST_OTHER, "PNG"),
        [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => {
            return Err(Failure::Unsupported("this verifier does not read WebP; send a JPEG or PNG image".to_owned()));
        }
        _ => return Err(Failure::Unsupported("not a JPEG or PNG image".to_owned())),
    };
    if bytes.len().div_ceil(3) * 4 > MOST_CHARACTERS {
        let most = MOST_CHARACTERS / 4 * 3;
        return Err(Failure::Invalid(format!("the image has {} bytes; send at most {most}", bytes.len())));
    }
    let (width, height) = size.ok_or_else(|| Failure::Invalid(format!("a {format} image without a size")))?;
    if width.max(height) > longest {
        let what = format!("the image is {width} x {height}; a {format} may have {longest} pixels a side");
        return Err(Failure::Invalid(what));
    }
    if width.min(height) < SHORTEST {
        return Err(Failure::Invalid(format!("the image is only {width} x {height} pixels")));
    }
    Ok(STANDARD.encode(bytes))
}

/// The header is the first chunk, and the size its first words (PNG, 11.2.1).
fn png(bytes: &[u8]) -> Option<(u32, u32)> {
    let word = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    Some((word(16)?, word(20)?))
}

/// The size stands in the frame header, SOF (ITU-T T.81, B.2.2), behind segments that tell their length.
fn jpeg(bytes: &[u8]) -> Option<(u32, u32)> {
    let word = |at: usize| Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?));
    let mut at = 2;
    loop {
        let (0xff, marker) = (*bytes.get(at)?, *bytes.get(at + 1)?) else { return None };
        match marker {
            // A marker may be preceded by any number of fill bytes.
            0xff => at += 1,
            // All of the row are frame headers but the tables and JPG.
            0xc0..=0xcf if !matches!(marker, 0xc4 | 0xc8 | 0xcc) => {
                return Some((word(at + 7)?.into(), word(at + 5)?.into()));
            }
            // No size before the pixels, or after the end.
            0xd8..=0xda => return None,
            _ => at += 2 + usize::from(word(at + 2)?.max(2)),
        }
    }
}
