//! Alarms that follow from what was read or burnt out: validity, temporary cards, reflections.

use super::Scene;
use crate::fields::{Name, date::Date, validity};
use crate::layout::{self, Side, Zone};
use crate::net::{NetError, Nets};
use crate::quality::is_burnt;
use crate::read::{Cut, any_of};
use picture::raster::Rect;

/// Where a temporary card says so: the second title line of the back, the head of the front.
const TITLES: [(Side, Zone, Cut); 2] = [
    (Side::Back, [0.28, 0.265, 0.97, 0.475], Cut { glyph: 80, squeeze: 0.7 }),
    (Side::Front, [0.25, 0.020, 0.75, 0.105], Cut { glyph: 31, squeeze: 0.9 }),
];

/// Whether the title says 临时.
pub fn is_temporary(scene: &Scene<'_>, nets: &Nets) -> Result<bool, NetError> {
    for (_, zone, cut) in TITLES.iter().filter(|t| t.0 == scene.side) {
        for line in scene.sheet.lines(*zone, cut.glyph) {
            // Five characters are the ordinary title; seven, or any on the front, may be the other one.
            let long = line.width() > line.height() * 5;
            if long && scene.sheet.read(&nets.tiny, line, *cut, |_, _| any_of(true))?.text().contains("临时") {
                return Ok(true);
            }
        }
    }
    Ok(false)
}

/// Dates that are malformed, contradict each other or have passed.
pub fn invalid_validity(scene: &Scene<'_>, temporary: bool) -> Option<(String, f32)> {
    let field = |name: Name| scene.fields.iter().find(|f| f.name == name);
    let (from, until) = (field(Name::ValidFrom)?, field(Name::ValidUntil)?);
    // A line that could not be read is not a wrong one.
    if from.text.is_empty() || until.text.is_empty() {
        return None;
    }
    let end = if until.text == "long_term" {
        Some(validity::Until::LongTerm)
    } else {
        Date::parse(&until.text).map(validity::Until::Day)
    };
    let problems = validity::problems(Date::parse(&from.text), end, scene.today, temporary);
    (!problems.is_empty()).then(|| (problems.join("; "), from.confidence.min(until.confidence)))
}

/// Burnt-out paper over a field.
pub fn reflection(scene: &Scene<'_>) -> Option<(String, f32)> {
    const SHARE: f32 = 0.12;
    let sheet = scene.sheet;
    let burnt = |area: Rect| {
        let crop = sheet.rgb.crop(area);
        crop.data.chunks_exact(3).filter(|p| is_burnt(p)).count() as f32 / (crop.data.len() / 3).max(1) as f32
    };
    let zones =
        crate::quality::print_zones(scene.side).iter().map(|z| layout::rect(*z, sheet.rgb.width, sheet.rgb.height));
    let worst = zones.chain(scene.fields.iter().map(|f| f.area)).map(burnt).fold(0f32, f32::max);
    (worst > SHARE).then(|| ("a reflection lies over a field".to_owned(), 0.5 + worst / 2.))
}
