//! The application that a `spin.toml` (version 2) describes.
//!
//! What this host does not support is refused with file and line: an application never runs with
//! a setting silently ignored.

mod application;
mod component;
mod host_rule;
mod place;
mod read;
mod route;
mod schema;
mod template;

pub use application::{Application, Capability, Component, Dependency, Mount, Tick, Variable};
pub use host_rule::HostRule;
pub use read::load;
pub use route::{Handler, Matched, Router};
pub use schema::StaticResponse;
pub use template::{Template, is_variable_name};
