//! Who somebody is, as a record holds it, sealed.

use super::id_number::masked;
use serde::{Deserialize, Serialize};

/// A person as the card says.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq, Serialize)]
#[serde(default)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Person {
    pub name: String,
    pub id_number: String,
    pub sex: String,
    /// YYYY-MM-DD.
    pub birth_date: String,
    pub ethnicity: String,
    pub address: String,
    pub issuing_authority: String,
    /// YYYY-MM-DD or `long_term`.
    pub valid_until: String,
    /// E.164. Not kept: it is that of the account, as it is when somebody looks.
    #[serde(skip)]
    pub phone: String,
    /// Whether the face can be compared: not that of a child under 6.
    pub shows_face: bool,
}

impl Person {
    /// The family name's character alone: `张*`, `欧**`.
    #[must_use]
    pub fn masked_name(&self) -> String {
        let mut chars = self.name.chars();
        chars.next().map(|first| format!("{first}{}", "*".repeat(chars.count()))).unwrap_or_default()
    }

    /// First and last character.
    #[must_use]
    pub fn masked_number(&self) -> String {
        masked(&self.id_number)
    }
}
