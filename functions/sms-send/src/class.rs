//! What a message is for.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a message is for: other guards and another life follow from it.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = SmsClass)]
pub enum Class {
    /// A one-time code: at any hour, even to those who declined messages, few per phone, and soon worthless.
    Otp,
    /// Something the user should know: not in quiet hours, not to those who declined.
    Notice,
    /// Advertising: as a notice.
    Marketing,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Otp, Self::Notice, Self::Marketing];

    /// As stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Otp => "otp",
            Self::Notice => "notice",
            Self::Marketing => "marketing",
        }
    }

    /// The class of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }

    /// Whether it waits for the end of quiet hours.
    #[must_use]
    pub const fn keeps_quiet(self) -> bool {
        !matches!(self, Self::Otp)
    }

    /// Whether a phone's opt-out stops it.
    #[must_use]
    pub const fn may_be_declined(self) -> bool {
        !matches!(self, Self::Otp)
    }

    /// How long after its time it is still worth sending, where the sender does not say.
    #[must_use]
    pub const fn lifetime_ms(self) -> i64 {
        match self {
            Self::Otp => 10 * 60_000,
            Self::Notice | Self::Marketing => 24 * 3_600_000,
        }
    }
}
