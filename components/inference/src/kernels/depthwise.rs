//! Convolution of each channel by its own filter: vectors run along the channels, four neighbouring outputs share the loads.

use wide::f32x4;

use super::pack::Frame;
use super::product::load;

/// Output pixels computed together.
const TILE: usize = 4;

/// One filter per channel; the channel count is a multiple of 4.
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
        let weights = (0..weights.len())
            .map(|i| weights[i % channels * taps + i / channels])
            .collect();
        let bias = bias
            .iter()
            .copied()
            .chain(std::iter::repeat(0.0))
            .take(channels)
            .collect();
        Self {
            weights,
            bias,
            size,
        }
    }

    /// Convolves one image into `out`, `[rows, columns, channels]`; `then` sees each finished row.
    pub fn apply(
        &self,
        image: &[f32],
        frame: Frame,
        strides: [usize; 2],
        out: &mut [f32],
        then: impl Fn(&mut [f32]),
    ) {
        let rows = match (self.size[1], strides[1]) {
            (3, 1) => Self::row::<3, 1>,
            (3, 2) => Self::row::<3, 2>,
            (5, 1) => Self::row::<5, 1>,
            (7, 1) => Self::row::<7, 1>,
            _ => Self::row::<0, 0>,
        };
        let width = (frame.padded()[1] - self.size[1]) / strides[1] + 1;
        for (y, out) in out.chunks_exact_mut(width * frame.size[2]).enumerate() {
            rows(self, image, frame, strides, y, out);
            then(out);
        }
    }

    /// One row of outputs. `KW` and `STEP` are the filter's width and the stride where they are known, else 0.
    fn row<const KW: usize, const STEP: usize>(
        &self,
        image: &[f32],
        frame: Frame,
        strides: [usize; 2],
        y: usize,
        out: &mut [f32],
    ) {
        let [height, width, channels] = frame.size;
        let [top, left, ..] = frame.pads;
        let columns = out.len() / channels;
        // Filter rows that meet the image, and output pixels whose windows lie inside it.
        let ky = top.saturating_sub(y * strides[0])
            ..self.size[0].min((height + top).saturating_sub(y * strides[0]));
        let inner = match KW {
            0 => 0..0,
            _ if width + left < KW => 0..0,
            _ => left.div_ceil(STEP).min(columns)..((width + left - KW) / STEP + 1).min(columns),
        };
        let mut x = 0;
        while x < columns {
            if inner.start <= x && x + TILE <= inner.end {
                let (from, to) = (x * STEP - left, &mut out[x * channels..][..TILE * channels]);
                self.tile::<KW, STEP>(image, frame, y * strides[0], ky.clone(), from, to);
                x += TILE;
            } else {
                let kx = left.saturating_sub(x * strides[1])
                    ..self.size[1].min((width + left).saturating_sub(x * strides[1]));
                let to = &mut out[x * channels..][..channels];
                to.copy_from_slice(&self.bias);
                for (ky, kx) in ky.clone().flat_map(|ky| kx.clone().map(move |kx| (ky, kx))) {
                    let pixel = (y * strides[0] + ky - top) * width + x * strides[1] + kx - left;
                    let weights = &self.weights[(ky * self.size[1] + kx) * channels..][..channels];
                    let from = &image[pixel * channels..][..channels];
                    to.iter_mut()
                        .zip(from.iter().zip(weights))
                        .for_each(|(to, (from, weight))| *to += from * weight);
                }
                x += 1;
            }
        }
    }

    #[inline(always)]
    fn tile<const KW: usize, const STEP: usize>(
        &self,
        image: &[f32],
        frame: Frame,
        y: usize,
        ky: std::ops::Range<usize>,
        x: usize,
        out: &mut [f32],
    ) {
        let [_, width, channels] = frame.size;
        let span = ((TILE - 1) * STEP + KW) * channels;
        for c in (0..channels).step_by(4) {
            let mut sums = [load(&self.bias[c..]); TILE];
            for ky in ky.clone() {
                let from =
                    &image[((y + ky - frame.pads[0]) * width + x) * channels + c..][..span - c];
                let weights = &self.weights[ky * KW * channels + c..][..KW * channels - c];
                let weights: [f32x4; KW] =
                    std::array::from_fn(|kx| load(&weights[kx * channels..]));
                for i in 0..(TILE - 1) * STEP + KW {
                    let pixel = load(&from[i * channels..]);
                    for (t, sum) in sums.iter_mut().enumerate() {
                        if let Some(kx) = i.checked_sub(t * STEP)
                            && kx < KW
                        {
                            *sum += pixel * weights[kx];
                        }
                    }
                }
            }
            for (t, sum) in sums.iter().enumerate() {
                out[t * channels + c..][..4].copy_from_slice(sum.as_array());
            }
        }
    }
}
