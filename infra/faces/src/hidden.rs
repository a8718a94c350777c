//! Faces that something was painted over: how many of them are refused.

use crate::ask::COMPARE;
use crate::pairs::Pair;
use anyhow::{Context as _, Result};
use std::collections::BTreeMap;
use std::path::Path;
use tests::api::{Answer, Api, HIS};
use tests::form::form;
use tests::puppet::{Worn, jpeg, landmarks, wearing};

/// Every so many-th face.
const STEP: usize = 6;

/// Prints the answers about faces with mask, dark glasses and a hand, each compared with the same picture without.
pub fn print(api: &Api, folder: &Path, pairs: &[Pair]) -> Result<()> {
    let mut names: Vec<&str> = pairs.iter().flat_map(|pair| [&*pair.a, &*pair.b]).collect();
    names.sort_unstable();
    names.dedup();
    for worn in Worn::ALL {
        let mut told = BTreeMap::<String, usize>::new();
        for name in names.iter().step_by(STEP) {
            let path = folder.join("images").join(name);
            let picture = image::open(&path).with_context(|| path.display().to_string())?.into_rgb8();
            let plain = compare(api, &jpeg(&picture), &jpeg(&picture))?;
            let Some(points) = landmarks(&plain.json()) else { continue };
            let answer = compare(api, &jpeg(&wearing(&picture, &points, worn)), &jpeg(&picture))?;
            *told.entry(answer.problem().1).or_default() += 1;
        }
        let told: Vec<String> =
            told.iter().map(|(code, n)| format!("{} {n}", if code.is_empty() { "compared" } else { code })).collect();
        println!("painted {worn:?}: {}", told.join(", "));
    }
    Ok(())
}

fn compare(api: &Api, a: &[u8], b: &[u8]) -> Result<Answer> {
    let (kind, body) = form(&[("image_a", a), ("image_b", b), ("several", b"largest")]);
    api.send("POST", COMPARE, &[("authorization", HIS), ("content-type", &*kind)], &body)
}
