//! Finds and reads a resident identity card in a photograph.

pub mod back;
pub mod card;
pub mod ctc;
pub mod decode;
pub mod edges;
pub mod fields;
pub mod front;
pub mod geometry;
pub mod ink;
pub mod layout;
pub mod metadata;
pub mod net;
pub mod quad;
pub mod raster;
pub mod read;
pub mod rectify;
pub mod refine;
