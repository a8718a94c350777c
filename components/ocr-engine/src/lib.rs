//! Finds and reads a resident identity card in a photograph.

pub mod ctc;
pub mod decode;
pub mod edges;
pub mod geometry;
pub mod ink;
pub mod metadata;
pub mod net;
pub mod quad;
pub mod raster;
pub mod rectify;
pub mod refine;
