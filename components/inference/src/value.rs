//! What flows between layers.

use std::sync::Arc;

use crate::kernels::gather;
use crate::{Error, Tensor};

/// The order of an array's numbers in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// Row-major in the order of the shape.
    Plain,
    /// An image `[n, channels, height, width]` stored as `[n, height, width, channels]`.
    ChannelsLast,
}

/// Numbers with their ONNX shape.
#[derive(Clone, Debug)]
pub(crate) struct Array {
    pub shape: Vec<usize>,
    pub layout: Layout,
    pub data: Vec<f32>,
}

#[derive(Clone, Debug)]
pub(crate) enum Value {
    Array(Array),
    /// Shapes, axes and bounds, which some models compute.
    Integers(Vec<i64>),
}

impl From<Tensor> for Array {
    fn from(tensor: Tensor) -> Self {
        Self { shape: tensor.shape().to_vec(), layout: Layout::Plain, data: tensor.into_data() }
    }
}

impl Value {
    pub fn array(&self) -> Result<&Array, Error> {
        match self {
            Self::Array(array) => Ok(array),
            Self::Integers(_) => Err(Error::Run("integers where an array is needed".into())),
        }
    }

    pub fn integers(&self) -> Result<&[i64], Error> {
        match self {
            Self::Integers(integers) => Ok(integers),
            Self::Array(_) => Err(Error::Run("an array where integers are needed".into())),
        }
    }
}

impl Array {
    /// The shape in memory order.
    pub fn memory_shape(&self) -> Vec<usize> {
        match (self.layout, self.shape.as_slice()) {
            (Layout::ChannelsLast, &[n, c, h, w]) => vec![n, h, w, c],
            _ => self.shape.clone(),
        }
    }

    /// Images, their count, height, width and channels.
    pub fn image(&self) -> Result<[usize; 4], Error> {
        match *self.shape {
            [n, c, h, w] if self.layout == Layout::ChannelsLast => Ok([n, h, w, c]),
            _ => Err(Error::Run(format!("an image is needed, not {:?}", self.shape))),
        }
    }
}

/// Buffers that have served their purpose and wait for another.
#[derive(Default)]
pub(crate) struct Pool {
    free: Vec<Vec<f32>>,
}

impl Pool {
    /// A buffer of `len` arbitrary numbers.
    pub fn take(&mut self, len: usize) -> Vec<f32> {
        let fits = |b: &Vec<f32>| b.capacity() >= len && b.capacity() / 4 <= len;
        let best = (0..self.free.len())
            .filter(|&i| self.free.get(i).is_some_and(fits))
            .min_by_key(|&i| self.free.get(i).map(Vec::capacity));
        let mut buffer = best.map(|i| self.free.swap_remove(i)).unwrap_or_default();
        buffer.resize(len, 0.0);
        buffer
    }

    pub fn array(&mut self, shape: Vec<usize>, layout: Layout) -> Array {
        let data = self.take(shape.iter().product());
        Array { shape, layout, data }
    }

    /// The array itself where nobody else holds it, else a copy.
    pub fn own(&mut self, value: Arc<Value>) -> Result<Array, Error> {
        match Arc::try_unwrap(value) {
            Ok(Value::Array(array)) => Ok(array),
            Ok(Value::Integers(_)) => Err(Error::Run("integers where an array is needed".into())),
            Err(shared) => {
                let array = shared.array()?;
                let mut copy = self.array(array.shape.clone(), array.layout);
                copy.data.copy_from_slice(&array.data);
                Ok(copy)
            }
        }
    }

    /// Keeps the buffer if nobody else holds the value.
    pub fn recycle(&mut self, value: Arc<Value>) {
        if let Some(Value::Array(array)) = Arc::into_inner(value) {
            self.free.push(array.data);
        }
    }

    /// The same array in `layout`; only images can be channels-last.
    pub fn arrange(&mut self, value: Arc<Value>, layout: Layout) -> Result<Arc<Value>, Error> {
        let array = value.array()?;
        if array.layout == layout {
            return Ok(value);
        }
        let [n, c, h, w] = *array.shape else {
            return Err(Error::Run(format!("an image is needed, not {:?}", array.shape)));
        };
        let mut out = self.array(array.shape.clone(), layout);
        for (from, to) in
            array.data.chunks_exact((c * h * w).max(1)).zip(out.data.chunks_exact_mut((c * h * w).max(1))).take(n)
        {
            match layout {
                Layout::ChannelsLast => gather::interleave(from, c, to),
                Layout::Plain => gather::interleave(from, h * w, to),
            }
        }
        self.recycle(value);
        Ok(Arc::new(Value::Array(out)))
    }
}
