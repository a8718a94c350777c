//! Convolution of each channel by its own filter: vectors run along the channels, neighbouring outputs share the loads.

use wide::f32x4;

use super::frame::Frame;
use super::gather::copy;
/// Pixels under a row of the windows computed together, at most.
const MOST_INPUTS: usize = 8;

/// One filter per channel.
pub(crate) struct Filters {
    /// `[kh, kw, channels]`.
    weights: Vec<f32>,
    bias: Vec<f32>,
    pub size: [usize; 2],
}

impl Filters {
    /// From ONNX order `[channels, kh, kw]`; `bias` is empty or has one number per channel.
    pub fn new(weights: &[f32], bias: &[f32], size: [usize; 2]) -> Self {
        let taps = size[0] * size[1];
        let channels = weights.len() / taps.max(1);
        let weights = (0..weights.len()).map(|i| weights[i % channels * taps + i / channels]).collect();
        let bias = bias.iter().copied().chain(std::iter::repeat(0.0)).take(channels).collect();
        Self { weights, bias, size }
    }

    /// Convolves one image into `out`, `[rows, columns, channels]`; `then` sees each finished row.
    pub fn apply(&self, image: &[f32], frame: Frame, strides: [usize; 2], out: &mut [f32], then: impl Fn(&mut [f32])) {
        let row = match (self.size[1], strides[1]) {
            // Whole vectors only.
            _ if !self.bias.len().is_multiple_of(4) => Self::any_row,
            (3, 1) => Self::row::<3, 1, 4>,
            (3, 2) => Self::row::<3, 2, 2>,
            (5, 1) => Self::row::<5, 1, 4>,
            (7, 1) => Self::row::<7, 1, 2>,
            _ => Self::any_row,
        };
        let [_, width, channels] = frame.size;
        let columns = (frame.padded()[1] - self.size[1]) / strides[1] + 1;
        // Pixels outside the image are read from here.
        let zeros = vec![0.0; channels];
        for (y, out) in out.chunks_exact_mut(columns * channels).enumerate() {
            let pixel = |ky: usize, x: usize| match (y * strides[0] + ky)
                .checked_sub(frame.pads[0])
                .zip(x.checked_sub(frame.pads[1]))
            {
                Some((y, x)) if y < frame.size[0] && x < width => &image[(y * width + x) * channels..][..channels],
                _ => &zeros[..channels],
            };
            row(self, &pixel, strides[1], channels, out);
            then(out);
        }
    }

    /// One row of outputs: `T` at a time, then one by one.
    fn row<'a, const KW: usize, const STEP: usize, const T: usize>(
        &self,
        pixel: &dyn Fn(usize, usize) -> &'a [f32],
        _: usize,
        channels: usize,
        out: &mut [f32],
    ) {
        let mut x = 0;
        let (tiles, rest) = out.split_at_mut(out.len() / (T * channels) * (T * channels));
        for to in tiles.chunks_exact_mut(T * channels) {
            self.tile::<KW, STEP, T>(pixel, x, channels, to);
            x += T;
        }
        for to in rest.chunks_exact_mut(channels) {
            self.tile::<KW, STEP, 1>(pixel, x, channels, to);
            x += 1;
        }
    }

    #[inline(always)]
    fn tile<'a, const KW: usize, const STEP: usize, const T: usize>(
        &self,
        pixel: &dyn Fn(usize, usize) -> &'a [f32],
        x: usize,
        channels: usize,
        out: &mut [f32],
    ) {
        let vectors = channels / 4;
        let mut rest = out.chunks_exact_mut(channels);
        let out: [&mut [[f32; 4]]; T] = std::array::from_fn(|_| {
            let to = rest.next().unwrap_or_default();
            copy(&self.bias, to);
            &mut to.as_chunks_mut().0[..vectors]
        });
        // Sums go through memory between filter rows: pointers to all pixels of a window would not fit the registers.
        for (ky, weights) in self.weights.chunks_exact(KW * channels).enumerate() {
            let weights: [&[[f32; 4]]; KW] =
                std::array::from_fn(|kx| &weights[kx * channels..].as_chunks().0[..vectors]);
            let inputs: [&[[f32; 4]]; MOST_INPUTS] = std::array::from_fn(|i| match i < (T - 1) * STEP + KW {
                true => &pixel(ky, x * STEP + i).as_chunks().0[..vectors],
                false => &[],
            });
            for c in 0..vectors {
                let weights: [f32x4; KW] = std::array::from_fn(|kx| f32x4::from(weights[kx][c]));
                let mut sums: [f32x4; T] = std::array::from_fn(|t| f32x4::from(out[t][c]));
                for i in 0..(T - 1) * STEP + KW {
                    let pixel = f32x4::from(inputs[i][c]);
                    for t in 0..T {
                        if i >= t * STEP && i - t * STEP < KW {
                            sums[t] += pixel * weights[i - t * STEP];
                        }
                    }
                }
                for t in 0..T {
                    out[t][c] = sums[t].to_array();
                }
            }
        }
    }

    /// One row for sizes, strides and channel counts that have no loop of their own.
    fn any_row<'a>(&self, pixel: &dyn Fn(usize, usize) -> &'a [f32], step: usize, channels: usize, out: &mut [f32]) {
        for (x, to) in out.chunks_exact_mut(channels).enumerate() {
            to.copy_from_slice(&self.bias);
            for (tap, weights) in self.weights.chunks_exact(channels).enumerate() {
                let from = pixel(tap / self.size[1], x * step + tap % self.size[1]);
                to.iter_mut().zip(from.iter().zip(weights)).for_each(|(to, (from, weight))| *to += from * weight);
            }
        }
    }
}
