//! Weights and images brought into the order [`super::product`] reads.

use wide::{f32x4, f32x8, i16x8, i32x8};

use super::product::{Arithmetic, COLUMNS, Finish, Fixed, Float, Window, load, multiply};

/// How the products of a network are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// IEEE single precision.
    #[default]
    Float32,
    /// Weights and activations rounded to 16-bit integers at load and at each layer, sums exact in 32 bits: about twice as
    /// fast; results differ from [`Precision::Float32`] by about a thousandth.
    Fixed16,
}

/// Activations use 13 bits, so that a column of weights may sum to `2^18` in magnitude without overflowing 32 bits.
const ACTIVATION_MAX: f32 = 8191.0;
const WEIGHT_SUM_MAX: f32 = (i32::MAX / 8192) as f32;
/// `1.5 * 2^23`: adding it leaves a float's integer part, rounded to even, in the low bits.
pub(crate) const ROUNDER: f32 = 12_582_912.0;

/// A filter bank `[kh, kw, cin] -> cout` in panels of 16 outputs.
pub(crate) struct Filter {
    panels: Panels,
    scale: Vec<f32>,
    bias: Vec<f32>,
    /// Filter rows, filter columns, input channels, outputs.
    pub size: [usize; 4],
}

enum Panels {
    Float(Vec<[[f32; 4]; 4]>),
    Fixed(Vec<[[i16; 8]; 4]>),
}

/// An image `[height, width, channels]` and the zeros around it: top, left, bottom, right.
#[derive(Clone, Copy)]
pub(crate) struct Frame {
    pub size: [usize; 3],
    pub pads: [usize; 4],
}

impl Filter {
    /// Packs `weight(ky, kx, channel, output)`; `bias` is empty or has one number per output.
    pub fn new(precision: Precision, size: [usize; 4], bias: &[f32], weight: impl Fn([usize; 4]) -> f32) -> Self {
        let [kh, kw, cin, cout] = size;
        let padded = cout.next_multiple_of(COLUMNS);
        let mut scale = vec![1.0; padded];
        let bias = bias.iter().copied().chain(std::iter::repeat(0.0)).take(padded).collect();
        let at = |tap: usize, channel: usize, output: usize| match channel < cin && output < cout {
            true => weight([tap / kw, tap % kw, channel, output]),
            false => 0.0,
        };
        let panels = match precision {
            Precision::Float32 => {
                let mut packed = Vec::with_capacity(padded / COLUMNS * kh * kw * cin);
                for first in (0..padded).step_by(COLUMNS) {
                    for (tap, channel) in (0..kh * kw).flat_map(|tap| (0..cin).map(move |c| (tap, c))) {
                        packed.push(std::array::from_fn(|v| {
                            std::array::from_fn(|lane| at(tap, channel, first + v * 4 + lane))
                        }));
                    }
                }
                Panels::Float(packed)
            }
            Precision::Fixed16 => {
                for (output, scale) in scale.iter_mut().enumerate().take(cout) {
                    let (mut sum, mut max) = (0f32, 0f32);
                    for (tap, channel) in (0..kh * kw).flat_map(|tap| (0..cin).map(move |c| (tap, c))) {
                        let w = at(tap, channel, output).abs();
                        sum += w;
                        max = max.max(w);
                    }
                    let rounding = (kh * kw * cin) as f32;
                    *scale = (max / f32::from(i16::MAX)).max(sum / (WEIGHT_SUM_MAX - rounding)).max(f32::MIN_POSITIVE);
                }
                let pairs = cin.div_ceil(2);
                let mut packed = Vec::with_capacity(padded / COLUMNS * kh * kw * pairs);
                for first in (0..padded).step_by(COLUMNS) {
                    for (tap, pair) in (0..kh * kw).flat_map(|tap| (0..pairs).map(move |p| (tap, p))) {
                        packed.push(std::array::from_fn(|v| {
                            std::array::from_fn(|lane| {
                                let output = first + v * 4 + lane / 2;
                                (at(tap, pair * 2 + lane % 2, output) / scale[output]).round() as i16
                            })
                        }));
                    }
                }
                Panels::Fixed(packed)
            }
        };
        Self { panels, scale, bias, size }
    }

    /// Convolves one image into `out`, `[rows, columns, cout]`; `floor` and `residual` as in [`Finish`].
    #[expect(clippy::too_many_arguments, reason = "the parts of one fused operator")]
    pub fn apply(
        &self,
        image: &[f32],
        frame: Frame,
        strides: [usize; 2],
        floor: f32,
        residual: Option<&[f32]>,
        scratch: &mut Scratch,
        out: &mut [f32],
        then: impl Fn(&mut [f32]),
    ) {
        let columns = self.size[3];
        let mut finish = Finish { scale: &self.scale, common_scale: 1.0, bias: &self.bias, floor, residual };
        match &self.panels {
            Panels::Float(panels) => {
                let left = frame.pad(image, &mut scratch.float);
                let window = self.window(frame, strides, frame.size[2]);
                multiply::<Float>(left, &window, panels, &finish, columns, out, then);
            }
            Panels::Fixed(panels) => {
                let (left, scale) = frame.quantize(image, &mut scratch.fixed);
                finish.common_scale = scale;
                let window = self.window(frame, strides, frame.size[2].div_ceil(2));
                multiply::<Fixed>(left, &window, panels, &finish, columns, out, then);
            }
        }
    }

    fn window(&self, frame: Frame, strides: [usize; 2], channels: usize) -> Window {
        let [kh, kw, ..] = self.size;
        let [height, width] = frame.padded();
        let size = [(height - kh) / strides[0] + 1, (width - kw) / strides[1] + 1];
        if self.size[0] * self.size[1] == 1 && strides == [1, 1] {
            return Window::matrix(height * width, channels);
        }
        Window {
            size,
            step: [strides[0] * width * channels, strides[1] * channels],
            segments: kh,
            length: kw * channels,
            stride: width * channels,
        }
    }
}

/// Working copies of a layer's input, kept between layers.
#[derive(Default)]
pub(crate) struct Scratch {
    float: Vec<f32>,
    fixed: Vec<<Fixed as Arithmetic>::Left>,
}

impl Frame {
    /// Height and width with the zeros.
    pub fn padded(&self) -> [usize; 2] {
        let ([height, width, _], [top, left, bottom, right]) = (self.size, self.pads);
        [height + top + bottom, width + left + right]
    }

    /// The image with zeros around it; without any, the image itself.
    fn pad<'a>(&self, image: &'a [f32], scratch: &'a mut Vec<f32>) -> &'a [f32] {
        if self.pads == [0; 4] {
            return image;
        }
        let channels = self.size[2];
        self.rows(image, channels, scratch, |from, to| to.copy_from_slice(from));
        scratch
    }

    /// The padded image as pairs of 16-bit integers, an odd channel count filled up with a zero, and the value of one unit.
    fn quantize<'a>(&self, image: &[f32], scratch: &'a mut Vec<i32>) -> (&'a [i32], f32) {
        let max = largest(image);
        let channels = self.size[2];
        let factor = f32x8::splat(if max > 0.0 { ACTIVATION_MAX / max } else { 0.0 });
        self.rows(image, channels.div_ceil(2), scratch, |from, to| {
            let to: &mut [i16] = bytemuck::cast_slice_mut(to);
            if channels % 2 == 0 {
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
        (scratch, max / ACTIVATION_MAX)
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
impl Scratch {
    pub fn bench(&mut self, f: Frame, x: &[f32]) {
        f.quantize(x, &mut self.fixed);
    }
}
