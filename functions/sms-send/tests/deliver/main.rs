//! Delivery against an SQLite in memory and gateways that do as they are told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "here a panic is a verdict"
)]

mod ask;
mod breaker;
mod crash;
mod early;
mod hook;
mod lease;
mod receipt;
mod redis;
mod stores;
mod streams;
mod submit;
mod support;
mod tick;
mod vendors;
