//! Processes that live on another day.

use crate::debian;
use anyhow::{Context, Result};

/// Variables of a process whose clock is so many days ahead.
///
/// # Errors
/// Where there is no libfaketime.
pub fn ahead(days: u32) -> Result<[(String, String); 3]> {
    let library = debian::library("faketime/libfaketimeMT.so.1", "libfaketime").context("no libfaketime")?;
    let clock = [
        ("LD_PRELOAD", library.display().to_string()),
        ("FAKETIME", format!("+{days}d")),
        // Timeouts are real.
        ("FAKETIME_DONT_FAKE_MONOTONIC", "1".to_owned()),
    ];
    Ok(clock.map(|(name, value)| (name.to_owned(), value)))
}
