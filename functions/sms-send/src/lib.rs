//! Accepts short messages.

pub mod callback;
pub mod charset;
pub mod class;
pub mod keyword;
pub mod limits;
pub mod link;
pub mod optout;
pub mod parts;
pub mod phone;
pub mod quiet;
pub mod schema;
pub mod state;
pub mod template;
