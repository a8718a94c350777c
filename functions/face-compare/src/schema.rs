//! The function's tables. Nothing of a face is in them but scores, verdicts and digests.

use common::migration::Migration;

/// In the order in which they are applied.
pub const MIGRATIONS: &[Migration] = &[Migration {
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
}];
