//! Untrusted image files to upright RGB pixels, for the engines.
//!
//! [`decode`] checks what a file declares ([`metadata`], [`webp`]) before a pixel is decoded; [`raster`] holds the pixels.

pub mod decode;
pub mod metadata;
pub mod raster;
pub mod webp;
