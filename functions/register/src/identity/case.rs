//! A case: where it is, what it knows, what comes next.

use super::person::Person;
use common::timestamp::Timestamp;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// Most photographs of one side that are read in one case.
pub const CARD_TRIES: u8 = 10;
/// Most challenges in one case.
pub const LIVENESS_TRIES: u8 = 8;
/// Most comparisons in one case.
pub const COMPARE_TRIES: u8 = 3;

/// Whose identity it is about, seen from the account's holder.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Relation {
    #[default]
    #[serde(rename = "self")]
    Holder,
    /// Under 18; under 6 without a face.
    Child,
    Parent,
    Spouse,
    Other,
}

impl Relation {
    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Holder => "self",
            Self::Child => "child",
            Self::Parent => "parent",
            Self::Spouse => "spouse",
            Self::Other => "other",
        }
    }
}

/// How an identity was found out; each is more than the one before.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// A card was read, and nobody looked whether it is the holder's.
    DocumentOnly,
    /// A person looked at the card.
    Manual,
    /// The face of a living person is that on the card.
    RealName,
}

impl Level {
    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::DocumentOnly => "document_only",
            Self::Manual => "manual",
            Self::RealName => "real_name",
        }
    }

    /// The level of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [Self::DocumentOnly, Self::Manual, Self::RealName].into_iter().find(|level| level.name() == name)
    }
}

/// Where a case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CaseState)]
pub enum State {
    /// Steps are left.
    Open,
    /// A person has to look at it.
    Review,
    /// The patient's record is there.
    Done,
    /// A person refused it.
    Failed,
    /// The patient gave it up.
    Cancelled,
    /// Its time was over.
    Expired,
}

impl State {
    const ALL: [Self; 6] = [Self::Open, Self::Review, Self::Done, Self::Failed, Self::Cancelled, Self::Expired];

    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Review => "review",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    /// The state of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether nothing comes after it.
    #[must_use]
    pub const fn is_over(self) -> bool {
        !matches!(self, Self::Open | Self::Review)
    }
}

/// What the patient does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CaseStep)]
pub enum Step {
    /// Photograph the side with the portrait.
    IdCardFront,
    /// Photograph the side with the emblem.
    IdCardBack,
    /// Check what was read.
    Confirm,
    /// Do what a challenge asks for before the camera.
    Liveness,
    /// Have the face compared with the card.
    Compare,
    /// Go on without a face.
    Document,
    /// Nothing: a person looks at it.
    Review,
    /// Nothing: it is done.
    Done,
}

/// A side of the card as it was read.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
pub struct Side {
    /// SM3 of the photograph.
    pub digest: String,
    /// What is printed, by field.
    pub fields: BTreeMap<String, String>,
    /// 0 to 1, by field.
    pub confidence: BTreeMap<String, f64>,
    /// Contradictions, by field.
    pub findings: BTreeMap<String, Vec<String>>,
}

/// What the patient said about what was read.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Confirmed {
    /// Who it is.
    pub person: Person,
    /// Fields that the patient changed.
    pub corrected: Vec<String>,
    /// Whether a change is larger than a misreading explains: then a person has to look at it.
    pub doubtful: bool,
}

/// A living person was before the camera.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Live {
    /// SM3 of the form with the frames.
    pub form: String,
    /// Digest of the best frame.
    pub best: String,
    /// Engine and models.
    pub model_version: String,
}

/// The face was compared with the card.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Compared {
    /// 0 to 100.
    pub score: f64,
    /// Engine and models.
    pub model_version: String,
}

/// Why the last step failed.
#[derive(Clone, Debug, Deserialize, PartialEq, Serialize)]
pub struct Failure {
    /// Which.
    pub step: String,
    /// The problem's code.
    pub code: String,
    /// In Chinese and in English.
    pub detail: [String; 2],
    /// What the liveness check found.
    pub reasons: Vec<String>,
    /// Milliseconds since the epoch.
    pub at: i64,
}

/// What a case knows.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Serialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Data {
    pub relation: Relation,
    pub front: Option<Side>,
    pub back: Option<Side>,
    pub confirmed: Option<Confirmed>,
    pub challenge: Option<String>,
    pub live: Option<Live>,
    pub compared: Option<Compared>,
    pub front_tries: u8,
    pub back_tries: u8,
    pub liveness_tries: u8,
    pub compare_tries: u8,
    pub failure: Option<Failure>,
    /// Fields that the patient changed; stays.
    pub corrected: Vec<String>,
    /// Why a person has to look at it: `no_face`, `corrected`.
    pub review: Vec<String>,
    pub patient_id: Option<String>,
    pub level: Option<Level>,
}

/// A case.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Case {
    pub id: String,
    pub account_id: String,
    pub state: State,
    pub data: Data,
    pub version: i64,
    pub created_at: Timestamp,
    pub expires_at: Timestamp,
}

impl Data {
    /// What stays when the case is over: numbers, digests and codes.
    #[must_use]
    pub fn without_person(&self) -> Self {
        Self { front: None, back: None, confirmed: None, challenge: None, ..self.clone() }
    }

    /// What comes next while the case is open.
    #[must_use]
    pub fn next(&self) -> Step {
        let Some(confirmed) = &self.confirmed else {
            return match (&self.front, &self.back) {
                (None, _) => Step::IdCardFront,
                (_, None) => Step::IdCardBack,
                _ => Step::Confirm,
            };
        };
        match &self.live {
            _ if self.compare_tries >= COMPARE_TRIES || !confirmed.person.shows_face => Step::Document,
            Some(_) => Step::Compare,
            None if self.liveness_tries >= LIVENESS_TRIES => Step::Document,
            None => Step::Liveness,
        }
    }
}

impl Case {
    /// What comes next.
    #[must_use]
    pub fn next(&self, now: Timestamp) -> Option<Step> {
        match self.state {
            State::Open if self.expires_at > now => Some(self.data.next()),
            State::Review => Some(Step::Review),
            State::Done => Some(Step::Done),
            _ => None,
        }
    }
}
