//! Medical documents: what a prescription may say, its canonical bytes, and what is signed of them.
//!
//! No HTTP yet: the rules come first.

pub mod canonical;
pub mod document;
pub mod drugs;
pub mod pdf;
pub mod prescription;
