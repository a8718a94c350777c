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
        let taps = kh * kw;
        let panel = if cout > 8 { 16 } else { 8 };
        let padded = cout.next_multiple_of(panel);
        let at = |tap: usize, channel: usize, output: usize| match channel < cin && output < cout {
            true => weight([tap / kw, tap % kw, channel, output]),
            false => 0.0,
        };
        let bias = bias.iter().copied().chain(std::iter::repeat(0.0)).take(padded).collect();
        let (mut scale, mut levels) = (vec![1.0; padded], 0.0);
        // First outputs of each four, by panel, then tap, then step.
        let order = |steps: usize| {
            (0..padded).step_by(panel).flat_map(move |first| {
                let steps = (0..taps).flat_map(move |tap| (0..steps).map(move |step| (tap, step)));
                steps.flat_map(move |(tap, step)| (first..first + panel).step_by(4).map(move |o| (tap, step, o)))
            })
        };
        let panels = match precision {
            Precision::Float32 => Panels::Float(
                order(cin).map(|(tap, channel, o)| std::array::from_fn(|lane| at(tap, channel, o + lane))).collect(),
            ),
            Precision::Fixed16 => {
                let magnitudes: Vec<(f32, f32)> = (0..padded)
                    .map(|output| {
                        let weights = (0..taps).flat_map(|tap| (0..cin).map(move |channel| (tap, channel)));
                        let weights = weights.map(|(tap, channel)| at(tap, channel, output).abs());
                        weights.fold((0.0, 0.0), |(sum, max), w| (sum + w, w.max(max)))
                    })
                    .collect();
                // A sum of products stays below `levels` (of the input) times the magnitudes of the weights. Giving the
                // input as many levels as the largest weight makes both roundings about equally harmful.
                let ratios = magnitudes.iter().filter(|(sum, _)| *sum > 0.0).map(|(sum, max)| sum / max);
                let (total, count) = ratios.fold((0.0, 0.0), |(total, count), ratio| (total + ratio, count + 1.0f32));
                levels =
                    (i32::MAX as f32 * count.max(1.0) / total.max(1.0)).sqrt().clamp(1.0, f32::from(i16::MAX)).floor();
                for (scale, (sum, max)) in scale.iter_mut().zip(magnitudes) {
                    // Each weight may grow by half a unit in rounding.
                    let room = (i32::MAX as f32 * 0.999 / levels - (taps * cin) as f32).max(1.0);
                    *scale = (sum / room).max(max / f32::from(i16::MAX)).max(f32::MIN_POSITIVE);
                }
                let pair = |(tap, pair, o): (usize, usize, usize)| {
                    std::array::from_fn(|lane| {
                        let output = o + lane / 2;
                        (at(tap, pair * 2 + lane % 2, output) / scale[output]).round() as i16
                    })
                };
                Panels::Fixed(order(cin.div_ceil(2)).map(pair).collect())
            }
        };
        Self { panels, scale, levels, bias, size }
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
