//! The three networks and their inputs; the only file that knows the inference engine.

use std::path::Path;

use inference::{Model, Precision, Tensor};

use crate::ctc::Alphabet;
use picture::raster::Rgb;

/// Height of a text crop that the recognisers were trained on.
pub const LINE_HEIGHT: usize = 48;

/// The networks could not be loaded or run.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct NetError(String);

/// A text recogniser: a line of text in, a probability per character and time step out.
pub struct Recognizer {
    model: Model,
    /// What its classes mean.
    pub alphabet: Alphabet,
}

/// Probabilities of one line: `steps` rows of `classes`.
pub struct Scores {
    /// Row-major probabilities.
    pub data: Vec<f32>,
    /// Length of a row.
    pub classes: usize,
}

/// All networks of the engine.
pub struct Nets {
    detector: Model,
    /// Fast; knows digits and common characters.
    pub tiny: Recognizer,
    /// Knows rare name characters as well.
    pub small: Recognizer,
}

impl Nets {
    /// Loads `det.onnx`, `rec_{tiny,small}.onnx` and `dict_{tiny,small}.txt` from `folder`.
    pub fn load(folder: &Path) -> Result<Self, NetError> {
        Ok(Self {
            detector: model(&folder.join("det.onnx"))?,
            tiny: Recognizer::load(folder, "tiny")?,
            small: Recognizer::load(folder, "small")?,
        })
    }

    /// Probability of text per pixel of `picture`, whose sides must be multiples of 32.
    pub fn text_map(&self, picture: &Rgb) -> Result<Vec<f32>, NetError> {
        // BGR with the ImageNet statistics in RGB order, as the network was trained.
        const MEAN: [f32; 3] = [0.485, 0.456, 0.406];
        const STD: [f32; 3] = [0.229, 0.224, 0.225];
        let input = planes(picture, |v, k| {
            let at = |a: &[f32; 3]| a.get(k).copied().unwrap_or(1.);
            (v / 255. - at(&MEAN)) / at(&STD)
        })?;
        Ok(run(&self.detector, input)?.data)
    }
}

impl Recognizer {
    fn load(folder: &Path, size: &str) -> Result<Self, NetError> {
        let path = folder.join(format!("dict_{size}.txt"));
        let dictionary = std::fs::read_to_string(&path).map_err(|e| unreadable(&path, &e))?;
        Ok(Self { model: model(&folder.join(format!("rec_{size}.onnx")))?, alphabet: Alphabet::new(&dictionary) })
    }

    /// Reads `line`, which is scaled to [`LINE_HEIGHT`] already.
    pub fn scores(&self, line: &Rgb) -> Result<Scores, NetError> {
        let scores = run(&self.model, planes(line, |v, _| v / 127.5 - 1.)?)?;
        if scores.classes != self.alphabet.classes() {
            return Err(NetError(format!(
                "a dictionary has {} classes but its model {}: fetch the models again",
                self.alphabet.classes(),
                scores.classes
            )));
        }
        Ok(scores)
    }
}

fn model(path: &Path) -> Result<Model, NetError> {
    Model::open(path, Precision::default())
        .map_err(|e| NetError(format!("{}: {e}; models are fetched with `cargo xtask models`", path.display())))
}

fn unreadable(path: &Path, error: &std::io::Error) -> NetError {
    NetError(format!("cannot read {}: {error}; fetch the models with `cargo xtask models`", path.display()))
}

/// NCHW planes in BGR order.
fn planes(picture: &Rgb, normal: impl Fn(f32, usize) -> f32) -> Result<Tensor, NetError> {
    let mut data = Vec::with_capacity(picture.data.len());
    for k in 0..3 {
        let samples = picture.data.iter().skip(2 - k).step_by(3);
        data.extend(samples.map(|&v| normal(f32::from(v), k)));
    }
    Tensor::new(&[1, 3, picture.height, picture.width], data).map_err(failed)
}

fn run(model: &Model, input: Tensor) -> Result<Scores, NetError> {
    let outputs = model.run(&input).map_err(failed)?;
    let output = outputs.into_iter().next().ok_or_else(|| NetError("a model has no output".into()))?;
    let classes = output.shape().last().copied().unwrap_or(0);
    Ok(Scores { data: output.into_data(), classes })
}

fn failed(error: inference::Error) -> NetError {
    NetError(error.to_string())
}
