//! One value for all tests of a binary.

use anyhow::Result;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Made by the first test that asks, and dropped (a child process is then ended) with the last that holds it.
pub struct Shared<T>(Mutex<Weak<T>>);

impl<T> Shared<T> {
    /// Nothing yet.
    #[must_use]
    pub const fn new() -> Self {
        Self(Mutex::new(Weak::new()))
    }

    /// The value.
    ///
    /// # Errors
    /// As `make`.
    pub fn get(&self, make: impl FnOnce() -> Result<T>) -> Result<Arc<T>> {
        let mut shared = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(value) = shared.upgrade() {
            return Ok(value);
        }
        let value = Arc::new(make()?);
        *shared = Arc::downgrade(&value);
        Ok(value)
    }
}

impl<T> Default for Shared<T> {
    fn default() -> Self {
        Self::new()
    }
}
