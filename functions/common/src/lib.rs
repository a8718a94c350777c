//! What every function shares: request ids, authorisation, problems, idempotency, audit, paging, rate limits.
//!
//! The rules are plain Rust: time and chance come in as arguments, a store as a [`store::Store`], so all of them are
//! tested natively. Only [`guest`] and [`service`] know WIT and HTTP;
//! a function's `lib.rs` calls them.

pub mod address;
pub mod admission;
pub mod audit;
pub mod auth;
pub mod call;
pub mod desk;
pub mod form;
pub mod function;
pub mod guard;
#[cfg(target_family = "wasm")]
pub mod guest;
pub mod id;
pub mod id_number;
pub mod idempotency;
pub mod json;
pub mod migration;
pub mod openapi;
pub mod page;
pub mod phone;
pub mod problem;
pub mod query;
pub mod rate;
pub mod redis;
pub mod routes;
pub mod seal;
#[cfg(target_family = "wasm")]
pub mod service;
pub mod store;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod timestamp;
pub mod token;
pub mod variables;
pub mod webhook;
pub mod windows;
