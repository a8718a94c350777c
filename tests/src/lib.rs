//! Helpers of the whole-system tests: the running application, a real browser, a real Redis server.

pub mod api;
pub mod browser;
pub mod chromium;
mod debian;
pub mod host;
pub mod redis;
