//! Functions of one number, sums and products of two arrays.

use std::sync::Arc;

use wide::{f32x4, i32x4};

use super::frame::ROUNDER;
use super::product::load;

/// A function applied to every number.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Activation {
    Relu,
    /// `clamp(alpha x + beta, 0, 1)`
    HardSigmoid {
        alpha: f32,
        beta: f32,
    },
    /// `x clamp(alpha x + beta, 0, 1)`
    HardSwish {
        alpha: f32,
        beta: f32,
    },
    /// `1 / (1 + exp(-x))`
    Sigmoid,
    /// `x / (1 + exp(-x))`
    Swish,
    /// `x Phi(x)`, `Phi` being the normal distribution function
    Gelu,
    Sqrt,
    /// `x` where it is positive, else `x` times the channel's slope; one slope is for all channels.
    Prelu(Arc<[f32]>),
}

impl Activation {
    /// `numbers` are whole pixels where there is more than one slope.
    pub fn apply(&self, numbers: &mut [f32]) {
        let one = f32x4::ONE;
        let hard = |x: f32x4, alpha: f32, beta: f32| {
            (x * f32x4::splat(alpha) + f32x4::splat(beta)).fast_max(f32x4::ZERO).fast_min(one)
        };
        match *self {
            Self::Relu => map(numbers, |x| x.fast_max(f32x4::ZERO)),
            Self::HardSigmoid { alpha, beta } => map(numbers, |x| hard(x, alpha, beta)),
            Self::HardSwish { alpha, beta } => map(numbers, |x| x * hard(x, alpha, beta)),
            Self::Sigmoid => map(numbers, |x| one / (one + exp(-x))),
            Self::Swish => map(numbers, |x| x / (one + exp(-x))),
            Self::Gelu => map(numbers, gelu),
            Self::Sqrt => map(numbers, f32x4::sqrt),
            Self::Prelu(ref slopes) => match **slopes {
                [slope] => map(numbers, |x| prelu(x, f32x4::splat(slope))),
                _ => numbers.chunks_exact_mut(slopes.len().max(1)).for_each(|pixel| prelu_pixel(pixel, slopes)),
            },
        }
    }
}

#[inline(always)]
fn prelu(x: f32x4, slope: f32x4) -> f32x4 {
    x.fast_max(f32x4::ZERO) + slope * x.fast_min(f32x4::ZERO)
}

fn prelu_pixel(pixel: &mut [f32], slopes: &[f32]) {
    let ((vectors, rest), (slopes, last)) = (pixel.as_chunks_mut::<4>(), slopes.as_chunks::<4>());
    for (x, slope) in vectors.iter_mut().zip(slopes) {
        *x = prelu(f32x4::from(*x), f32x4::from(*slope)).to_array();
    }
    rest.iter_mut().zip(last).for_each(|(x, slope)| *x = x.max(0.0) + slope * x.min(0.0));
}

/// Minimax fit of `(Phi(x) - 1/2) / x` on `0 <= x <= 5` in powers of `2 x^2 / 25 - 1`; [`gelu`] is then within 4e-6 everywhere.
const PHI: [f32; 12] = [
    0.141_363_75,
    -0.070_298_23,
    0.051_525_395,
    -0.040_391_98,
    0.031_356_73,
    -0.023_624_96,
    0.016_910_115,
    -0.010_165_431,
    0.005_113_296,
    -0.003_886_904,
    0.003_194_444,
    -0.001_096_34,
];

#[inline(always)]
fn gelu(x: f32x4) -> f32x4 {
    let a = x.abs().fast_min(f32x4::splat(5.0));
    let u = a * a * f32x4::splat(2.0 / 25.0) - f32x4::ONE;
    // In pairs instead of Horner's rule: a chain of 22 dependent operations outlasts the processor's look-ahead.
    let c = PHI.map(f32x4::splat);
    let u2 = u * u;
    let quarter = |i: usize| (c[i] + c[i + 1] * u) + (c[i + 2] + c[i + 3] * u) * u2;
    let u4 = u2 * u2;
    let phi = quarter(0) + (quarter(4) + quarter(8) * u4) * u4;
    x.fast_max(f32x4::ZERO) - a * (f32x4::HALF - a * phi)
}

/// Minimax fit of `exp` on `-ln(2)/2 ..= ln(2)/2`; [`exp`] is then within 3e-7 of its value.
const EXP: [f32; 6] = [1.000_000_1, 0.999_999_7, 0.499_988_94, 0.166_675_75, 0.041_915_43, 0.008_297_647];

/// `exp(x)` for `x` moved into `-87 ..= 88`, where the result is finite and normal.
#[inline(always)]
fn exp(x: f32x4) -> f32x4 {
    let x = x.fast_max(f32x4::splat(-87.0)).fast_min(f32x4::splat(88.0));
    let shifted = x * f32x4::LOG2_E + f32x4::splat(ROUNDER);
    let n = shifted - f32x4::splat(ROUNDER);
    // ln 2 in two parts, the first with so few digits that its product with `n` is exact.
    let r = x - n * f32x4::splat(0.693_359_4) - n * f32x4::splat(-2.121_944_4e-4);
    let c = EXP.map(f32x4::splat);
    let r2 = r * r;
    let fraction = (c[0] + c[1] * r) + (c[2] + c[3] * r) * r2 + (c[4] + c[5] * r) * (r2 * r2);
    // The low bits of `shifted` are `n`: adding them to the exponent multiplies by 2^n.
    let exponent: i32x4 = bytemuck::cast(shifted);
    let bits: i32x4 = bytemuck::cast(fraction);
    bytemuck::cast(bits + (exponent << 23))
}

#[inline(always)]
fn map(numbers: &mut [f32], f: impl Fn(f32x4) -> f32x4) {
    let (vectors, rest) = numbers.as_chunks_mut::<4>();
    for vector in vectors {
        *vector = f(f32x4::from(*vector)).to_array();
    }
    let mut last = [0.0; 4];
    last[..rest.len()].copy_from_slice(rest);
    rest.copy_from_slice(&f(f32x4::from(last)).to_array()[..rest.len()]);
}

/// An operator on two numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    /// `a + a b`
    Gate,
}

impl Binary {
    /// `a op b` for arrays of `shape`s aligned at the last dimension and broadcast as in ONNX; `out` has the broadcast shape.
    pub fn apply(self, a: (&[f32], &[usize]), b: (&[f32], &[usize]), out: (&mut [f32], &[usize])) {
        match self {
            Self::Add => broadcast(a, b, out, |a, b| a + b),
            Self::Subtract => broadcast(a, b, out, |a, b| a - b),
            Self::Multiply => broadcast(a, b, out, |a, b| a * b),
            Self::Divide => broadcast(a, b, out, |a, b| a / b),
            Self::Gate => broadcast(a, b, out, |a, b| a + a * b),
            Self::Power => broadcast(a, b, out, |a, b| if b == 2.0 { a * a } else { a.powf(b) }),
        }
    }
}

/// The shape two shapes broadcast to, if they do.
pub(crate) fn broadcast_shape(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let at = |shape: &[usize], i: usize| (i + shape.len()).checked_sub(rank).map_or(1, |i| shape[i]);
    (0..rank)
        .map(|i| match (at(a, i), at(b, i)) {
            (x, y) if x == y || y == 1 => Some(x),
            (1, y) => Some(y),
            _ => None,
        })
        .collect()
}

#[inline(always)]
fn broadcast(
    a: (&[f32], &[usize]),
    b: (&[f32], &[usize]),
    out: (&mut [f32], &[usize]),
    f: impl Fn(f32, f32) -> f32 + Copy,
) {
    let shape = out.1;
    // The longest tail over which each operand is either whole or one number is done in one loop.
    let dimension = |s: &[usize], i: usize| s.len().checked_sub(i).map_or(1, |at| s[at]);
    let whole = |s: &[usize]| (1..=shape.len()).take_while(|&i| dimension(s, i) == shape[shape.len() - i]).count();
    let one = |s: &[usize]| (1..=shape.len()).take_while(|&i| dimension(s, i) == 1).count();
    let inner = whole(a.1).max(one(a.1)).min(whole(b.1).max(one(b.1)));
    let run: usize = shape[shape.len() - inner..].iter().product();
    let outer = &shape[..shape.len() - inner];
    let start = |s: &[usize], mut index: usize| {
        let (mut offset, mut stride) = (0, 1);
        for i in 1..=shape.len() {
            let d = dimension(s, i);
            if i > inner {
                let n = shape[shape.len() - i];
                offset += if d == 1 { 0 } else { index % n * stride };
                index /= n;
            }
            stride *= d;
        }
        (offset, whole(s) >= inner)
    };
    // The frequent case, one row for every pixel.
    if a.0.len() == out.0.len() && b.0.len() == run && whole(b.1) >= inner {
        for (out, a) in out.0.chunks_exact_mut(run.max(1)).zip(a.0.chunks_exact(run.max(1))) {
            out.iter_mut().zip(a.iter().zip(b.0)).for_each(|(o, (&a, &b))| *o = f(a, b));
        }
        return;
    }
    for index in 0..outer.iter().product() {
        let ((at, a_whole), (bt, b_whole)) = (start(a.1, index), start(b.1, index));
        let out = &mut out.0[index * run..][..run];
        match (a_whole, b_whole) {
            (true, true) => {
                out.iter_mut()
                    .zip(a.0[at..][..run].iter().zip(&b.0[bt..][..run]))
                    .for_each(|(o, (&a, &b))| *o = f(a, b));
            }
            (true, false) => out.iter_mut().zip(&a.0[at..][..run]).for_each(|(o, &a)| *o = f(a, b.0[bt])),
            (false, true) => out.iter_mut().zip(&b.0[bt..][..run]).for_each(|(o, &b)| *o = f(a.0[at], b)),
            (false, false) => out.fill(f(a.0[at], b.0[bt])),
        }
    }
}

/// Softmax of each run of `length` numbers.
pub(crate) fn softmax(numbers: &mut [f32], length: usize) {
    for row in numbers.chunks_exact_mut(length.max(1)) {
        let (vectors, rest) = row.as_chunks::<4>();
        let max = vectors.iter().fold(f32x4::splat(f32::NEG_INFINITY), |max, v| max.fast_max(load(v)));
        let max = max.to_array().iter().chain(rest).copied().fold(f32::NEG_INFINITY, f32::max);
        map(row, |x| exp(x - f32x4::splat(max)));
        let (vectors, rest) = row.as_chunks::<4>();
        let sum = vectors.iter().fold(f32x4::ZERO, |sum, v| sum + load(v)).reduce_add() + rest.iter().sum::<f32>();
        let inverse = f32x4::splat(1.0 / sum);
        map(row, |x| x * inverse);
    }
}
