//! How many of something there may be in a minute, an hour and a day.

use crate::timestamp::Timestamp;
use serde::Deserialize;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 3_600_000;
/// The longest window.
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// The most of something in a minute, an hour and a day; sliding windows, not calendar ones.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(deny_unknown_fields)]
pub struct Windows {
    /// In a minute; no limit when absent.
    pub per_minute: Option<u32>,
    /// In an hour.
    pub per_hour: Option<u32>,
    /// In a day.
    pub per_day: Option<u32>,
}

impl Windows {
    /// Length and most messages of each window that is limited.
    pub fn limited(self) -> impl Iterator<Item = (i64, u32)> {
        let all = [(MINUTE_MS, self.per_minute), (HOUR_MS, self.per_hour), (DAY_MS, self.per_day)];
        all.into_iter().filter_map(|(length, most)| Some((length, most?)))
    }

    /// When the next one may be, where that is not now; `sent` newest first.
    #[must_use]
    pub fn blocked_until(self, sent: &[Timestamp], now: Timestamp) -> Option<Timestamp> {
        let blocked = self.limited().filter_map(|(length, most)| {
            let inside = sent.iter().filter(|at| **at > now.plus_ms(-length));
            // The window has room again when the oldest that fills it has left.
            let index = usize::try_from(most).ok()?.checked_sub(1);
            match index {
                Some(index) => inside.copied().nth(index).map(|at| at.plus_ms(length)),
                None => Some(now.plus_ms(length)),
            }
        });
        blocked.max()
    }
}
