//! Finds Chromium, installs Debian's package where it may, or says what to install.

use crate::debian;
use anyhow::{Result, anyhow};
use std::{env, path::PathBuf, sync::OnceLock};

const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const ADVICE: &str = "the page is tested in Chromium: install it (Debian, Ubuntu: `apt-get install chromium`) \
                      or name a Chromium or Chrome in the variable CHROMIUM";

/// The browser's program; looked for once per process.
///
/// # Errors
/// When there is none and none can be installed; the message says what to do.
pub fn path() -> Result<PathBuf> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    let named = || env::var_os("CHROMIUM").map(PathBuf::from);
    FOUND.get_or_init(|| named().or_else(|| debian::program(&NAMES, "chromium"))).clone().ok_or_else(|| anyhow!(ADVICE))
}
