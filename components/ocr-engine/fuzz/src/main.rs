//! The fuzz target of the engine: a file through the decoder, and small pictures through the whole pipeline.
//!
//! Half of the new inputs are libFuzzer's own damage to bytes, half are steps of the mutation that the seeded test takes too: those
//! are whole files again, of pictures in other light and from elsewhere. A reading costs a hundred times a decoding, so large
//! pictures (the samples as they are) are only decoded.
#![no_main]

#[path = "../../tests/hostile/feed.rs"]
mod feed;
#[path = "../../tests/hostile/mutation.rs"]
mod mutation;

use fastrand::Rng;
use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use ocr_engine::net::Nets;
use std::path::Path;
use std::sync::LazyLock;

static NETS: LazyLock<Nets> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../target/models/ocr");
    Nets::load(&folder).unwrap_or_else(|error| panic!("{error}"))
});

fuzz_target!(|file: &[u8]| {
    if let Ok(picture) = feed::decoded(file)
        && picture.rgb.width.max(picture.rgb.height) <= mutation::SIDE
    {
        feed::read(&picture, &NETS);
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    let mut rng = Rng::with_seed(seed.into());
    if rng.bool() {
        return fuzzer_mutate(data, size, max_size);
    }
    let file = mutation::step(&data[..size], &mut rng);
    let size = file.len().min(max_size);
    data[..size].copy_from_slice(&file[..size]);
    size
});
