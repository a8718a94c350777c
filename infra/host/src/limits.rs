//! What one request and one instance may cost.

use crate::metrics::ComponentMetrics;
use anyhow::{Result, bail};
use std::sync::Arc;
use std::time::Duration;
use wasmtime::ResourceLimiter;

/// The limits of the host; every one has a flag.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Until the head of the answer.
    pub request_timeout: Duration,
    /// For the rest of the answer after its head.
    pub stream_timeout: Duration,
    /// Bytes of linear memory of one instance with its dependencies.
    pub memory: usize,
    /// Bytes of a request's body.
    pub body: u64,
    /// Requests that one instance answers in its life.
    pub reuse: usize,
    /// Requests that one instance answers at the same time.
    pub concurrency: usize,
    /// How long an instance waits for its next request.
    pub idle: Duration,
    /// Instances alive at the same time.
    pub instances: u32,
    /// Requests inside the host at the same time.
    pub in_flight: usize,
    /// Requests of one kind that may compute at the same time, see [`crate::lanes`].
    pub heavy: usize,
}

/// Counts the memory of one instance against its limit.
pub struct Meter {
    limit: usize,
    used: usize,
    metrics: Arc<ComponentMetrics>,
    /// The guest asked for more than it may have.
    pub exceeded: bool,
}

impl Meter {
    /// A meter at zero.
    pub fn new(limit: usize, metrics: Arc<ComponentMetrics>) -> Self {
        Self { limit, used: 0, metrics, exceeded: false }
    }
}

impl ResourceLimiter for Meter {
    fn memory_growing(&mut self, current: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        let more = desired.saturating_sub(current);
        if self.used.saturating_add(more) > self.limit {
            self.exceeded = true;
            return Ok(false);
        }
        self.used += more;
        self.metrics.memory.inc_by(more.try_into().unwrap_or(i64::MAX));
        Ok(true)
    }

    fn table_growing(&mut self, _: usize, desired: usize, _: Option<usize>) -> wasmtime::Result<bool> {
        Ok(desired <= 20_000)
    }
}

impl Drop for Meter {
    fn drop(&mut self) {
        self.metrics.memory.dec_by(self.used.try_into().unwrap_or(i64::MAX));
    }
}

/// Reads `64MiB`, `1GiB`, `512KiB` or plain bytes.
///
/// # Errors
/// Anything else.
pub fn bytes(text: &str) -> Result<u64> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let shift = match text.strip_prefix(digits) {
        Some("" | "B") => 0,
        Some("KiB") => 10,
        Some("MiB") => 20,
        Some("GiB") => 30,
        _ => bail!("{text:?} is not a size like `64MiB`"),
    };
    match digits.parse::<u64>().ok().and_then(|n| n.checked_mul(1 << shift)) {
        Some(bytes) => Ok(bytes),
        None => bail!("{text:?} is not a size like `64MiB`"),
    }
}

/// Reads `250ms`, `1s`, `5m` or `1h`.
///
/// # Errors
/// Anything else, and zero.
pub fn duration(text: &str) -> Result<Duration> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let millis = match text.strip_prefix(digits) {
        Some("ms") => 1,
        Some("s") => 1_000,
        Some("m") => 60_000,
        Some("h") => 3_600_000,
        _ => bail!("{text:?} is not a duration like `30s`"),
    };
    match digits.parse::<u64>().ok().and_then(|n| n.checked_mul(millis)) {
        Some(millis) if millis > 0 => Ok(Duration::from_millis(millis)),
        _ => bail!("{text:?} is not a duration like `30s`"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_sizes_and_durations() {
        assert_eq!(bytes("64MiB").unwrap(), 64 << 20);
        assert_eq!(bytes("12").unwrap(), 12);
        assert!(bytes("12MB").is_err());
        assert!(bytes("99999999999GiB").is_err());
        assert_eq!(duration("250ms").unwrap(), Duration::from_millis(250));
        assert_eq!(duration("2s").unwrap(), Duration::from_secs(2));
        assert!(duration("0s").is_err());
        assert!(duration("2").is_err());
    }
}
