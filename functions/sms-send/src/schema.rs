//! The function's tables.
//!
//! A message and its outbox row are written in one transaction before the answer; from then on whoever holds the
//! outbox row's lease acts on the message, and only then. Phones, texts and parameters are sealed (SM4-GCM); a phone
//! is looked up by its keyed SM3 index.

use common::migration::Migration;

/// In the order in which they are applied.
pub const MIGRATIONS: &[Migration] = &[FIRST, SECOND];

const FIRST: Migration = Migration {
    name: "sms_0001",
    sql: &[
        // `batch` is the request it came with; `tried` the gateways that must not get it again, separated by commas;
        // `event_id` the event of the last change, by which the statements of one change know each other.
        "CREATE TABLE {fn}_message (id TEXT PRIMARY KEY, batch TEXT NOT NULL, caller TEXT NOT NULL, client_ref TEXT, \
         phone BLOB NOT NULL, phone_index TEXT NOT NULL, carrier TEXT NOT NULL, class TEXT NOT NULL, template_id TEXT, \
         params BLOB, text BLOB NOT NULL, signature TEXT NOT NULL, parts BIGINT NOT NULL, callback_url TEXT, \
         state TEXT NOT NULL, gateway TEXT, tried TEXT NOT NULL DEFAULT '', reason TEXT, detail TEXT, \
         created_at BIGINT NOT NULL, send_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, \
         submitted_at BIGINT, final_at BIGINT, alarm_at BIGINT, event_id TEXT)",
        "CREATE INDEX {fn}_message_by_caller ON {fn}_message (caller, created_at, id)",
        "CREATE INDEX {fn}_message_by_phone ON {fn}_message (phone_index, created_at)",
        "CREATE INDEX {fn}_message_by_ref ON {fn}_message (caller, client_ref) WHERE client_ref IS NOT NULL",
        "CREATE INDEX {fn}_message_by_time ON {fn}_message (created_at, id)",
        // What is to be done with a message and when; `task` is submit or ask, `rank` what goes first: 0 for otp, 1 for
        // notice, 2 for marketing. Gone when nothing is left to do.
        "CREATE TABLE {fn}_outbox (message_id TEXT PRIMARY KEY, task TEXT NOT NULL, due_at BIGINT NOT NULL, \
         attempt BIGINT NOT NULL DEFAULT 0, lease TEXT, lease_until BIGINT NOT NULL DEFAULT 0, \
         rank BIGINT NOT NULL DEFAULT 1)",
        "CREATE INDEX {fn}_outbox_due ON {fn}_outbox (task, rank, due_at)",
        // Each time a message was handed to a gateway; `outcome` is pending until the answer. `vendor_id` comes with
        // the answer, so it may be missing.
        "CREATE TABLE {fn}_submission (message_id TEXT NOT NULL, n BIGINT NOT NULL, gateway TEXT NOT NULL, \
         at BIGINT NOT NULL, outcome TEXT NOT NULL, vendor_id TEXT, latency_ms BIGINT, PRIMARY KEY (message_id, n))",
        "CREATE UNIQUE INDEX {fn}_submission_by_vendor ON {fn}_submission (gateway, vendor_id) \
         WHERE vendor_id IS NOT NULL",
        "CREATE TABLE {fn}_event (id TEXT PRIMARY KEY, message_id TEXT NOT NULL, at BIGINT NOT NULL, \
         state TEXT NOT NULL, gateway TEXT, reason TEXT, detail TEXT)",
        "CREATE INDEX {fn}_event_by_message ON {fn}_event (message_id, id)",
        // Parts of a submission that its gateway reported; part 0 of 0 is the whole message.
        "CREATE TABLE {fn}_part (message_id TEXT NOT NULL, n BIGINT NOT NULL, part BIGINT NOT NULL, \
         parts BIGINT NOT NULL, delivered BIGINT NOT NULL, reason TEXT, code TEXT, at BIGINT NOT NULL, \
         PRIMARY KEY (message_id, n, part))",
        // Receipts that came before the answer to their submission did; matched then, else counted as unknown.
        "CREATE TABLE {fn}_early (gateway TEXT NOT NULL, vendor_id TEXT NOT NULL, part BIGINT NOT NULL, \
         phone_index TEXT NOT NULL, receipt TEXT NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (gateway, vendor_id, part))",
        "CREATE TABLE {fn}_stray (gateway TEXT PRIMARY KEY, receipts BIGINT NOT NULL, last_at BIGINT NOT NULL)",
        // `vendor_ids` maps gateways to their ids of the template, `params` placeholders to what may stand there, as JSON.
        "CREATE TABLE {fn}_template (id TEXT PRIMARY KEY, name TEXT NOT NULL UNIQUE, class TEXT NOT NULL, \
         signature TEXT NOT NULL, text TEXT NOT NULL, params TEXT NOT NULL, vendor_ids TEXT NOT NULL, review TEXT NOT NULL, note TEXT, \
         created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL)",
        "CREATE INDEX {fn}_template_by_time ON {fn}_template (created_at, id)",
        // `folded` is the word as it is looked for.
        "CREATE TABLE {fn}_keyword (folded TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, word TEXT NOT NULL, \
         created_at BIGINT NOT NULL)",
        // Goes up with every change of a template or a keyword: what instances remember of them is for one number.
        "CREATE TABLE {fn}_generation (n BIGINT NOT NULL)",
        "INSERT INTO {fn}_generation (n) VALUES (1)",
        // `phone` is sealed, `source` who declined for the phone: an actor, or gateway:<name> for its own answer.
        "CREATE TABLE {fn}_optout (phone_index TEXT PRIMARY KEY, id TEXT NOT NULL UNIQUE, phone BLOB NOT NULL, \
         at BIGINT NOT NULL, source TEXT NOT NULL)",
        "CREATE TABLE {fn}_breaker (gateway TEXT PRIMARY KEY, failures BIGINT NOT NULL, open_until BIGINT NOT NULL)",
        // Reports to hospital systems.
        "CREATE TABLE {fn}_hook (id TEXT PRIMARY KEY, message_id TEXT NOT NULL, event_id TEXT NOT NULL, \
         url TEXT NOT NULL, body BLOB NOT NULL, state TEXT NOT NULL, attempt BIGINT NOT NULL DEFAULT 0, \
         due_at BIGINT NOT NULL, lease TEXT, lease_until BIGINT NOT NULL DEFAULT 0, detail TEXT, \
         created_at BIGINT NOT NULL, UNIQUE (event_id, url))",
        "CREATE INDEX {fn}_hook_due ON {fn}_hook (due_at) WHERE state = 'waiting'",
    ],
};

/// For reports that were told long ago.
const SECOND: Migration =
    Migration { name: "sms_0002", sql: &["CREATE INDEX {fn}_hook_done ON {fn}_hook (due_at) WHERE state = 'done'"] };
