//! The pairs that are measured.

use anyhow::{Context as _, Result, bail};
use std::path::Path;

/// Two pictures and whether they show one person.
pub struct Pair {
    pub a: String,
    pub b: String,
    pub same: bool,
}

/// Reads `pairs.tsv`; of `most` pairs, half are of one person.
pub fn load(folder: &Path, most: Option<usize>) -> Result<Vec<Pair>> {
    let path = folder.join("pairs.tsv");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("{}: name a folder with pairs.tsv and images/ by --faces", path.display()))?;
    let mut pairs = Vec::new();
    for line in text.lines().skip(1) {
        let [a, b, same] = *line.split('\t').collect::<Vec<_>>() else { bail!("{}: {line}", path.display()) };
        pairs.push(Pair { a: a.to_owned(), b: b.to_owned(), same: same == "1" });
    }
    let half = most.map_or(usize::MAX, |most| most / 2);
    let mut taken = [0, 0];
    pairs.retain(|pair| {
        let [other, same] = &mut taken;
        let count = if pair.same { same } else { other };
        *count += 1;
        *count <= half
    });
    Ok(pairs)
}
