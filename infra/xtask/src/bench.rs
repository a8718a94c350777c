//! `cargo xtask bench NAME`: measurements that the README quotes.

use crate::process::run as run_command;
use crate::{build, models};
use std::path::PathBuf;
use std::process::Command;

#[derive(clap::Args)]
pub struct Options {
    /// What to measure.
    name: Name,
    /// Arguments for the measurement, after `--`.
    #[arg(last = true)]
    rest: Vec<String>,
}

#[derive(clap::ValueEnum, Clone, Copy)]
enum Name {
    Ca,
    Host,
    Face,
    Ocr,
    Register,
    Sms,
}

pub fn run(options: &Options) -> anyhow::Result<()> {
    let manifests: &[&str] = match options.name {
        // SM2 in wasm, and the application with stand-ins for the engines that signing does not need.
        Name::Ca => &["spin.toml", "tests/benches/ca/spin.toml", "tests/api/spin.toml"],
        _ => &["spin.toml"],
    };
    let manifests: Vec<_> = manifests.iter().map(PathBuf::from).collect();
    build::all(&manifests, &models::Options { models: None, all: true })?;
    let mut bench = match options.name {
        Name::Ca => cargo("ca"),
        Name::Host => cargo("host"),
        Name::Register => cargo("register"),
        Name::Sms => cargo("sms"),
        // Built above with the other programs.
        Name::Ocr => Command::new("target/release/bench-ocr"),
        Name::Face => Command::new("target/release/bench-face"),
    };
    run_command(bench.args(&options.rest))
}

/// A bench target; of the whole workspace, as in `build::host`.
fn cargo(bench: &str) -> Command {
    let mut cargo = Command::new("cargo");
    cargo.args(["bench", "--workspace", "--bench", bench, "--"]);
    cargo
}
