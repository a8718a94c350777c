//! Operators over image windows other than convolution, on one channels-last image.

use super::frame::Frame;
use super::gather::copy;

/// How a window becomes one number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pooling {
    Max,
    /// Mean over the pixels inside the image.
    Mean,
}

pub(crate) fn pool(
    pooling: Pooling,
    image: &[f32],
    frame: Frame,
    kernel: [usize; 2],
    strides: [usize; 2],
    columns: usize,
    out: &mut [f32],
) {
    let ([height, width, channels], [top, left, ..]) = (frame.size, frame.pads);
    for (i, to) in out.chunks_exact_mut(channels).enumerate() {
        let (y, x) = (i / columns * strides[0], i % columns * strides[1]);
        let ys = y.max(top) - top..(y + kernel[0]).saturating_sub(top).min(height);
        let xs = x.max(left) - left..(x + kernel[1]).saturating_sub(left).min(width);
        let share = 1.0 / (ys.len() * xs.len()).max(1) as f32;
        to.fill(if pooling == Pooling::Max { f32::NEG_INFINITY } else { 0.0 });
        for (y, x) in ys.flat_map(|y| xs.clone().map(move |x| (y, x))) {
            let from = &image[(y * width + x) * channels..][..channels];
            match pooling {
                Pooling::Max => {
                    to.iter_mut().zip(from).for_each(|(to, &from)| *to = if from > *to { from } else { *to })
                }
                Pooling::Mean => to.iter_mut().zip(from).for_each(|(to, from)| *to += from * share),
            }
        }
    }
}

/// Mean of each channel over all pixels.
pub(crate) fn mean(image: &[f32], channels: usize, out: &mut [f32]) {
    out.fill(0.0);
    for pixel in image.chunks_exact(channels) {
        out.iter_mut().zip(pixel).for_each(|(sum, x)| *sum += x);
    }
    let count = (image.len() / channels.max(1)).max(1) as f32;
    out.iter_mut().for_each(|sum| *sum /= count);
}

/// Repeats each pixel `scale` times down and across.
pub(crate) fn enlarge(image: &[f32], [_, width, channels]: [usize; 3], scale: [usize; 2], out: &mut [f32]) {
    let row = width * channels;
    for (from, to) in image.chunks_exact(row).zip(out.chunks_exact_mut(row * scale[0] * scale[1])) {
        let (first, rest) = to.split_at_mut(row * scale[1]);
        for (from, to) in from.chunks_exact(channels).zip(first.chunks_exact_mut(channels * scale[1])) {
            to.chunks_exact_mut(channels).for_each(|to| copy(from, to));
        }
        rest.chunks_exact_mut(row * scale[1]).for_each(|to| to.copy_from_slice(first));
    }
}

/// Spreads `[height, width, kh, kw, channels]` to `[height * kh, width * kw, channels]`.
pub(crate) fn spread(image: &[f32], width: usize, [kh, kw]: [usize; 2], channels: usize, out: &mut [f32]) {
    let run = kw * channels;
    for (from, to) in image.chunks_exact(width * kh * run).zip(out.chunks_exact_mut(width * kh * run)) {
        for (ky, to) in to.chunks_exact_mut(width * run).enumerate() {
            for (from, to) in from.chunks_exact(kh * run).zip(to.chunks_exact_mut(run)) {
                copy(&from[ky * run..][..run], to);
            }
        }
    }
}
