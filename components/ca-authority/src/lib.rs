//! What the adapters of certification authorities share.
//!
//! An adapter says what is its own through [`Authority`], in plain Rust that gets time, chance and the way out as
//! arguments; [`guest`] carries it over the WIT boundary.

pub mod authority;
#[cfg(target_family = "wasm")]
pub mod guest;
pub mod types;
pub mod variables;

pub use authority::{Authority, Context, Exchange};
pub use outbound::{Answer, Broken, Request};
pub use types::{
    Acknowledgement, Approval, Authorisation, Callback, Enrolment, Error, Fate, Form, Job, Notice, Outcome, Person,
    Revocation, Role, Standing,
};
pub use variables::Variables;
