//! Matrix product as implicit convolution: left rows are read in place from an image, right columns from packed panels.
//!
//! In a channels-last image the numbers under one row of a filter are contiguous, so a `kh x kw` convolution is the same
//! loop as a 1x1 one with `kh` segments instead of one, and no im2col copy is made. A tile of `R` rows by `V` vectors of four
//! columns is summed in registers: 2 by 4, or 4 by 2 for few columns, fits the 16 a wasm engine has on x86-64; more spill.

use wide::{f32x4, i16x8, i32x4};

use super::gather::copy;

/// Left rows worked on before the next panel is fetched: small enough to stay in the second-level cache.
const BLOCK_BYTES: usize = 192 * 1024;

/// The numbers a product is computed in.
pub(crate) trait Arithmetic {
    /// One step along the depth in one row.
    type Left: Copy + Send + Sync;
    /// The same step in four columns.
    type Right: Copy + Send + Sync;
    type Vector: Copy;
    type Sum: Copy;
    const ZERO: Self::Sum;
    fn broadcast(left: Self::Left) -> Self::Vector;
    fn load(right: Self::Right) -> Self::Vector;
    fn accumulate(sum: Self::Sum, left: Self::Vector, right: Self::Vector) -> Self::Sum;
    fn to_float(sum: Self::Sum) -> f32x4;
    /// Calls `store`, which writes a tile out: inline or not, as measured. Where its code is inlined, a wasm engine's
    /// register allocator keeps some of the float sums in memory all through the inner loop, at half the speed; the
    /// integer sums stay in registers, and a call would cost them a fifth.
    fn end(store: impl FnOnce());
}

/// IEEE single precision.
pub(crate) struct Float;

impl Arithmetic for Float {
    type Left = f32;
    type Right = [f32; 4];
    type Vector = f32x4;
    type Sum = f32x4;
    const ZERO: f32x4 = f32x4::ZERO;
    #[inline(always)]
    fn broadcast(left: f32) -> f32x4 {
        f32x4::splat(left)
    }
    #[inline(always)]
    fn load(right: [f32; 4]) -> f32x4 {
        f32x4::from(right)
    }
    #[inline(always)]
    fn accumulate(sum: f32x4, left: f32x4, right: f32x4) -> f32x4 {
        sum + left * right
    }
    #[inline(always)]
    fn to_float(sum: f32x4) -> f32x4 {
        sum
    }
    #[inline(never)]
    fn end(store: impl FnOnce()) {
        store();
    }
}

/// 16-bit integers, two at a time, summed in 32 bits (`i32x4.dot_i16x8_s`); [`super::pack`] scales so that no sum overflows.
pub(crate) struct Fixed;

impl Arithmetic for Fixed {
    type Left = i32;
    type Right = [i16; 8];
    type Vector = i16x8;
    type Sum = i32x4;
    const ZERO: i32x4 = i32x4::ZERO;
    #[inline(always)]
    fn broadcast(left: i32) -> i16x8 {
        bytemuck::cast(i32x4::splat(left))
    }
    #[inline(always)]
    fn load(right: [i16; 8]) -> i16x8 {
        i16x8::from(right)
    }
    #[inline(always)]
    fn accumulate(sum: i32x4, left: i16x8, right: i16x8) -> i32x4 {
        sum + left.dot(right)
    }
    #[inline(always)]
    fn to_float(sum: i32x4) -> f32x4 {
        sum.round_float()
    }
    #[inline(always)]
    fn end(store: impl FnOnce()) {
        store();
    }
}

/// Where the left rows lie, in steps of [`Arithmetic::Left`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window {
    /// Output pixels down and across; each is one row of the product.
    pub size: [usize; 2],
    /// Distance between the windows of neighbouring output pixels, down and across.
    pub step: [usize; 2],
    /// Contiguous segments in a window (filter rows), their length and the distance between them.
    pub segments: usize,
    pub length: usize,
    pub stride: usize,
}

impl Window {
    /// `rows` rows of `depth` steps, one after the other.
    pub fn matrix(rows: usize, depth: usize) -> Self {
        Self { size: [1, rows], step: [0, depth], segments: 1, length: depth, stride: 0 }
    }
}

/// What happens to a sum before it is stored: `max(sum * scale + bias, floor) + residual`.
pub(crate) struct Finish<'a> {
    /// Per column, padded to whole panels.
    pub scale: &'a [f32],
    pub common_scale: f32,
    pub bias: &'a [f32],
    pub floor: f32,
    pub residual: Option<&'a [f32]>,
}

/// `out[pixel][column] = finish(left[pixel] . right[column])`, with `columns` columns in `out` and in the residual;
/// `then` sees each finished stretch of `out` while it is in cache.
pub(crate) fn multiply<N: Arithmetic, const V: usize, const R: usize>(
    left: &[N::Left],
    window: &Window,
    panels: &[[N::Right; V]],
    finish: &Finish,
    columns: usize,
    out: &mut [f32],
    then: impl Fn(&mut [f32]),
) {
    let depth = window.segments * window.length;
    let [height, width] = window.size;
    let fit = (BLOCK_BYTES / size_of::<N::Left>() / depth.max(1)).max(R);
    let (down, across) = if height > 1 { ((fit / width.max(1)).max(1), width) } else { (1, fit / R * R) };
    for y0 in (0..height).step_by(down.max(1)) {
        for x0 in (0..width).step_by(across.max(1)) {
            let (y1, x1) = ((y0 + down).min(height), (x0 + across).min(width));
            for (j, panel) in panels.chunks_exact(depth.max(1)).enumerate() {
                let column = Column::new(finish, j, columns);
                for y in y0..y1 {
                    let mut x = x0;
                    while x < x1 {
                        let start = y * window.step[0] + x * window.step[1];
                        let at = (y * width + x) * columns + column.first;
                        if x + R <= x1 {
                            let sums = tile::<N, V, R>(left, start, window, panel);
                            N::end(|| column.store(sums, finish, columns, at, out));
                            x += R;
                        } else {
                            let sums = tile::<N, V, 1>(left, start, window, panel);
                            N::end(|| column.store(sums, finish, columns, at, out));
                            x += 1;
                        }
                    }
                }
            }
            then(&mut out[(y0 * width + x0) * columns..((y1 - 1) * width + x1) * columns]);
        }
    }
}

#[inline(always)]
fn tile<N: Arithmetic, const V: usize, const R: usize>(
    left: &[N::Left],
    start: usize,
    window: &Window,
    panel: &[[N::Right; V]],
) -> [[f32x4; V]; R] {
    let mut sums = [[N::ZERO; V]; R];
    for segment in 0..window.segments {
        let length = window.length;
        let rows: [&[N::Left]; R] =
            std::array::from_fn(|r| &left[start + r * window.step[1] + segment * window.stride..][..length]);
        let panel = &panel[segment * length..][..length];
        for k in 0..length {
            let right: [N::Vector; V] = std::array::from_fn(|v| N::load(panel[k][v]));
            for r in 0..R {
                let left = N::broadcast(rows[r][k]);
                for v in 0..V {
                    sums[r][v] = N::accumulate(sums[r][v], left, right[v]);
                }
            }
        }
    }
    sums.map(|row| row.map(N::to_float))
}

/// The finishing touches of one panel, loaded once.
struct Column<const V: usize> {
    first: usize,
    width: usize,
    scale: [f32x4; V],
    bias: [f32x4; V],
    floor: f32x4,
}

impl<const V: usize> Column<V> {
    fn new(finish: &Finish, panel: usize, columns: usize) -> Self {
        let first = panel * V * 4;
        let vectors = |all: &[f32]| std::array::from_fn(|v| load(&all[first + v * 4..]));
        Self {
            first,
            width: (V * 4).min(columns - first),
            scale: vectors(finish.scale).map(|s: f32x4| s * f32x4::splat(finish.common_scale)),
            bias: vectors(finish.bias),
            floor: f32x4::splat(finish.floor),
        }
    }

    #[inline(always)]
    fn store<const R: usize>(
        &self,
        sums: [[f32x4; V]; R],
        finish: &Finish,
        columns: usize,
        at: usize,
        out: &mut [f32],
    ) {
        for (r, sums) in sums.into_iter().enumerate() {
            let at = at + r * columns;
            let mut done: [f32x4; V] =
                std::array::from_fn(|v| (sums[v] * self.scale[v] + self.bias[v]).fast_max(self.floor));
            if self.width < V * 4 {
                self.store_part(&done, finish, at, out);
                continue;
            }
            let to = &mut out[at..][..V * 4];
            if let Some(residual) = finish.residual {
                let residual = &residual[at..][..V * 4];
                for v in 0..V {
                    done[v] += load(&residual[v * 4..]);
                }
            }
            for v in 0..V {
                to[v * 4..][..4].copy_from_slice(done[v].as_array());
            }
        }
    }

    /// The last panel, where it has fewer columns; apart, for its code would cost the full panels registers.
    #[inline(never)]
    fn store_part(&self, done: &[f32x4; V], finish: &Finish, at: usize, out: &mut [f32]) {
        let (done, to): (&[f32], _) = (bytemuck::cast_slice(done), &mut out[at..][..self.width]);
        copy(&done[..self.width], to);
        if let Some(residual) = finish.residual {
            to.iter_mut().zip(&residual[at..]).for_each(|(to, residual)| *to += residual);
        }
    }
}

#[inline(always)]
pub(crate) fn load(from: &[f32]) -> f32x4 {
    f32x4::from([from[0], from[1], from[2], from[3]])
}
