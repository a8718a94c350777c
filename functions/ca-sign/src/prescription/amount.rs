//! Amounts with their units.

use crate::drugs::Drug;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// How much of what.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DrugAmount)]
pub struct Amount {
    /// Above 0.
    pub value: f64,
    /// g, mg, μg, ng, L, ml, IU, U; or what is counted: 片, 粒, 袋, 支, 瓶, 盒 ...
    #[schema(example = "mg")]
    pub unit: String,
}

/// Units of a measure with their size in the smallest (measures for the administration of prescriptions, article 7).
const MEASURES: [&[(&str, f64)]; 4] = [
    &[("ng", 1.), ("μg", 1e3), ("ug", 1e3), ("mg", 1e6), ("g", 1e9)],
    &[("ml", 1.), ("mL", 1.), ("L", 1e3), ("l", 1e3)],
    &[("IU", 1.)],
    &[("U", 1.)],
];
/// What is counted.
const COUNTED: [&str; 12] = ["片", "丸", "粒", "袋", "支", "瓶", "盒", "剂", "贴", "枚", "喷", "滴"];

impl std::fmt::Display for Amount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {}", self.value, self.unit)
    }
}

impl Amount {
    /// Whether it is above 0 and in a unit that may be used.
    #[must_use]
    pub fn is_lawful(&self) -> bool {
        let measured = MEASURES.iter().flat_map(|units| *units).any(|(unit, _)| *unit == self.unit);
        self.value.is_finite() && self.value > 0. && (measured || COUNTED.contains(&&*self.unit))
    }

    /// How many times one of `unit` it is; none where the two measure different things.
    #[must_use]
    pub fn in_unit(&self, unit: &str) -> Option<f64> {
        if self.unit == unit {
            return Some(self.value);
        }
        let size =
            |units: &[(&str, f64)], name: &str| units.iter().find(|(unit, _)| *unit == name).map(|(_, size)| *size);
        MEASURES.iter().find_map(|units| Some(self.value * size(units, &self.unit)? / size(units, unit)?))
    }

    /// How many units of a drug it is: counted, measured by its strength, or in packs.
    #[must_use]
    pub fn units_of(&self, drug: &Drug) -> Option<f64> {
        let counted = self.in_unit(&drug.unit);
        let packed = || (self.unit == drug.pack_unit).then_some(self.value * drug.pack);
        let measured = || Some(self.in_unit(&drug.strength_unit)? / drug.strength);
        counted.or_else(packed).or_else(measured)
    }
}
