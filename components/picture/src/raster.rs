//! Pixel buffers and the few operations every stage needs.
#![expect(clippy::indexing_slicing, reason = "kernels over buffers whose length is width * height by construction")]

use fast_image_resize as fir;

/// 8-bit RGB, row-major, `width * height * 3` bytes.
#[derive(Clone, Debug, Default)]
pub struct Rgb {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Interleaved samples.
    pub data: Vec<u8>,
}

/// 8-bit grey, row-major, `width * height` bytes.
#[derive(Clone, Debug, Default)]
pub struct Gray {
    /// Columns.
    pub width: usize,
    /// Rows.
    pub height: usize,
    /// Samples.
    pub data: Vec<u8>,
}

/// A rectangle in pixels, `x1` and `y1` excluded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rect {
    /// Left column.
    pub x0: usize,
    /// Top row.
    pub y0: usize,
    /// One past the right column.
    pub x1: usize,
    /// One past the bottom row.
    pub y1: usize,
}

impl Rect {
    /// Columns.
    pub fn width(self) -> usize {
        self.x1.saturating_sub(self.x0)
    }

    /// Rows.
    pub fn height(self) -> usize {
        self.y1.saturating_sub(self.y0)
    }

    /// The part inside a `width` x `height` picture.
    pub fn clamp(self, width: usize, height: usize) -> Self {
        let (x1, y1) = (self.x1.min(width), self.y1.min(height));
        Self { x0: self.x0.min(x1), y0: self.y0.min(y1), x1, y1 }
    }
}

impl Rgb {
    /// A black picture.
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, height, data: vec![0; width * height * 3] }
    }

    /// Luma after BT.601, as most text recognisers were trained on.
    pub fn gray(&self) -> Gray {
        let data = self
            .data
            .chunks_exact(3)
            .map(|p| ((77 * u32::from(p[0]) + 150 * u32::from(p[1]) + 29 * u32::from(p[2])) >> 8) as u8)
            .collect();
        Gray { width: self.width, height: self.height, data }
    }

    /// Area-averaging when it shrinks, bilinear when it grows; `None` when a side is zero.
    pub fn resize(&self, width: usize, height: usize) -> Option<Self> {
        let data = resize(&self.data, self.width, self.height, width, height, fir::PixelType::U8x3)?;
        Some(Self { width, height, data })
    }

    /// The pixel at `(x, y)`, clamped to the border.
    pub fn at(&self, x: isize, y: isize) -> [u8; 3] {
        let x = x.clamp(0, self.width as isize - 1) as usize;
        let y = y.clamp(0, self.height as isize - 1) as usize;
        let i = (y * self.width + x) * 3;
        [self.data[i], self.data[i + 1], self.data[i + 2]]
    }

    /// Left and right exchanged.
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let rows = self.data.chunks_exact((self.width * 3).max(1));
        let data = rows.flat_map(|row| row.rchunks_exact(3)).flatten().copied().collect();
        Self { width: self.width, height: self.height, data }
    }

    /// Cuts out `area`, clamped to the picture.
    pub fn crop(&self, area: Rect) -> Self {
        let area = area.clamp(self.width, self.height);
        let mut data = Vec::with_capacity(area.width() * area.height() * 3);
        for y in area.y0..area.y1 {
            let row = y * self.width;
            data.extend_from_slice(&self.data[(row + area.x0) * 3..(row + area.x1) * 3]);
        }
        Self { width: area.width(), height: area.height(), data }
    }
}

impl Gray {
    /// Area-averaging when it shrinks, bilinear when it grows; `None` when a side is zero.
    pub fn resize(&self, width: usize, height: usize) -> Option<Self> {
        let data = resize(&self.data, self.width, self.height, width, height, fir::PixelType::U8)?;
        Some(Self { width, height, data })
    }

    /// One row.
    pub fn row(&self, y: usize) -> &[u8] {
        &self.data[y * self.width..(y + 1) * self.width]
    }

    /// Mean over `area`, clamped to the picture; 0 when empty.
    pub fn mean(&self, area: Rect) -> f32 {
        let area = area.clamp(self.width, self.height);
        let sum: u64 = (area.y0..area.y1).flat_map(|y| &self.row(y)[area.x0..area.x1]).map(|&v| u64::from(v)).sum();
        sum as f32 / (area.width() * area.height()).max(1) as f32
    }

    /// The value below which the share `q` (0 to 1) of `area` lies; 0 when empty.
    pub fn quantile(&self, area: Rect, q: f32) -> u8 {
        let area = area.clamp(self.width, self.height);
        let mut histogram = [0u32; 256];
        for y in area.y0..area.y1 {
            for &v in &self.row(y)[area.x0..area.x1] {
                histogram[usize::from(v)] += 1;
            }
        }
        let wanted = (q * (area.width() * area.height()) as f32) as u32;
        let mut seen = 0;
        histogram
            .iter()
            .position(|&n| {
                seen += n;
                seen > wanted
            })
            .unwrap_or(0) as u8
    }
}

fn resize(data: &[u8], w: usize, h: usize, to_w: usize, to_h: usize, kind: fir::PixelType) -> Option<Vec<u8>> {
    if to_w == 0 || to_h == 0 {
        return None;
    }
    let from = fir::images::ImageRef::new(w as u32, h as u32, data, kind).ok()?;
    let mut to = fir::images::Image::new(to_w as u32, to_h as u32, kind);
    let options = fir::ResizeOptions::new().resize_alg(fir::ResizeAlg::Convolution(fir::FilterType::Bilinear));
    fir::Resizer::new().resize(&from, &mut to, &options).ok()?;
    Some(to.into_vec())
}
