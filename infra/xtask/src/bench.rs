//! `cargo xtask bench NAME`: measurements that the README quotes.

use crate::process::run as run_command;
use crate::{build, models};
use std::process::Command;

#[derive(clap::Args)]
pub struct Options {
    /// What to measure: `host` or `ocr`.
    name: Name,
    /// Arguments for the measurement, after `--`.
    #[arg(last = true)]
    rest: Vec<String>,
}

#[derive(clap::ValueEnum, Clone, Copy)]
enum Name {
    Host,
    Ocr,
}

pub fn run(options: &Options) -> anyhow::Result<()> {
    models::run(&models::Options { models: None, all: true })?;
    build::all()?;
    let mut cargo = Command::new("cargo");
    match options.name {
        Name::Host => cargo.args(["bench", "-p", "host", "--bench", "host"]),
        Name::Ocr => cargo.args(["run", "--release", "-p", "cards", "--bin", "bench-ocr"]),
    };
    run_command(cargo.arg("--").args(&options.rest))
}
