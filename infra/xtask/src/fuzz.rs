//! `cargo xtask fuzz NAME`: feeds a parser of outside data what nobody would send, guided by coverage.

use crate::models;
use crate::process::{output, run as run_command, step};
use anyhow::Context;
use std::fs;
use std::process::Command;

/// libFuzzer's instrumentation as the stable compiler takes it, so that no nightly is needed.
const COVERAGE: &str = "-Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
    -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
    -Ccodegen-units=1 -Cdebug-assertions -Coverflow-checks";

#[derive(clap::Args)]
pub struct Options {
    /// What to feed.
    name: Name,
    /// For how long.
    #[arg(long, default_value_t = 600)]
    seconds: u32,
}

/// A fuzz target, whose crate is no member of the workspace.
#[derive(clap::ValueEnum, Clone, Copy)]
pub enum Name {
    /// What reads signatures, certificates, lists, PDFs, dictionaries.
    Ca,
    /// What the face engine does with pictures.
    Face,
    /// The photograph decoder and the card pipeline.
    Ocr,
}

impl Name {
    /// Its crate.
    pub const fn manifest(self) -> &'static str {
        match self {
            Self::Ca => "functions/ca-sign/fuzz/Cargo.toml",
            Self::Face => "components/face-engine/fuzz/Cargo.toml",
            Self::Ocr => "components/ocr-engine/fuzz/Cargo.toml",
        }
    }
}

/// Runs one fuzz target; what it learned stays in `target/fuzz/corpus`, a crash is an error and names its input.
pub fn run(options: &Options) -> anyhow::Result<()> {
    let (name, seeds) = match options.name {
        Name::Ca => ("ca", None),
        Name::Face => ("face", None),
        Name::Ocr => ("ocr", Some("tests/data/cards")),
    };
    models::run(&models::Options { models: None, all: true })?;
    step("building with coverage instrumentation");
    let version = output(Command::new("rustc").arg("-vV"))?;
    let triple = version.lines().find_map(|line| line.strip_prefix("host: ")).context("rustc names no host")?;
    let corpus = std::env::current_dir()?.join("target/fuzz/corpus").join(name);
    fs::create_dir_all(&corpus)?;
    let mut cargo = Command::new("cargo");
    // An explicit target keeps the flags away from build scripts.
    cargo.args(["run", "--release", "--manifest-path", options.name.manifest(), "--target", triple]);
    cargo.env("RUSTFLAGS", COVERAGE).env("CARGO_TARGET_DIR", "target/fuzz");
    cargo.arg("--").arg(corpus).args(seeds);
    cargo.arg(format!("-max_total_time={}", options.seconds));
    // More time or memory than the host gives a request is a crash too.
    run_command(cargo.args(["-timeout=30", "-rss_limit_mb=1024", "-artifact_prefix=target/fuzz/"]))
}
