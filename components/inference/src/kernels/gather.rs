//! Copies that only change the order of numbers.

/// `out`, of shape `shape[permutation]`, from `from`, of `shape`.
pub(crate) fn transpose(from: &[f32], shape: &[usize], permutation: &[usize], out: &mut [f32]) {
    let strides: Vec<usize> = (0..shape.len())
        .map(|i| shape[i + 1..].iter().product())
        .collect();
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
            to.copy_from_slice(&from[start..][..run]);
        } else {
            to.iter_mut()
                .zip(from[start..].iter().step_by(step))
                .for_each(|(to, from)| *to = *from);
        }
    }
}

/// Interleaves arrays along an axis: each part gives `inner` numbers at a time, `[outer, inner]`.
pub(crate) fn concatenate(parts: &[(&[f32], usize)], out: &mut [f32]) {
    let total: usize = parts.iter().map(|(_, inner)| inner).sum();
    for (index, mut to) in out.chunks_exact_mut(total.max(1)).enumerate() {
        for (from, inner) in parts {
            let (head, tail) = to.split_at_mut(*inner);
            head.copy_from_slice(&from[index * inner..][..*inner]);
            to = tail;
        }
    }
}

/// `[channels, pixels]` to `[pixels, channels]`.
pub(crate) fn interleave(planes: &[f32], channels: usize, out: &mut [f32]) {
    for (c, plane) in planes
        .chunks_exact((planes.len() / channels.max(1)).max(1))
        .enumerate()
    {
        out[c..]
            .iter_mut()
            .step_by(channels)
            .zip(plane)
            .for_each(|(to, from)| *to = *from);
    }
}
