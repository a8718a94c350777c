//! When to seal entries that were stored by [`insert`](super::insert).

use crate::timestamp::Timestamp;

/// Entries sealed together or those of so many milliseconds.
const TOGETHER: usize = 64;
const TOGETHER_MS: i64 = 1_000;

/// When to seal, for a function that stores so many entries that sealing each by itself would cost more than storing
/// it: after so many entries, or after a while.
#[derive(Debug, Default)]
pub struct Sealing {
    stored: usize,
    last: Timestamp,
}

impl Sealing {
    /// Counts entries just stored; `true` when it is time to [`seal`](super::seal).
    pub fn due(&mut self, entries: usize, now: Timestamp) -> bool {
        self.stored += entries;
        let due = self.stored > 0 && (self.stored >= TOGETHER || now >= self.last.plus_ms(TOGETHER_MS));
        if due {
            *self = Self { stored: 0, last: now };
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sealing_waits_for_company_but_not_for_long() {
        let mut sealing = Sealing::default();
        let at = Timestamp(1_000_000);
        assert!(!sealing.due(0, at) && sealing.due(1, at), "the first at once");
        let due: Vec<usize> = (1..=130).filter(|_| sealing.due(1, at.plus_ms(999))).collect();
        assert_eq!(due, [64, 128]);
        assert!(!sealing.due(1, at.plus_ms(1_998)) && sealing.due(0, at.plus_ms(1_999)));
    }
}
