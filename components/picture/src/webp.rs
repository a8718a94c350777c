//! The chunks of a WebP file, looked at before its decoder makes room for what they declare.

use crate::decode::DecodeError;

/// The file without what follows it. Refused are chunks that reach beyond the file and a frame of another size than the canvas
/// (RFC 9649, sections 2.3 to 2.7).
pub fn checked(bytes: &[u8]) -> Result<&[u8], DecodeError> {
    let whole = bytes.get(4..8).and_then(|size| bytes.get(..le(size).saturating_add(8))).ok_or_else(cut)?;
    let mut canvas = None;
    let mut rest = whole.get(12..).unwrap_or(&[]);
    while let Some([a, b, c, d, size @ ..]) = rest.get(..8) {
        let size = le(size);
        let chunk = rest.get(8..).and_then(|rest| rest.get(..size)).ok_or_else(cut)?;
        match (&[*a, *b, *c, *d], chunk) {
            // Four bytes of flags, then width and height less one.
            (b"VP8X", [_, _, _, _, w0, w1, w2, h0, h1, h2, ..]) => {
                canvas = Some((le(&[*w0, *w1, *w2]) + 1, le(&[*h0, *h1, *h2]) + 1));
            }
            // Frame tag and start code, then 14 bits each below two of scaling (RFC 6386, section 9.1).
            (b"VP8 ", [_, _, _, _, _, _, w0, w1, h0, h1, ..]) => {
                let frame = (le(&[*w0, *w1 & 0x3f]), le(&[*h0, *h1 & 0x3f]));
                if canvas.is_some_and(|canvas| canvas != frame) {
                    return Err(DecodeError::Invalid("the image is damaged: its frame is not its size".into()));
                }
            }
            _ => {}
        }
        rest = rest.get(8 + size + size % 2..).unwrap_or(&[]);
    }
    Ok(whole)
}

fn cut() -> DecodeError {
    DecodeError::Invalid("the image is cut off; send the whole file".into())
}

/// An unsigned little-endian number of up to four bytes.
fn le(bytes: &[u8]) -> usize {
    bytes.iter().rev().fold(0, |value, byte| value << 8 | usize::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(chunks: &[u8]) -> Vec<u8> {
        [b"RIFF", &(chunks.len() as u32 + 4).to_le_bytes()[..], b"WEBP", chunks].concat()
    }

    #[test]
    fn chunks_must_lie_in_the_file_and_a_frame_must_fill_its_canvas() {
        // A canvas of 3 x 2.
        let canvas = b"VP8X\x0a\0\0\0\0\0\0\0\x02\0\0\x01\0\0";
        let frame = |width: u8| [&b"VP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a"[..], &[width, 0x40, 2, 0]].concat();
        let good = file(&[&canvas[..], &frame(3), b"odd!\x01\0\0\0x\0"].concat());
        assert_eq!(checked(&good), Ok(&*good));
        assert_eq!(checked(&[&good[..], b"behind it"].concat()), Ok(&*good));
        assert!(checked(&good[..good.len() - 1]).is_err());
        assert!(checked(&file(&[&canvas[..], &frame(4)].concat())).is_err());
        assert!(checked(&file(&[&canvas[..], b"EXIF\xf0\xff\xff\xff"].concat())).is_err());
        assert!(checked(b"RIFF\xff\xff\xff\xffWEBP").is_err());
    }
}
