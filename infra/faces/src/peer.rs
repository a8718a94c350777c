//! onnxruntime on the same models, as an integrator would run them, in its own Python environment under `target/`.

use crate::pairs::Pair;
use crate::score::{Score, quantile};
use anyhow::{Context as _, Result, bail};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const MODELS: &str = "target/models/face";

/// Makes the environment if it is missing; gives its Python.
pub fn environment() -> Result<PathBuf> {
    tests::python::environment("onnxruntime", &["onnxruntime", "numpy", "pillow"])
}

/// Runs `peer.py` over the pairs and prints what it gave.
pub fn print(python: &Path, folder: &Path, pairs: &[Pair]) -> Result<()> {
    let mut command = Command::new(python);
    command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("peer.py")).arg(MODELS).arg(folder.join("images"));
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("python")?;
    let list: String = pairs.iter().map(|pair| format!("{}\t{}\n", pair.a, pair.b)).collect();
    let mut input = child.stdin.take().context("no input")?;
    let writer = std::thread::spawn(move || input.write_all(list.as_bytes()));
    let output = child.wait_with_output()?;
    writer.join().map_err(|_| anyhow::anyhow!("the list could not be written"))??;
    if !output.status.success() {
        bail!("peer.py: {}", output.status);
    }
    let (mut cosines, mut walls, mut peak) = (Vec::new(), Vec::new(), f64::NAN);
    for line in String::from_utf8(output.stdout)?.lines() {
        let line: serde_json::Value = serde_json::from_str(line)?;
        match line.get("peak_kb") {
            Some(kb) => peak = kb.as_f64().unwrap_or(f64::NAN) / 1024.,
            None => {
                cosines.push(line.get("cosine").and_then(serde_json::Value::as_f64));
                walls.extend(line.get("wall_ms").and_then(serde_json::Value::as_f64));
            }
        }
    }
    println!("\n## onnxruntime, one thread, native\n");
    Score::of(pairs, &cosines).print("cosine", &[0.331, 0.394, 0.448]);
    println!(
        "ms per comparison, p50 {:.0}, p95 {:.0}; most memory of the process {peak:.0} MiB",
        quantile(&walls, 0.5),
        quantile(&walls, 0.95)
    );
    Ok(())
}
