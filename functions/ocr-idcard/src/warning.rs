//! Alarms and their numbers, which are those that integrators of card readers know (-9101 to -9109).

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An alarm about the photograph or the card.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// -9101: a border of the card is outside the picture or covered.
    Border,
    /// -9102: the card is a colour photocopy.
    Copy,
    /// -9103: the card was photographed from a screen.
    Recapture,
    /// -9104: a temporary identity card.
    Temporary,
    /// -9105: something covers a part inside the frame.
    Occlusion,
    /// -9106: the picture shows signs of editing.
    Tampered,
    /// -9107: a reflection lies over a field.
    Reflection,
    /// -9108: the card is a black-and-white photocopy.
    MonochromeCopy,
    /// -9109: the validity is malformed, over, or contradicts itself.
    InvalidValidity,
}

impl Warning {
    /// All of them, in the order of their numbers.
    pub const ALL: [Self; 9] = [
        Self::Border,
        Self::Copy,
        Self::Recapture,
        Self::Temporary,
        Self::Occlusion,
        Self::Tampered,
        Self::Reflection,
        Self::MonochromeCopy,
        Self::InvalidValidity,
    ];

    /// The number integrators know.
    #[must_use]
    pub const fn code(self) -> i32 {
        -9101 - self as i32
    }

    /// The name used in requests and answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Border => "border",
            Self::Copy => "copy",
            Self::Recapture => "recapture",
            Self::Temporary => "temporary",
            Self::Occlusion => "occlusion",
            Self::Tampered => "tampered",
            Self::Reflection => "reflection",
            Self::MonochromeCopy => "monochrome_copy",
            Self::InvalidValidity => "invalid_validity",
        }
    }

    /// Reads a list of names separated by commas; the name that is not known otherwise.
    ///
    /// # Errors
    /// The first unknown name.
    pub fn list(text: &str) -> Result<Vec<Self>, &str> {
        let names = text.split(',').map(str::trim).filter(|name| !name.is_empty());
        names.map(|name| Self::ALL.into_iter().find(|w| w.name() == name).ok_or(name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_agree() {
        let expected = [
            (-9101, "border"),
            (-9102, "copy"),
            (-9103, "recapture"),
            (-9104, "temporary"),
            (-9105, "occlusion"),
            (-9106, "tampered"),
            (-9107, "reflection"),
            (-9108, "monochrome_copy"),
            (-9109, "invalid_validity"),
        ];
        assert_eq!(Warning::ALL.map(|w| (w.code(), w.name())), expected);
        for warning in Warning::ALL {
            assert_eq!(serde_json::to_string(&warning).unwrap(), format!("\"{}\"", warning.name()));
        }
        assert_eq!(Warning::list("copy, border,"), Ok(vec![Warning::Copy, Warning::Border]));
        assert_eq!(Warning::list("copy,moire"), Err("moire"));
    }
}
