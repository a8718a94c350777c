//! `cargo xtask lint`: format and clippy, natively and for the guests' target, warnings being errors.

use crate::build::{GUEST_TARGET, packages};
use crate::fuzz::Name;
use crate::process::{run as run_command, step};
use crate::target;
use clap::ValueEnum;
use std::path::Path;
use std::process::Command;

/// Clippy runs in the profile the build uses, so that build scripts and macros are compiled once.
pub fn run() -> anyhow::Result<()> {
    step("format");
    run_command(Command::new("cargo").args(["fmt", "--check"]))?;
    // Not members of the workspace.
    for name in Name::value_variants() {
        run_command(Command::new("cargo").args(["fmt", "--check", "--manifest-path", name.manifest()]))?;
    }
    step("clippy, native");
    let mut native = Command::new("cargo");
    native.args(["clippy", "--quiet", "--release", "--workspace", "--all-targets"]);
    run_command(native.args(["--", "-D", "warnings"]))?;
    step("clippy, fuzz targets");
    for name in Name::value_variants() {
        let mut cargo = Command::new("cargo");
        cargo.args(["clippy", "--quiet", "--locked", "--release", "--target-dir", "target"]);
        run_command(cargo.args(["--manifest-path", name.manifest(), "--", "-D", "warnings"]))?;
    }
    step("clippy, guests");
    target::ensure(GUEST_TARGET)?;
    let guests = packages(Path::new("spin.toml"))?;
    let mut cargo = Command::new("cargo");
    cargo.args(["clippy", "--quiet", "--release", "--target", GUEST_TARGET]);
    run_command(cargo.args(guests.iter().flat_map(|name| ["-p", name])).args(["--", "-D", "warnings"]))
}
