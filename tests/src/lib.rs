//! Helpers of the whole-system tests: the running application, a real browser, programs in Python.

pub mod api;
pub mod browser;
pub mod chromium;
pub mod host;
pub mod python;
