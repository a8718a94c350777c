//! Pages: head, body and foot on each, as 处方标准 has it (前记, 正文, 后记).

use super::flow::{self, Row, Run, Setter};
use super::{Error, Face, Paper, Sheet, Signer, paint};
use krilla::Document;
use krilla::geom::Point;
use krilla::image::Image;
use krilla::metadata::Metadata;
use krilla::page::PageSettings;
use krilla::surface::Surface;

/// Free on every side.
const MARGIN: f32 = 28.;
/// The code's side.
const CODE: f32 = 44.;
/// Above the lowest margin: validity and the page's number.
const LAST_LINE: f32 = 16.;
/// What the signers have of the height.
const SIGNERS: f32 = 62.;
/// What a head must leave of the height.
const LEAST: f32 = 100.;
/// Places for signers, side by side.
const PLACES: u8 = 2;
/// Size of the word in the corner.
const CORNER_SIZE: f32 = 10.;
/// Size of the last line.
const LAST_SIZE: f32 = 7.5;
/// Pages at most.
const PAGES: usize = 64;

impl Paper {
    const fn size(self) -> (f32, f32) {
        match self {
            Self::A5 => (419.53, 595.28),
            Self::A4 => (595.28, 841.89),
        }
    }
}

impl<'a> Setter<'a> {
    fn of(sheet: &Sheet, face: &'a Face) -> Self {
        Self { face, width: sheet.paper.size().0 - 2. * MARGIN }
    }
}

/// Where a signer's part is on a page of this width, as PDF counts: left, bottom, right, top from the lower left corner.
pub(super) fn place(width: f32, number: u8) -> Option<[f32; 4]> {
    let half = (width - 2. * MARGIN) / f32::from(PLACES);
    let (left, bottom) = (MARGIN + half * f32::from(number), MARGIN + LAST_LINE);
    (number < PLACES && half > 0.).then_some([left, bottom, left + half, bottom + SIGNERS])
}

/// Rows in their places.
struct Laid<'a> {
    head: Vec<Row>,
    /// Where the body begins.
    top: f32,
    pages: Vec<Vec<Row>>,
    foot: Foot<'a>,
}

fn lay<'a>(sheet: &'a Sheet, setter: &Setter<'_>) -> Result<Laid<'a>, Error> {
    let (_, height) = sheet.paper.size();
    let head = setter.head(sheet)?;
    let top = MARGIN + head.iter().map(|row| row.height).sum::<f32>() + 6.;
    let foot = height - MARGIN - LAST_LINE - SIGNERS;
    let space = foot - 4. - top;
    if space < LEAST {
        return Err(Error::TextTooLong);
    }
    let pages = flow::pages(setter.body(sheet)?, space);
    if pages.len() > PAGES {
        return Err(Error::TooManyPages);
    }
    Ok(Laid { head, top, pages, foot: Foot::new(sheet, setter, foot)? })
}

/// Whether the texts of a sheet can be drawn: every character has a glyph, and all has room. Nothing is painted.
///
/// # Errors
/// As [`draw`], but for pictures.
pub fn check(sheet: &Sheet, face: &Face) -> Result<(), Error> {
    let setter = Setter::of(sheet, face);
    for (size, text) in [(CORNER_SIZE, &sheet.corner), (LAST_SIZE, &sheet.validity)] {
        if let Some(text) = text {
            setter.right(size, text)?;
        }
    }
    lay(sheet, &setter).map(|_| ())
}

/// Draws a sheet: the first revision of its PDF.
///
/// # Errors
/// Where the font lacks a character, and for what has no room.
pub fn draw(sheet: &Sheet, face: &Face) -> Result<Vec<u8>, Error> {
    let (width, height) = sheet.paper.size();
    let setter = Setter::of(sheet, face);
    let Laid { head, top, pages, foot } = lay(sheet, &setter)?;
    let mut document = Document::new();
    document.set_metadata(
        Metadata::new()
            .title(format!("{} {}", sheet.title, sheet.id))
            .language("zh-CN".to_owned())
            .document_id(format!("{}/{}", sheet.id, sheet.version)),
    );
    for (i, rows) in pages.iter().enumerate() {
        let settings = PageSettings::from_wh(width, height).ok_or(Error::NotWritten)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        if let Some(code) = &sheet.code {
            paint::code(&mut surface, Point::from_xy(MARGIN, MARGIN - 4.), CODE, code)?;
        }
        if let Some(corner) = &sheet.corner {
            letters(&mut surface, face, MARGIN + 12., setter.right(CORNER_SIZE, corner)?);
        }
        draw_rows(&mut surface, face, MARGIN, setter.width, head.clone());
        draw_rows(&mut surface, face, top, setter.width, rows.clone());
        foot.draw(&mut surface, &setter, &format!("第 {} 页 / 共 {} 页", i + 1, pages.len()))?;
        surface.finish();
        page.finish();
    }
    document.finish().map_err(|_| Error::NotWritten)
}

/// The signers and the last line.
struct Foot<'a> {
    sheet: &'a Sheet,
    y: f32,
    signers: Vec<(Vec<Row>, Option<Image>)>,
}

impl<'a> Foot<'a> {
    fn new(sheet: &'a Sheet, setter: &Setter<'_>, y: f32) -> Result<Self, Error> {
        if sheet.signers.len() > usize::from(PLACES) {
            return Err(Error::TooManySigners);
        }
        let to = setter.width / f32::from(PLACES) - 4.;
        let one = |signer: &Signer| {
            let mut rows = setter.wrapped(0., to, 9., &format!("{}：{}", signer.label, signer.name))?;
            if let Some(certificate) = &signer.certificate {
                rows.extend(setter.wrapped(0., to, 6., &format!("证书：{certificate}"))?);
            }
            if let Some(at) = &signer.signed_at {
                rows.extend(setter.wrapped(0., to, 6.5, &format!("签署时间：{at}"))?);
            }
            if rows.iter().map(|row| row.height).sum::<f32>() > SIGNERS {
                return Err(Error::TextTooLong);
            }
            Ok((rows, signer.seal.as_deref().map(paint::seal_image).transpose()?))
        };
        Ok(Self { sheet, y, signers: sheet.signers.iter().map(one).collect::<Result<_, Error>>()? })
    }

    fn draw(&self, surface: &mut Surface<'_>, setter: &Setter<'_>, number: &str) -> Result<(), Error> {
        paint::rule(surface, Point::from_xy(MARGIN, self.y), MARGIN + setter.width);
        let half = setter.width / f32::from(PLACES);
        for (place, (rows, seal)) in (0u8..).zip(&self.signers) {
            let left = half * f32::from(place);
            if let Some(seal) = seal {
                let at = Point::from_xy(MARGIN + left + half - SIGNERS + 4., self.y + 4.);
                paint::seal(surface, at, SIGNERS - 8., seal);
            }
            let shifted = rows.iter().cloned().map(|mut row| {
                row.runs.iter_mut().for_each(|run| run.x += left);
                row
            });
            draw_rows(surface, setter.face, self.y + 4., setter.width, shifted.collect());
        }
        let last = self.y + SIGNERS + LAST_LINE - 4.;
        letters(surface, setter.face, last, setter.right(LAST_SIZE, number)?);
        if let Some(validity) = &self.sheet.validity {
            let mut run = setter.right(LAST_SIZE, validity)?;
            run.x = 0.;
            letters(surface, setter.face, last, run);
        }
        Ok(())
    }
}

fn draw_rows(surface: &mut Surface<'_>, face: &Face, mut y: f32, width: f32, rows: Vec<Row>) {
    for row in rows {
        for run in row.runs {
            let line = y + run.size * 1.15;
            letters(surface, face, line, run);
        }
        y += row.height;
        if row.ruled {
            paint::rule(surface, Point::from_xy(MARGIN, y), MARGIN + width);
        }
    }
}

fn letters(surface: &mut Surface<'_>, face: &Face, y: f32, run: Run) {
    surface.set_fill(None);
    let at = Point::from_xy(MARGIN + run.x, y);
    surface.draw_glyphs(at, &run.text.glyphs, face.font.clone(), &run.text.text, run.size, false);
}
