use rten_tensor::{AsView, Layout};

use crate::Tensor;

/// Why a model could not be loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes are no ONNX model, or one with operators that are not supported.
    #[error("model cannot be loaded: {0}")]
    Load(String),
    /// The input's shape does not fit its data or the model.
    #[error("shape does not fit: {0}")]
    Shape(String),
    /// An operator failed.
    #[error("model failed: {0}")]
    Run(String),
}

/// A loaded network. Loading costs tens of milliseconds: keep it in a `OnceLock`.
pub struct Model {
    inner: rten::Model,
}

impl Model {
    /// Reads an ONNX file with one floating-point input.
    ///
    /// # Errors
    /// [`Error::Load`] where `onnx` is no such file or needs operators that are not supported.
    pub fn load(onnx: &[u8]) -> Result<Self, Error> {
        let inner = rten::Model::load(onnx.to_vec()).map_err(|e| Error::Load(e.to_string()))?;
        Ok(Self { inner })
    }

    /// Computes every output, in the file's order, from `input`, an image `[n, channels, height, width]`.
    ///
    /// # Errors
    /// [`Error::Run`] where the shape does not fit the network.
    pub fn run(&self, input: &Tensor) -> Result<Vec<Tensor>, Error> {
        let run = |e: &dyn std::fmt::Display| Error::Run(e.to_string());
        let id = *self.inner.input_ids().first().ok_or_else(|| run(&"the model has no input"))?;
        let view = rten_tensor::TensorView::from_data(input.shape(), input.data());
        let outputs = self.inner.run(vec![(id, view.into())], self.inner.output_ids(), None).map_err(|e| run(&e))?;
        outputs
            .into_iter()
            .map(|value| {
                let t: rten_tensor::Tensor<f32> = value.try_into().map_err(|e| run(&e))?;
                Tensor::new(&t.shape().to_vec(), t.to_vec())
            })
            .collect()
    }
}
