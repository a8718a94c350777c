//! A layer's input brought into the form the product reads: framed by zeros, and rounded to integers.

use wide::{f32x4, f32x8, i16x8, i32x8};

use super::product::{Arithmetic, Fixed, load};

/// `1.5 * 2^23`: adding it leaves a float's integer part, rounded to even, in the low bits.
pub(crate) const ROUNDER: f32 = 12_582_912.0;

/// An image `[height, width, channels]` and the zeros around it: top, left, bottom, right.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    pub size: [usize; 3],
    pub pads: [usize; 4],
}

/// Working copies of a layer's input, kept between layers.
#[derive(Default)]
pub(crate) struct Scratch {
    pub float: Vec<f32>,
    pub fixed: Vec<<Fixed as Arithmetic>::Left>,
}

impl Frame {
    /// Height and width with the zeros.
    pub fn padded(&self) -> [usize; 2] {
        let ([height, width, _], [top, left, bottom, right]) = (self.size, self.pads);
        [height + top + bottom, width + left + right]
    }

    /// The image with zeros around it; without any, the image itself.
    pub fn pad<'a>(&self, image: &'a [f32], scratch: &'a mut Vec<f32>) -> &'a [f32] {
        if self.pads == [0; 4] {
            return image;
        }
        let channels = self.size[2];
        self.rows(image, channels, scratch, |from, to| to.copy_from_slice(from));
        scratch
    }

    /// The padded image as pairs of 16-bit integers, an odd channel count filled up with a zero, and the value of one unit.
    pub fn quantize<'a>(&self, image: &[f32], levels: f32, scratch: &'a mut Vec<i32>) -> (&'a [i32], f32) {
        let max = largest(image);
        let channels = self.size[2];
        let factor = f32x8::splat(if max > 0.0 { levels / max } else { 0.0 });
        self.rows(image, channels.div_ceil(2), scratch, |from, to| {
            let to: &mut [i16] = bytemuck::cast_slice_mut(to);
            if channels.is_multiple_of(2) {
                round(from, factor, to);
            } else {
                let mut dense = vec![0; from.len()];
                round(from, factor, &mut dense);
                for (from, to) in dense.chunks_exact(channels).zip(to.chunks_exact_mut(channels + 1)) {
                    to.iter_mut().zip(from).for_each(|(to, from)| *to = *from);
                    to[channels] = 0;
                }
            }
        });
        (scratch, max / levels)
    }

    fn rows<T: Copy + Default>(
        &self,
        image: &[f32],
        channels: usize,
        scratch: &mut Vec<T>,
        copy: impl Fn(&[f32], &mut [T]),
    ) {
        let ([height, width, depth], [top, left, ..]) = (self.size, self.pads);
        let [padded_height, padded_width] = self.padded();
        // Stale numbers are overwritten below; only the frame must be zeroed again.
        scratch.resize(padded_height * padded_width * channels, T::default());
        if self.pads == [0; 4] {
            return copy(&image[..height * width * depth], scratch);
        }
        for (y, row) in scratch.chunks_exact_mut(padded_width * channels).enumerate() {
            if y < top || y >= top + height {
                row.fill(T::default());
            } else {
                let inside = left * channels..(left + width) * channels;
                row[..inside.start].fill(T::default());
                row[inside.end..].fill(T::default());
                copy(&image[(y - top) * width * depth..][..width * depth], &mut row[inside]);
            }
        }
    }
}

/// The largest magnitude.
fn largest(numbers: &[f32]) -> f32 {
    let (vectors, rest) = numbers.as_chunks::<16>();
    let mut max = [f32x4::ZERO; 4];
    for vector in vectors {
        for v in 0..4 {
            max[v] = max[v].fast_max(load(&vector[v * 4..]).abs());
        }
    }
    max.iter().flat_map(|m| m.to_array()).chain(rest.iter().map(|n| n.abs())).fold(0.0, f32::max)
}

fn round(from: &[f32], factor: f32x8, to: &mut [i16]) {
    let ((vectors, rest), (whole, remainder)) = (from.as_chunks::<8>(), to.as_chunks_mut::<8>());
    let rounder = f32x8::splat(ROUNDER);
    let bits: i32x8 = bytemuck::cast(rounder);
    for (from, to) in vectors.iter().zip(whole) {
        let integers: i32x8 = bytemuck::cast(f32x8::from(*from) * factor + rounder);
        *to = i16x8::from_i32x8_saturate(integers - bits).to_array();
    }
    for (from, to) in rest.iter().zip(remainder) {
        *to = (from * factor.as_array()[0]).round_ties_even() as i16;
    }
}
