use std::time::Duration;

use crate::plan::Plan;
use crate::{Precision, Tensor, graph};

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
    plan: Plan,
}

/// What one layer did in one run.
#[derive(Clone, Debug)]
pub struct LayerTime {
    /// The name of the layer's output in the ONNX file.
    pub name: String,
    /// The operator.
    pub kind: String,
    /// The output's shape.
    pub shape: Vec<usize>,
    /// Wall time.
    pub time: Duration,
}

impl Model {
    /// Reads an ONNX file with one floating-point input.
    ///
    /// # Errors
    /// [`Error::Load`] where `onnx` is no such file or needs operators that are not supported.
    pub fn load(onnx: &[u8]) -> Result<Self, Error> {
        Self::load_with(onnx, Precision::default())
    }

    /// The same, computing in `precision`.
    ///
    /// # Errors
    /// As [`Model::load`].
    pub fn load_with(onnx: &[u8], precision: Precision) -> Result<Self, Error> {
        let mut graph = graph::read(onnx)?;
        graph.fuse();
        Ok(Self { plan: Plan::new(graph, precision)? })
    }

    /// Computes every output, in the file's order, from `input`, an image `[n, channels, height, width]`.
    ///
    /// # Errors
    /// [`Error::Run`] where the shape does not fit the network.
    pub fn run(&self, input: &Tensor) -> Result<Vec<Tensor>, Error> {
        self.plan.run(input, |_, _, _| ())
    }

    /// The same, with each layer's wall time, for finding what is slow.
    ///
    /// # Errors
    /// As [`Model::run`].
    pub fn profile(&self, input: &Tensor) -> Result<(Vec<Tensor>, Vec<LayerTime>), Error> {
        let mut times = Vec::new();
        let outputs = self.plan.run(input, |step, value, time| {
            let shape = value.array().map(|a| a.shape.clone()).unwrap_or_default();
            times.push(LayerTime { name: step.name.clone(), kind: step.layer.kind(), shape, time });
        })?;
        Ok((outputs, times))
    }
}
