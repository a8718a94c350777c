//! What the adapters of SMS vendors share.
//!
//! Every vendor is the same shape: a request signed by a chain of HMAC-SHA256 over its canonical form, an answer whose
//! code decides, receipts pushed to a callback. An adapter says what is its own through [`Vendor`], in plain Rust that
//! gets time and chance as arguments; [`guest`] carries it over the WIT boundary.

pub mod answer;
pub mod carrier;
pub mod codes;
pub mod message;
pub mod phone;
pub mod testing;
pub mod variables;
pub mod vendor;

#[cfg(target_family = "wasm")]
pub mod guest;

pub use cloud::{Moment, canonical, json, moment};
pub use message::{
    Acknowledgement, Callback, Error, Fate, Message, Param, Question, Reason, Receipt, Rejection, Submission, Template,
};
pub use outbound::{Answer, Request};
pub use variables::Variables;
pub use vendor::Vendor;
