//! Runs a `spin.toml` in one process: the same manifest and the same `.wasm` files as Spin.
//!
//! A request goes through [`server`] (the socket), [`front`] (request id, route, access log),
//! [`dispatch`] (limits, problems) and [`workers`] (instances) into the guest; what the guest asks
//! for comes back out through [`linker`] and [`capabilities`].
//!
//! Invariants: nothing here knows what the application is for; a component has no capability that
//! its manifest does not grant; what the manifest says and the host cannot do is an error at start.

mod bindings;
mod body;
pub mod capabilities;
mod compose;
mod dispatch;
mod engine;
pub mod front;
mod guest;
mod lanes;
pub mod limits;
mod linker;
pub mod log;
pub mod manifest;
pub mod metrics;
mod problem;
mod rename;
mod request_id;
pub mod server;
mod start;
mod ticker;
mod workers;

pub use start::{Options, Running, start};
