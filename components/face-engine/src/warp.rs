//! Parts of a picture cut out at another size, turned or not.
#![expect(clippy::indexing_slicing, reason = "four taps whose place was clamped into the picture")]

use picture::raster::{Rect, Rgb};

use crate::geometry::{Area, Point, Similarity};

/// The `width` x `height` picture whose pixel `p` lies at `map(p)` in `from`: bilinear, the border repeats outside.
///
/// A map that shrinks is taken from a smaller copy, for single taps would miss most of the pixels.
#[must_use]
pub fn warp(from: &Rgb, map: &Similarity, width: usize, height: usize) -> Option<Rgb> {
    let factor = map.factor();
    if factor > 1.2 {
        let (small, map) = smaller(from, map, width, height, factor)?;
        return sample(&small, width, height, 0.5, |p| map.apply(p));
    }
    sample(from, width, height, 0.5, |p| map.apply(p))
}

/// As [`warp`], the way the faces were cut that recognisers learn from (OpenCV's `warpAffine`): `map` is between centres of
/// pixels, and single taps are taken up to a shrinking by [`TAPS`].
#[must_use]
pub fn cut(from: &Rgb, map: &Similarity, side: usize) -> Option<Rgb> {
    let factor = map.factor();
    if factor > TAPS {
        let (small, map) = smaller(from, map, side, side, factor / TAPS)?;
        return sample(&small, side, side, 0., |p| map.apply(p));
    }
    sample(from, side, side, 0., |p| map.apply(p))
}

/// What a face of the training pictures was shrunk by, at most.
const TAPS: f32 = 3.;

/// What `map` needs of `from`, `factor` times smaller, and the map into that.
fn smaller(from: &Rgb, map: &Similarity, width: usize, height: usize, factor: f32) -> Option<(Rgb, Similarity)> {
    let corners =
        [(0., 0.), (1., 0.), (0., 1.), (1., 1.)].map(|(x, y)| Point::new(x * width as f32, y * height as f32));
    let placed = corners.map(|p| map.apply(p));
    let span = |of: fn(&Point) -> f32| {
        placed.iter().map(of).fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(v), high.max(v)))
    };
    let ((x0, x1), (y0, y1)) = (span(|p| p.x), span(|p| p.y));
    let low = |v: f32| (v - 2.).max(0.) as usize;
    let high = |v: f32| (v + 3.).max(0.) as usize;
    let part = Rect { x0: low(x0), y0: low(y0), x1: high(x1), y1: high(y1) }.clamp(from.width, from.height);
    let to = |side: usize| (side as f32 / factor).ceil() as usize;
    let small = from.crop(part).resize(to(part.width()), to(part.height()))?;
    let (fx, fy) = (small.width as f32 / part.width() as f32, small.height as f32 / part.height() as f32);
    let shrunk = |p: Point| Point::new((p.x - part.x0 as f32) * fx, (p.y - part.y0 as f32) * fy);
    Some((small, Similarity::fit(&corners, &placed.map(shrunk))?))
}

/// `area` of `from`, stretched to `width` x `height`.
#[must_use]
pub fn stretch(from: &Rgb, area: Area, width: usize, height: usize) -> Option<Rgb> {
    // Square pixels first, so that shrinking averages.
    let (fx, fy) = (area.width / width as f32, area.height / height as f32);
    let factor = fx.min(fy);
    let (w, h) = ((area.width / factor).round() as usize, (area.height / factor).round() as usize);
    warp(from, &Similarity::scale(factor, area.x, area.y), w, h)?.resize(width, height)
}

/// `centre` is where the centre of the first pixel lies, 0 or 0.5.
fn sample(from: &Rgb, width: usize, height: usize, centre: f32, place: impl Fn(Point) -> Point) -> Option<Rgb> {
    let (max_x, max_y) = (from.width.checked_sub(2)? as f32, from.height.checked_sub(2)? as f32);
    let mut out = Rgb::new(width, height);
    for (y, row) in out.data.chunks_exact_mut((width * 3).max(1)).enumerate() {
        for (x, pixel) in row.as_chunks_mut::<3>().0.iter_mut().enumerate() {
            let at = place(Point::new(x as f32 + centre, y as f32 + centre));
            let (sx, sy) = ((at.x - centre).clamp(0., max_x + 1.), (at.y - centre).clamp(0., max_y + 1.));
            let (ix, iy) = (sx.min(max_x) as usize, sy.min(max_y) as usize);
            let (fx, fy) = (sx - ix as f32, sy - iy as f32);
            let top = (iy * from.width + ix) * 3;
            let bottom = top + from.width * 3;
            let (t, b) = (&from.data[top..top + 6], &from.data[bottom..bottom + 6]);
            for k in 0..3 {
                let across = |row: &[u8]| f32::from(row[k]) * (1. - fx) + f32::from(row[k + 3]) * fx;
                pixel[k] = (across(t) * (1. - fy) + across(b) * fy + 0.5) as u8;
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(width: usize, height: usize) -> Rgb {
        let mut picture = Rgb::new(width, height);
        for (i, p) in picture.data.chunks_exact_mut(3).enumerate() {
            p.fill((i % width * 255 / width) as u8);
        }
        picture
    }

    #[test]
    fn a_part_keeps_its_brightness_at_any_size() {
        let picture = ramp(200, 100);
        for (factor, side) in [(0.5, 80), (1., 40), (4., 20)] {
            let part = warp(&picture, &Similarity::scale(factor, 60., 20.), side, side).unwrap();
            let middle = 60. + factor * side as f32 / 2.;
            let expected = middle / 200. * 255.;
            let found = f32::from(part.at(side as isize / 2, side as isize / 2)[0]);
            assert!((found - expected).abs() < 5., "{factor}: {found}, not {expected}");
        }
        let stretched = stretch(&picture, Area { x: 0., y: 0., width: 200., height: 100. }, 64, 64).unwrap();
        assert!(stretched.at(0, 30)[0] < 6 && stretched.at(63, 30)[0] > 247);
    }

    #[test]
    fn outside_the_picture_the_border_repeats() {
        let part = warp(&ramp(50, 50), &Similarity::scale(1., -30., -30.), 20, 20).unwrap();
        assert!(part.data.iter().all(|&v| v == 0));
        assert!(warp(&Rgb::new(1, 1), &Similarity::scale(1., 0., 0.), 4, 4).is_none());
        assert!(warp(&ramp(50, 50), &Similarity::scale(3., 500., 500.), 20, 20).is_none_or(|p| p.width == 20));
    }
}
