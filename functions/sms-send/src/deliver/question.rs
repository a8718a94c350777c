//! Which messages are asked after, and when again.

use super::alarm::AFTER_MS;
use super::message::{SUBJECT, Subject, vendor_template};
use super::outbox::due;
use super::route::{self, Wanted};
use super::{Sealed, World};
use crate::state::State;
use common::store::{Error, Row, Statement, Store};
use common::timestamp::Timestamp;

const S: i64 = 1_000;
/// After a lost answer: soon, for a one-time code is worthless soon, and then ever more rarely for some hours.
const UNKNOWN_MS: [i64; 10] =
    [10 * S, 20 * S, 30 * S, 60 * S, 120 * S, 300 * S, 600 * S, 1_800 * S, 3_600 * S, 7_200 * S];
/// A gateway's receipts may come three days late: so often, each time after twice the time.
const SILENT: i64 = 10;
/// So long after its submission a one-time code may go by another gateway.
const RESEND_MS: i64 = 60 * S;
/// If the vendor was asked so often.
const RESEND_ASKED: i64 = 2;

/// A message to be asked after.
#[derive(Clone, Debug)]
pub struct Asked {
    /// Whose.
    pub subject: Subject,
    /// Questions so far.
    pub attempt: i64,
    /// Where it is.
    pub state: State,
    /// E.164; none when the key is not its.
    pub phone: Option<String>,
    /// The submission that may have arrived; none where there is none.
    pub submission: Option<Asking>,
    /// When a gateway took it.
    pub submitted_at: Option<Timestamp>,
    /// The alarm was raised.
    pub alarmed: bool,
    carrier: String,
    otp: bool,
    tried: String,
    expires_at: Timestamp,
    vendor_ids: Option<String>,
}

/// The submission in question.
#[derive(Clone, Debug)]
pub struct Asking {
    /// Which.
    pub n: i64,
    /// To whom.
    pub gateway: String,
    /// Absent when the answer was lost.
    pub vendor_id: Option<String>,
    /// When.
    pub at: Timestamp,
}

/// What is due to be asked after, up to `most`.
///
/// # Errors
/// The store's.
pub async fn due_now<S: Store, G, K: Sealed>(world: &World<'_, S, G, K>, most: i64) -> Result<Vec<Asked>, Error> {
    let sql = format!(
        "SELECT {SUBJECT}, o.attempt, m.state, m.phone, m.carrier, m.class, m.tried, m.expires_at, m.submitted_at, \
         m.alarm_at, t.vendor_ids, s.n, s.gateway, s.vendor_id, s.at FROM {} JOIN sms_send_message m \
         ON m.id = o.message_id LEFT JOIN sms_send_template t ON t.id = m.template_id \
         LEFT JOIN sms_send_submission s ON s.message_id = m.id AND s.n = (SELECT max(u.n) FROM sms_send_submission u \
         WHERE u.message_id = m.id AND u.outcome IN ('pending', 'submitted', 'lost'))",
        due("ask")
    );
    let rows = world.store.query(Statement::new(sql).bind(world.now().0).bind(most)).await?;
    let read = |row: Row<'_>| {
        let owned = |column| row.text(column).map(str::to_owned);
        let subject = Subject::read(&row)?;
        let asking = || {
            let at = Timestamp(row.integer(19)?);
            Some(Asking { n: row.integer(16)?, gateway: owned(17)?, vendor_id: owned(18), at })
        };
        Some(Asked {
            attempt: row.integer(6)?,
            state: State::named(row.text(7)?)?,
            phone: world.seal.text(&subject.id, "phone", row.blob(8)?),
            carrier: owned(9)?,
            otp: row.text(10)? == "otp",
            tried: owned(11)?,
            expires_at: Timestamp(row.integer(12)?),
            submitted_at: row.integer(13).map(Timestamp),
            alarmed: row.integer(14).is_some(),
            vendor_ids: owned(15),
            submission: asking(),
            subject,
        })
    };
    Ok(rows.iter().filter_map(read).collect())
}

impl Asked {
    /// Whether the vendor was silent for too long.
    #[must_use]
    pub fn alarming(&self, now: Timestamp) -> bool {
        let silent = self.submitted_at.is_some_and(|at| at.plus_ms(AFTER_MS) <= now);
        self.state == State::Submitted && !self.alarmed && silent
    }

    /// It became `unknown` just now.
    pub fn lost(&mut self) {
        self.state = State::Unknown;
        self.attempt = 0;
        if let Some(asking) = &self.submission {
            self.tried = format!("{},{}", self.tried, asking.gateway);
        }
    }

    /// Whether another gateway is to send it now: a one-time code of which nothing is known, for a second one does no
    /// harm. Everything else waits for a person.
    #[must_use]
    pub fn resend<S, G, K>(&self, world: &World<'_, S, G, K>) -> bool {
        let now = world.now();
        let waited = self.submission.as_ref().is_none_or(|asking| asking.at.plus_ms(RESEND_MS) <= now);
        let templated = |gateway: &str| vendor_template(self.vendor_ids.as_deref(), gateway, &[]).is_some();
        let wanted = Wanted { carrier: &self.carrier, tried: &self.tried, last: None };
        let right = self.state == State::Unknown && self.otp && self.attempt + 1 >= RESEND_ASKED;
        right && waited && self.expires_at > now && route::another(world.settings, wanted, templated)
    }

    /// When it is asked after again; none when it is given up.
    #[must_use]
    pub fn again(&self, now: Timestamp) -> Option<Timestamp> {
        if self.state != State::Unknown {
            let doublings = u32::try_from(self.attempt + 1).unwrap_or(0);
            return (self.attempt + 1 < SILENT).then(|| now.plus_ms(AFTER_MS << doublings.min(16)));
        }
        let pause = usize::try_from(self.attempt + 1).ok().and_then(|n| UNKNOWN_MS.get(n))?;
        let mut at = now.plus_ms(*pause);
        let resend = self.submission.as_ref().map(|asking| asking.at.plus_ms(RESEND_MS));
        if let Some(resend) = resend.filter(|resend| self.otp && now < *resend) {
            at = at.min(resend);
        }
        Some(at)
    }
}

/// When a message is asked after whose answer was lost just now.
#[must_use]
pub const fn first(now: Timestamp) -> Timestamp {
    now.plus_ms(UNKNOWN_MS[0])
}
