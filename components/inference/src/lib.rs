//! Runs convolutional ONNX models on one thread, natively and in wasm.
//!
//! [`Model::load`] takes an `.onnx` file's bytes, [`Model::run`] one input tensor; both may be called from any thread.

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
