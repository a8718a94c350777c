//! Writes a set of cards: `cargo run -p cards --release -- --seed 1 --count 120 --out DIR`.

use anyhow::Result;
use cards::fonts::Fonts;
use cards::plan::Plan;
use clap::{Parser, ValueEnum};
use std::path::PathBuf;

/// Draws synthetic identity cards, photographs them and writes them with truth.json.
#[derive(Parser)]
struct Options {
    /// The same seed gives the same files.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Which pictures.
    #[arg(long, value_enum, default_value_t = Set::Plain)]
    set: Set,
    /// How many pictures.
    #[arg(long, default_value_t = 120)]
    count: usize,
    /// Only these numbers of the set, separated by commas.
    #[arg(long, value_delimiter = ',')]
    pick: Vec<usize>,
    /// Small files (1280 x 960, quality 72), to be kept as samples.
    #[arg(long)]
    small: bool,
    /// Folder to write to; made when missing.
    #[arg(long)]
    out: PathBuf,
    /// Folder with the typefaces of models.toml.
    #[arg(long, default_value = "target/models/fonts")]
    fonts: PathBuf,
}

#[derive(Clone, Copy, ValueEnum)]
enum Set {
    /// Ordinary photographs, easy to hard.
    Plain,
    /// Copies, recaptures, covered fields, altered digits, refusals, with plain controls.
    Faulty,
}

fn main() -> Result<()> {
    let options = Options::parse();
    let plan = match options.set {
        Set::Plain => Plan::plain,
        Set::Faulty => Plan::faulty,
    };
    let indices = if options.pick.is_empty() { (0..options.count).collect() } else { options.pick };
    let plans: Vec<Plan> =
        indices.into_iter().map(|index| Plan { small: options.small, ..plan(options.seed, index) }).collect();
    cards::write(&Fonts::open(&options.fonts)?, &plans, &options.out)?;
    println!("{} pictures in {}", plans.len(), options.out.display());
    Ok(())
}
