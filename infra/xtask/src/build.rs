//! Builds the guests that `spin.toml` names and the host that runs them.

use crate::process::{run, step};
use crate::{models, target};
use anyhow::{Context, anyhow};
use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

/// The triple of every guest.
pub const GUEST_TARGET: &str = "wasm32-wasip2";

#[derive(Deserialize)]
struct Manifest {
    component: BTreeMap<String, Component>,
}

#[derive(Deserialize)]
struct Component {
    build: Option<Build>,
}

#[derive(Deserialize)]
struct Build {
    command: String,
}

/// The guests of these manifests and the host, optimised, and the files they need: downloads wait for the network and builds
/// for the processor, so both go on at once.
pub fn all(manifests: &[PathBuf], files: &models::Options) -> anyhow::Result<()> {
    thread::scope(|scope| {
        // Told at once, for the build may take minutes yet.
        let fetch = || models::run(files).inspect_err(|error| step(&format!("not fetched: {error:#}")));
        let fetched = scope.spawn(fetch);
        guests(manifests)?;
        host()?;
        fetched.join().map_err(|_| anyhow!("fetching the models ended early"))?
    })
}

/// The guests of these manifests. One cargo call for all of them, because cargo then builds in parallel.
pub fn guests(manifests: &[PathBuf]) -> anyhow::Result<()> {
    target::ensure(GUEST_TARGET)?;
    let packages = manifests.iter().map(|manifest| packages(manifest)).collect::<Result<Vec<_>, _>>()?.concat();
    let packages: BTreeSet<&String> = packages.iter().collect();
    step(&format!("building {} guests", packages.len()));
    let mut cargo = Command::new("cargo");
    cargo.args(["build", "--release", "--target", GUEST_TARGET]);
    run(cargo.args(packages.iter().flat_map(|name| ["-p", name])))
}

/// The manifests that only tests run: conformance cases and fakes.
pub fn test_manifests() -> anyhow::Result<Vec<PathBuf>> {
    fn collect(folder: &Path, into: &mut Vec<PathBuf>) -> anyhow::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                collect(&path, into)?;
            } else if path.ends_with("spin.toml") {
                into.push(path);
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    collect(Path::new("tests"), &mut found)?;
    Ok(found)
}

/// The host.
pub fn host() -> anyhow::Result<()> {
    if !Path::new("target/release/host").exists() {
        step("building the host: the first time takes some minutes");
    }
    // Of the whole workspace, for cargo chooses the dependencies' features by what is built together: the tests then find
    // everything compiled.
    run(Command::new("cargo").args(["build", "--release", "--workspace", "--bins"]))
}

/// The cargo packages behind a manifest's build commands (`cargo build ... -p NAME`).
pub fn packages(manifest: &Path) -> anyhow::Result<Vec<String>> {
    let text = fs::read_to_string(manifest).with_context(|| manifest.display().to_string())?;
    let parsed: Manifest = toml::from_str(&text).with_context(|| manifest.display().to_string())?;
    let commands = parsed.component.values().filter_map(|component| Some(&component.build.as_ref()?.command));
    commands
        .map(|command| {
            let mut words = command.split_whitespace().skip_while(|word| *word != "-p");
            let name = words.nth(1).with_context(|| format!("`{command}` names no package with -p"))?;
            Ok(name.to_owned())
        })
        .collect()
}
