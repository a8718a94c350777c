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

/// Refuses a JPEG that ends before its end-of-image marker (ITU-T T.81, B.1.1.3), which decoders fill up with grey, and one whose
/// four inks differ in resolution, which the decoder mixes up.
pub fn check_jpeg(bytes: &[u8]) -> Result<(), DecodeError> {
    let cut = || DecodeError::Invalid("the image is cut off; send the whole file".into());
    let (mut at, mut inks, mut transformed) = (2, false, false);
    loop {
        match bytes.get(at..at + 4) {
            Some([0xff, 0xff, ..]) => at += 1,
            // Start of scan: entropy-coded data escapes 0xff, so the next FF D9 is the end marker.
            Some([0xff, 0xda, ..]) => break,
            Some([0xff, kind, hi, lo]) => {
                let end = at + 2 + usize::from(u16::from_be_bytes([*hi, *lo]));
                match (kind, bytes.get(at + 4..end).unwrap_or(&[])) {
                    // Frame header with four components: identifier, sampling factors, table of each.
                    (0xc0..=0xc2, [_, _, _, _, _, 4, components @ ..]) => {
                        let mut sampling = components.chunks(3).map(|component| component.get(1));
                        let first = sampling.next();
                        inks = sampling.any(|factors| Some(factors) != first);
                    }
                    // Adobe's application data: 2 stands for YCCK.
                    (0xee, [b'A', b'd', b'o', b'b', b'e', _, _, _, _, _, _, transform, ..]) => {
                        transformed = *transform == 2;
                    }
                    _ => {}
                }
                at = end;
            }
            _ => return Err(cut()),
        }
    }
    if inks && !transformed {
        return Err(DecodeError::Unsupported("a CMYK image with subsampled inks is not read; send it as RGB".into()));
    }
    let scans = bytes.get(at..).unwrap_or(&[]);
    if scans.windows(2).any(|w| w == [0xff, 0xd9]) { Ok(()) } else { Err(cut()) }
}
