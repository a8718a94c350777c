//! A breaker per gateway, kept in the store: five failures in a row open it, one message at a time tries again.
//!
//! It is open for 30 seconds, and twice as long each time the message that tries again fails, up to 10 minutes.
//! Failures that were under way when it opened do not count any more.

use super::World;
use common::store::{Error, Statement, Store};
use common::timestamp::Timestamp;
use std::collections::BTreeMap;

/// Failures in a row.
pub const FAILURES: i64 = 5;
const FIRST_MS: i64 = 30_000;
const MOST_MS: i64 = 600_000;
/// The message that tries again has so long; after it another may try.
const TRIAL_MS: i64 = 60_000;

/// Whether messages may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Breaker {
    /// All.
    Closed,
    /// None until then.
    Open(Timestamp),
    /// One, after so many failures.
    HalfOpen(i64),
}

/// The breakers as they were read; a gateway without a row never failed.
#[derive(Clone, Debug, Default)]
pub struct Breakers(BTreeMap<String, (i64, Timestamp)>);

impl Breakers {
    /// Reads them.
    ///
    /// # Errors
    /// The store's.
    pub async fn read<S: Store, G, K>(world: &World<'_, S, G, K>) -> Result<Self, Error> {
        let all = Statement::new("SELECT gateway, failures, open_until FROM sms_send_breaker");
        let rows = world.store.query(all).await?;
        let read = |row: common::store::Row<'_>| {
            Some((row.text(0)?.to_owned(), (row.integer(1)?, Timestamp(row.integer(2)?))))
        };
        Ok(Self(rows.iter().filter_map(read).collect()))
    }

    /// One gateway's.
    #[must_use]
    pub fn of(&self, gateway: &str, now: Timestamp) -> Breaker {
        match self.0.get(gateway) {
            Some(&(failures, until)) if failures >= FAILURES && until > now => Breaker::Open(until),
            Some(&(failures, _)) if failures >= FAILURES => Breaker::HalfOpen(failures),
            _ => Breaker::Closed,
        }
    }

    /// Takes it that another message tries this gateway just now.
    pub fn occupied(&mut self, gateway: &str, now: Timestamp) {
        if let Some(seen) = self.0.get_mut(gateway) {
            seen.1 = now.plus_ms(TRIAL_MS);
        }
    }
}

/// Asks to be the one who tries a half-open gateway; granted where a row is returned.
#[must_use]
pub fn trial(gateway: &str, failures: i64, now: Timestamp) -> Statement {
    let sql = "UPDATE sms_send_breaker SET open_until = ?1 \
               WHERE gateway = ?2 AND failures = ?3 AND open_until <= ?4 RETURNING gateway";
    Statement::new(sql).bind(now.plus_ms(TRIAL_MS).0).bind(gateway).bind(failures).bind(now.0)
}

/// What a submission told of its gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    /// It works.
    Good,
    /// It does not.
    Bad,
    /// Neither.
    None,
}

/// The statements that keep what a gateway's submissions told, in their order; each with the failures before it where it
/// was a trial.
#[must_use]
pub fn record(gateway: &str, signs: &[(Sign, Option<i64>)], now: Timestamp) -> Vec<Statement> {
    let good = signs.iter().rposition(|(sign, _)| *sign == Sign::Good);
    let after = signs.get(good.map_or(0, |last| last + 1)..).unwrap_or_default();
    let bad = after.iter().filter(|(sign, trial)| *sign == Sign::Bad && trial.is_none()).count();
    let failed = after.iter().filter(|(sign, _)| *sign == Sign::Bad).find_map(|(_, trial)| *trial);
    let mut statements = Vec::new();
    if good.is_some() {
        let sql = "UPDATE sms_send_breaker SET failures = 0, open_until = 0 WHERE gateway = ?1 AND failures > 0";
        statements.push(Statement::new(sql).bind(gateway));
    }
    if let Some(failures) = failed {
        let sql = "UPDATE sms_send_breaker SET failures = ?1, open_until = ?2 WHERE gateway = ?3 AND failures = ?4";
        let until = now.plus_ms(open_ms(failures + 1));
        statements.push(Statement::new(sql).bind(failures + 1).bind(until.0).bind(gateway).bind(failures));
    }
    if bad > 0 {
        let bad = i64::try_from(bad).unwrap_or(FAILURES).min(FAILURES);
        let sql = "INSERT INTO sms_send_breaker AS b (gateway, failures, open_until) \
                   VALUES (?1, ?2, CASE WHEN ?2 >= ?3 THEN ?4 ELSE 0 END) ON CONFLICT (gateway) DO UPDATE SET \
                   open_until = CASE WHEN b.failures < ?3 AND b.failures + ?2 >= ?3 THEN ?4 ELSE b.open_until END, \
                   failures = CASE WHEN b.failures >= ?3 THEN b.failures WHEN b.failures + ?2 > ?3 THEN ?3 \
                   ELSE b.failures + ?2 END";
        let until = now.plus_ms(FIRST_MS);
        statements.push(Statement::new(sql).bind(gateway).bind(bad).bind(FAILURES).bind(until.0));
    }
    statements
}

fn open_ms(failures: i64) -> i64 {
    let doublings = u32::try_from(failures - FAILURES).unwrap_or(0).min(16);
    (FIRST_MS << doublings).min(MOST_MS)
}
