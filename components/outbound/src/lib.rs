//! HTTP out of a guest: bounded in time and size, and a failure says whether the other side may have acted on it.
//!
//! A request that was certainly not sent may be repeated or go elsewhere; one whose answer was lost may not, where a
//! message to a patient, a signature or money hangs on it.

#[cfg(target_family = "wasm")]
mod wire;
#[cfg(target_family = "wasm")]
pub use wire::{send, sleep, tell};

use std::fmt;
use std::time::Duration;

/// A request, whole.
pub type Request = http::Request<Vec<u8>>;
/// An answer, whole.
pub type Answer = http::Response<Vec<u8>>;

/// What one exchange may cost.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From the first attempt to connect to the last byte of the answer; half of it for the connection alone.
    pub timeout: Duration,
    /// The answer's body.
    pub answer_bytes: usize,
}

/// Why there is no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Broken {
    /// The request certainly did not reach anybody.
    Unsent(String),
    /// It may have been acted on: the time ran out, the connection broke, or the answer was cut off or too large.
    Lost(String),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unsent(why) => write!(f, "not sent: {why}"),
            Self::Lost(why) => write!(f, "answer lost: {why}"),
        }
    }
}
