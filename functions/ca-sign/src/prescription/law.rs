//! Where a rule comes from, so that whoever is refused can look it up.

use serde::Serialize;
use utoipa::ToSchema;

/// A paragraph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct Law {
    /// The regulation's name.
    pub regulation: &'static str,
    /// The article; empty where the hospital's own dictionary is the source.
    pub article: &'static str,
}

/// Measures for the administration of prescriptions (Ministry of Health, order 53 of 2007).
const PRESCRIPTIONS: &str = "处方管理办法";
/// Measures for the administration of internet diagnosis and treatment, on trial (National Health Commission, 2018, 25, annex 1).
const INTERNET: &str = "互联网诊疗管理办法（试行）";

const fn of(regulation: &'static str, article: &'static str) -> Law {
    Law { regulation, article }
}

/// Diagnosis.
pub const DIAGNOSIS: Law = of(PRESCRIPTIONS, "第六条第十项");
/// Decoction pieces by themselves.
pub const APART: Law = of(PRESCRIPTIONS, "第六条第六项");
/// At most five drugs.
pub const FIVE: Law = of(PRESCRIPTIONS, "第六条第七项");
/// The usual dose, or a reason.
pub const DOSE: Law = of(PRESCRIPTIONS, "第六条第九项");
/// Units.
pub const UNITS: Law = of(PRESCRIPTIONS, "第七条");
/// Valid on its day, three days at most.
pub const VALID: Law = of(PRESCRIPTIONS, "第十八条");
/// Seven days, three in an emergency, more with a reason.
pub const SUPPLY: Law = of(PRESCRIPTIONS, "第十九条");
/// No first visit, and for what was diagnosed in the hospital.
pub const REVISIT: Law = of(INTERNET, "第十六条");
/// No controlled drugs; guardians of children under six.
pub const CONTROLLED: Law = of(INTERNET, "第十九条");
/// What the hospital's dictionary says.
pub const DICTIONARY: Law = of("药品目录", "");
