//! The wasm engine: compilation cache, pooled instances, and time slices for guests that compute.

use crate::limits::Limits;
use std::path::Path;
use std::time::Duration;
use wasmtime::{Cache, CacheConfig, Config, Engine, InstanceAllocationStrategy, PoolingAllocationConfig, Result};

/// A guest that computes lets others run after so long.
pub const SLICE: Duration = Duration::from_millis(10);
/// Core instances and memories of one composed component, at most: a guest built by rustc has four
/// core instances and one memory, a function has a handful of dependencies.
const CORE_PER_INSTANCE: u32 = 64;
const MEMORIES_PER_INSTANCE: u32 = 16;

/// An engine whose epoch advances once a [`SLICE`] for as long as it lives.
///
/// # Errors
/// A cache folder that cannot be used, or too little address space.
pub fn engine(limits: &Limits, cache: &Path) -> Result<Engine> {
    let mut pool = PoolingAllocationConfig::new();
    // Some more than may be alive: an instance gives back its place just before its memory.
    let n = limits.instances.saturating_add(16);
    pool.total_component_instances(n)
        .total_core_instances(n.saturating_mul(CORE_PER_INSTANCE / 4))
        .total_memories(n.saturating_mul(MEMORIES_PER_INSTANCE / 4))
        .total_tables(n.saturating_mul(CORE_PER_INSTANCE / 4))
        .total_stacks(n.saturating_mul(u32::try_from(limits.concurrency)?).max(1024))
        .max_core_instances_per_component(CORE_PER_INSTANCE)
        .max_memories_per_component(MEMORIES_PER_INSTANCE)
        .max_tables_per_component(CORE_PER_INSTANCE)
        .max_memory_size(limits.memory.next_multiple_of(1 << 16))
        .linear_memory_keep_resident(1 << 20)
        .max_unused_warm_slots(64);
    let mut cached = CacheConfig::new();
    cached.with_directory(std::path::absolute(cache)?);
    let mut config = Config::new();
    config
        .allocation_strategy(InstanceAllocationStrategy::Pooling(pool))
        .cache(Some(Cache::new(cached)?))
        .wasm_component_model_async(true)
        .epoch_interruption(true);
    let engine = Engine::new(&config)?;
    let weak = engine.weak();
    std::thread::spawn(move || {
        while let Some(engine) = weak.upgrade() {
            engine.increment_epoch();
            drop(engine);
            std::thread::sleep(SLICE);
        }
    });
    Ok(engine)
}
