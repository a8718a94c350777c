//! Seeded chance: the same seed and index give the same card on every run.

use rand::rngs::ChaCha8Rng;
use rand::{RngExt as _, SeedableRng as _};

/// A stream of random choices.
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of card `index` in the set of `seed`; streams do not depend on each other.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(index);
        Self(rng)
    }

    /// A seed for a stream that is to be drawn twice.
    pub fn seed(&mut self) -> u64 {
        self.0.random()
    }

    /// `low..=high`.
    pub fn range(&mut self, low: i32, high: i32) -> i32 {
        self.0.random_range(low..=high.max(low))
    }

    /// `0..n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0.random_range(0..n.max(1))
    }

    /// True once in `n`.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// Uniform between the two.
    pub fn uniform(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * self.0.random::<f32>()
    }

    /// Either sign, magnitude uniform between the two.
    pub fn signed(&mut self, low: f32, high: f32) -> f32 {
        let value = self.uniform(low, high);
        if self.one_in(2) { -value } else { value }
    }

    /// Standard normal (Irwin-Hall of four, cut at 3.46 sigma: no far outliers wanted in a sensor's noise).
    pub fn normal(&mut self) -> f32 {
        let bits = self.0.random::<u64>();
        let sum: u64 = (0..4).map(|i| bits >> (16 * i) & 0xffff).sum();
        (sum as f32 / 65535.0 - 2.0) * 1.732
    }

    /// One of the items.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

/// The words of a data file.
pub fn words(text: &'static str) -> Vec<&'static str> {
    text.split_whitespace().collect()
}
