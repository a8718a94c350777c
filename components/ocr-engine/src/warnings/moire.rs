//! Recapture from a screen: the display's grid beats with the sensor's and leaves narrow peaks in the spectrum.
#![expect(clippy::indexing_slicing, reason = "kernels over windows of a fixed size cut inside the picture")]

use rustfft::{FftPlanner, num_complex::Complex32};

use super::Scene;
use crate::geometry::{Point, Quad};
use picture::raster::Rgb;

/// Side of a window.
const N: usize = 128;
/// Windows across and down the card.
const GRID: (usize, usize) = (4, 3);

/// How far the strongest isolated peak of the mean spectrum stands above its neighbourhood, in natural logarithms: brightness, colour.
pub fn peaks(picture: &Rgb, quad: &Quad) -> (f32, f32) {
    let (mut light, mut colour) = (vec![0f32; N * N], vec![0f32; N * N]);
    let [a, b, c, d] = *quad;
    let fft = FftPlanner::new().plan_fft_forward(N);
    for j in 0..GRID.1 {
        for i in 0..GRID.0 {
            let (u, v) = ((i as f32 + 0.5) / GRID.0 as f32, (j as f32 + 0.5) / GRID.1 as f32);
            let centre: Point = a.towards(b, u).towards(d.towards(c, u), v);
            let (x, y) = (centre.x as isize - N as isize / 2, centre.y as isize - N as isize / 2);
            if x < 0 || y < 0 || x as usize + N > picture.width || y as usize + N > picture.height {
                continue;
            }
            let at = |px: usize, py: usize| {
                let k = ((y as usize + py) * picture.width + x as usize + px) * 3;
                [picture.data[k], picture.data[k + 1], picture.data[k + 2]].map(f32::from)
            };
            add_spectrum(&mut light, &*fft, |px, py| {
                let [r, g, b] = at(px, py);
                0.3 * r + 0.59 * g + 0.11 * b
            });
            add_spectrum(&mut colour, &*fft, |px, py| {
                let [r, g, _] = at(px, py);
                r - g
            });
        }
    }
    (prominence(&light), prominence(&colour))
}

fn add_spectrum(sum: &mut [f32], fft: &dyn rustfft::Fft<f32>, sample: impl Fn(usize, usize) -> f32) {
    // A Hann window keeps the window's own edges out of the spectrum.
    let taper = |k: usize| 0.5 - 0.5 * (std::f32::consts::TAU * (k as f32 + 0.5) / N as f32).cos();
    let mut rows: Vec<Complex32> =
        (0..N * N).map(|i| Complex32::new(sample(i % N, i / N) * taper(i % N) * taper(i / N), 0.)).collect();
    fft.process(&mut rows);
    let mut columns: Vec<Complex32> = (0..N * N).map(|i| rows[(i % N) * N + i / N]).collect();
    fft.process(&mut columns);
    for (s, c) in sum.iter_mut().zip(&columns) {
        *s += c.norm();
    }
}

/// The largest ratio of a coefficient to the mean of a ring around it, away from low frequencies and from the multiples of 1/8 that JPEG
/// blocks make.
fn prominence(spectrum: &[f32]) -> f32 {
    let at = |x: isize, y: isize| spectrum[(x.rem_euclid(N as isize) as usize) * N + y.rem_euclid(N as isize) as usize];
    let half = N as isize / 2;
    let block = |v: isize| (v.rem_euclid(N as isize / 8)).min(N as isize / 8 - v.rem_euclid(N as isize / 8)) <= 1;
    let mut best = 0f32;
    for y in 0..=half {
        for x in -half..half {
            let radius = (x as f32).hypot(y as f32);
            if radius < N as f32 * 0.14 || x.abs() <= 2 || y <= 2 || (block(x) && block(y)) {
                continue;
            }
            let peak = at(x, y);
            let (mut ring, mut count) = (0f32, 0f32);
            for dy in -6isize..=6 {
                for dx in -6isize..=6 {
                    if dx.abs().max(dy.abs()) > 2 {
                        ring += at(x + dx, y + dy);
                        count += 1.;
                    }
                }
            }
            best = best.max(peak * count / ring.max(1e-3));
        }
    }
    best.max(1e-3).ln()
}

/// A screen's grid.
pub fn recapture(scene: &Scene<'_>) -> Option<(String, f32)> {
    const LIGHT: f32 = 1.55;
    const COLOUR: f32 = 1.3;
    let (light, colour) = peaks(&scene.picture.rgb, scene.quad);
    // The dots of a print beat as well.
    if super::chroma::colour_copy(scene).is_some() {
        return None;
    }
    let excess = (light - LIGHT).max(colour - COLOUR);
    (excess > 0.).then(|| ("the picture shows the grid of a screen".to_owned(), 0.6 + excess / 2.))
}
