use crate::Error;

/// Dense numbers in row-major order; images are `[n, channels, height, width]` as in ONNX.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor {
    shape: Vec<usize>,
    data: Vec<f32>,
}

impl Tensor {
    /// A tensor of `shape` over `data`.
    ///
    /// # Errors
    /// [`Error::Shape`] where `data` holds another number of elements than `shape` asks for.
    pub fn new(shape: &[usize], data: Vec<f32>) -> Result<Self, Error> {
        let len = shape.iter().try_fold(1usize, |n, &d| n.checked_mul(d));
        if len != Some(data.len()) {
            return Err(Error::Shape(format!("{} numbers do not fill {shape:?}", data.len())));
        }
        Ok(Self { shape: shape.to_vec(), data })
    }

    /// Lengths of the dimensions, outermost first.
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// The elements, last dimension contiguous.
    pub fn data(&self) -> &[f32] {
        &self.data
    }

    /// Gives the elements away without a copy.
    pub fn into_data(self) -> Vec<f32> {
        self.data
    }
}
