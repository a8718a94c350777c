//! Delivery against an SQLite in memory and gateways that do as they are told.

mod ask;
mod breaker;
mod crash;
mod hook;
mod lease;
mod receipt;
mod streams;
mod submit;
mod support;
