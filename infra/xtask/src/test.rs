//! `cargo xtask test`.

use crate::process::{run as run_command, step};
use crate::{build, models};
use std::path::PathBuf;
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
    let manifests = [vec![PathBuf::from("spin.toml")], build::test_manifests()?].concat();
    build::guests(&manifests)?;
    step("building the host and the tests: the first time takes some minutes");
    // The host out of the same call as the tests: chosen alone its dependencies have fewer features, and cargo would
    // compile them all once more.
    let mut cargo = Command::new("cargo");
    run_command(cargo.args(["build", "--release", "--workspace", "--bins", "--tests"]))?;
    step("testing");
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--release", "--no-fail-fast"]);
    if options.cargo.is_empty() {
        cargo.arg("--workspace");
    }
    run_command(cargo.args(&options.cargo))
}
