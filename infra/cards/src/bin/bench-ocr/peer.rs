//! RapidOCR on the same cards, in its own Python environment under `target/`.

use crate::answer::{Answer, load};
use crate::cards::Card;
use anyhow::{Context as _, Result, bail};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The detector that its fastest good set-up takes; `cargo xtask models` fetches it.
const DETECTOR: &str = "target/models/ocr/det.onnx";

/// What one set-up said, and the most memory its process held in MiB.
pub struct Peer {
    pub answers: Vec<Answer>,
    pub peak_mib: f64,
}

/// Makes the environment if it is missing; gives its Python.
pub fn environment() -> Result<PathBuf> {
    tests::python::environment("rapidocr", &["rapidocr==3.10.*", "onnxruntime"])
}

/// Runs a set-up of `peer.py` over the cards, which lie in one folder.
pub fn read(python: &Path, setup: &str, cards: &[Card]) -> Result<Peer> {
    let folder = cards.first().and_then(|card| card.path.parent()).context("no cards")?;
    let output = PathBuf::from(format!("target/bench/rapidocr-{setup}.jsonl"));
    let mut command = Command::new(python);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peer.py")).arg(setup).arg(DETECTOR).arg(folder);
    command.args(cards.iter().map(|card| &card.file)).stdout(std::fs::File::create(&output)?);
    run(command.stderr(Stdio::inherit()))?;
    let last: serde_json::Value = serde_json::from_str(std::fs::read_to_string(&output)?.lines().last().unwrap_or(""))?;
    Ok(Peer { answers: load(&output)?, peak_mib: last["peak_kb"].as_f64().unwrap_or(f64::NAN) / 1024.0 })
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    if !status.success() {
        bail!("{command:?}: {status}");
    }
    Ok(())
}
