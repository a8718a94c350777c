//! `cargo xtask test`.

use crate::process::{run as run_command, step};
use crate::{build, models};
use std::env;
use std::num::NonZero;
use std::path::PathBuf;
use std::process::Command;
use std::thread;

#[derive(clap::Args)]
pub struct Options {
    /// Arguments for `cargo test`, after `--` (a filter, `-p NAME`, ...).
    #[arg(last = true)]
    cargo: Vec<String>,
}

/// Builds everything the tests start, then runs them all. Optimised, so that tests and platform share one build.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let manifests = [vec![PathBuf::from("spin.toml")], build::test_manifests()?].concat();
    build::all(&manifests, &models::Options { models: None, all: true })?;
    step("testing");
    let mut cargo = Command::new("cargo");
    cargo.args(["test", "--release", "--no-fail-fast"]);
    // Most of the time tests wait for browsers, clocks and networks.
    if env::var_os("RUST_TEST_THREADS").is_none() {
        let processors = thread::available_parallelism().map_or(1, NonZero::get);
        cargo.env("RUST_TEST_THREADS", (2 * processors).to_string());
    }
    if options.cargo.is_empty() {
        cargo.arg("--workspace");
    }
    run_command(cargo.args(&options.cargo))
}
