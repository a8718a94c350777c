//! Helpers of the whole-system tests: the running application and a real browser.

pub mod browser;
pub mod chromium;
pub mod host;
