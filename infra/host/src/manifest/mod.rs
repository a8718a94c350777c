//! The application that a `spin.toml` (version 2) describes.
//!
//! What this host does not support is refused with file and line: an application never runs with
//! a setting silently ignored.

mod application;
mod host_rule;
mod place;
mod route;
mod schema;
mod template;

pub use application::{Application, Capability, Component, Dependency, Mount, Tick, Variable, load};
pub use host_rule::HostRule;
pub use route::{Handler, Matched, Router};
pub use schema::StaticResponse;
pub use template::{Template, is_variable_name};
