//! Sends short messages: accepts them over several doors, keeps their life, and tells what became of them.
//!
//! `lib.rs` only wires: what a request means is in [`routes`], what is done in [`handle`] and the modules below it.

pub mod accept;
pub mod accepted;
pub mod book;
pub mod callback;
pub mod change;
pub mod charset;
pub mod class;
pub mod desk;
pub mod door_json;
pub mod handle;
pub mod inbound;
pub mod judge;
pub mod keyword;
pub mod keywords;
pub mod limits;
pub mod link;
pub mod message;
pub mod optout;
pub mod optouts;
pub mod order;
pub mod parts;
pub mod phone;
pub mod policy;
pub mod quiet;
pub mod read;
pub mod routes;
pub mod schema;
pub mod settings;
pub mod signatures;
pub mod soap;
pub mod state;
pub mod stats;
pub mod template;
pub mod templates;
#[cfg(test)]
mod testing;
pub mod write;
