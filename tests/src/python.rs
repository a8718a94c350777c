//! Python environments under `target/`, for programs that others wrote and we are tested or measured against.

use crate::host::root;
use anyhow::{Context, Result, bail};
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::Command;

/// Makes the environment with these packages if it is missing; gives its Python.
///
/// # Errors
/// When there is no Python with `venv`, or a package cannot be installed.
pub fn environment(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = root().join("target/python").join(name);
    let python = folder.join("bin/python");
    fs::create_dir_all(&folder)?;
    // Tests run side by side, also in several processes.
    let lock = File::create(folder.join("lock"))?;
    lock.lock()?;
    let ready = folder.join("ready");
    if fs::read_to_string(&ready).ok().as_deref() != Some(&packages.join(" ")) {
        eprintln!("installing {} into {}", packages.join(" "), folder.display());
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        run(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(packages))?;
        fs::write(ready, packages.join(" "))?;
    }
    Ok(python)
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    if !status.success() {
        bail!("{command:?}: {status}");
    }
    Ok(())
}
