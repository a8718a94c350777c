//! Weights brought into the order [`super::product`] reads.

use super::frame::{Frame, Scratch};
use super::product::{Finish, Fixed, Float, Window, multiply};

/// How the products of a network are computed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precision {
    /// IEEE single precision.
    #[default]
    Float32,
    /// Weights and activations rounded to 16-bit integers at load and at each layer, sums exact in 32 bits: about twice
    /// as fast and half the memory; results differ from [`Precision::Float32`] by about a thousandth.
    Fixed16,
}

/// A filter bank `[kh, kw, cin] -> cout`.
pub(crate) struct Filter {
    panels: Panels,
    scale: Vec<f32>,
    /// The largest integer the input is rounded to, where it is.
    levels: f32,
    bias: Vec<f32>,
    /// Filter rows, filter columns, input channels, outputs.
    pub size: [usize; 4],
}

/// For each 16 outputs, or 8 where there are no more, all steps of the depth; for each step four outputs per array.
enum Panels {
    Float(Vec<[f32; 4]>),
    Fixed(Vec<[i16; 8]>),
}

impl Filter {
    /// Packs `weight(ky, kx, channel, output)`; `bias` is empty or has one number per output.
    pub fn new(precision: Precision, size: [usize; 4], bias: &[f32], weight: impl Fn([usize; 4]) -> f32) -> Self {
        let [kh, kw, cin, cout] = size;
        let panel = if cout > 8 { 16 } else { 8 };
        let padded = cout.next_multiple_of(panel);
        let bias = bias.iter().copied().chain(std::iter::repeat(0.0)).take(padded).collect();
        let mut filter = Self { panels: Panels::Float(vec![]), scale: vec![1.0; padded], levels: 0.0, bias, size };
        // The weights of one panel, `[kh, kw, channels, panel]`, with the channels filled up to a multiple of `unit`.
        let dense = |first: usize, unit: usize| {
            let channels = cin.next_multiple_of(unit);
            let mut dense = vec![0.0; kh * kw * channels * panel];
            for output in first..cout.min(first + panel) {
                let mut to = dense.iter_mut().skip(output - first).step_by(panel);
                for (y, x) in (0..kh).flat_map(|y| (0..kw).map(move |x| (y, x))) {
                    for (channel, to) in to.by_ref().take(channels).enumerate().take(cin) {
                        *to = weight([y, x, channel, output]);
                    }
                    to.by_ref().take(channels - cin).for_each(drop);
                }
            }
            dense
        };
        let firsts = (0..padded).step_by(panel);
        match precision {
            Precision::Float32 => {
                let mut panels = Vec::with_capacity(kh * kw * cin * padded / 4);
                firsts.for_each(|first| panels.extend_from_slice(dense(first, 1).as_chunks().0));
                filter.panels = Panels::Float(panels);
            }
            Precision::Fixed16 => {
                let mut magnitudes = vec![(0f32, 0f32); padded];
                for (first, to) in firsts.clone().zip(magnitudes.chunks_exact_mut(panel)) {
                    for step in dense(first, 1).chunks_exact(panel) {
                        to.iter_mut().zip(step).for_each(|(to, w)| *to = (to.0 + w.abs(), to.1.max(w.abs())));
                    }
                }
                filter.balance(&magnitudes);
                let mut panels = Vec::with_capacity(kh * kw * cin.div_ceil(2) * padded / 4);
                for first in firsts {
                    // Two steps at a time, interleaved.
                    for pair in dense(first, 2).chunks_exact(2 * panel) {
                        panels.extend((0..panel).step_by(4).map(|v| {
                            std::array::from_fn(|i| {
                                let column = v + i / 2;
                                (pair[i % 2 * panel + column] / filter.scale[first + column]).round_ties_even() as i16
                            })
                        }));
                    }
                }
                filter.panels = Panels::Fixed(panels);
            }
        }
        filter
    }

    /// Chooses how finely the input and each output's weights are rounded, from the sum and the largest of the weights'
    /// magnitudes for each output.
    fn balance(&mut self, magnitudes: &[(f32, f32)]) {
        // A sum of products stays below `levels` (of the input) times the magnitudes of the weights. Giving the input as
        // many levels as the largest weight makes both roundings about equally harmful.
        let ratios = magnitudes.iter().filter(|(sum, _)| *sum > 0.0).map(|(sum, max)| sum / max);
        let (total, count) = ratios.fold((0.0, 0.0), |(total, count), ratio| (total + ratio, count + 1.0f32));
        let most = i32::MAX as f32 * 0.999;
        self.levels = (most * count.max(1.0) / total.max(1.0)).sqrt().clamp(1.0, f32::from(i16::MAX)).floor();
        let [kh, kw, cin, _] = self.size;
        for (scale, (sum, max)) in self.scale.iter_mut().zip(magnitudes) {
            // Each weight may grow by half a unit in rounding.
            let room = (most / self.levels - (kh * kw * cin) as f32).max(1.0);
            *scale = (sum / room).max(max / f32::from(i16::MAX)).max(f32::MIN_POSITIVE);
        }
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
                match columns {
                    ..=8 => multiply::<Float, 2, 4>(left, &window, panels.as_chunks().0, &finish, columns, out, then),
                    _ => multiply::<Float, 4, 2>(left, &window, panels.as_chunks().0, &finish, columns, out, then),
                }
            }
            Panels::Fixed(panels) => {
                let (left, scale) = frame.quantize(image, self.levels, &mut scratch.fixed);
                finish.common_scale = scale;
                let window = self.window(frame, strides, frame.size[2].div_ceil(2));
                match columns {
                    ..=8 => multiply::<Fixed, 2, 4>(left, &window, panels.as_chunks().0, &finish, columns, out, then),
                    _ => multiply::<Fixed, 4, 2>(left, &window, panels.as_chunks().0, &finish, columns, out, then),
                }
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
