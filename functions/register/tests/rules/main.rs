//! The rules of `register` on a real SQLite in memory, other functions played.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "here a panic is a verdict"
)]

mod cases;
mod document;
mod identity;
mod me;
mod otp;
mod outside;
mod patients;
mod sessions;
mod staff;
mod world;
