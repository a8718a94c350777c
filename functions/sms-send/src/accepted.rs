//! The answer to an order that was accepted.

use crate::phone::{Carrier, Phone};
use crate::state::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What was accepted: stored, so it is sent or visibly ends otherwise, whatever happens to this process.
#[derive(Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[schema(as = SmsAccepted)]
pub struct Accepted {
    /// In the order of `to`.
    pub message_ids: Vec<String>,
    /// In the order of `to`.
    pub messages: Vec<AcceptedMessage>,
}

/// One of the messages.
#[derive(Debug, Deserialize, PartialEq, Serialize, ToSchema)]
#[schema(as = SmsAcceptedMessage)]
pub struct AcceptedMessage {
    /// `msg_<ULID>`.
    pub message_id: String,
    /// The number, with its middle left out.
    #[schema(example = "137****2222")]
    pub to: String,
    /// By the number's prefix.
    pub carrier: Carrier,
    /// Whether the carrier is more than a guess: not within the mainland, where numbers can be carried over.
    pub carrier_certain: bool,
    /// `accepted`, or `dead` where a guard stopped it.
    pub state: State,
    /// Why it is dead: `intercepted`, `opted_out` or `limit`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// In words: the keyword that intercepted it, or until when the limit holds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// Parts it is sent in and paid for.
    pub parts: i64,
    /// Not before: later than asked for where quiet hours lie between.
    #[schema(format = DateTime)]
    pub send_at: String,
}

impl AcceptedMessage {
    /// The part of it that the phone makes.
    #[must_use]
    pub fn of(phone: &Phone, message_id: &str, parts: i64, send_at: String) -> Self {
        Self {
            message_id: message_id.to_owned(),
            to: phone.masked(),
            carrier: phone.carrier(),
            carrier_certain: phone.carrier_certain(),
            state: State::Accepted,
            reason: None,
            detail: None,
            parts,
            send_at,
        }
    }
}
