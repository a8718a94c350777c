//! Runs convolutional ONNX models on one thread, natively and in wasm.
//!
//! [`Model::load`] takes an `.onnx` file's bytes, [`Model::run`] one input tensor; both may be called from any thread.
//!
//! `graph` reads the file, `fuse` joins operators, `plan` packs weights, `execute` runs layer after layer with the loops of
//! `kernels`. Images are stored channels-last, so that a convolution of any size is one matrix product over the image
//! in place, and attention needs no reordering. In wasm, [`Precision::Fixed16`] is the fast choice; natively rten is
//! faster than either, for this crate uses no wider vectors than wasm has.

mod execute;
mod fuse;
mod graph;
mod kernels;
mod model;
mod plan;
mod tensor;
mod value;

pub use kernels::pack::Precision;
pub use model::{Error, LayerTime, Model};
pub use tensor::Tensor;
