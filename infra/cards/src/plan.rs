//! Which picture is which: the composition of the sets.

use crate::condition::Condition;

/// What to photograph.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// The set.
    pub seed: u64,
    /// The number in the set; seed and index decide everything else that chance decides.
    pub index: usize,
    /// The side.
    pub front: bool,
    /// 0 easy, 1 medium, 2 hard.
    pub level: usize,
    /// The fault.
    pub condition: Condition,
    /// 1280 x 960 at quality 72, whatever the level.
    pub small: bool,
}

impl Plan {
    /// Ordinary photographs: two fronts to one back, the three levels in turn, one back in six expired.
    pub fn plain(seed: u64, index: usize) -> Self {
        let expired = index % 18 == 17;
        Self {
            seed,
            index,
            front: index % 3 != 2,
            level: index / 3 % 3,
            condition: if expired { Condition::Expired } else { Condition::Plain },
            small: false,
        }
    }

    /// Faults in turn, every fourth picture a plain control; easy and medium, both sides.
    pub fn faulty(seed: u64, index: usize) -> Self {
        let turn = index / 4 * 3 + index % 4;
        let round = turn / Condition::SET.len();
        let condition = if index % 4 == 3 { Condition::Plain } else { Condition::SET[turn % Condition::SET.len()] };
        let front = condition.only_front().unwrap_or((round + turn).is_multiple_of(2));
        Self { seed: seed ^ 0x5eed, index, front, level: (round + turn / 2) % 2, condition, small: false }
    }
}
