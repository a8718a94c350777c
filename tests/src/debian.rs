//! Programs and libraries the tests need: found on PATH, or installed as Debian's package where that is allowed.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

/// The first of these programs on PATH, if need be after installing `package`.
pub fn program(names: &[&str], package: &str) -> Option<PathBuf> {
    find(names).or_else(|| install(package).then(|| find(names)).flatten())
}

/// A shared library below the system's library folders, if need be after installing `package`.
pub fn library(path: &str, package: &str) -> Option<PathBuf> {
    let find = || {
        let folders = fs::read_dir("/usr/lib").ok()?.flatten().map(|entry| entry.path());
        folders.map(|folder| folder.join(path)).find(|file| file.is_file())
    };
    find().or_else(|| install(package).then(find).flatten())
}

fn find(names: &[&str]) -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    names.iter().flat_map(|name| folders.iter().map(move |folder| folder.join(name))).find(|path| path.is_file())
}

/// Only root may install; apt waits for a lock that another installation holds.
fn install(package: &str) -> bool {
    if !Path::new("/usr/bin/apt-get").exists() {
        return false;
    }
    eprintln!("{package} is missing: trying to install Debian's package");
    let apt = |arguments: &[&str]| {
        let mut command = Command::new("apt-get");
        command
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["-q", "-y", "-oDPkg::Lock::Timeout=600"])
            .args(arguments);
        command.status().is_ok_and(|status| status.success())
    };
    let arguments = ["install", "--no-install-recommends", package];
    apt(&arguments) || (apt(&["update"]) && apt(&arguments))
}
