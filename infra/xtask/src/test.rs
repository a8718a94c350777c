//! `cargo xtask test`.

use crate::process::{run as run_command, step};
use crate::{build, models};
use std::process::Command;

#[derive(clap::Args)]
pub struct Options {
    /// Arguments for `cargo test`, after `--` (a filter, `-p NAME`, ...).
    #[arg(last = true)]
    cargo: Vec<String>,
}

/// Builds everything the tests start, then runs them all. Optimised, so that tests and platform share one build.
pub fn run(options: &Options) -> anyhow::Result<()> {
    models::run(&models::Options { models: None, all: true })?;
    build::all()?;
    build::guests(&build::test_manifests()?)?;
    step("testing");
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--release"]);
    if options.cargo.is_empty() {
        cargo.arg("--workspace");
    }
    run_command(cargo.args(&options.cargo))
}
