//! The reports to hospital systems as a person sees them: which were not taken, and once more.

use common::store::{Row, Statement};
use common::timestamp::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

/// One report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = SmsReport)]
pub struct Report {
    /// `hook_<ULID>`.
    pub id: String,
    /// The message it tells of.
    pub message_id: String,
    /// The event it tells of.
    pub event_id: String,
    /// To whom; `redis:` is the stream of receipts.
    pub url: String,
    /// `waiting`, `done` or `dead`.
    pub state: String,
    /// How often it was tried.
    pub attempt: i64,
    /// RFC 3339: when it is tried next, or was last.
    pub due_at: String,
    /// Why it was not taken.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    /// RFC 3339.
    pub created_at: String,
    /// As in the store, for paging.
    #[serde(skip)]
    pub created_ms: i64,
}

impl Report {
    /// A row of [`list`].
    #[must_use]
    pub fn read(row: &Row<'_>) -> Option<Self> {
        let owned = |column| row.text(column).map(str::to_owned);
        let (due_at, created_ms) = (row.integer(6)?, row.integer(8)?);
        Some(Self {
            id: owned(0)?,
            message_id: owned(1)?,
            event_id: owned(2)?,
            url: owned(3)?,
            state: owned(4)?,
            attempt: row.integer(5)?,
            due_at: Timestamp(due_at).to_string(),
            detail: owned(7),
            created_at: Timestamp(created_ms).to_string(),
            created_ms,
        })
    }
}

/// Reports of everybody's messages where `owner` is empty, else of those that this caller sent.
const OWNED: &str = "('' = ?1 OR EXISTS (SELECT 1 FROM sms_send_message m WHERE m.id = message_id AND m.caller = ?1))";

/// The newest reports in a state, behind `after` (creation and id of the last one seen), at most `most`.
#[must_use]
pub fn list(owner: &str, state: &str, after: Option<(i64, &str)>, most: u32) -> Statement {
    let (at, id) = after.unwrap_or((i64::MAX, ""));
    let sql = format!(
        "SELECT id, message_id, event_id, url, state, attempt, due_at, detail, created_at FROM sms_send_hook \
         WHERE {OWNED} AND state = ?2 AND (created_at < ?3 OR (created_at = ?3 AND id < ?4)) \
         ORDER BY created_at DESC, id DESC LIMIT ?5"
    );
    Statement::new(sql).bind(owner).bind(state).bind(at).bind(id).bind(i64::from(most))
}

/// Where a report is; no row where there is none of this id.
#[must_use]
pub fn find(owner: &str, id: &str) -> Statement {
    Statement::new(format!("SELECT state FROM sms_send_hook WHERE {OWNED} AND id = ?2")).bind(owner).bind(id)
}

/// Has a report told once more, from the beginning; the answer has a row if there is one of this id that does not wait.
#[must_use]
pub fn replay(owner: &str, id: &str, now: Timestamp) -> Statement {
    let sql = format!(
        "UPDATE sms_send_hook SET state = 'waiting', attempt = 0, due_at = ?3 \
         WHERE {OWNED} AND id = ?2 AND state IN ('done', 'dead') RETURNING id"
    );
    Statement::new(sql).bind(owner).bind(id).bind(now.0)
}
