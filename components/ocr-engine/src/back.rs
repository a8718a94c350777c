//! Reads the back: issuing authority and validity.

use crate::ctc::{Prior, Reading};
use crate::fields::{Field, Name, validity};
use crate::front::{is_han, printed, union};
use crate::layout;
use crate::net::{NetError, Nets};
use crate::read::{Cut, Sheet, any_of};

const PRINT: Cut = Cut { glyph: 28, squeeze: 1. };

/// Both fields of the validity line, the one line whose content proves that this is a back and upright.
pub fn validity_fields(sheet: &Sheet, nets: &Nets) -> Result<[Field; 2], NetError> {
    let allowed: Prior =
        |c, _| any_of(c.is_ascii_digit() || matches!(c, '.' | '-' | '—' | '–' | '~' | '至' | '长' | '期'));
    let mut line = layout::rect(layout::VALIDITY, sheet.rgb.width, sheet.rgb.height);
    let mut reading = Reading::default();
    for candidate in sheet.lines(layout::VALIDITY, PRINT.glyph) {
        let candidate = sheet.value(candidate, layout::LABEL_END, PRINT.glyph);
        let r = sheet.read(&nets.tiny, candidate, PRINT, allowed)?;
        if r.0.len() > reading.0.len() {
            (line, reading) = (candidate, r);
        }
    }
    let (from, until) = validity::parse(&reading.text());
    let sure = reading.0.iter().filter(|g| g.text.is_ascii_digit() || is_han(g.text)).map(|g| g.p).fold(1., f32::min);
    let text = |t: Option<String>| t.unwrap_or_default();
    Ok([
        Field::new(Name::ValidFrom, text(from.map(|d| d.to_string())), sure, line),
        Field::new(Name::ValidUntil, text(until.map(|d| d.to_string())), sure, line),
    ])
}

/// Whether the title stands where a back has it.
pub fn has_title(sheet: &Sheet, nets: &Nets) -> Result<bool, NetError> {
    const TITLE: Cut = Cut { glyph: 80, squeeze: 0.7 };
    for line in sheet.lines(layout::TITLE, TITLE.glyph) {
        let text = sheet.read(&nets.tiny, line, TITLE, |_, _| 1.)?.text();
        if "居民身份证".chars().filter(|c| text.contains(*c)).count() >= 3 {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether an authority, not the title of a smaller card, stands where a back has it.
pub fn has_authority(sheet: &Sheet, nets: &Nets) -> Result<bool, NetError> {
    let authority = authority(sheet, nets)?;
    Ok(authority.confidence > 0.5 && !authority.text.contains("身份"))
}

/// Every field of the back; `validity` is read already.
pub fn read(sheet: &Sheet, nets: &Nets, validity: Vec<Field>) -> Result<Vec<Field>, NetError> {
    let mut fields = vec![authority(sheet, nets)?];
    fields.extend(validity);
    Ok(fields)
}

/// One line, or two where the name is long: the second begins below the first one's value.
fn authority(sheet: &Sheet, nets: &Nets) -> Result<Field, NetError> {
    let zone = layout::rect(layout::AUTHORITY, sheet.rgb.width, sheet.rgb.height);
    let mut first = Field::new(Name::IssuingAuthority, String::new(), 0., zone);
    let mut second: Option<(Field, f32)> = None;
    for line in sheet.lines(layout::AUTHORITY, PRINT.glyph) {
        let labelled = (line.x0 as f32) < layout::LABEL_END[0] * sheet.rgb.width as f32;
        let line = if labelled { sheet.value(line, layout::LABEL_END, PRINT.glyph) } else { line };
        let reading = sheet.read(&nets.small, line, PRINT, printed)?;
        let field = Field::new(Name::IssuingAuthority, without_label(&reading), reading.confidence(), line);
        let below = line.x0.abs_diff(first.area.x0) < PRINT.glyph && line.y0 + PRINT.glyph / 4 > first.area.y1;
        if below && first.confidence > 0.3 && reading.mean() > 0.5 {
            // The label's lower half may make two lines of it.
            if second.as_ref().is_none_or(|(_, mean)| reading.mean() > *mean) {
                second = Some((field, reading.mean()));
            }
        } else if field.text.chars().count() > first.text.chars().count() {
            first = field;
        }
    }
    if let Some((second, _)) = second {
        first.text += &second.text;
        first.confidence = first.confidence.min(second.confidence);
        first.area = union(first.area, second.area);
    }
    Ok(first)
}

/// The authority without what is left of its label 签发机关 where the gap after it was missed.
fn without_label(reading: &Reading) -> String {
    let text = reading.text();
    for rest in ["签发机关", "发机关", "机关"] {
        if let Some(value) = text.strip_prefix(rest) {
            return value.to_owned();
        }
    }
    // 关岭 is a place: a lone 关 is the label's only when a gap follows it.
    let mut steps = reading.0.windows(2).map(|w| w.iter().map(|g| g.at).fold(0., |a, at| at - a));
    match (text.strip_prefix('关'), steps.next()) {
        (Some(value), Some(first))
            if first > 1.25 * steps.sum::<f32>() / (reading.0.len().saturating_sub(2)).max(1) as f32 =>
        {
            value.to_owned()
        }
        _ => text,
    }
}
