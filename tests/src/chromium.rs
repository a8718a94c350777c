//! Finds Chromium, installs Debian's package where it may, or says what to install.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use anyhow::{Result, anyhow};

const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome-stable", "google-chrome", "chrome"];
const ADVICE: &str = "the page is tested in Chromium: install it (Debian, Ubuntu: `apt-get install chromium`) \
                      or name a Chromium or Chrome in the variable CHROMIUM";

/// The browser's program; looked for once per process.
///
/// # Errors
/// When there is none and none can be installed; the message says what to do.
pub fn path() -> Result<PathBuf> {
    static FOUND: OnceLock<Option<PathBuf>> = OnceLock::new();
    FOUND.get_or_init(|| find().or_else(|| install().then(find).flatten())).clone().ok_or_else(|| anyhow!(ADVICE))
}

fn find() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        return Some(named.into());
    }
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    NAMES.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

/// Only root may install; apt waits for a lock that another installation holds.
fn install() -> bool {
    if !Path::new("/usr/bin/apt-get").exists() {
        return false;
    }
    eprintln!("Chromium is missing: trying to install Debian's package");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["-q", "-y", "-oDPkg::Lock::Timeout=600"])
            .args(arguments);
        command.status().is_ok_and(|status| status.success())
    };
    let package = ["install", "--no-install-recommends", "chromium"];
    apt(&package) || (apt(&["update"]) && apt(&package))
}
