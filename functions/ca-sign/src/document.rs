//! Where a document is on its way, and what may happen to it next.
//!
//! Nothing is ever changed after the first signature: what is sent back is written anew as the next version, and the old one
//! stays as it was.

pub mod content;
pub mod end;
pub mod row;
pub mod show;
pub mod write;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What is signed.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DocumentKind)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Kind {
    Prescription,
    Report,
    Consent,
    ConsultRecord,
}

/// Who signs.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SignerRole)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Role {
    Doctor,
    Pharmacist,
    Hospital,
}

impl Role {
    const ALL: [Self; 3] = [Self::Doctor, Self::Pharmacist, Self::Hospital];

    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Doctor => "doctor",
            Self::Pharmacist => "pharmacist",
            Self::Hospital => "hospital",
        }
    }

    /// The role of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// Whether a user of this role may be such a signer.
    #[must_use]
    pub fn is(self, user: common::auth::Role) -> bool {
        use common::auth::Role as User;
        matches!((self, user), (Self::Doctor, User::Doctor) | (Self::Pharmacist, User::Pharmacist))
    }
}

impl From<Role> for ca_authority::Role {
    fn from(role: Role) -> Self {
        match role {
            Role::Doctor => Self::Doctor,
            Role::Pharmacist => Self::Pharmacist,
            Role::Hospital => Self::Hospital,
        }
    }
}

impl Kind {
    const ALL: [Self; 4] = [Self::Prescription, Self::Report, Self::Consent, Self::ConsultRecord];

    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prescription => "prescription",
            Self::Report => "report",
            Self::Consent => "consent",
            Self::ConsultRecord => "consult_record",
        }
    }

    /// The kind of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// Who has to sign, in this order. A pharmacist's signature is the approval that 处方管理办法 第三十三条 and
    /// 互联网诊疗管理办法（试行）第十八条 ask for.
    #[must_use]
    pub const fn signers(self) -> &'static [Role] {
        match self {
            Self::Prescription => &[Role::Doctor, Role::Pharmacist],
            Self::Report | Self::ConsultRecord => &[Role::Doctor],
            Self::Consent => &[Role::Hospital],
        }
    }
}

/// Where a document is.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = DocumentState)]
pub enum State {
    /// Signatures are missing.
    Open,
    /// All signatures are there.
    Complete,
    /// The pharmacist wants another version.
    SentBack,
    /// It was taken back.
    Voided,
    /// Its time was over before all had signed.
    Expired,
}

impl State {
    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Complete => "complete",
            Self::SentBack => "sent_back",
            Self::Voided => "voided",
            Self::Expired => "expired",
        }
    }
}

/// A document's way so far.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct Way {
    /// What it is.
    pub kind: Kind,
    /// Where it is.
    pub state: State,
    /// Who has signed.
    pub signed: Vec<Role>,
    /// Whose signature is under way.
    pub under_way: Option<Role>,
    /// Not complete by then it is over; milliseconds since the epoch.
    pub expires_at: i64,
}

/// What happens to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Somebody begins to sign.
    Begin(Role),
    /// The signature is here, and was verified.
    Signed(Role),
    /// The signer refused, or the authority could not: he may begin again.
    Stopped(Role),
    /// The pharmacist gives it back to the doctor.
    SendBack,
    /// It is taken back.
    Void,
    /// Its content is changed.
    Change,
}

/// Why something may not happen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is complete, sent back, voided or expired.
    Over,
    /// Somebody else signs first.
    OutOfOrder,
    /// A signature is under way.
    UnderWay,
    /// No signature of this signer is under way.
    NotBegun,
    /// It bears a signature.
    Signed,
}

impl Refusal {
    /// Stable.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Over => "document_over",
            Self::OutOfOrder => "out_of_order",
            Self::UnderWay => "signature_under_way",
            Self::NotBegun => "signature_not_begun",
            Self::Signed => "document_signed",
        }
    }
}

impl Way {
    /// Of a new document.
    #[must_use]
    pub const fn new(kind: Kind, expires_at: i64) -> Self {
        Self { kind, state: State::Open, signed: Vec::new(), under_way: None, expires_at }
    }

    /// Where it is at `now`, in milliseconds since the epoch.
    #[must_use]
    pub fn state(&self, now: i64) -> State {
        if self.state == State::Open && self.expires_at <= now { State::Expired } else { self.state }
    }

    /// Whose turn it is; nobody's once it is over.
    #[must_use]
    pub fn next(&self, now: i64) -> Option<Role> {
        self.kind.signers().get(self.signed.len()).copied().filter(|_| self.state(now) == State::Open)
    }

    /// What becomes of it.
    ///
    /// # Errors
    /// [`Refusal`]; then nothing changes. A signature that comes too late is kept by the caller, and counts for nothing.
    pub fn after(&self, event: Event, now: i64) -> Result<Self, Refusal> {
        let next = match self.next(now) {
            // What everybody signed can still be taken back.
            None if event == Event::Void && self.state == State::Complete => None,
            None => return Err(Refusal::Over),
            next => next,
        };
        let mut way = self.clone();
        match event {
            Event::Begin(role) if Some(role) != next => return Err(Refusal::OutOfOrder),
            Event::Begin(_) | Event::SendBack | Event::Change if way.under_way.is_some() => {
                return Err(Refusal::UnderWay);
            }
            Event::Begin(role) => way.under_way = Some(role),
            Event::Signed(role) | Event::Stopped(role) if way.under_way != Some(role) => return Err(Refusal::NotBegun),
            Event::Signed(role) => {
                way.under_way = None;
                way.signed.push(role);
                if way.signed.len() == way.kind.signers().len() {
                    way.state = State::Complete;
                }
            }
            Event::Stopped(_) => way.under_way = None,
            Event::SendBack if next != Some(Role::Pharmacist) => return Err(Refusal::OutOfOrder),
            Event::SendBack => way.state = State::SentBack,
            Event::Void => (way.state, way.under_way) = (State::Voided, None),
            Event::Change if !way.signed.is_empty() => return Err(Refusal::Signed),
            Event::Change => {}
        }
        Ok(way)
    }
}
