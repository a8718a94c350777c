//! What a prescription says. What it may say is in [`rules`].

pub mod amount;
mod bounds;
pub mod law;
pub mod rules;

use amount::Amount;
use common::problem::Problem;
use rules::Finding;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A prescription as a doctor writes it.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Prescription {
    /// The day it is written on, in China: YYYY-MM-DD.
    pub issued_on: String,
    /// Days it can be filled on, with that day; more than one want `longer_valid_because`.
    #[serde(default = "one")]
    #[schema(minimum = 1, maximum = 3)]
    pub valid_days: u8,
    /// Why it is valid for longer than its day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longer_valid_because: Option<String>,
    /// Where it is written.
    pub department: String,
    /// What it is for.
    pub diagnoses: Vec<Diagnosis>,
    /// The visit in the hospital that this one follows.
    pub revisit: Option<Revisit>,
    /// An emergency, which halves the supply.
    #[serde(default)]
    pub emergency: bool,
    /// Why the supply is longer than usual.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub longer_supply_because: Option<String>,
    /// Who is with a child.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub guardian: Option<Guardian>,
    /// What is to be taken.
    pub drugs: Vec<Item>,
}

const fn one() -> u8 {
    1
}

/// A diagnosis.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Diagnosis {
    /// ICD-10, as the hospital writes it.
    pub code: String,
    /// In words.
    pub name: String,
}

/// An earlier visit in person, with what was found.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Revisit {
    /// The hospital's.
    pub visit_id: String,
    /// YYYY-MM-DD.
    pub on: String,
    /// ICD-10 codes.
    pub diagnoses: Vec<String>,
}

/// Who is with a child.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PrescriptionGuardian)]
pub struct Guardian {
    /// The name.
    pub name: String,
    /// To the child.
    pub relation: String,
}

/// How often a drug is taken.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DrugFrequency)]
#[expect(missing_docs, reason = "the field's own short forms")]
pub enum Frequency {
    Qd,
    Bid,
    Tid,
    Qid,
    Qn,
    Qod,
    Qw,
    Q12h,
    Q8h,
    Q6h,
    /// When needed, at most as often as the dose and the supply say: once a day is counted.
    Prn,
}

impl Frequency {
    /// As it is written on paper.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Qd => "每日 1 次",
            Self::Bid => "每日 2 次",
            Self::Tid => "每日 3 次",
            Self::Qid => "每日 4 次",
            Self::Qn => "每晚 1 次",
            Self::Qod => "隔日 1 次",
            Self::Qw => "每周 1 次",
            Self::Q12h => "每 12 小时 1 次",
            Self::Q8h => "每 8 小时 1 次",
            Self::Q6h => "每 6 小时 1 次",
            Self::Prn => "必要时",
        }
    }

    /// Doses in a day.
    #[must_use]
    pub const fn a_day(self) -> f64 {
        match self {
            Self::Qd | Self::Qn | Self::Prn => 1.,
            Self::Bid | Self::Q12h => 2.,
            Self::Tid | Self::Q8h => 3.,
            Self::Qid | Self::Q6h => 4.,
            Self::Qod => 0.5,
            Self::Qw => 1. / 7.,
        }
    }
}

/// A drug of a prescription.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = PrescriptionItem)]
pub struct Item {
    /// As in the dictionary.
    pub code: String,
    /// Each time.
    pub dose: Amount,
    /// How often.
    pub frequency: Frequency,
    /// How: 口服, 外用 ...
    pub route: String,
    /// For so many days.
    #[schema(minimum = 1)]
    pub days: u16,
    /// Handed out.
    pub quantity: Amount,
    /// Why it is more than usual in a day, which the doctor signs for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more_because: Option<String>,
}

/// The problem of a prescription that may not be signed: every finding with its paragraph.
#[must_use]
pub fn refused(found: &[Finding]) -> Problem {
    let line = |finding: &Finding, text: &str| {
        let (law, place) = (finding.law, &finding.field);
        format!("{place}: {text} [{}] ({}{})", finding.code, law.regulation, law.article)
    };
    let join = |text: fn(&Finding) -> &'static str| {
        found.iter().map(|finding| line(finding, text(finding))).collect::<Vec<_>>().join("; ")
    };
    Problem::new(422, "prescription_refused", join(|finding| finding.zh), join(|finding| finding.en))
}
