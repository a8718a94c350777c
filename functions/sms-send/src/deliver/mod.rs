//! From the outbox to the phone: routes, submissions, questions, receipts, alarms and the reports of them.
//!
//! Every step is: read, decide in plain Rust, then one transaction whose statements hold only while what was read
//! still holds. So instances may work side by side and may be killed anywhere: a row that is leased is nobody else's,
//! a lease that ran out in the middle of a submission means `unknown`, and nothing is sent on a guess.
//! Time, chance, the store and the gateways come in through [`World`].

pub mod adopt;
pub mod alarm;
pub mod answer;
pub mod ask;
pub mod breaker;
pub mod callback;
pub mod change;
pub mod config;
pub mod detail;
pub mod early;
pub mod gateway;
pub mod hook;
pub mod matching;
pub mod message;
pub mod outbox;
pub mod places;
pub mod plan;
pub mod pump;
pub mod question;
pub mod receipt;
pub mod report;
pub mod route;
pub mod sign;
pub mod submit;
pub mod tick;
pub mod values;

use common::id;
use common::timestamp::Timestamp;
use config::Settings;

/// The prefix of the function's tables.
pub const TABLES: &str = "sms_send";
/// Nothing new is begun after so long: with the last call to a gateway a tick ends within what hosts allow a request.
const BUDGET_MS: i64 = 5_000;

/// What lies outside the rules.
pub struct World<'a, S, G, K> {
    /// The tables.
    pub store: &'a S,
    /// The vendors.
    pub gateways: &'a G,
    /// The keys of personal data.
    pub seal: &'a K,
    /// The configuration.
    pub settings: &'a Settings,
    /// The pumps of this instance.
    pub pumps: &'a pump::Pumps,
    /// The time of day.
    pub clock: &'a dyn Fn() -> Timestamp,
    /// 128 bits from a cryptographic source.
    pub chance: &'a dyn Fn() -> u128,
    /// The request in which this happens, for the audit log.
    pub request_id: &'a str,
}

impl<S, G, K> World<'_, S, G, K> {
    /// The time of day.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// A new identifier.
    #[must_use]
    pub fn id(&self, prefix: &str) -> String {
        id::new(prefix, self.now(), (self.chance)())
    }

    /// An identifier that sorts behind `last`, an identifier or a point in time, even within one millisecond.
    #[must_use]
    pub fn id_after(&self, prefix: &str, last: Option<&str>, since: Timestamp) -> String {
        let last = last.and_then(id::time).unwrap_or(since).max(since);
        id::new(prefix, self.now().max(last.plus_ms(1)), (self.chance)())
    }
}

/// Opens personal data and finds phones; see `common::seal`.
pub trait Sealed {
    /// A sealed column of a message, opened.
    fn open(&self, message_id: &str, column: &str, sealed: &[u8]) -> Option<Vec<u8>>;

    /// What `phone_index` holds for a phone in E.164.
    fn index(&self, phone: &str) -> String;

    /// A sealed column that holds text.
    fn text(&self, message_id: &str, column: &str, sealed: &[u8]) -> Option<String> {
        String::from_utf8(self.open(message_id, column, sealed)?).ok()
    }
}
