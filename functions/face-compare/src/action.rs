//! What a person is asked to do.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// An action before the camera.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = FaceAction)]
pub enum Action {
    /// Close the eyes and open them again.
    Blink,
    /// Open the mouth wide.
    OpenMouth,
    /// Turn the head to one's own left.
    TurnLeft,
    /// Turn it to the right.
    TurnRight,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Blink, Self::OpenMouth, Self::TurnLeft, Self::TurnRight];

    /// As in requests and answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blink => "blink",
            Self::OpenMouth => "open_mouth",
            Self::TurnLeft => "turn_left",
            Self::TurnRight => "turn_right",
        }
    }

    /// Two or three different ones in an order of their own.
    #[must_use]
    pub fn draw(random: u128) -> Vec<Self> {
        let (count, mut chance) = (2 + (random & 1) as usize, random >> 1);
        let mut left = Self::ALL.to_vec();
        let mut drawn = Vec::with_capacity(count);
        while drawn.len() < count {
            let n = left.len() as u128;
            // 2^120 and more values: the remainder is as good as even.
            drawn.push(left.remove((chance % n) as usize));
            chance /= n;
        }
        drawn
    }

    /// Names separated by commas.
    #[must_use]
    pub fn list(actions: &[Self]) -> String {
        actions.iter().map(|action| action.name()).collect::<Vec<_>>().join(",")
    }

    /// What [`Action::list`] wrote; names that are not known are left out.
    #[must_use]
    pub fn parse(list: &str) -> Vec<Self> {
        list.split(',').filter_map(|name| Self::ALL.into_iter().find(|action| action.name() == name)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeMap;

    #[test]
    fn every_sequence_is_about_as_frequent() {
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for i in 0..36_000u128 {
            // Weyl's sequence stands in for chance.
            let drawn = Action::draw((i + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835));
            assert_eq!(Action::parse(&Action::list(&drawn)), drawn);
            *counts.entry(Action::list(&drawn)).or_default() += 1;
        }
        assert_eq!(counts.len(), 12 + 24);
        assert!(counts.iter().all(|(list, n)| *n > if list.matches(',').count() == 1 { 1_200 } else { 500 }));
    }
}
