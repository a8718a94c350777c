//! Helpers of the whole-system tests: the running application and a real browser.

pub mod api;
pub mod browser;
pub mod chromium;
pub mod host;
pub mod samples;
pub mod shared;
