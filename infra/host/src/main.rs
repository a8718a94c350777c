//! Runs a spin.toml in one process.

fn main() {}
