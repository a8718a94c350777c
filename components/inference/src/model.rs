use std::fs::File;
use std::path::Path;
use std::time::Duration;

use crate::plan::Plan;
use crate::{Precision, Tensor, graph};

/// Why a model could not be loaded or run.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The bytes are no ONNX model, or one with operators that are not supported.
    #[error("model cannot be loaded: {0}")]
    Load(String),
    /// A shape does not fit the numbers given for it.
    #[error("shape does not fit: {0}")]
    Shape(String),
    /// An operator failed, mostly for an input of another shape than the model takes.
    #[error("model failed: {0}")]
    Run(String),
}

/// A loaded network. Loading takes some milliseconds: keep it in a `OnceLock`. Running leaves it unchanged.
pub struct Model {
    engine: Engine,
}

enum Engine {
    Own(Box<Plan>),
    #[cfg(feature = "fallback")]
    Rten(Box<rten::Model>),
}

/// What one layer did in one run.
#[derive(Clone, Debug)]
pub struct LayerTime {
    /// The name of the layer's output in the ONNX file.
    pub name: String,
    /// The operator, with kernel height and width, input and output channels, and strides where it has any.
    pub kind: String,
    /// The output's shape.
    pub shape: Vec<usize>,
    /// Wall time.
    pub time: Duration,
}

impl Model {
    /// Reads an ONNX file (operator set 10 or later) with one floating-point input, to compute in single precision.
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
        let plan = graph::read(onnx).and_then(|mut graph| {
            graph.fuse();
            Plan::new(graph, precision)
        });
        match plan {
            Ok(plan) => Ok(Self { engine: Engine::Own(Box::new(plan)) }),
            #[cfg(feature = "fallback")]
            Err(own) => match rten::Model::load(onnx.to_vec()) {
                Ok(model) => Ok(Self { engine: Engine::Rten(Box::new(model)) }),
                Err(rten) => Err(Error::Load(format!("{own}; rten: {rten}"))),
            },
            #[cfg(not(feature = "fallback"))]
            Err(own) => Err(own),
        }
    }

    /// The same from a file, which is read as it comes: less memory is used than by having its bytes first. What it holds has
    /// to be supported, for nothing falls back to another engine here.
    ///
    /// # Errors
    /// As [`Model::load`]; also where the file cannot be opened.
    pub fn open(file: &Path, precision: Precision) -> Result<Self, Error> {
        let onnx = File::open(file).map_err(|e| Error::Load(e.to_string()))?;
        let mut graph = graph::read_file(onnx)?;
        graph.fuse();
        Ok(Self { engine: Engine::Own(Box::new(Plan::new(graph, precision)?)) })
    }

    /// Computes every output, in the file's order, from `input`, mostly an image `[n, channels, height, width]`.
    ///
    /// # Errors
    /// [`Error::Run`] where the shape does not fit the network.
    pub fn run(&self, input: &Tensor) -> Result<Vec<Tensor>, Error> {
        match &self.engine {
            Engine::Own(plan) => plan.run(input, |_, _, _| ()),
            #[cfg(feature = "fallback")]
            Engine::Rten(model) => run_rten(model, input),
        }
    }

    /// The same, with each layer's wall time, for finding what is slow. A model that fell back to rten tells none.
    ///
    /// # Errors
    /// As [`Model::run`].
    pub fn profile(&self, input: &Tensor) -> Result<(Vec<Tensor>, Vec<LayerTime>), Error> {
        let mut times = Vec::new();
        let outputs = match &self.engine {
            Engine::Own(plan) => plan.run(input, |step, value, time| {
                let shape = value.array().map(|a| a.shape.clone()).unwrap_or_default();
                times.push(LayerTime { name: step.name.clone(), kind: step.layer.kind(), shape, time });
            }),
            #[cfg(feature = "fallback")]
            Engine::Rten(model) => run_rten(model, input),
        }?;
        Ok((outputs, times))
    }
}

#[cfg(feature = "fallback")]
fn run_rten(model: &rten::Model, input: &Tensor) -> Result<Vec<Tensor>, Error> {
    use rten_tensor::{AsView, Layout};

    let failed = |e: &dyn std::fmt::Display| Error::Run(e.to_string());
    let [id] = model.input_ids() else { return Err(failed(&"the model takes more than one input")) };
    let view = rten_tensor::TensorView::from_data(input.shape(), input.data());
    let outputs = model.run(vec![(*id, view.into())], model.output_ids(), None).map_err(|e| failed(&e))?;
    let tensor = |value: rten::Value| {
        let tensor: rten_tensor::Tensor<f32> = value.try_into().map_err(|e| failed(&e))?;
        Tensor::new(tensor.shape(), tensor.to_vec())
    };
    outputs.into_iter().map(tensor).collect()
}
