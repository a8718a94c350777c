//! A sheet's text as rows, and rows as pages.

use super::face::{Face, Text};
use super::{Body, Drug, Error, Paragraph, Patient, Sheet};

/// Size of plain text.
const PLAIN: f32 = 9.;
/// Size of what is taken, and of Rp.
const LARGE: f32 = 10.5;
/// What a row adds to its letters.
const LEADING: f32 = 1.5;
/// What is in the upper corners is no wider.
const CORNER: f32 = 52.;

/// A piece of a row, from its left end.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub x: f32,
    pub size: f32,
    pub text: Text,
}

/// What is drawn at one height.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub runs: Vec<Run>,
    pub height: f32,
    /// Stays on one page with the next.
    pub with_next: bool,
    /// A line is drawn below.
    pub ruled: bool,
}

impl Row {
    pub(super) fn new(runs: Vec<Run>) -> Self {
        let height = runs.iter().map(|run| run.size * LEADING).fold(0., f32::max);
        Self { runs, height, ..Self::default() }
    }

    fn ruled(self) -> Self {
        Self { height: self.height + 4., ruled: true, ..self }
    }
}

/// Sets rows of one width.
pub(super) struct Setter<'a> {
    pub face: &'a Face,
    pub width: f32,
}

impl Setter<'_> {
    pub(super) fn run(&self, x: f32, size: f32, text: &str) -> Result<Run, Error> {
        Ok(Run { x, size, text: self.face.line(text)? })
    }

    /// Text in the middle, with so much free on either side.
    fn centred(&self, free: f32, size: f32, text: &str) -> Result<Vec<Row>, Error> {
        let mut rows = self.wrapped(free, self.width - free, size, text)?;
        for run in rows.iter_mut().flat_map(|row| &mut row.runs) {
            run.x = (self.width - run.text.width * size) / 2.;
        }
        Ok(rows)
    }

    /// Text that ends on the right, and is no wider than half of it all.
    pub(super) fn right(&self, size: f32, text: &str) -> Result<Run, Error> {
        let run = self.run(0., size, text)?;
        let x = self.width - run.text.width * size;
        if x < self.width / 2. { Err(Error::TextTooLong) } else { Ok(Run { x, ..run }) }
    }

    /// Text from `x` to `to`, as many rows as it takes.
    pub(super) fn wrapped(&self, x: f32, to: f32, size: f32, text: &str) -> Result<Vec<Row>, Error> {
        let lines = self.face.lines(text, (to - x) / size)?;
        Ok(lines.into_iter().map(|text| Row::new(vec![Run { x, size, text }])).collect())
    }

    /// Who, where and what for.
    pub(super) fn head(&self, sheet: &Sheet) -> Result<Vec<Row>, Error> {
        let mut rows = self.centred(CORNER, 12., &sheet.hospital)?;
        rows.extend(self.centred(CORNER, 15., &sheet.title)?);
        let id = format!("编号：{}　第 {} 版　日期：{}", sheet.id, sheet.version, sheet.date);
        rows.extend(self.centred(0., 7.5, &id)?.into_iter().map(Row::ruled));
        let Patient { name, sex, age, phone } = &sheet.patient;
        for line in [
            format!("姓名：{name}　　性别：{sex}　　年龄：{age}　　电话：{phone}"),
            format!("科室：{}", sheet.department),
        ] {
            rows.extend(self.wrapped(0., self.width, PLAIN, &line)?);
        }
        if !sheet.diagnoses.is_empty() {
            let diagnoses = format!("临床诊断：{}", sheet.diagnoses.join("；"));
            rows.extend(self.wrapped(0., self.width, PLAIN, &diagnoses)?);
        }
        let last = rows.pop().map(Row::ruled);
        rows.extend(last);
        Ok(rows)
    }

    /// What it says, down to 以下空白, which keeps anybody from adding to it.
    pub(super) fn body(&self, sheet: &Sheet) -> Result<Vec<Row>, Error> {
        let mut rows = Vec::new();
        match &sheet.body {
            Body::Drugs(drugs) => {
                rows.push(Row { with_next: true, ..Row::new(vec![self.run(0., 14., "Rp.")?]) });
                for (i, drug) in drugs.iter().enumerate() {
                    rows.extend(self.drug(i + 1, drug)?);
                }
            }
            Body::Text(paragraphs) => {
                for Paragraph { heading, text } in paragraphs {
                    if let Some(heading) = heading {
                        let heading = self.wrapped(0., self.width, LARGE, heading)?;
                        rows.extend(heading.into_iter().map(|row| Row { with_next: true, ..row }));
                    }
                    rows.extend(self.wrapped(2. * PLAIN, self.width, PLAIN, text)?);
                }
            }
        }
        for note in &sheet.notes {
            rows.extend(self.wrapped(0., self.width, PLAIN, note)?);
        }
        rows.last_mut().iter_mut().for_each(|row| row.with_next = true);
        rows.extend(self.centred(0., PLAIN, "————————　以下空白　————————")?);
        Ok(rows)
    }

    fn drug(&self, number: usize, drug: &Drug) -> Result<Vec<Row>, Error> {
        const INDENT: f32 = 16.;
        let quantity = self.right(LARGE, &format!("× {}", drug.quantity))?;
        let mut rows = self.wrapped(INDENT, quantity.x - INDENT, LARGE, &drug.name)?;
        if let Some(first) = rows.first_mut() {
            first.runs.extend([self.run(0., LARGE, &format!("{number}."))?, quantity]);
        }
        let usage = format!("Sig. 每次 {}　{}　{}　{} 天", drug.dose, drug.route, drug.frequency, drug.days);
        rows.extend(self.wrapped(INDENT, self.width, PLAIN, &usage)?);
        if let Some(note) = &drug.note {
            rows.extend(self.wrapped(INDENT, self.width, PLAIN, &format!("注：{note}"))?);
        }
        let last = rows.len().saturating_sub(1);
        rows.iter_mut().take(last).for_each(|row| row.with_next = true);
        Ok(rows)
    }
}

/// Pages of at most `space`; what belongs together is parted only where it does not fit on a page of its own.
pub(super) fn pages(rows: Vec<Row>, space: f32) -> Vec<Vec<Row>> {
    let mut pages = vec![Vec::new()];
    let mut left = space;
    let mut rest = rows.into_iter().peekable();
    while rest.peek().is_some() {
        let mut group = Vec::new();
        for row in rest.by_ref() {
            let ends = !row.with_next;
            group.push(row);
            if ends {
                break;
            }
        }
        let height: f32 = group.iter().map(|row| row.height).sum();
        let turn = height > left && height <= space;
        for (i, row) in group.into_iter().enumerate() {
            if (turn && i == 0 || row.height > left) && left < space {
                pages.push(Vec::new());
                left = space;
            }
            left -= row.height;
            pages.last_mut().iter_mut().for_each(|page| page.push(row.clone()));
        }
    }
    pages
}
