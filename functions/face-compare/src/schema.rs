//! The function's tables. Nothing of a face is in them but scores, verdicts and digests; and, sealed and only until its
//! session has ended, the portrait that somebody is to be compared with.

use common::migration::Migration;

/// In the order in which they are applied.
pub const MIGRATIONS: &[Migration] = &[FIRST, SECOND];

const FIRST: Migration = Migration {
    name: "face_0001",
    sql: &[
        // `actions` are names separated by commas; `used_at` is set by whoever uses it, once. What follows is the verdict.
        "CREATE TABLE {fn}_challenge (id TEXT PRIMARY KEY, caller TEXT NOT NULL, nonce TEXT NOT NULL, \
         actions TEXT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT, \
         live BIGINT, reasons TEXT, silent DOUBLE PRECISION, best_frame_digest TEXT, model_version TEXT)",
        // Frames that were sent before, by SM3, so that none is sent for a second challenge.
        "CREATE TABLE {fn}_frame (digest TEXT PRIMARY KEY, at BIGINT NOT NULL)",
        "CREATE INDEX {fn}_frame_by_time ON {fn}_frame (at)",
    ],
};

const SECOND: Migration = Migration {
    name: "face_0002",
    sql: &[
        // `compared` is 1 where there was a portrait, `last_try` a JSON of verdict and score, `challenge_id` the only
        // challenge that may be answered.
        "CREATE TABLE {fn}_session (id TEXT PRIMARY KEY, caller TEXT NOT NULL, state TEXT NOT NULL, name BLOB, \
         portrait BLOB, compared BIGINT NOT NULL, redirect_url TEXT NOT NULL, consent_version TEXT, \
         consent_at BIGINT, tries BIGINT NOT NULL DEFAULT 0, challenges BIGINT NOT NULL DEFAULT 0, challenge_id TEXT, \
         last_try TEXT, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, ended_at BIGINT)",
        "CREATE INDEX {fn}_session_by_end ON {fn}_session (expires_at)",
    ],
};
