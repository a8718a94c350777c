//! The developer's one entry: `cargo xtask up`, `test`, `bench`, `build`, `models`.
//!
//! It makes sure of what a new machine lacks (the wasm target, models, a browser), then calls cargo. Everything it
//! makes lies under `target/` and the data folder.

mod admin;
mod bench;
mod build;
mod fuzz;
mod lint;
mod models;
mod process;
mod secrets;
mod target;
mod test;
mod up;
mod verify;

use clap::{Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Runs, tests and measures the platform.")]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build what is missing, start the application and print its addresses.
    Up(up::Options),
    /// Run every test, from nothing.
    Test(test::Options),
    /// Print an address that lets an administrator in for two hours.
    Admin(admin::Options),
    /// Print a table of measurements.
    Bench(bench::Options),
    /// Build every guest and the host.
    Build,
    /// Check format and lints.
    Lint,
    /// Fetch the models, or check a folder of your own.
    Models(models::Options),
    /// Feed random input to a parser of outside data.
    Fuzz(fuzz::Options),
    /// Tell point by point what an evidence bundle proves.
    VerifyEvidence(verify::Options),
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let command = Arguments::parse().command;
    // Files of evidence are named from where the caller stands.
    if !matches!(command, Command::VerifyEvidence(_)) {
        std::env::set_current_dir(root())?;
    }
    match command {
        Command::Up(options) => up::run(&options),
        Command::Test(options) => test::run(&options),
        Command::Admin(options) => admin::run(&options),
        Command::Bench(options) => bench::run(&options),
        Command::Build => build::guests(&["spin.toml".into()]).and_then(|()| build::host()),
        Command::Lint => lint::run(),
        Command::Models(options) => models::run(&options),
        Command::Fuzz(options) => fuzz::run(&options),
        Command::VerifyEvidence(options) => verify::run(&options),
    }
}

/// The folder of the workspace: every path in this program is relative to it.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
