//! A drawing surface measured in millimetres, and text on it.

use crate::fonts::Face;
use swash::scale::{Render, ScaleContext, Source};
use swash::shape::{Direction, ShapeContext};
use swash::text::Script;
use swash::zeno::{Format, Vector};

/// Red, green, blue, sRGB-encoded, 0 to 255.
pub type Rgb = [f32; 3];

/// A picture in float RGB.
#[derive(Clone)]
pub struct Picture {
    /// Width in pixels.
    pub width: usize,
    /// Height in pixels.
    pub height: usize,
    /// Row by row.
    pub pixels: Vec<Rgb>,
}

impl Picture {
    /// One colour everywhere.
    pub fn filled(width: usize, height: usize, colour: Rgb) -> Self {
        Self { width, height, pixels: vec![colour; width * height] }
    }

    /// Runs `paint(x, y, pixel)` over the rectangle, clipped to the picture.
    pub fn each_in(&mut self, [x0, y0, x1, y1]: [f32; 4], mut paint: impl FnMut(f32, f32, &mut Rgb)) {
        let clip = |v: f32, max: usize| v.clamp(0.0, max as f32) as usize;
        let (x0, x1) = (clip(x0.floor(), self.width), clip(x1.ceil(), self.width));
        for y in clip(y0.floor(), self.height)..clip(y1.ceil(), self.height) {
            let row = self.pixels.iter_mut().skip(y * self.width).take(x1).enumerate().skip(x0);
            for (x, pixel) in row {
                paint(x as f32 + 0.5, y as f32 + 0.5, pixel);
            }
        }
    }

    /// Bilinear sample at pixel coordinates (centres at .5), edges repeated.
    pub fn sample(&self, x: f32, y: f32) -> Rgb {
        let (x, y) = ((x - 0.5).clamp(0.0, (self.width - 1) as f32), (y - 0.5).clamp(0.0, (self.height - 1) as f32));
        let (x0, y0) = (x as usize, y as usize);
        let (x1, y1) = ((x0 + 1).min(self.width - 1), (y0 + 1).min(self.height - 1));
        let (fx, fy) = (x - x0 as f32, y - y0 as f32);
        let at = |x: usize, y: usize| self.pixels.get(y * self.width + x).copied().unwrap_or_default();
        let top = mix(at(x0, y0), at(x1, y0), fx);
        mix(top, mix(at(x0, y1), at(x1, y1), fx), fy)
    }

    /// Mean of all pixels.
    pub fn mean(&self) -> Rgb {
        let sum =
            self.pixels.iter().fold([0.0f64; 3], |s, p| [s[0] + p[0] as f64, s[1] + p[1] as f64, s[2] + p[2] as f64]);
        sum.map(|s| (s / self.pixels.len().max(1) as f64) as f32)
    }
}

/// `a` where `t` is 0, `b` where it is 1.
pub fn mix(a: Rgb, b: Rgb, t: f32) -> Rgb {
    [a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t]
}

/// 0 below `a`, 1 above `b`, smooth between.
pub fn smoothstep(a: f32, b: f32, x: f32) -> f32 {
    let t = ((x - a) / (b - a)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// How a line of text is set.
#[derive(Clone, Copy)]
pub struct Type<'a> {
    /// The typeface.
    pub face: &'a Face,
    /// Em size in millimetres.
    pub size: f32,
    /// Extra distance after each character in millimetres.
    pub tracking: f32,
    /// Colour of the ink.
    pub ink: Rgb,
    /// 0 invisible, 1 solid.
    pub opacity: f32,
}

/// A picture with a scale, on which lengths are millimetres.
pub struct Canvas {
    /// What has been drawn.
    pub picture: Picture,
    /// Pixels per millimetre.
    pub scale: f32,
    shapes: ShapeContext,
    glyphs: ScaleContext,
}

impl Canvas {
    /// `width` x `height` in millimetres.
    pub fn new(width: f32, height: f32, scale: f32, colour: Rgb) -> Self {
        let size = |mm: f32| (mm * scale).round() as usize;
        Self {
            picture: Picture::filled(size(width), size(height), colour),
            scale,
            shapes: ShapeContext::new(),
            glyphs: ScaleContext::new(),
        }
    }

    /// Blends `ink` by the coverage `cover(x, y)` (millimetres) inside the rectangle `[x0, y0, x1, y1]`.
    pub fn shade(&mut self, rect: [f32; 4], ink: Rgb, cover: impl Fn(f32, f32) -> f32) {
        let scale = self.scale;
        self.picture.each_in(rect.map(|v| v * scale), |x, y, pixel| {
            *pixel = mix(*pixel, ink, cover(x / scale, y / scale).clamp(0.0, 1.0));
        });
    }

    /// A soft-edged ellipse.
    pub fn ellipse(&mut self, [cx, cy]: [f32; 2], [rx, ry]: [f32; 2], ink: Rgb) {
        let soft = 0.9 / (self.scale * rx.min(ry));
        self.shade([cx - rx - 1.0, cy - ry - 1.0, cx + rx + 1.0, cy + ry + 1.0], ink, |x, y| {
            1.0 - smoothstep(1.0 - soft, 1.0 + soft, ((x - cx) / rx).hypot((y - cy) / ry))
        });
    }

    /// A curve through `points`, `width` millimetres wide.
    pub fn curve(&mut self, points: impl Iterator<Item = [f32; 2]>, width: f32, ink: Rgb, opacity: f32) {
        let soft = 0.6 / self.scale;
        let mut last: Option<[f32; 2]> = None;
        for [x, y] in points {
            if let Some([px, py]) = last {
                let (dx, dy) = (x - px, y - py);
                let length2 = (dx * dx + dy * dy).max(1e-9);
                let pad = width + soft * 2.0;
                // Each segment owns the half-open interval of its own projection, so joints are not blended twice.
                self.shade([px.min(x) - pad, py.min(y) - pad, px.max(x) + pad, py.max(y) + pad], ink, |qx, qy| {
                    let t = ((qx - px) * dx + (qy - py) * dy) / length2;
                    if !(0.0..1.0).contains(&t) {
                        return 0.0;
                    }
                    let distance = (qx - px - t * dx).hypot(qy - py - t * dy);
                    opacity * (1.0 - smoothstep(width / 2.0 - soft, width / 2.0 + soft, distance))
                });
            }
            last = Some([x, y]);
        }
    }

    /// Sets `text` with its left end at `x` on the base line `y`; gives the width in millimetres.
    pub fn text(&mut self, text: &str, x: f32, y: f32, kind: Type<'_>) -> f32 {
        let (glyphs, width) = self.shape(text, kind);
        let font = kind.face.font();
        let scale = self.scale;
        let mut scaler = self.glyphs.builder(font).size(kind.size * scale).build();
        for (id, gx, gy) in glyphs {
            let (px, py) = (x * scale + gx, y * scale - gy);
            let Some(image) = Render::new(&[Source::Outline])
                .format(Format::Alpha)
                .offset(Vector::new(px.fract(), -py.fract()))
                .render(&mut scaler, id)
            else {
                continue;
            };
            let (left, top) = (px.floor() + image.placement.left as f32, py.floor() - image.placement.top as f32);
            let (w, h) = (image.placement.width as usize, image.placement.height as usize);
            self.picture.each_in([left, top, left + w as f32, top + h as f32], |qx, qy, pixel| {
                let (u, v) = ((qx - left) as usize, (qy - top) as usize);
                let alpha = image.data.get(v * w + u).copied().unwrap_or(0);
                *pixel = mix(*pixel, kind.ink, f32::from(alpha) / 255.0 * kind.opacity);
            });
        }
        width
    }

    /// Width of `text` in millimetres.
    pub fn measure(&mut self, text: &str, kind: Type<'_>) -> f32 {
        self.shape(text, kind).1
    }

    /// Glyphs with their pen positions in pixels, and the whole width in millimetres.
    fn shape(&mut self, text: &str, kind: Type<'_>) -> (Vec<(u16, f32, f32)>, f32) {
        let arabic = text.chars().any(|c| ('\u{600}'..='\u{6ff}').contains(&c));
        let (script, direction) =
            if arabic { (Script::Arabic, Direction::RightToLeft) } else { (Script::Han, Direction::LeftToRight) };
        let mut shaper = self
            .shapes
            .builder(kind.face.font())
            .script(script)
            .direction(direction)
            .size(kind.size * self.scale)
            .build();
        shaper.add_str(text);
        let mut clusters: Vec<Vec<(u16, f32, f32, f32)>> = Vec::new();
        shaper
            .shape_with(|cluster| clusters.push(cluster.glyphs.iter().map(|g| (g.id, g.x, g.y, g.advance)).collect()));
        if arabic {
            clusters.reverse();
        }
        let (mut glyphs, mut pen) = (Vec::new(), 0.0);
        for cluster in clusters {
            for (id, x, y, advance) in cluster {
                glyphs.push((id, pen + x, y));
                pen += advance;
            }
            pen += kind.tracking * self.scale;
        }
        (glyphs, pen / self.scale)
    }
}
