//! Synthetic resident identity cards: drawn flat, photographed, with the truth about every picture.
//!
//! No real person, number or authority's seal: names are drawn from lists, numbers carry the unassigned region prefix 99
//! and 样本 is printed on every card. The same seed and index give the same bytes.
#![expect(
    clippy::indexing_slicing,
    reason = "drawing code over fixed-size arrays and sizes of its own making; it takes no outside input"
)]

mod attack;
pub mod camera;
pub mod canvas;
pub mod chance;
pub mod condition;
pub mod fonts;
pub mod geometry;
pub mod layout;
pub mod lens;
mod objects;
pub mod person;
pub mod plan;
mod portrait;
pub mod scene;
pub mod shot;
pub mod truth;

use anyhow::{Context as _, Result};
use rayon::prelude::*;
use std::path::Path;

/// Makes every planned picture on all cores and writes it into `folder`, with `truth.json` last.
///
/// # Errors
/// When a file cannot be written or a typeface lacks a character.
pub fn write(fonts: &fonts::Fonts, plans: &[plan::Plan], folder: &Path) -> Result<()> {
    std::fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
    let make = |plan: &plan::Plan| {
        let (jpeg, truth) = shot::shoot(fonts, *plan)?;
        let path = folder.join(&truth.file);
        std::fs::write(&path, jpeg).with_context(|| path.display().to_string())?;
        Ok(truth)
    };
    let truths = plans.par_iter().map(make).collect::<Result<Vec<_>>>()?;
    std::fs::write(folder.join("truth.json"), serde_json::to_vec_pretty(&truths)?)?;
    Ok(())
}
