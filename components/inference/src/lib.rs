//! Runs convolutional ONNX models on one thread, natively and in wasm.
//!
//! [`Model::load`] takes an `.onnx` file's bytes, [`Model::run`] one input tensor; both may be called from any thread.

mod model;
mod tensor;

pub use model::{Error, Model};
pub use tensor::Tensor;
