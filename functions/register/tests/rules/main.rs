//! The rules of `register` on a real SQLite in memory, other functions played.

mod cases;
mod identity;
mod me;
mod otp;
mod outside;
mod patients;
mod sessions;
mod staff;
mod world;
