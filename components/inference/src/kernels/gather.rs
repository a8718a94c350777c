//! Copies that only change the order of numbers.

/// Copies between slices of the same length. In wasm a copy of unknown length is a call into the host, which
/// for a pixel's few channels costs more than the copy.
#[inline(always)]
pub(crate) fn copy(from: &[f32], to: &mut [f32]) {
    fn fixed<const N: usize>(from: &[f32], to: &mut [f32]) {
        if let (Some(from), Some(to)) = (from.first_chunk::<N>(), to.first_chunk_mut::<N>()) {
            *to = *from;
        }
    }
    match from.len() {
        2 => fixed::<2>(from, to),
        4 => fixed::<4>(from, to),
        8 => fixed::<8>(from, to),
        16 => fixed::<16>(from, to),
        32 => fixed::<32>(from, to),
        64 => fixed::<64>(from, to),
        _ => to.copy_from_slice(from),
    }
}

/// `out`, of shape `shape[permutation]`, from `from`, of `shape`.
pub(crate) fn transpose(from: &[f32], shape: &[usize], permutation: &[usize], out: &mut [f32]) {
    let strides: Vec<usize> = (0..shape.len()).map(|i| shape[i + 1..].iter().product()).collect();
    let Some((&last, outer)) = permutation.split_last() else {
        return out.copy_from_slice(from);
    };
    let (run, step) = (shape[last], strides[last]);
    for (index, to) in out.chunks_exact_mut(run.max(1)).enumerate() {
        let mut rest = index;
        let start: usize = outer
            .iter()
            .rev()
            .map(|&axis| {
                let at = rest % shape[axis];
                rest /= shape[axis];
                at * strides[axis]
            })
            .sum();
        if step == 1 {
            copy(&from[start..][..run], to);
        } else {
            to.iter_mut().zip(from[start..].iter().step_by(step)).for_each(|(to, from)| *to = *from);
        }
    }
}

/// Interleaves arrays along an axis: each part gives `inner` numbers at a time, `[outer, inner]`.
pub(crate) fn concatenate(parts: &[(&[f32], usize)], out: &mut [f32]) {
    let total: usize = parts.iter().map(|(_, inner)| inner).sum();
    for (index, mut to) in out.chunks_exact_mut(total.max(1)).enumerate() {
        for (from, inner) in parts {
            let (head, tail) = to.split_at_mut(*inner);
            copy(&from[index * inner..][..*inner], head);
            to = tail;
        }
    }
}

/// `[channels, pixels]` to `[pixels, channels]`.
pub(crate) fn interleave(planes: &[f32], channels: usize, out: &mut [f32]) {
    for (c, plane) in planes.chunks_exact((planes.len() / channels.max(1)).max(1)).enumerate() {
        out[c..].iter_mut().step_by(channels).zip(plane).for_each(|(to, from)| *to = *from);
    }
}
