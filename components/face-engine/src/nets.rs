//! The four networks and their inputs; the only file that knows the inference engine.

use std::path::Path;

use inference::{Model, Precision, Tensor};
use picture::raster::Rgb;

/// The networks could not be loaded or run.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct NetError(String);

/// All networks of the engine.
pub struct Nets {
    detector: Model,
    recognizer: Model,
    liveness: Model,
    landmarks: Model,
}

/// Length of an embedding.
pub const EMBEDDING: usize = 128;

impl Nets {
    /// Loads `yunet.onnx`, `sface.onnx`, `fr_liveness.onnx` and `fr_landmark.onnx` from `folder`.
    ///
    /// # Errors
    /// Where a file is missing or is no such model.
    pub fn load(folder: &Path) -> Result<Self, NetError> {
        // Rounding to 16 bits halves time and memory; by it cosines move by less than a hundredth.
        let model = |name: &str| {
            let path = folder.join(name);
            Model::open(&path, Precision::Fixed16)
                .map_err(|e| NetError(format!("{}: {e}; models are fetched with `cargo xtask models`", path.display())))
        };
        Ok(Self {
            // The largest first: what it needed while it was read serves the others.
            recognizer: model("sface.onnx")?,
            detector: model("yunet.onnx")?,
            liveness: model("fr_liveness.onnx")?,
            landmarks: model("fr_landmark.onnx")?,
        })
    }

    /// YuNet on a picture whose sides are multiples of 32: classes, objectness, boxes and points, each at strides 8, 16 and 32.
    pub(crate) fn detect(&self, picture: &Rgb) -> Result<[Vec<f32>; 12], NetError> {
        let outputs = self.detector.run(&planes(picture, [2, 1, 0])?).map_err(failed)?;
        let outputs: Vec<Vec<f32>> = outputs.into_iter().map(Tensor::into_data).collect();
        outputs.try_into().map_err(|_| NetError("yunet.onnx has other outputs than YuNet".into()))
    }

    /// SFace on an aligned face of 112 x 112 pixels: [`EMBEDDING`] numbers of any length.
    pub(crate) fn embed(&self, face: &Rgb) -> Result<Vec<f32>, NetError> {
        self.recognizer.run(&planes(face, [0, 1, 2])?).map_err(failed).and_then(first)
    }

    /// The silent liveness network on 128 x 128 pixels: logits, the first of which stands for a living person.
    pub(crate) fn liveness(&self, crop: &Rgb) -> Result<Vec<f32>, NetError> {
        self.liveness.run(&planes(crop, [2, 1, 0])?).map_err(failed).and_then(first)
    }

    /// The landmark network on 64 x 64 pixels: x and y of 68 points, 0 to 1.
    pub(crate) fn landmarks(&self, crop: &Rgb) -> Result<Vec<f32>, NetError> {
        let gray = crop.gray();
        let data = gray.data.iter().map(|&v| f32::from(v) / 256.).collect();
        let input = Tensor::new(&[1, 1, gray.height, gray.width], data).map_err(failed)?;
        self.landmarks.run(&input).map_err(failed).and_then(first)
    }
}

fn first(outputs: Vec<Tensor>) -> Result<Vec<f32>, NetError> {
    outputs.into_iter().next().map(Tensor::into_data).ok_or_else(|| NetError("a model has no output".into()))
}

/// NCHW planes, 0 to 255, in this order of red (0), green and blue.
fn planes(picture: &Rgb, order: [usize; 3]) -> Result<Tensor, NetError> {
    let mut data = Vec::with_capacity(picture.data.len());
    for channel in order {
        data.extend(picture.data.iter().skip(channel).step_by(3).map(|&v| f32::from(v)));
    }
    Tensor::new(&[1, 3, picture.height, picture.width], data).map_err(failed)
}

fn failed(error: inference::Error) -> NetError {
    NetError(error.to_string())
}
