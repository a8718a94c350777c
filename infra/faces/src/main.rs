//! Measures the comparison of faces through the running application, one request at a time, and onnxruntime beside it on
//! the same models: `cargo xtask bench face`.
//!
//! The pictures are research data that is not part of the project: a folder with `pairs.tsv` (image_a, image_b, same),
//! `images/` and, for silent liveness, `spoof/` (names with `_T` are of living persons).

mod ask;
mod hidden;
mod pairs;
mod peer;
mod score;

use anyhow::Result;
use clap::Parser;
use score::{Score, quantile};
use std::path::PathBuf;
use tests::api::Api;

/// Accuracy and time of the comparison of faces.
#[derive(Parser)]
struct Options {
    /// The folder with the pictures.
    #[arg(long, env = "YUNZHEN_FACES", default_value = "../shared/faces")]
    faces: PathBuf,
    /// Pairs to measure, from the first same and other ones on; all when absent.
    #[arg(long)]
    most: Option<usize>,
    /// Leave onnxruntime out.
    #[arg(long)]
    no_peer: bool,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let pairs = pairs::load(&options.faces, options.most)?;
    println!("{} pairs of {}; load average {}", pairs.len(), options.faces.display(), load());
    println!(
        "Protocol: pairs as listed, each answered or refused by itself; a refused pair counts as wrong. The threshold of \
         `10 folds` is chosen on nine tenths of the pairs and judged on the tenth (Huang et al. 2007, within what is here, \
         so it is no figure over the whole set). Pairs refused as `covered` are asked again with that accepted."
    );
    let api = Api::real()?;
    let ask = |pair, covered| ask::compare(&api, &options.faces, pair, covered);
    let mut answers = pairs.iter().map(|pair| ask(pair, "refuse")).collect::<Result<Vec<_>>>()?;
    // The first pays for compiling and loading.
    println!("first request {:.0} ms", answers.first().map_or(f64::NAN, |answer| answer.wall_ms));
    let walls: Vec<f64> = answers.iter().skip(1).map(|answer| answer.wall_ms).collect();
    let mut covered = 0;
    for (answer, pair) in answers.iter_mut().zip(&pairs).filter(|(a, _)| a.refused.as_deref() == Some("covered")) {
        covered += 1;
        *answer = ask(pair, "accept")?;
    }
    let score = Score::of(&pairs, &answers.iter().map(|answer| answer.score).collect::<Vec<_>>());
    println!("\n## Yunzhen\n");
    score.print("score", &[40., 50., 60.]);
    for (code, count) in ask::refusals(&answers) {
        println!("refused: {code} {count}");
    }
    println!("covered at first: {covered} pairs");
    println!(
        "ms per comparison, p50 {:.0}, p95 {:.0}; most memory of the process {} MiB",
        quantile(&walls, 0.5),
        quantile(&walls, 0.95),
        api.host.memory_kb("VmHWM") / 1024
    );
    hidden::print(&api, &options.faces, &pairs)?;
    spoofs(&api, &options)?;
    if options.no_peer {
        return Ok(());
    }
    match peer::environment() {
        Ok(python) => peer::print(&python, &options.faces, &pairs),
        Err(error) => {
            println!("onnxruntime is left out: {error:#}");
            Ok(())
        }
    }
}

fn spoofs(api: &Api, options: &Options) -> Result<()> {
    let Ok(folder) = std::fs::read_dir(options.faces.join("spoof")) else { return Ok(()) };
    let mut files = folder.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    files.sort();
    for file in files {
        println!("silent: {} {}", file.file_name().unwrap_or_default().display(), ask::silent(api, &file)?);
    }
    Ok(())
}

fn load() -> String {
    let text = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split_whitespace().next().unwrap_or("unknown").to_owned()
}
