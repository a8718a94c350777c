//! A seeded walk through damaged files and altered cards: each is refused clearly or read, nothing panics, memory stays bounded.
//!
//! The short form of `cargo xtask fuzz ocr` that every test run does. Not the fuzz target with `-runs=N`: that needs the engine
//! and its dependencies built a second time with instrumentation, minutes of each CI run, to learn from coverage what a few
//! seconds are too short to use.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test's helpers: a panic is a verdict")]

mod feed;
mod mutation;

use fastrand::Rng;
use feed::Outcome;
use jpeg_encoder::{ColorType, Encoder};
use ocr_engine::card::Reason;
use ocr_engine::layout::Side;
use ocr_engine::net::Nets;
use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

/// Files that are decoded only.
const FILES: u64 = 400;
/// Pictures that are read.
const PICTURES: u64 = 24;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn samples() -> Vec<Vec<u8>> {
    let folder = fs::read_dir(root().join("tests/data/cards")).unwrap();
    let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "jpg"));
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// The same picture with [`mutation::SIDE`] as its long side.
fn small(file: &[u8]) -> Vec<u8> {
    let picture = feed::decoded(file).unwrap().rgb;
    let to = |side: usize| side * mutation::SIDE / picture.width.max(picture.height);
    let shrunk = picture.resize(to(picture.width), to(picture.height)).unwrap();
    let mut file = Vec::new();
    let (width, height) = (shrunk.width as u16, shrunk.height as u16);
    Encoder::new(&mut file, 90).encode(&shrunk.data, width, height, ColorType::Rgb).unwrap();
    file
}

/// The most memory this process ever held.
fn peak_kb() -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn whatever_is_sent_is_read_or_refused_in_bounded_memory() {
    let nets = Nets::load(&root().join("target/models/ocr")).unwrap();
    let samples = samples();
    let first = feed::decoded(&samples[0]).unwrap();
    assert_eq!(feed::read(&first, &nets), Outcome::Read(Side::Front));
    let before = peak_kb();

    // Small ones, or the time would go into decoding the same large pictures again and again.
    let samples: Vec<Vec<u8>> = samples.iter().map(|sample| small(sample)).collect();
    let mut seen: HashMap<Outcome, u64> = HashMap::new();
    for seed in 0..FILES + PICTURES {
        // Shown when one fails.
        println!("seed {seed}");
        let mut rng = Rng::with_seed(seed);
        let sample = &samples[rng.usize(..samples.len())];
        let mut file = mutation::step(sample, &mut rng);
        if seed < FILES {
            file = mutation::damaged(file, &mut rng);
        }
        let outcome = match feed::decoded(&file) {
            Ok(picture) if seed >= FILES => feed::read(&picture, &nets),
            Ok(_) => continue,
            Err(outcome) => outcome,
        };
        *seen.entry(outcome).or_default() += 1;
    }
    println!("{seen:?}, {} kB", peak_kb() - before);
    let reached = [
        Outcome::Unsupported,
        Outcome::Invalid,
        Outcome::Refused(Reason::NoCard),
        Outcome::Read(Side::Front),
        Outcome::Read(Side::Back),
    ];
    for outcome in reached {
        assert!(seen.contains_key(&outcome), "{outcome:?} is never reached: {seen:?}");
    }
    let grown = peak_kb() - before;
    assert!(grown < 400_000, "grown by {grown} kB");
}
