//! A message as it is shown.

use crate::class::Class;
use crate::desk::table;
use crate::phone::{Carrier, Phone};
use crate::state::State;
use common::problem::Problem;
use common::seal::Seal;
use common::store::Row;
use common::timestamp::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// The columns that [`read`] reads.
const COLUMNS: &str = "id, caller, client_ref, phone, carrier, class, template_id, signature, parts, callback_url, \
    state, gateway, tried, reason, detail, created_at, send_at, expires_at, submitted_at, final_at, alarm_at, text";

/// A message and where it is.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = SmsMessage)]
pub struct Message {
    /// `msg_<ULID>`.
    pub message_id: String,
    /// Who sent it, for those who see the messages of others: `system:<name>`, `service:<function>`, `user:<id>`.
    pub caller: String,
    /// The caller's own name for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_ref: Option<String>,
    /// The number, with its middle left out unless it was asked for with `reveal`.
    #[schema(example = "137****2222")]
    pub to: String,
    /// By the number's prefix.
    pub carrier: Carrier,
    /// Whether the carrier is more than a guess: not within the mainland, where numbers can be carried over.
    pub carrier_certain: bool,
    /// What it is for.
    pub class: Class,
    /// The template it was made with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub template_id: Option<String>,
    /// Without brackets.
    pub signature: String,
    /// The text without the signature; only with `reveal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Parts it is sent in and paid for.
    pub parts: i64,
    /// Where its results are reported.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_url: Option<String>,
    /// Where it is.
    pub state: State,
    /// The gateway that has it or had it last.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gateway: Option<String>,
    /// Gateways that do not get it again.
    pub tried: Vec<String>,
    /// Why it is where it is, a stable name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Why, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// When it was accepted.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// Not sent before.
    #[schema(format = DateTime)]
    pub send_at: String,
    /// Not sent after.
    #[schema(format = DateTime)]
    pub expires_at: String,
    /// When a gateway took it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub submitted_at: Option<String>,
    /// When it came to its end.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub final_at: Option<String>,
    /// When it was noticed that the carrier tells nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(format = DateTime)]
    pub alarm_at: Option<String>,
    /// For paging.
    #[serde(skip)]
    pub created: Timestamp,
}

/// `SELECT <columns> FROM <table>`, to be continued.
#[must_use]
pub fn select() -> String {
    format!("SELECT {COLUMNS} FROM {}", table("message"))
}

/// From a row of [`select`]; the number whole and the text only where they are to be `revealed`.
///
/// # Errors
/// 500 for a row that was not written here or was sealed with another key.
pub fn read(row: &Row<'_>, seal: &Seal, revealed: bool) -> Result<Message, Problem> {
    let malformed = || Problem::internal("a message row is malformed");
    let text = |column| row.text(column).map(str::to_owned);
    let time = |column| row.integer(column).map(|at| Timestamp(at).to_string());
    let id = text(0).ok_or_else(malformed)?;
    let open =
        |column: usize, name: &str| seal.open_text(row.blob(column).ok_or_else(malformed)?, &format!("{id}/{name}"));
    let phone = Phone::parse(&open(3, "phone")?).ok_or_else(malformed)?;
    let shown = revealed.then(|| open(21, "text")).transpose()?;
    let read = || {
        Some(Message {
            message_id: id.clone(),
            caller: text(1)?,
            client_ref: text(2),
            to: if revealed { phone.e164().to_owned() } else { phone.masked() },
            carrier: Carrier::named(row.text(4)?)?,
            carrier_certain: phone.carrier_certain(),
            class: Class::named(row.text(5)?)?,
            template_id: text(6),
            signature: text(7)?,
            text: shown,
            parts: row.integer(8)?,
            callback_url: text(9),
            state: State::named(row.text(10)?)?,
            gateway: text(11),
            tried: row.text(12)?.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect(),
            reason: text(13),
            detail: text(14),
            created_at: time(15)?,
            send_at: time(16)?,
            expires_at: time(17)?,
            submitted_at: time(18),
            final_at: time(19),
            alarm_at: time(20),
            created: Timestamp(row.integer(15)?),
        })
    };
    read().ok_or_else(malformed)
}
