//! The function's tables. What is personal in them, and the authority's ids, which may hold keys, are sealed (SM4-GCM).

use common::migration::Migration;

/// In the order in which they are applied.
pub const MIGRATIONS: &[Migration] = &[FIRST, CERTIFICATES, ARCHIVE];

/// All that signers ever had: whose a signature is, and what is on the hospital's list.
const CERTIFICATES: Migration = Migration {
    name: "ca_sign_0002",
    sql: &[
        "CREATE TABLE {fn}_certificate (serial TEXT PRIMARY KEY, signer_id TEXT NOT NULL, role TEXT NOT NULL, \
         certificate BLOB NOT NULL, revoked_at BIGINT)",
        "INSERT INTO {fn}_certificate (serial, signer_id, role, certificate, revoked_at) \
         SELECT serial, id, role, certificate, revoked_at FROM {fn}_signer \
         WHERE serial IS NOT NULL AND certificate IS NOT NULL",
    ],
};

/// Authorities' certificates and lists of former days (`signature/archive.rs`): `told` names what lies in `archived` by its SM3,
/// `archive_age` when each authority's lists of a set were issued.
const ARCHIVE: Migration = Migration {
    name: "ca_sign_0003",
    sql: &[
        "CREATE TABLE {fn}_archive_due (id BIGINT PRIMARY KEY, due_at BIGINT NOT NULL)",
        "CREATE TABLE {fn}_archive (id TEXT PRIMARY KEY, told TEXT NOT NULL, seen_at BIGINT NOT NULL)",
        "CREATE TABLE {fn}_archive_age (id TEXT NOT NULL, issuer TEXT NOT NULL, complete_at BIGINT NOT NULL, \
         newest_at BIGINT NOT NULL, PRIMARY KEY (issuer, id, complete_at, newest_at))",
        "CREATE TABLE {fn}_archived (digest TEXT PRIMARY KEY, der BLOB NOT NULL)",
    ],
};

const FIRST: Migration = Migration {
    name: "ca_sign_0001",
    sql: &[
        // `account_id` is the user who signs as this signer; none for the hospital's seal, which admins use. `person_index`
        // finds a signer by the authority's id.
        "CREATE TABLE {fn}_signer (id TEXT PRIMARY KEY, account_id TEXT UNIQUE, role TEXT NOT NULL, \
         employee_no TEXT NOT NULL UNIQUE, state TEXT NOT NULL, data BLOB NOT NULL, person_index TEXT NOT NULL, \
         certificate BLOB, serial TEXT UNIQUE, invitation BLOB, seal BLOB, wrong_pins BIGINT NOT NULL DEFAULT 0, \
         created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL, revoked_at BIGINT)",
        "CREATE INDEX {fn}_signer_by_time ON {fn}_signer (created_at, id)",
        "CREATE INDEX {fn}_signer_by_person ON {fn}_signer (person_index)",
        "CREATE TABLE {fn}_authorisation (id TEXT PRIMARY KEY, signer_id TEXT NOT NULL, authority_id BLOB NOT NULL, \
         state TEXT NOT NULL, invitation BLOB, until_at BIGINT NOT NULL, most BIGINT NOT NULL, \
         used BIGINT NOT NULL DEFAULT 0, created_at BIGINT NOT NULL)",
        "CREATE INDEX {fn}_authorisation_by_signer ON {fn}_authorisation (signer_id, created_at)",
        // `content` is the canonical bytes, sealed; `way` where it is on its way, of which `state` and `next_role` repeat
        // what is asked for. Only who read the last version of the way may change it.
        "CREATE TABLE {fn}_document (id TEXT PRIMARY KEY, kind TEXT NOT NULL, number BIGINT NOT NULL, previous_id TEXT UNIQUE, \
         visit_id TEXT NOT NULL, patient_id TEXT NOT NULL, account_id TEXT NOT NULL, author_id TEXT NOT NULL, \
         content BLOB NOT NULL, digest TEXT NOT NULL, way TEXT NOT NULL, state TEXT NOT NULL, next_role TEXT, \
         note BLOB, version BIGINT NOT NULL, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL)",
        "CREATE INDEX {fn}_document_by_author ON {fn}_document (author_id, created_at, id)",
        "CREATE INDEX {fn}_document_by_account ON {fn}_document (account_id, created_at, id)",
        "CREATE INDEX {fn}_document_by_next ON {fn}_document (state, next_role, created_at, id)",
        "CREATE INDEX {fn}_document_by_end ON {fn}_document (state, expires_at)",
        // A signature on its way (`submitting`, `waiting`, `received`) or there (`signed`) is the only one of its role; of
        // one that came too late (`late`) or failed there may be several. `job_index` finds one by the authority's id.
        "CREATE TABLE {fn}_signature (id TEXT PRIMARY KEY, document_id TEXT NOT NULL, role TEXT NOT NULL, \
         signer_id TEXT NOT NULL, mode TEXT NOT NULL, authorisation_id TEXT, state TEXT NOT NULL, job BLOB, job_index TEXT, \
         invitation BLOB, signed_data BLOB, certificate BLOB NOT NULL, timestamp BLOB, stamped_at BIGINT, code TEXT, \
         reason BLOB, created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, due_at BIGINT NOT NULL)",
        "CREATE UNIQUE INDEX {fn}_signature_one ON {fn}_signature (document_id, role) \
         WHERE state IN ('submitting', 'waiting', 'received', 'signed')",
        "CREATE INDEX {fn}_signature_by_document ON {fn}_signature (document_id, created_at)",
        "CREATE INDEX {fn}_signature_by_job ON {fn}_signature (job_index)",
        "CREATE INDEX {fn}_signature_due ON {fn}_signature (state, due_at)",
        // The authority's lists as they were when they were fetched: one row.
        "CREATE TABLE {fn}_lists (id BIGINT PRIMARY KEY, lists TEXT NOT NULL, fetched_at BIGINT NOT NULL)",
        // Drawn once; drawn again where the seal came later.
        "CREATE TABLE {fn}_paper (document_id TEXT PRIMARY KEY, pdf BLOB NOT NULL, sealed BIGINT NOT NULL, at BIGINT NOT NULL)",
        // The dictionary as it was loaded, the newest counts.
        "CREATE TABLE {fn}_dictionary (id TEXT PRIMARY KEY, csv BLOB NOT NULL, drugs BIGINT NOT NULL, loaded_by TEXT NOT NULL, \
         loaded_at BIGINT NOT NULL)",
        "CREATE TABLE {fn}_template (id TEXT PRIMARY KEY, author_id TEXT NOT NULL, name TEXT NOT NULL, content TEXT NOT NULL, \
         updated_at BIGINT NOT NULL, UNIQUE (author_id, name))",
        "CREATE INDEX {fn}_audit_by_object ON {fn}_audit (object, id)",
    ],
};
