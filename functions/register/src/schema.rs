//! The function's tables. What is personal in them is sealed (SM4-GCM); phones, numbers and accounts elsewhere are
//! looked up by keyed SM3 indexes.

use common::migration::Migration;

/// In the order in which they are applied.
pub const MIGRATIONS: &[Migration] = &[FIRST];

const FIRST: Migration = Migration {
    name: "register_0001",
    sql: &[
        // `state` is active, disabled or erased; of an erased one only id, role and times are left.
        "CREATE TABLE {fn}_account (id TEXT PRIMARY KEY, role TEXT NOT NULL, state TEXT NOT NULL, phone BLOB, \
         phone_index TEXT UNIQUE, name BLOB, created_by TEXT NOT NULL, created_at BIGINT NOT NULL, \
         updated_at BIGINT NOT NULL)",
        "CREATE INDEX {fn}_account_by_role ON {fn}_account (role, created_at, id)",
        // Of a code only a keyed hash is kept. `tries` counts those that were made, right or wrong.
        "CREATE TABLE {fn}_otp (id TEXT PRIMARY KEY, phone_index TEXT NOT NULL, purpose TEXT NOT NULL, \
         code_hash TEXT NOT NULL, tries BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL, \
         expires_at BIGINT NOT NULL, used_at BIGINT)",
        "CREATE INDEX {fn}_otp_by_phone ON {fn}_otp (phone_index, created_at)",
        "CREATE INDEX {fn}_otp_by_time ON {fn}_otp (created_at)",
        "CREATE TABLE {fn}_session (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, device TEXT NOT NULL, \
         created_at BIGINT NOT NULL, last_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, ended_at BIGINT, reason TEXT)",
        "CREATE INDEX {fn}_session_by_account ON {fn}_session (account_id, created_at)",
        // Every refresh token that a session ever had, by its SM3: one that was used comes back only if it was stolen.
        "CREATE TABLE {fn}_refresh (hash TEXT PRIMARY KEY, session_id TEXT NOT NULL, at BIGINT NOT NULL, used_at BIGINT)",
        "CREATE INDEX {fn}_refresh_by_session ON {fn}_refresh (session_id)",
        // Accounts of a social network, by a keyed index of network and id.
        "CREATE TABLE {fn}_social (social_index TEXT PRIMARY KEY, network TEXT NOT NULL, account_id TEXT NOT NULL, \
         at BIGINT NOT NULL)",
        "CREATE INDEX {fn}_social_by_account ON {fn}_social (account_id)",
        // One person, one record: `id_index` is the keyed index of the number on the card. Of a record that was merged
        // into another one only the way there is left.
        "CREATE TABLE {fn}_patient (id TEXT PRIMARY KEY, id_index TEXT UNIQUE, data BLOB, level TEXT NOT NULL, \
         verified_at BIGINT NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, erased_at BIGINT, merged_into TEXT)",
        "CREATE INDEX {fn}_patient_merged ON {fn}_patient (merged_into) WHERE merged_into IS NOT NULL",
        // Slot 0 is the holder, 1 to 5 are the family: the database keeps their number. `level` is how well this account
        // showed that the patient belongs to it.
        "CREATE TABLE {fn}_member (account_id TEXT NOT NULL, patient_id TEXT NOT NULL, relation TEXT NOT NULL, \
         level TEXT NOT NULL, slot BIGINT NOT NULL, since BIGINT NOT NULL, PRIMARY KEY (account_id, patient_id), UNIQUE (account_id, slot))",
        "CREATE INDEX {fn}_member_by_patient ON {fn}_member (patient_id)",
        // A case of finding out who somebody is; `version` goes up with each change, and only who read the last one may
        // make the next.
        "CREATE TABLE {fn}_case (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, state TEXT NOT NULL, data BLOB NOT NULL, \
         version BIGINT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)",
        "CREATE INDEX {fn}_case_by_account ON {fn}_case (account_id, created_at)",
        "CREATE INDEX {fn}_case_by_state ON {fn}_case (state, expires_at)",
        // Pictures between two steps of a case, sealed; gone with its end.
        "CREATE TABLE {fn}_kept (case_id TEXT NOT NULL, name TEXT NOT NULL, data BLOB NOT NULL, \
         PRIMARY KEY (case_id, name))",
        "CREATE TABLE {fn}_consent (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, what TEXT NOT NULL, \
         version TEXT NOT NULL, given_at BIGINT NOT NULL, withdrawn_at BIGINT)",
        "CREATE INDEX {fn}_consent_by_account ON {fn}_consent (account_id, given_at)",
        // Why a record must be kept, and how long.
        "CREATE TABLE {fn}_hold (id TEXT PRIMARY KEY, patient_id TEXT NOT NULL, reason TEXT NOT NULL, \
         placed_by TEXT NOT NULL, placed_at BIGINT NOT NULL, until_at BIGINT NOT NULL, released_at BIGINT)",
        "CREATE INDEX {fn}_hold_by_patient ON {fn}_hold (patient_id)",
        // Records that wait for their holds to end before they are erased.
        "CREATE TABLE {fn}_erasure (id TEXT PRIMARY KEY, account_id TEXT NOT NULL, patient_id TEXT NOT NULL, \
         asked_at BIGINT NOT NULL, done_at BIGINT)",
        "CREATE INDEX {fn}_erasure_open ON {fn}_erasure (patient_id) WHERE done_at IS NULL",
        // Reports to hospital systems; without personal data.
        "CREATE TABLE {fn}_hook (id TEXT PRIMARY KEY, body TEXT NOT NULL, state TEXT NOT NULL, \
         attempt BIGINT NOT NULL DEFAULT 0, due_at BIGINT NOT NULL, lease TEXT, lease_until BIGINT NOT NULL DEFAULT 0, \
         detail TEXT, created_at BIGINT NOT NULL)",
        "CREATE INDEX {fn}_hook_due ON {fn}_hook (state, due_at)",
        // For the patient's view of the audit log.
        "CREATE INDEX {fn}_audit_by_actor ON {fn}_audit (actor, id)",
        "CREATE INDEX {fn}_audit_by_object ON {fn}_audit (object, id)",
    ],
};
