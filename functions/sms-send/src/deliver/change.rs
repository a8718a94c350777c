//! One step in a message's life, as the statements of one transaction.
//!
//! The first statement changes the message if it is still where the step starts, and writes the id of the step's event
//! into it. All others (event, outbox, reports, audit entry) hold only where the message carries that id: a step that
//! came too late leaves no trace. Steps of many messages are a batch with one statement of each kind.

use super::config::Settings;
use super::message::Subject;
use super::values::Values;
use super::{TABLES, World};
use crate::state::State;
use common::audit::{self, Entry};
use common::store::{Statement, Value};
use common::timestamp::Timestamp;

/// Who acts, in the audit log.
const ACTOR: &str = "service:sms-send";
/// Where the message `m` carries the id of the step's event, whose id and message are the columns 1 and 2.
const HELD: &str = "JOIN sms_send_message m ON m.id = v.column2 AND m.event_id = v.column1";

/// What is to be done with a message after a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// As before.
    Keep,
    /// Nothing.
    Nothing,
    /// Hand it over at this time, after so many attempts.
    Submit(Timestamp, i64),
    /// Ask after it at this time, after so many questions.
    Ask(Timestamp, i64),
}

/// One step.
#[derive(Clone, Debug)]
pub struct Change {
    /// Whose.
    pub subject: Subject,
    /// `evt_<ULID>`.
    pub event_id: String,
    /// When.
    pub at: Timestamp,
    /// Where the message must be.
    pub from: &'static [State],
    /// Which submission must be its last; 0: any.
    pub n: i64,
    /// The lease its outbox row must bear, and then its last event must be the one that was read; empty: neither.
    pub lease: String,
    /// Where it is then; the same state for a note in its life.
    pub to: State,
    /// By which gateway; absent: as before.
    pub gateway: Option<String>,
    /// Why, a stable name.
    pub reason: Option<String>,
    /// Why, in words.
    pub detail: Option<String>,
    /// A gateway that must not get it again; empty: none.
    pub tried: String,
    /// Parts as the vendor counts them; 0: as before.
    pub parts: i64,
    /// The alarm is raised.
    pub alarm: bool,
    /// Its caller is told though the state is not final.
    pub told: bool,
    /// What is to be done.
    pub next: Next,
}

impl Change {
    /// A step from one of `from` to `to`, now, with nothing left to do.
    #[must_use]
    pub fn new<S, G, K>(world: &World<'_, S, G, K>, subject: &Subject, from: &'static [State], to: State) -> Self {
        Self {
            event_id: world.id_after("evt", subject.event_id.as_deref(), subject.created_at),
            subject: subject.clone(),
            at: world.now(),
            from,
            n: 0,
            lease: String::new(),
            to,
            gateway: None,
            reason: None,
            detail: None,
            tried: String::new(),
            parts: 0,
            alarm: false,
            told: false,
            next: Next::Nothing,
        }
    }

    /// Adds the lease under which alone the step may be made.
    #[must_use]
    pub fn under(mut self, lease: &str) -> Self {
        lease.clone_into(&mut self.lease);
        self
    }

    /// Adds the reason and its words.
    #[must_use]
    pub fn because(mut self, reason: &str, detail: Option<String>) -> Self {
        self.reason = Some(reason.to_owned());
        self.detail = detail;
        self
    }

    /// Adds what is to be done.
    #[must_use]
    pub fn then(mut self, next: Next) -> Self {
        self.next = next;
        self
    }

    /// Those who are told.
    fn hooks<'a>(&'a self, settings: &'a Settings) -> impl Iterator<Item = &'a str> {
        let all = settings.hooks.iter().map(String::as_str);
        let all = self.subject.callback_url.as_deref().into_iter().chain(all.filter(|url| self.other(url)));
        all.filter(|_| self.to.is_final() || self.alarm || self.told)
    }

    fn other(&self, url: &str) -> bool {
        self.subject.callback_url.as_deref() != Some(url)
    }

    /// What they are told.
    fn report(&self) -> Vec<u8> {
        let parts = if self.parts > 0 { self.parts } else { self.subject.parts };
        let body = serde_json::json!({
            "event_id": self.event_id,
            "message_id": self.subject.id,
            "client_ref": self.subject.client_ref,
            "state": self.to,
            "reason": self.reason,
            "detail": self.detail,
            "at": self.at.to_string(),
            "parts": parts,
        });
        body.to_string().into_bytes()
    }
}

/// The statements of these steps; the first returns the ids of the messages that made their step. `and` is one more
/// condition on the message `m`, on whom the steps' columns are `v`.
#[must_use]
pub fn statements<S, G, K>(world: &World<'_, S, G, K>, changes: &[Change], and: &str) -> Vec<Statement> {
    let audit: Vec<_> = changes.iter().filter(|change| change.to.is_final()).collect();
    let lists = [
        messages(changes, and),
        events(changes),
        outbox(changes),
        done(changes),
        hooks(world, changes),
        (!audit.is_empty()).then(|| entries(world, &audit)),
    ];
    lists.into_iter().flatten().collect()
}

fn messages(changes: &[Change], and: &str) -> Option<Statement> {
    let mut values = Values::default();
    for c in changes {
        let from: String = c.from.iter().flat_map(|state| [state.name(), ","]).collect();
        values.row([
            c.subject.id.as_str().into(),
            c.event_id.as_str().into(),
            format!(",{from}").into(),
            c.n.into(),
            c.lease.as_str().into(),
            c.to.name().into(),
            c.at.0.into(),
            Value::from(c.gateway.as_deref()),
            c.reason.as_deref().into(),
            c.detail.as_deref().into(),
            c.tried.as_str().into(),
            c.parts.into(),
            i64::from(c.alarm).into(),
            c.subject.event_id.as_deref().unwrap_or_default().into(),
        ]);
    }
    let sql = format!(
        "UPDATE sms_send_message AS m SET event_id = v.column2, state = v.column6, \
         gateway = coalesce(v.column8, m.gateway), reason = v.column9, detail = v.column10, \
         tried = CASE WHEN v.column11 = '' THEN m.tried WHEN m.tried = '' THEN v.column11 \
         ELSE m.tried || ',' || v.column11 END, \
         parts = CASE WHEN v.column12 > 0 THEN v.column12 ELSE m.parts END, \
         submitted_at = CASE WHEN v.column6 = 'submitted' AND m.state <> 'submitted' THEN v.column7 \
         ELSE m.submitted_at END, \
         final_at = CASE WHEN v.column6 IN ('delivered', 'failed', 'expired', 'cancelled', 'dead') THEN v.column7 END, \
         alarm_at = CASE WHEN v.column13 = 1 THEN v.column7 WHEN v.column6 = 'submitting' THEN NULL ELSE m.alarm_at END \
         FROM {{values}} WHERE m.id = v.column1 AND v.column3 LIKE '%,' || m.state || ',%' \
         AND (v.column4 = 0 OR v.column4 = \
         (SELECT max(s.n) FROM sms_send_submission s WHERE s.message_id = v.column1)) \
         AND (v.column5 = '' OR (coalesce(m.event_id, '') = v.column14 AND EXISTS \
         (SELECT 1 FROM sms_send_outbox o WHERE o.message_id = v.column1 AND o.lease = v.column5))){and} RETURNING id"
    );
    values.statement(&sql, [])
}

fn events(changes: &[Change]) -> Option<Statement> {
    let mut values = Values::default();
    for c in changes {
        values.row([
            c.event_id.as_str().into(),
            c.subject.id.as_str().into(),
            c.at.0.into(),
            c.to.name().into(),
            c.gateway.as_deref().into(),
            c.reason.as_deref().into(),
            c.detail.as_deref().into(),
        ]);
    }
    let sql = format!(
        "INSERT INTO sms_send_event (id, message_id, at, state, gateway, reason, detail) \
         SELECT v.column1, v.column2, v.column3, v.column4, v.column5, v.column6, v.column7 FROM {{values}} {HELD}"
    );
    values.statement(&sql, [])
}

fn outbox(changes: &[Change]) -> Option<Statement> {
    let mut values = Values::default();
    for c in changes {
        let (task, due_at, attempt) = match c.next {
            Next::Submit(at, attempt) => ("submit", at, attempt),
            Next::Ask(at, attempt) => ("ask", at, attempt),
            Next::Keep | Next::Nothing => continue,
        };
        let ids = [c.event_id.as_str().into(), c.subject.id.as_str().into()];
        values.row(ids.into_iter().chain([task.into(), due_at.0.into(), attempt.into()]));
    }
    // Mostly the row is there; it is made anew where it was given up.
    let sql = format!(
        "INSERT INTO sms_send_outbox (message_id, task, due_at, attempt) \
         SELECT v.column2, v.column3, v.column4, v.column5 FROM {{values}} {HELD} WHERE true \
         ON CONFLICT (message_id) DO UPDATE SET task = excluded.task, due_at = excluded.due_at, \
         attempt = excluded.attempt, lease = NULL, lease_until = 0"
    );
    values.statement(&sql, [])
}

fn done(changes: &[Change]) -> Option<Statement> {
    let mut values = Values::default();
    for c in changes.iter().filter(|c| c.next == Next::Nothing) {
        values.row([c.event_id.as_str().into(), c.subject.id.as_str().into()]);
    }
    let sql = format!("DELETE FROM sms_send_outbox WHERE message_id IN (SELECT v.column2 FROM {{values}} {HELD})");
    values.statement(&sql, [])
}

fn hooks<S, G, K>(world: &World<'_, S, G, K>, changes: &[Change]) -> Option<Statement> {
    let mut values = Values::default();
    for c in changes {
        let mut report = None;
        for url in c.hooks(world.settings) {
            let body = report.get_or_insert_with(|| c.report()).clone();
            let [event, message] = [&c.event_id, &c.subject.id].map(|id| Value::from(id.as_str()));
            values.row([event, message, world.id("hook").into(), url.into(), body.into(), c.at.0.into()]);
        }
    }
    let sql = format!(
        "INSERT INTO sms_send_hook (id, message_id, event_id, url, body, state, due_at, created_at) \
         SELECT v.column3, v.column2, v.column1, v.column4, v.column5, 'waiting', v.column6, v.column6 \
         FROM {{values}} {HELD}"
    );
    values.statement(&sql, [])
}

fn entries<S, G, K>(world: &World<'_, S, G, K>, changes: &[&Change]) -> Statement {
    let owned = changes.iter().map(|c| (c.event_id.replacen("evt", "aud", 1), format!("message.{}", c.to.name())));
    let owned: Vec<_> = owned.collect();
    let entries = changes.iter().zip(&owned).map(|(c, (id, action))| Entry {
        id,
        at: c.at,
        request_id: world.request_id,
        actor: ACTOR,
        action,
        object: &c.subject.id,
        result: c.reason.as_deref().unwrap_or("ok"),
    });
    let held = "EXISTS (SELECT 1 FROM sms_send_message m \
                WHERE m.id = v.column6 AND m.event_id = 'evt' || substr(v.column1, 4))";
    audit::insert_where(TABLES, &entries.collect::<Vec<_>>(), held)
}
