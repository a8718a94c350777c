//! Warps the card in a photograph to the canonical card.
#![expect(clippy::indexing_slicing, reason = "bounds are checked once per pixel before the four taps")]

use crate::geometry::{Homography, Quad, frame};
use picture::raster::Rgb;

/// Width of the canonical card: ID-1 (85.6 x 54 mm, ISO/IEC 7810) at 300 dpi.
pub const WIDTH: usize = 1012;
/// Height of the canonical card.
pub const HEIGHT: usize = 638;

/// The part of `picture` inside `quad`, stretched to `width` x `height`; outside the picture the border repeats.
pub fn warp(picture: &Rgb, quad: &Quad, width: usize, height: usize) -> Option<Rgb> {
    let map = Homography::between(&frame(width as f32, height as f32), quad)?;
    let [a, b, c, d, e, f, g, h, i] = map.coefficients().map(|v| v as f32);
    let mut out = Rgb::new(width, height);
    let (max_x, max_y) = (picture.width.checked_sub(2)? as f32, picture.height.checked_sub(2)? as f32);
    for (y, row) in out.data.chunks_exact_mut(width * 3).enumerate() {
        let v = y as f32 + 0.5;
        for (x, pixel) in row.chunks_exact_mut(3).enumerate() {
            let u = x as f32 + 0.5;
            let w = 1. / (g * u + h * v + i);
            let sx = ((a * u + b * v + c) * w - 0.5).clamp(0., max_x);
            let sy = ((d * u + e * v + f) * w - 0.5).clamp(0., max_y);
            let (ix, iy) = (sx as usize, sy as usize);
            let (fx, fy) = (((sx - ix as f32) * 256.) as u32, ((sy - iy as f32) * 256.) as u32);
            let top = (iy * picture.width + ix) * 3;
            let bottom = top + picture.width * 3;
            let (t, b) = (&picture.data[top..top + 6], &picture.data[bottom..bottom + 6]);
            for k in 0..3 {
                let up = u32::from(t[k]) * (256 - fx) + u32::from(t[k + 3]) * fx;
                let low = u32::from(b[k]) * (256 - fx) + u32::from(b[k + 3]) * fx;
                pixel[k] = ((up * (256 - fy) + low * fy + (1 << 15)) >> 16) as u8;
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::Point;

    #[test]
    fn the_whole_frame_warps_to_itself_and_a_turned_quad_turns_it() {
        let mut picture = Rgb::new(40, 20);
        for (i, p) in picture.data.chunks_exact_mut(3).enumerate() {
            p.fill(((i % 40) * 6) as u8);
        }
        let same = warp(&picture, &frame(40., 20.), 40, 20).unwrap();
        assert!(same.data.iter().zip(&picture.data).all(|(a, b)| a.abs_diff(*b) <= 6));
        let turned = [Point::new(40., 20.), Point::new(0., 20.), Point::new(0., 0.), Point::new(40., 0.)];
        let turned = warp(&picture, &turned, 40, 20).unwrap();
        assert!(turned.at(0, 10)[0] > 220 && turned.at(39, 10)[0] < 12);
    }
}
