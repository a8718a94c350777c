//! Rate limits: token buckets kept in the store, so that they hold across instances and restarts.
//!
//! A bucket is one number, the time at which it will be full again in microseconds (the generic cell rate algorithm
//! of ITU-T I.371),
//! so taking a token from any number of buckets is one upsert without a read before. A refused caller
//! is remembered in memory until the bucket has a token again: a flood costs the store nothing.

use crate::problem::Problem;
use crate::store::{Rows, Statement};
use crate::timestamp::Timestamp;
use std::collections::HashMap;

/// How many callers are remembered as refused; beyond it the store is asked again.
const REMEMBERED: usize = 4096;

/// A bucket's size and filling.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// Requests per minute in the long run.
    pub per_minute: u32,
    /// Requests at once after a rest.
    pub burst: u32,
}

impl Limit {
    /// Microseconds in which a token flows back.
    fn interval_us(self) -> i64 {
        60_000_000 / i64::from(self.per_minute.max(1))
    }
}

/// Takes one token from the bucket; the answer, read with [`taken`], is empty when it has none.
#[must_use]
pub fn take(prefix: &str, bucket: &str, limit: Limit, now: Timestamp) -> Statement {
    // Full at `full_at`: as many tokens are missing as intervals lie between now and then.
    bound(
        bucket,
        limit,
        now,
        format!(
            "INSERT INTO {prefix}_rate AS r (bucket, full_at) VALUES (?1, ?2 + ?3) ON CONFLICT (bucket) DO UPDATE \
         SET full_at = CASE WHEN r.full_at > ?2 THEN r.full_at ELSE ?2 END + ?3 \
         WHERE r.full_at - ?2 <= ?4 RETURNING full_at"
        ),
    )
}

/// As [`take`], for the transaction of the change itself: an empty bucket is a `conflict`, so nothing is changed.
#[must_use]
pub fn demand(prefix: &str, bucket: &str, limit: Limit, now: Timestamp) -> Statement {
    bound(
        bucket,
        limit,
        now,
        format!(
            "INSERT INTO {prefix}_rate AS r (bucket, full_at) VALUES (?1, ?2 + ?3) ON CONFLICT (bucket) DO UPDATE \
         SET full_at = CASE WHEN r.full_at <= ?2 THEN ?2 + ?3 WHEN r.full_at - ?2 <= ?4 THEN r.full_at + ?3 END"
        ),
    )
}

fn bound(bucket: &str, limit: Limit, now: Timestamp, sql: String) -> Statement {
    let interval = limit.interval_us();
    let depth = interval * (i64::from(limit.burst.max(1)) - 1);
    Statement::new(sql).bind(bucket).bind(now.0 * 1_000).bind(interval).bind(depth)
}

/// Whether [`take`] got its token.
#[must_use]
pub fn taken(answer: &Rows) -> bool {
    !answer.rows.is_empty()
}

/// Who was refused and until when, in this instance's memory.
#[derive(Debug, Default)]
pub struct Refused(HashMap<String, Timestamp>);

impl Refused {
    /// Fails while the bucket is known to be empty.
    ///
    /// # Errors
    /// 429 with the time to wait.
    pub fn check(&mut self, bucket: &str, now: Timestamp) -> Result<(), Problem> {
        match self.0.get(bucket) {
            Some(&until) if until > now => Err(problem(until, now)),
            Some(_) => {
                self.0.remove(bucket);
                Ok(())
            }
            None => Ok(()),
        }
    }

    /// Remembers a refusal and words it.
    pub fn refuse(&mut self, bucket: &str, limit: Limit, now: Timestamp) -> Problem {
        if self.0.len() >= REMEMBERED {
            self.0.clear();
        }
        let until = now.plus_ms((limit.interval_us() + 999) / 1_000);
        self.0.insert(bucket.to_owned(), until);
        problem(until, now)
    }
}

fn problem(until: Timestamp, now: Timestamp) -> Problem {
    let wait = u32::try_from((until.0 - now.0 + 999) / 1000).unwrap_or(1).max(1);
    let (zh, en) = (format!("请求过于频繁，请在 {wait} 秒后再试"), format!("too many requests, try again in {wait} s"));
    Problem::new(429, "rate_limited", zh, en).retry_in(wait)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::migration;
    use crate::store::Store;
    use crate::testing::{Memory, now};

    const LIMIT: Limit = Limit { per_minute: 60, burst: 3 };

    #[test]
    fn a_burst_then_the_steady_rate() {
        let store = Memory::new();
        now(migration::run(&store, "f", migration::COMMON, Timestamp(0))).unwrap();
        let try_at = |bucket, ms| taken(&now(store.query(take("f", bucket, LIMIT, Timestamp(ms)))).unwrap());
        let at = 1_000_000;
        assert_eq!([0; 4].map(|_| try_at("a", at)), [true, true, true, false]);
        assert!(try_at("b", at), "buckets are apart");
        assert!(!try_at("a", at + 999) && try_at("a", at + 1_000) && !try_at("a", at + 1_001));
        let granted = (0..600).filter(|i| try_at("a", at + 1_001 + i * 100)).count();
        assert_eq!(granted, 59, "one a second over a minute of tries");
        assert_eq!(
            [0; 4].map(|_| try_at("a", at + 10_000_000)),
            [true, true, true, false],
            "never more than the burst"
        );
    }

    #[test]
    fn a_demand_counts_like_a_take_and_undoes_what_comes_with_it() {
        let store = Memory::new();
        now(migration::run(&store, "f", migration::COMMON, Timestamp(0))).unwrap();
        now(store.query(Statement::new("CREATE TABLE t (a BIGINT)"))).unwrap();
        let fast = Limit { per_minute: 600_000, burst: 3 };
        let mut done = 0;
        for ms in [0, 0, 0, 0, 1, 1, 50] {
            let change = Statement::new("INSERT INTO t (a) VALUES (1)");
            let bucket = demand("f", "a", fast, Timestamp(1_000_000 + ms));
            done += i32::from(now(store.transact(vec![change, bucket])).is_ok());
        }
        let stored = now(store.query(Statement::new("SELECT count(*) FROM t"))).unwrap();
        assert_eq!((done, stored.first().unwrap().integer(0)), (6, Some(6)), "three, none, and ten a millisecond");
    }

    #[test]
    fn a_refused_caller_is_remembered_for_one_interval() {
        let mut refused = Refused::default();
        let problem = refused.refuse("a", LIMIT, Timestamp(0));
        assert_eq!((problem.status, problem.retry_after_s), (429, Some(1)));
        assert!(refused.check("a", Timestamp(999)).is_err());
        assert!(refused.check("a", Timestamp(1_000)).is_ok() && refused.0.is_empty());
        for i in 0..=REMEMBERED {
            refused.refuse(&i.to_string(), LIMIT, Timestamp(0));
        }
        assert!(refused.0.len() <= REMEMBERED);
    }
}
