//! How long the texts of a prescription may be, so that what was signed also has room on its sheet.

use super::Prescription;
use common::problem::Problem;
use std::ops::RangeInclusive;

/// Diagnoses, which stand in the head of every page.
const DIAGNOSES: usize = 8;
/// Those of the earlier visit, which are not drawn.
const EARLIER: usize = 50;
/// Drugs: the pieces of a decoction are many.
const DRUGS: usize = 60;
/// Characters of a reason; how many it has at least is among the rules.
const REASON: RangeInclusive<usize> = 0..=200;
/// Characters of a code.
const CODE: RangeInclusive<usize> = 1..=20;

impl Prescription {
    /// Whether its texts have their sizes, and are of one line. What it may say is in [`super::rules`].
    ///
    /// # Errors
    /// 400.
    pub fn check(&self) -> Result<(), Problem> {
        few("diagnoses", self.diagnoses.len(), DIAGNOSES)?;
        few("drugs", self.drugs.len(), DRUGS)?;
        text("issued_on", &self.issued_on, 1..=10)?;
        text("department", &self.department, 0..=40)?;
        for (name, why) in [
            ("longer_valid_because", &self.longer_valid_because),
            ("longer_supply_because", &self.longer_supply_because),
        ] {
            text(name, why.as_deref().unwrap_or_default(), REASON)?;
        }
        for (i, diagnosis) in self.diagnoses.iter().enumerate() {
            text(&format!("diagnoses[{i}].code"), &diagnosis.code, CODE)?;
            text(&format!("diagnoses[{i}].name"), &diagnosis.name, 1..=50)?;
        }
        if let Some(visit) = &self.revisit {
            text("revisit.visit_id", &visit.visit_id, 0..=64)?;
            text("revisit.on", &visit.on, 0..=10)?;
            few("revisit.diagnoses", visit.diagnoses.len(), EARLIER)?;
            for (i, code) in visit.diagnoses.iter().enumerate() {
                text(&format!("revisit.diagnoses[{i}]"), code, CODE)?;
            }
        }
        if let Some(guardian) = &self.guardian {
            // That there is a name is among the rules.
            text("guardian.name", &guardian.name, 0..=40)?;
            text("guardian.relation", &guardian.relation, 0..=20)?;
        }
        for (i, item) in self.drugs.iter().enumerate() {
            let field = |name: &str| format!("drugs[{i}].{name}");
            text(&field("code"), &item.code, 1..=64)?;
            text(&field("dose.unit"), &item.dose.unit, 0..=16)?;
            text(&field("quantity.unit"), &item.quantity.unit, 0..=16)?;
            text(&field("route"), &item.route, 1..=20)?;
            text(&field("more_because"), item.more_because.as_deref().unwrap_or_default(), REASON)?;
        }
        Ok(())
    }
}

fn text(field: &str, text: &str, size: RangeInclusive<usize>) -> Result<(), Problem> {
    // White space is drawn, too: all of it counts to the most, none to the least.
    let most = text.chars().count();
    let least = text.trim().chars().count();
    if least >= *size.start() && most <= *size.end() && !text.chars().any(char::is_control) {
        return Ok(());
    }
    let (from, to) = (size.start(), size.end());
    Err(Problem::bad_field(
        &format!("content.{field}"),
        &format!("应为 {from} 至 {to} 个字符，不含控制字符"),
        &format!("{from} to {to} characters, no control characters"),
    ))
}

fn few(field: &str, count: usize, most: usize) -> Result<(), Problem> {
    if count <= most {
        return Ok(());
    }
    let (zh, en) = (format!("最多 {most} 项"), format!("{most} at most"));
    Err(Problem::bad_field(&format!("content.{field}"), &zh, &en))
}
