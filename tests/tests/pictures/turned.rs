//! The camera held in any way: the same fields.

use crate::{api, assert_reads, front, jpeg, png, webp};
use ::image::{DynamicImage, ImageEncoder, Rgb, RgbImage};

/// How a picture is stored for a viewer that turns it as the EXIF orientation (EXIF 2.32, 4.6.4) says.
fn stored(image: &DynamicImage, orientation: u8) -> DynamicImage {
    match orientation {
        2 => image.fliph(),
        3 => image.rotate180(),
        4 => image.flipv(),
        5 => image.rotate90().fliph(),
        6 => image.rotate270(),
        7 => image.rotate270().fliph(),
        8 => image.rotate90(),
        _ => image.clone(),
    }
}

#[test]
fn every_exif_orientation_gives_the_same_fields() {
    let _shared = api();
    let (image, truth) = front();
    for orientation in 1..=8 {
        let exif = jpeg::exif(orientation);
        let file = jpeg::encoded(&stored(&image, orientation), |e| e.add_exif_metadata(&exif).unwrap());
        assert_reads(&file, &truth, &format!("orientation {orientation}"));
    }
    let (turned, exif) = (stored(&image, 5), jpeg::exif(5));
    assert_reads(&webp::with_exif(&turned, &exif), &truth, "orientation 5 in a WebP");
    let mut file = Vec::new();
    let mut encoder = ::image::codecs::png::PngEncoder::new(&mut file);
    encoder.set_exif_metadata(exif).unwrap();
    turned.write_with_encoder(encoder).unwrap();
    assert_reads(&file, &truth, "orientation 5 in a PNG");
}

#[test]
fn a_card_lying_in_any_direction_is_read() {
    let _shared = api();
    let (image, truth) = front();
    for (turned, what) in [(image.rotate90(), "90"), (image.rotate180(), "180"), (image.rotate270(), "270")] {
        assert_reads(&png::encoded(&turned), &truth, what);
    }
    for degrees in [-45, -30, -15, 15, 30, 45] {
        let tilted = tilted(&image.to_rgb8(), (degrees as f32).to_radians());
        assert_reads(&jpeg::encoded(&tilted.into(), |_| {}), &truth, &format!("tilted by {degrees} degrees"));
    }
}

/// The picture turned about its middle by any angle, on a ground of its edge's mean colour that holds all of it.
fn tilted(picture: &RgbImage, angle: f32) -> RgbImage {
    let (w, h) = (picture.width() as f32, picture.height() as f32);
    let (sin, cos) = angle.sin_cos();
    let (across, down) = (w * cos.abs() + h * sin.abs(), w * sin.abs() + h * cos.abs());
    RgbImage::from_fn(across as u32, down as u32, |x, y| {
        let (dx, dy) = (x as f32 + 0.5 - across / 2., y as f32 + 0.5 - down / 2.);
        let (u, v) = (w / 2. + dx * cos + dy * sin, h / 2. + dy * cos - dx * sin);
        ::image::imageops::sample_bilinear(picture, u / w, v / h).unwrap_or(Rgb([118, 96, 80]))
    })
}
