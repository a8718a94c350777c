//! What a certification authority and its signers make with SM2 and SM3: verified, and built for an authority of one's own.
//!
//! Bytes and the time are arguments; nothing is read, fetched or logged here, and no private key is kept. Times are
//! seconds since 1970-01-01T00:00:00Z. Every module has one error type whose `code()` is stable, and no two errors share
//! a code.

mod asn1;
pub mod bundle;
pub mod certificate;
pub mod chain;
pub mod crl;
pub mod evidence;
mod extensions;
pub mod issue;
pub mod oid;
pub mod report;
pub mod signed_data;
pub mod sm2;
pub mod timestamp;

pub use certificate::Certificate;
