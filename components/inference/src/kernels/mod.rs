//! Arithmetic on plain slices. Images are channels-last, `[height, width, channels]`.

#![expect(
    clippy::indexing_slicing,
    reason = "inner loops index slices whose lengths were cut to the loop's bounds just above"
)]

pub(crate) mod depthwise;
pub(crate) mod frame;
pub(crate) mod gather;
pub(crate) mod pack;
pub(crate) mod pointwise;
pub(crate) mod product;
pub(crate) mod spatial;

#[cfg(test)]
mod tests;
