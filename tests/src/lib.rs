//! Helpers of the whole-system tests: the running application and the real programs it meets.

pub mod api;
pub mod audit;
pub mod browser;
pub mod chromium;
pub mod clock;
mod debian;
pub mod form;
pub mod gateway;
pub mod host;
pub mod patient;
pub mod practice;
pub mod puppet;
pub mod python;
pub mod redis;
pub mod register;
pub mod samples;
pub mod shared;
pub mod sms;
pub mod token;
pub mod vendors;
pub mod ward;
