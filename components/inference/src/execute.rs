//! Runs a plan, layer after layer.

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::graph::{Convolution, Op, Padding};
use crate::kernels::frame::{Frame, Scratch};
use crate::kernels::pack::Filter;
use crate::kernels::pointwise::{Activation, broadcast_shape, softmax};
use crate::kernels::{gather, spatial};
use crate::plan::{Layer, Plan, Step};
use crate::value::{Array, Layout, Pool, Value};
use crate::{Error, Tensor};

impl Plan {
    /// Computes the outputs; `watch` is told each step, its output and its wall time.
    pub fn run(&self, input: &Tensor, mut watch: impl FnMut(&Step, &Value, Duration)) -> Result<Vec<Tensor>, Error> {
        let missing = || Error::Run("a value is used before it is computed".into());
        let mut values = self.values.clone();
        if let Some(slot) = values.get_mut(self.input) {
            *slot = Some(Arc::new(Value::Array(input.clone().into())));
        }
        let mut machine = Machine::default();
        for step in &self.steps {
            let start = Instant::now();
            let mut inputs = Vec::with_capacity(step.inputs.len());
            for &(n, last) in &step.inputs {
                let slot = values.get_mut(n).ok_or_else(missing)?;
                inputs.push(if last { slot.take() } else { slot.clone() }.ok_or_else(missing)?);
            }
            let value = machine.run(&step.layer, inputs).map_err(|e| Error::Run(format!("{}: {e}", step.name)))?;
            watch(step, &value, start.elapsed());
            if let Some(slot) = values.get_mut(step.output) {
                *slot = Some(Arc::new(value));
            }
        }
        let output = |&n: &usize| {
            let value = values.get(n).cloned().flatten().ok_or_else(missing)?;
            let value = machine.pool.arrange(value, Layout::Plain)?;
            let array = machine.pool.own(value)?;
            Tensor::new(&array.shape, array.data)
        };
        self.outputs.iter().map(output).collect()
    }
}

/// The memory layers work in.
#[derive(Default)]
struct Machine {
    pool: Pool,
    scratch: Scratch,
}

impl Machine {
    fn run(&mut self, layer: &Layer, inputs: Vec<Arc<Value>>) -> Result<Value, Error> {
        let mut inputs = inputs.into_iter();
        let mut next = || inputs.next().ok_or_else(|| Error::Run("an input is missing".into()));
        let array = match layer {
            Layer::Convolution(c, filter) => {
                let image = self.pool.arrange(next()?, Layout::ChannelsLast)?;
                let residual = inputs.next().map(|r| self.pool.arrange(r, Layout::ChannelsLast)).transpose()?;
                self.convolution(c, filter, image, residual)?
            }
            Layer::Depthwise(c, filters) => {
                let image = self.pool.arrange(next()?, Layout::ChannelsLast)?;
                let residual = inputs.next();
                let out = self.over_images(&image, c, filters.size, None, |_, image, frame, out, _| {
                    filters.apply(image, frame, c.strides, out, |row| activate(c.activation.as_ref(), row));
                })?;
                self.pool.recycle(image);
                self.add(out, residual)?
            }
            Layer::Transposed(c, filter) => self.transposed(c, filter, next()?)?,
            Layer::Linear(activation, filter) => self.linear(activation.as_ref(), filter, next()?, inputs.next())?,
            Layer::Other(op) => return self.other(op, inputs.collect()),
        };
        Ok(Value::Array(array))
    }

    /// Makes the output of a window operator and fills it image by image.
    fn over_images(
        &mut self,
        image: &Arc<Value>,
        c: &Convolution,
        kernel: [usize; 2],
        channels: Option<usize>,
        mut fill: impl FnMut(&mut Scratch, &[f32], Frame, &mut [f32], usize),
    ) -> Result<Array, Error> {
        let image = image.array()?;
        let [n, height, width, depth] = image.image()?;
        let (frame, [rows, columns]) = frame([height, width, depth], kernel, c.strides, c.padding)?;
        let channels = channels.unwrap_or(depth);
        let mut out = self.pool.array(vec![n, channels, rows, columns], Layout::ChannelsLast);
        let size = (rows * columns * channels).max(1);
        for (i, out) in out.data.chunks_exact_mut(size).enumerate() {
            let from = image.data.get(i * height * width * depth..).unwrap_or(&[]);
            fill(&mut self.scratch, from.get(..height * width * depth).unwrap_or(from), frame, out, i * size);
        }
        Ok(out)
    }

    fn convolution(
        &mut self,
        c: &Convolution,
        filter: &Filter,
        image: Arc<Value>,
        residual: Option<Arc<Value>>,
    ) -> Result<Array, Error> {
        let [kh, kw, cin, cout] = filter.size;
        let [n, height, width, depth] = image.array()?.image()?;
        if depth != cin {
            return Err(Error::Run(format!("{depth} channels where {cin} are needed")));
        }
        let (_, [rows, columns]) = frame([height, width, depth], [kh, kw], c.strides, c.padding)?;
        // The sum is fused where no broadcasting is needed.
        let shape = [n, cout, rows, columns];
        let fused =
            residual.as_ref().map(|r| r.array()).transpose()?.filter(|r| r.shape == shape).map(|r| r.data.as_slice());
        let (floor, after) = split(c.activation.as_ref());
        let out = self.over_images(&image, c, [kh, kw], Some(cout), |scratch, image, frame, out, at| {
            let residual = fused.and_then(|r| r.get(at..));
            filter.apply(image, frame, c.strides, floor, residual, scratch, out, |part| activate(after, part));
        })?;
        self.pool.recycle(image);
        let fused = fused.is_some();
        match residual {
            Some(residual) if fused => {
                self.pool.recycle(residual);
                Ok(out)
            }
            residual => self.add(out, residual),
        }
    }

    fn transposed(&mut self, c: &Convolution, filter: &Filter, image: Arc<Value>) -> Result<Array, Error> {
        let image = self.pool.arrange(image, Layout::ChannelsLast)?;
        let [n, height, width, depth] = image.array()?.image()?;
        let ([kh, kw], columns) = (c.kernel, filter.size[3]);
        if depth != filter.size[2] {
            return Err(Error::Run(format!("{depth} channels where {} are needed", filter.size[2])));
        }
        let product = Convolution { kernel: [1, 1], strides: [1, 1], ..c.clone() };
        let packed = self.convolution(&product, filter, image, None)?;
        let channels = columns / (kh * kw).max(1);
        let mut out = self.pool.array(vec![n, channels, height * kh, width * kw], Layout::ChannelsLast);
        let size = (height * width * columns).max(1);
        for (from, to) in packed.data.chunks_exact(size).zip(out.data.chunks_exact_mut(size)) {
            spatial::spread(from, width, [kh, kw], channels, to);
        }
        self.pool.recycle(Arc::new(Value::Array(packed)));
        Ok(out)
    }

    fn linear(
        &mut self,
        activation: Option<&Activation>,
        filter: &Filter,
        rows: Arc<Value>,
        residual: Option<Arc<Value>>,
    ) -> Result<Array, Error> {
        let rows = self.pool.arrange(rows, Layout::Plain)?;
        let [.., depth, columns] = filter.size;
        let array = rows.array()?;
        let Some((last, outer)) = array.shape.split_last().filter(|(last, _)| **last == depth) else {
            return Err(Error::Run(format!("rows of {depth} are needed, not {:?}", array.shape)));
        };
        let frame = Frame { size: [1, array.data.len() / last.max(&1), depth], pads: [0; 4] };
        let mut out = self.pool.array([outer, &[columns]].concat(), Layout::Plain);
        let (floor, after) = split(activation);
        filter.apply(&array.data, frame, [1, 1], floor, None, &mut self.scratch, &mut out.data, |part| {
            activate(after, part)
        });
        self.pool.recycle(rows);
        self.add(out, residual)
    }

    fn add(&mut self, out: Array, residual: Option<Arc<Value>>) -> Result<Array, Error> {
        match residual {
            None => Ok(out),
            Some(residual) => {
                self.binary(crate::kernels::pointwise::Binary::Add, Arc::new(Value::Array(out)), residual)
            }
        }
    }
}

/// Relu is free while storing; the others follow while the numbers are in cache.
fn split(activation: Option<&Activation>) -> (f32, Option<&Activation>) {
    match activation {
        Some(Activation::Relu) => (0.0, None),
        other => (f32::NEG_INFINITY, other),
    }
}

fn activate(activation: Option<&Activation>, numbers: &mut [f32]) {
    if let Some(activation) = activation {
        activation.apply(numbers);
    }
}

/// The zeros around an image and the output's height and width.
fn frame(
    size: [usize; 3],
    kernel: [usize; 2],
    strides: [usize; 2],
    padding: Padding,
) -> Result<(Frame, [usize; 2]), Error> {
    let [height, width, _] = size;
    let same = |length: usize, kernel: usize, stride: usize| {
        let total = ((length.div_ceil(stride).max(1) - 1) * stride + kernel).saturating_sub(length);
        (total / 2, total - total / 2)
    };
    let pads = match padding {
        Padding::Explicit(pads) => pads,
        Padding::SameUpper => {
            let ((top, bottom), (left, right)) =
                (same(height, kernel[0], strides[0]), same(width, kernel[1], strides[1]));
            [top, left, bottom, right]
        }
    };
    let frame = Frame { size, pads };
    let [padded_height, padded_width] = frame.padded();
    if kernel[0] > padded_height
        || kernel[1] > padded_width
        || size.contains(&0)
        || kernel.contains(&0)
        || strides.contains(&0)
    {
        return Err(Error::Run(format!("a window of {kernel:?} does not fit an image of {height} x {width}")));
    }
    let out = [(padded_height - kernel[0]) / strides[0] + 1, (padded_width - kernel[1]) / strides[1] + 1];
    Ok((frame, out))
}

mod rest;
