//! What a file says about itself: whether it is whole and which program wrote it.

use crate::decode::DecodeError;

/// Programs whose name in the metadata means that a person edited the picture. Camera apps and phones are not here.
const EDITORS: [&str; 12] = [
    "Photoshop",
    "GIMP",
    "Lightroom",
    "Pixelmator",
    "Affinity Photo",
    "Paint.NET",
    "PicsArt",
    "Snapseed",
    "Meitu",
    "Canva",
    "CorelDRAW",
    "ACDSee",
];

/// The editor named in the metadata that precedes the pixels.
pub fn editor(bytes: &[u8]) -> Option<&'static str> {
    // Names stand in EXIF, XMP, IPTC or text chunks, all near one end of the file; pixels in between are noise.
    let head = bytes.get(..bytes.len().min(HEAD)).unwrap_or(bytes);
    let tail = bytes.get(bytes.len().saturating_sub(HEAD).max(head.len())..).unwrap_or(&[]);
    EDITORS.into_iter().find(|name| [head, tail].iter().any(|part| contains(part, name.as_bytes())))
}

const HEAD: usize = 64 * 1024;

fn contains(text: &[u8], word: &[u8]) -> bool {
    text.windows(word.len()).any(|w| w.eq_ignore_ascii_case(word))
}

/// Refuses a JPEG that ends before its end-of-image marker (ITU-T T.81, B.1.1.3): decoders fill the rest with grey.
pub fn check_jpeg_is_complete(bytes: &[u8]) -> Result<(), DecodeError> {
    let cut = || DecodeError::Invalid("the image is cut off; send the whole file".into());
    let mut at = 2;
    loop {
        match bytes.get(at..at + 4) {
            Some([0xff, 0xff, ..]) => at += 1,
            // Start of scan: entropy-coded data escapes 0xff, so the next FF D9 is the end marker.
            Some([0xff, 0xda, ..]) => break,
            Some([0xff, _, hi, lo]) => at += 2 + usize::from(u16::from_be_bytes([*hi, *lo])),
            _ => return Err(cut()),
        }
    }
    let scans = bytes.get(at..).unwrap_or(&[]);
    if scans.windows(2).any(|w| w == [0xff, 0xd9]) { Ok(()) } else { Err(cut()) }
}
