//! Writes a set of cards: `cargo run -p cards --release -- --seed 1 --count 120 --out DIR`.

use anyhow::{Context as _, Result};
use cards::fonts::Fonts;
use cards::shot::{Plan, shoot};
use clap::{Parser, ValueEnum};
use rayon::prelude::*;
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
    /// Folder to write to; made when missing.
    #[arg(long)]
    out: PathBuf,
    /// Folder with the typefaces of fonts.toml.
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
    let fonts = Fonts::open(&options.fonts)?;
    let plan = match options.set {
        Set::Plain => Plan::plain,
        Set::Faulty => Plan::faulty,
    };
    std::fs::create_dir_all(&options.out)?;
    let truths = (0..options.count)
        .into_par_iter()
        .map(|index| {
            let (jpeg, truth) = shoot(&fonts, plan(options.seed, index))?;
            let path = options.out.join(&truth.file);
            std::fs::write(&path, jpeg).with_context(|| path.display().to_string())?;
            Ok(truth)
        })
        .collect::<Result<Vec<_>>>()?;
    std::fs::write(options.out.join("truth.json"), serde_json::to_vec_pretty(&truths)?)?;
    println!("{} cards in {}", truths.len(), options.out.display());
    Ok(())
}
