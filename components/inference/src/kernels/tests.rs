//! Kernels against the plainest code that does the same. Operators as a whole are tested against rten in `tests/`.

use super::frame::{Frame, Scratch};
use super::gather::{concatenate, transpose};
use super::pack::{Filter, Precision};
use super::pointwise::{Activation, Binary, broadcast_shape, softmax};

/// A reproducible sequence of numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    fn floats(&mut self, n: usize) -> Vec<f32> {
        (0..n).map(|_| self.below(2001) as f32 / 1000.0 - 1.0).collect()
    }
}

fn product(precision: Precision, left: &[f32], right: &[f32], depth: usize, columns: usize) -> Vec<f32> {
    let at = |[_, _, k, n]: [usize; 4]| right[k * columns + n];
    let filter = Filter::new(precision, [1, 1, depth, columns], &[], at);
    let rows = left.len() / depth;
    let frame = Frame { size: [1, rows, depth], pads: [0; 4] };
    let mut out = vec![f32::NAN; rows * columns];
    filter.apply(left, frame, [1, 1], f32::NEG_INFINITY, None, &mut Scratch::default(), &mut out, |_| ());
    out
}

fn plain_product(left: &[f32], right: &[f32], depth: usize, columns: usize) -> Vec<f64> {
    let cell = |i: usize| {
        let (row, column) = (i / columns, i % columns);
        (0..depth).map(|k| f64::from(left[row * depth + k]) * f64::from(right[k * columns + column])).sum()
    };
    (0..left.len() / depth * columns).map(cell).collect()
}

#[test]
fn products_of_any_size() {
    for seed in 0..60 {
        let mut r = Random(seed);
        let (rows, depth, columns) = (1 + r.below(40), 1 + r.below(90), 1 + r.below(50));
        let (left, right) = (r.floats(rows * depth), r.floats(depth * columns));
        let expected = plain_product(&left, &right, depth, columns);
        for (precision, tolerance) in [(Precision::Float32, 1e-5), (Precision::Fixed16, 5e-3)] {
            for (a, b) in product(precision, &left, &right, depth, columns).iter().zip(&expected) {
                assert!((f64::from(*a) - b).abs() < tolerance, "{rows} {depth} {columns} {precision:?}: {a}, not {b}");
            }
        }
    }
}

/// Sums as large as can be must not overflow 32 bits: every number at its extreme, in one sign or the other.
#[test]
fn fixed_point_never_overflows() {
    for depth in [1, 2, 27, 64, 768, 25_088] {
        for (x, w) in [(1.0, 1.0), (-1.0, 1.0), (3e4, -1e-3), (1e-20, 1e20)] {
            let out = product(Precision::Fixed16, &vec![x; depth], &vec![w; depth * 17], depth, 17);
            let expected = x * w * depth as f32;
            assert!(out.iter().all(|y| (y / expected - 1.0).abs() < 0.02), "{depth} {x} {w}: {out:?}");
        }
    }
}

#[test]
fn zeros_stay_zeros_in_fixed_point() {
    assert_eq!(product(Precision::Fixed16, &[0.0; 6], &[0.0; 6], 3, 2), [0.0; 4]);
    assert_eq!(product(Precision::Fixed16, &[0.0; 6], &[1.0; 6], 3, 2), [0.0; 4]);
}

/// The error function by its Maclaurin series, and far out where that loses digits, its limit.
fn erf(x: f64) -> f64 {
    if x.abs() > 5.0 {
        return x.signum();
    }
    let (mut term, mut sum) = (x, x);
    for n in 1..150 {
        term *= -x * x / f64::from(n);
        sum += term / f64::from(2 * n + 1);
    }
    sum * std::f64::consts::FRAC_2_SQRT_PI
}

#[test]
fn activations() {
    let numbers: Vec<f32> = (-40_000..=40_001).map(|i| i as f32 / 2000.0).chain([-1e30, 1e30, -90.0, 90.0]).collect();
    let check = |activation: Activation, tolerance: f64, f: &dyn Fn(f64) -> f64| {
        let mut out = numbers.clone();
        activation.apply(&mut out);
        for (x, y) in numbers.iter().zip(out) {
            let expected = f(f64::from(*x));
            let allowed = tolerance * expected.abs().max(1.0);
            assert!((f64::from(y) - expected).abs() <= allowed, "{activation:?} of {x}: {y}, not {expected}");
        }
    };
    let sigmoid = |x: f64| 1.0 / (1.0 + (-x).exp());
    let hard = |x: f64| (0.2 * x + 0.4).clamp(0.0, 1.0);
    check(Activation::Relu, 0.0, &|x| x.max(0.0));
    check(Activation::Sigmoid, 4e-7, &sigmoid);
    check(Activation::Swish, 4e-7, &|x| x * sigmoid(x));
    check(Activation::HardSigmoid { alpha: 0.2, beta: 0.4 }, 2e-7, &hard);
    check(Activation::HardSwish { alpha: 0.2, beta: 0.4 }, 2e-6, &|x| x * hard(x));
    check(Activation::Gelu, 4e-6, &|x| x * (0.5 + 0.5 * erf(x / std::f64::consts::SQRT_2)));
}

#[test]
fn softmax_sums_to_one_and_survives_large_numbers() {
    let mut r = Random(1);
    for length in [1, 3, 4, 5, 40, 101] {
        let row: Vec<f32> = r.floats(2 * length).iter().map(|x| x * 200.0).collect();
        let mut out = row.clone();
        softmax(&mut out, length);
        for (row, out) in row.chunks(length).zip(out.chunks(length)) {
            let max = row.iter().copied().fold(f32::MIN, f32::max);
            let all: f64 = row.iter().map(|x| f64::from(x - max).exp()).sum();
            for (x, y) in row.iter().zip(out) {
                assert!((f64::from(x - max).exp() / all - f64::from(*y)).abs() < 1e-6);
            }
        }
    }
}

/// The offset of an index into an array that is broadcast.
fn offset(shape: &[usize], full: &[usize], mut index: usize) -> usize {
    let (mut offset, mut stride) = (0, 1);
    for (i, n) in full.iter().enumerate().rev() {
        let at = index % n;
        index /= n;
        if let Some(d) = (i + shape.len()).checked_sub(full.len()).map(|i| shape[i]) {
            offset += if d == 1 { 0 } else { at * stride };
            stride *= d;
        }
    }
    offset
}

#[test]
fn broadcasting() {
    for seed in 0..300 {
        let mut r = Random(seed);
        let full: Vec<usize> = (0..1 + r.below(4)).map(|_| 1 + r.below(5)).collect();
        let mut part = || -> Vec<usize> {
            let shape: Vec<usize> = full.iter().map(|&d| if r.below(3) == 0 { 1 } else { d }).collect();
            shape[r.below(shape.len())..].to_vec()
        };
        let (sa, sb) = (part(), part());
        let shape = broadcast_shape(&sa, &sb).unwrap();
        let (a, b) = (r.floats(sa.iter().product()), r.floats(sb.iter().product()));
        let mut out = vec![f32::NAN; shape.iter().product()];
        Binary::Subtract.apply((&a, &sa), (&b, &sb), (&mut out, &shape));
        for (i, y) in out.iter().enumerate() {
            assert_eq!(*y, a[offset(&sa, &shape, i)] - b[offset(&sb, &shape, i)], "{sa:?} {sb:?}");
        }
    }
    assert_eq!(broadcast_shape(&[2, 3], &[3, 2]), None);
}

#[test]
fn transposing_and_joining() {
    let numbers: Vec<f32> = (0..24).map(|i| i as f32).collect();
    let mut out = vec![0.0; 24];
    transpose(&numbers, &[2, 3, 4], &[2, 0, 1], &mut out);
    for (i, y) in out.iter().enumerate() {
        assert_eq!(*y, numbers[(i / 3 % 2) * 12 + i % 3 * 4 + i / 6]);
    }
    let mut out = [0.0; 10];
    concatenate(&[(&[1.0, 2.0], 1), (&[3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 0.0], 4)], &mut out);
    assert_eq!(out, [1.0, 3.0, 4.0, 5.0, 6.0, 2.0, 7.0, 8.0, 9.0, 0.0]);
}
