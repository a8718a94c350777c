//! Pictures that the vendor takes, and those that it would not.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "in tests a panic is a verdict")]

use base64::{Engine, engine::general_purpose::STANDARD};
use face_tencent::codes::Failure;
use face_tencent::image::encode;

fn jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut bytes = vec![0xff, 0xd8, 0xff, 0xe0, 0, 4, 1, 2];
    // Tables and fill bytes stand before the frame.
    bytes.extend([0xff, 0xc4, 0, 3, 0xc0, 0xff, 0xff, 0xc2, 0, 11, 8]);
    bytes.extend(height.to_be_bytes());
    bytes.extend(width.to_be_bytes());
    bytes.extend([1, 1, 0x11, 0]);
    bytes
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
    bytes.extend(width.to_be_bytes());
    bytes.extend(height.to_be_bytes());
    bytes
}

fn kind(bytes: &[u8]) -> &'static str {
    match encode(bytes) {
        Ok(text) => {
            assert_eq!(STANDARD.decode(text).unwrap(), bytes);
            "ok"
        }
        Err(Failure::Invalid(_)) => "invalid",
        Err(Failure::Unsupported(_)) => "unsupported",
        Err(_) => "another",
    }
}

#[test]
fn size_and_format_are_the_vendors() {
    let cases = [
        (jpeg(4_000, 64), "ok"),
        (jpeg(4_001, 64), "invalid"),
        (jpeg(640, 4_001), "invalid"),
        (jpeg(640, 63), "invalid"),
        (jpeg(0, 0), "invalid"),
        (png(2_000, 64), "ok"),
        (png(2_001, 64), "invalid"),
        (png(u32::MAX, u32::MAX), "invalid"),
        (b"RIFF\x10\0\0\0WEBPVP8 ".to_vec(), "unsupported"),
        (b"GIF89a".to_vec(), "unsupported"),
        (Vec::new(), "unsupported"),
        ([jpeg(640, 480), vec![0; 3_932_160]].concat(), "invalid"),
    ];
    for (i, (bytes, expected)) in cases.iter().enumerate() {
        assert_eq!(kind(bytes), *expected, "case {i}");
    }
    let mut most = jpeg(640, 480);
    most.resize(3_932_160, 0);
    assert_eq!(encode(&most).unwrap().len(), 5 << 20);
}

#[test]
fn a_cut_or_damaged_file_does_no_harm() {
    for whole in [jpeg(640, 480), png(640, 480)] {
        for end in 0..whole.len() {
            encode(&whole[..end]).ok();
            for byte in [0, 1, 0x7f, 0xd8, 0xda, 0xff] {
                let mut damaged = whole.clone();
                damaged[end] = byte;
                encode(&damaged).ok();
            }
        }
    }
    assert_eq!(kind(b"\xff\xd8\xff\xda\0\x02"), "invalid", "pixels without a frame");
    assert_eq!(kind(&[vec![0xff, 0xd8], vec![0xff; 100_000]].concat()), "invalid");
}
