//! Reads the front: name, sex, ethnicity, birth date, address, number.

use crate::ctc::{Form, Prior, Reading};
use crate::fields::{Field, Name, cross_check, date::Date, ethnicity, number};
use crate::layout;
use crate::net::{NetError, Nets};
use crate::read::{Cut, Sheet, any_of};
use picture::raster::Rect;

const NAME: Cut = Cut { glyph: 33, squeeze: 1. };
const SMALL_PRINT: Cut = Cut { glyph: 29, squeeze: 1. };
const NUMBER: Cut = Cut { glyph: 30, squeeze: 0.65 };

/// How likely a traditional form is, where its simplified one is 1.
const TRADITIONAL: f32 = 0.05;

/// Every field of the front, checked against each other; `number` is read already.
pub fn read(sheet: &Sheet, nets: &Nets, number: Vec<Field>) -> Result<Vec<Field>, NetError> {
    let mut fields = vec![
        name(sheet, nets)?,
        sex(sheet, nets)?,
        ethnicity_field(sheet, nets)?,
        birth(sheet, nets)?,
        address(sheet, nets)?,
    ];
    fields.extend(number);
    cross_check(&mut fields);
    Ok(fields)
}

/// The number, the one line whose content proves that this is a front and upright.
pub fn number_field(sheet: &Sheet, nets: &Nets) -> Result<Field, NetError> {
    let allowed: Prior = |c, _| any_of(c.is_ascii_digit() || matches!(c, 'X' | 'x'));
    let zone = layout::rect(layout::NUMBER, sheet.rgb.width, sheet.rgb.height);
    let mut best = Field::new(Name::IdNumber, String::new(), 0., zone);
    for line in sheet.lines(layout::NUMBER, NUMBER.glyph) {
        let mut reading = sheet.read(&nets.tiny, line, NUMBER, allowed)?;
        if number::check(&text(&reading)).is_err() && reading.0.len() > 10 {
            // A second opinion, not a repair: it counts only when it satisfies the check digit by itself.
            let second = sheet.read(&nets.small, line, Cut { squeeze: 0.8, ..NUMBER }, allowed)?;
            if number::check(&text(&second)).is_ok()
                || (second.0.len() == number::LENGTH && reading.0.len() != number::LENGTH)
            {
                reading = second;
            }
        }
        let field = Field::new(Name::IdNumber, text(&reading), reading.confidence(), line);
        if field.text.len().abs_diff(number::LENGTH) < best.text.len().abs_diff(number::LENGTH) {
            best = field;
        }
    }
    Ok(best)
}

/// Whether a field is a number beyond doubt about what it is, if not about every digit.
pub fn is_number(field: &Field) -> bool {
    number::check(&field.text).is_ok() || (field.text.len().abs_diff(number::LENGTH) <= 2 && field.confidence > 0.3)
}

/// Whether the birth line stands where a front has it.
pub fn has_birth_line(sheet: &Sheet, nets: &Nets) -> Result<bool, NetError> {
    Ok(!birth(sheet, nets)?.text.is_empty())
}

fn text(reading: &Reading) -> String {
    reading.text().to_ascii_uppercase()
}

fn name(sheet: &Sheet, nets: &Nets) -> Result<Field, NetError> {
    let allowed: Prior = |c, form| if is_dot(c) { 1. } else { printed(c, form) };
    // Bilingual cards print a second script on a line of its own: it reads as few and unsure characters.
    let (line, reading) = best_line(sheet, layout::NAME, NAME, |line| sheet.read(&nets.small, line, NAME, allowed))?;
    let text = reading.text().chars().map(|c| if is_dot(c) { '·' } else { c }).collect::<String>();
    Ok(Field::new(Name::Name, text.trim_matches('·').to_owned(), reading.confidence(), line))
}

fn sex(sheet: &Sheet, nets: &Nets) -> Result<Field, NetError> {
    let (line, reading) = best_line(sheet, layout::SEX, SMALL_PRINT, |line| {
        sheet.read(&nets.tiny, line, SMALL_PRINT, |c, _| any_of(matches!(c, '男' | '女')))
    })?;
    let best = reading.0.iter().max_by(|a, b| a.p.total_cmp(&b.p));
    Ok(match best {
        Some(glyph) => Field::new(Name::Sex, glyph.text.to_string(), glyph.p, line),
        None => Field::new(Name::Sex, String::new(), 0., line),
    })
}

fn ethnicity_field(sheet: &Sheet, nets: &Nets) -> Result<Field, NetError> {
    let allowed: Prior = |c, form| any_of(form == Form::Common && ethnicity::ALL.iter().any(|n| n.contains(c)));
    let (line, reading) =
        best_line(sheet, layout::ETHNICITY, SMALL_PRINT, |line| sheet.read(&nets.small, line, SMALL_PRINT, allowed))?;
    Ok(match ethnicity::closest(&reading.text()) {
        Some((name, share)) => Field::new(Name::Ethnicity, name.to_owned(), reading.confidence() * share, line),
        None => Field::new(Name::Ethnicity, reading.text(), 0.3 * reading.confidence(), line),
    })
}

fn birth(sheet: &Sheet, nets: &Nets) -> Result<Field, NetError> {
    let allowed: Prior = |c, _| any_of(c.is_ascii_digit() || matches!(c, '年' | '月' | '日'));
    let (line, reading) =
        best_line(sheet, layout::BIRTH, SMALL_PRINT, |line| sheet.read(&nets.tiny, line, SMALL_PRINT, allowed))?;
    let digits = reading.0.iter().filter(|g| g.text.is_ascii_digit()).map(|g| g.p).reduce(f32::min).unwrap_or(0.);
    let text = Date::from_birth_line(&spaced(&reading)).map(|d| d.to_string()).unwrap_or_default();
    Ok(Field::new(Name::BirthDate, text, digits, line))
}

/// The text with a blank wherever the line has a gap wider than a lost label.
fn spaced(reading: &Reading) -> String {
    let mut out = String::new();
    let mut last = None;
    for glyph in &reading.0 {
        if last.is_some_and(|at| glyph.at - at > 0.12) {
            out.push(' ');
        }
        out.push(glyph.text);
        last = Some(glyph.at);
    }
    out
}

fn address(sheet: &Sheet, nets: &Nets) -> Result<Field, NetError> {
    let allowed: Prior = |c, form| match c {
        _ if c.is_ascii_alphanumeric() => 1.,
        '-' | '(' | ')' | '#' | '、' | '·' | '/' => 0.5,
        _ => printed(c, form),
    };
    let mut area: Option<Rect> = None;
    let (mut text, mut confidence) = (String::new(), 1f32);
    for line in sheet.lines(layout::ADDRESS, SMALL_PRINT.glyph) {
        let reading = sheet.read(&nets.small, line, SMALL_PRINT, allowed)?;
        if reading.0.is_empty() || reading.mean() < 0.3 {
            continue;
        }
        text += &reading.text();
        confidence = confidence.min(reading.confidence());
        area = Some(area.map_or(line, |a| union(a, line)));
    }
    let zone = layout::rect(layout::ADDRESS, sheet.rgb.width, sheet.rgb.height);
    Ok(Field::new(Name::Address, text, confidence, area.unwrap_or(zone)))
}

/// The rectangle around both.
pub fn union(a: Rect, b: Rect) -> Rect {
    Rect { x0: a.x0.min(b.x0), y0: a.y0.min(b.y0), x1: a.x1.max(b.x1), y1: a.y1.max(b.y1) }
}

/// The line of `zone` with the most and surest characters.
fn best_line(
    sheet: &Sheet,
    zone: layout::Zone,
    cut: Cut,
    mut read: impl FnMut(Rect) -> Result<Reading, NetError>,
) -> Result<(Rect, Reading), NetError> {
    let mut best = (layout::rect(zone, sheet.rgb.width, sheet.rgb.height), Reading::default());
    for line in sheet.lines(zone, cut.glyph) {
        let reading = read(line)?;
        let weight = |r: &Reading| r.0.iter().map(|g| g.p).sum::<f32>();
        if weight(&reading) > weight(&best.1) {
            best = (line, reading);
        }
    }
    Ok(best)
}

/// How likely a hanzi is on a card: rare ones do occur in names and places, traditional forms hardly ever.
pub fn printed(c: char, form: Form) -> f32 {
    match form {
        Form::Common => 1.,
        _ if !is_han(c) => 0.,
        Form::Rare => 1.,
        Form::Traditional => TRADITIONAL,
    }
}

/// CJK ideographs with all extensions.
pub fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' | '〇')
}

/// The separating dot in all its encodings.
fn is_dot(c: char) -> bool {
    matches!(c, '·' | '•' | '・' | '‧' | '∙')
}
