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
    let mut bench = match options.name {
        Name::Host => {
            let mut cargo = Command::new("cargo");
            // Of the whole workspace, as in `build::host`.
            cargo.args(["bench", "--workspace", "--bench", "host", "--"]);
            cargo
        }
        // Built above with the other programs.
        Name::Ocr => Command::new("target/release/bench-ocr"),
    };
    run_command(bench.args(&options.rest))
}
