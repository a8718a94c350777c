//! From light on the sensor to a file: lens blur, noise, tone, JPEG with its metadata.

use crate::canvas::{Picture, Rgb};
use crate::chance::Chance;
use anyhow::{Context as _, Result};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// Gaussian blur of `sigma` pixels.
pub fn blur(picture: &mut Picture, sigma: f32) {
    if sigma < 0.15 {
        return;
    }
    directional(picture, sigma, [1.0, 0.0]);
    directional(picture, sigma, [0.0, 1.0]);
}

/// Gaussian blur along one direction, as of a moving hand.
pub fn directional(picture: &mut Picture, sigma: f32, [dx, dy]: [f32; 2]) {
    let radius = (sigma * 3.0).ceil() as i32;
    let weight = |i: i32| (-(i * i) as f32 / (2.0 * sigma * sigma)).exp();
    let total: f32 = (-radius..=radius).map(weight).sum();
    let kernel: Vec<(f32, f32)> = (-radius..=radius).map(|i| (i as f32, weight(i) / total)).collect();
    let source = picture.clone();
    let (w, h) = (picture.width as f32, picture.height as f32);
    let axis = dx.fract() == 0.0 && dy.fract() == 0.0;
    picture.each_in([0.0, 0.0, w, h], |x, y, pixel| {
        let mut sum = [0.0f32; 3];
        for &(i, k) in &kernel {
            let (sx, sy) = (x + i * dx, y + i * dy);
            let p = if axis { source.nearest(sx, sy) } else { source.sample(sx, sy) };
            sum = [sum[0] + k * p[0], sum[1] + k * p[1], sum[2] + k * p[2]];
        }
        *pixel = sum;
    });
}

impl Picture {
    fn nearest(&self, x: f32, y: f32) -> Rgb {
        let (x, y) = (x.clamp(0.0, (self.width - 1) as f32) as usize, y.clamp(0.0, (self.height - 1) as f32) as usize);
        self.pixels.get(y * self.width + x).copied().unwrap_or_default()
    }
}

/// Shot and read noise: sigma grows with the root of the signal; colour noise is a third of it.
pub fn noise(picture: &mut Picture, chance: &mut Chance, sigma: f32) {
    for pixel in &mut picture.pixels {
        let luma = (pixel[0] + pixel[1] + pixel[2]) / 3.0;
        let common = chance.normal() * sigma * (0.5 + 0.5 * (luma.max(0.0) / 128.0).sqrt());
        *pixel = pixel.map(|v| v + common + chance.normal() * sigma * 0.35);
    }
}

/// `255 * gain * (v / 255) ^ gamma`.
pub fn tone(picture: &mut Picture, gain: f32, gamma: f32) {
    for pixel in &mut picture.pixels {
        *pixel = pixel.map(|v| 255.0 * gain * (v.max(0.0) / 255.0).powf(gamma));
    }
}

/// Bytes of red, green, blue.
pub fn bytes(picture: &Picture) -> Vec<u8> {
    picture.pixels.iter().flat_map(|p| p.map(|v| v.round().clamp(0.0, 255.0) as u8)).collect()
}

/// Turned clockwise by `quarters` quarter turns.
pub fn turned(picture: &Picture, quarters: usize) -> Picture {
    let (w, h) = (picture.width, picture.height);
    let (tw, th) = if quarters.is_multiple_of(2) { (w, h) } else { (h, w) };
    let pixels = (0..tw * th)
        .map(|i| {
            let (x, y) = (i % tw, i / tw);
            let (sx, sy) = match quarters % 4 {
                0 => (x, y),
                1 => (y, h - 1 - x),
                2 => (w - 1 - x, h - 1 - y),
                _ => (w - 1 - y, x),
            };
            picture.pixels.get(sy * w + sx).copied().unwrap_or_default()
        })
        .collect();
    Picture { width: tw, height: th, pixels }
}

/// A JPEG, colour at half resolution as phones do, with EXIF orientation and the program that wrote it.
pub fn jpeg(picture: &Picture, quality: u8, orientation: u16, software: &str) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let mut encoder = Encoder::new(&mut out, quality);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    encoder.add_app_segment(1, exif(orientation, software))?;
    let (w, h) =
        (u16::try_from(picture.width).context("too wide")?, u16::try_from(picture.height).context("too high")?);
    encoder.encode(&bytes(picture), w, h, ColorType::Rgb)?;
    Ok(out)
}

/// An EXIF block (TIFF, little endian) of two entries: 0x0112 orientation, 0x0131 software.
fn exif(orientation: u16, software: &str) -> Vec<u8> {
    let mut text = software.as_bytes().to_vec();
    text.push(0);
    text.resize(text.len().max(5), 0); // Up to four bytes would stand in the entry itself.
    let mut out = b"Exif\0\0II\x2a\0\x08\0\0\0\x02\0".to_vec();
    out.extend([0x12, 0x01, 3, 0, 1, 0, 0, 0]);
    out.extend(orientation.to_le_bytes());
    out.extend([0, 0, 0x31, 0x01, 2, 0]);
    out.extend((text.len() as u32).to_le_bytes());
    out.extend(38u32.to_le_bytes()); // 8 header + 2 count + 2 * 12 entries + 4 next.
    out.extend([0; 4]);
    out.extend(text);
    out
}
