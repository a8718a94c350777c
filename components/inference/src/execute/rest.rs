//! Operators without packed weights.

use super::*;
use crate::kernels::pointwise::Binary;

impl Machine {
    pub(super) fn other(&mut self, op: &Op, inputs: Vec<Arc<Value>>) -> Result<Value, Error> {
        let mut all = inputs.into_iter();
        let mut next = || all.next().ok_or_else(|| Error::Run("an input is missing".into()));
        let first = next()?;
        let array = match op {
            Op::Activation(activation) => {
                // Slopes follow the channels.
                let first = match activation {
                    Activation::Prelu(slopes) if slopes.len() > 1 => self.pool.arrange(first, Layout::ChannelsLast)?,
                    _ => first,
                };
                let mut array = self.pool.own(first)?;
                activation.apply(&mut array.data);
                array
            }
            Op::Binary(op) => self.binary(*op, first, next()?)?,
            Op::Affine => {
                let channel = |value: Arc<Value>, rank: usize| -> Result<Arc<Value>, Error> {
                    let array = value.array()?;
                    let shape = [&[array.data.len()][..], &vec![1; rank.saturating_sub(2)]].concat();
                    Ok(Arc::new(Value::Array(Array { shape, layout: Layout::Plain, data: array.data.clone() })))
                };
                let rank = first.array()?.shape.len();
                let scaled = self.binary(Binary::Multiply, first, channel(next()?, rank)?)?;
                self.binary(Binary::Add, Arc::new(Value::Array(scaled)), channel(next()?, rank)?)?
            }
            Op::MatMul => self.product(first, next()?)?,
            Op::Pool { pooling, kernel, strides, padding } => {
                let image = self.pool.arrange(first, Layout::ChannelsLast)?;
                let window =
                    Convolution { kernel: *kernel, strides: *strides, padding: *padding, groups: 1, activation: None };
                let columns = |frame: Frame| (frame.padded()[1] - kernel[1]) / strides[1] + 1;
                let out = self.over_images(&image, &window, *kernel, None, |_, image, frame, out, _| {
                    spatial::pool(*pooling, image, frame, *kernel, *strides, columns(frame), out);
                })?;
                self.pool.recycle(image);
                out
            }
            Op::GlobalMean => {
                let image = self.pool.arrange(first, Layout::ChannelsLast)?;
                let array = image.array()?;
                let [n, h, w, c] = array.image()?;
                let mut out = self.pool.array(vec![n, c, 1, 1], Layout::ChannelsLast);
                for (from, to) in array.data.chunks_exact((h * w * c).max(1)).zip(out.data.chunks_exact_mut(c.max(1))) {
                    spatial::mean(from, c, to);
                }
                self.pool.recycle(image);
                out
            }
            Op::LastMean => {
                let rows = self.pool.arrange(first, Layout::Plain)?;
                let array = rows.array()?;
                let mut shape = array.shape.clone();
                let length = shape.last_mut().map_or(1, |last| std::mem::replace(last, 1)).max(1);
                let mut out = self.pool.array(shape, Layout::Plain);
                let means = array.data.chunks_exact(length).map(|row| row.iter().sum::<f32>() / length as f32);
                out.data.iter_mut().zip(means).for_each(|(to, mean)| *to = mean);
                self.pool.recycle(rows);
                out
            }
            Op::Enlarge(scale) => {
                let image = self.pool.arrange(first, Layout::ChannelsLast)?;
                let array = image.array()?;
                let [n, h, w, c] = array.image()?;
                let mut out = self.pool.array(vec![n, c, h * scale[0], w * scale[1]], Layout::ChannelsLast);
                let size = (h * w * c).max(1);
                for (from, to) in
                    array.data.chunks_exact(size).zip(out.data.chunks_exact_mut(size * scale[0] * scale[1]))
                {
                    spatial::enlarge(from, [h, w, c], *scale, to);
                }
                self.pool.recycle(image);
                out
            }
            Op::Softmax(axis) => {
                let rows = self.pool.arrange(first, Layout::Plain)?;
                let mut array = self.pool.own(rows)?;
                if at(*axis, array.shape.len())? + 1 != array.shape.len() {
                    return Err(Error::Run("softmax over another than the last dimension is not supported".into()));
                }
                softmax(&mut array.data, array.shape.last().copied().unwrap_or(1));
                array
            }
            Op::Transpose(permutation) => {
                let value = self.pool.arrange(first, Layout::Plain)?;
                let array = value.array()?;
                let shape: Option<Vec<usize>> =
                    permutation.iter().map(|&axis| array.shape.get(axis).copied()).collect();
                let shape = shape
                    .filter(|s| s.len() == array.shape.len())
                    .ok_or_else(|| Error::Run("axes do not fit".into()))?;
                let mut out = self.pool.array(shape, Layout::Plain);
                gather::transpose(&array.data, &array.shape, permutation, &mut out.data);
                self.pool.recycle(value);
                out
            }
            Op::Shape => {
                let shape = first.array()?.shape.iter().map(|&d| d as i64).collect();
                self.pool.recycle(first);
                return Ok(Value::Integers(shape));
            }
            Op::Gather => {
                let (integers, index) = (first.integers()?, next()?);
                let index = index.integers()?.first().copied().unwrap_or(0);
                return Ok(Value::Integers(integers.get(at(index, integers.len())?).copied().into_iter().collect()));
            }
            Op::Concatenate(axis) => {
                return self.concatenate(*axis, [vec![first], all.collect()].concat());
            }
            Op::Slice => return self.slice(first, all.collect()),
            Op::Squeeze(_) | Op::Unsqueeze(_) if matches!(*first, Value::Integers(_)) => {
                return Ok(Value::Integers(first.integers()?.to_vec()));
            }
            Op::Squeeze(axes) => self.reshape(first, |shape| {
                let drop = axes.iter().map(|&a| at(a, shape.len())).collect::<Result<Vec<_>, _>>()?;
                Ok(shape.iter().enumerate().filter(|(i, _)| !drop.contains(i)).map(|(_, &d)| d).collect())
            })?,
            Op::Unsqueeze(axes) => self.reshape(first, |shape| {
                let rank = shape.len() + axes.len();
                let added = axes.iter().map(|&a| at(a, rank)).collect::<Result<Vec<_>, _>>()?;
                let mut old = shape.iter().copied();
                Ok((0..rank).map(|i| if added.contains(&i) { 1 } else { old.next().unwrap_or(1) }).collect())
            })?,
            Op::Flatten(axis) => self.reshape(first, |shape| {
                let (lead, rest) = shape.split_at(at(*axis, shape.len())?);
                Ok(vec![lead.iter().product(), rest.iter().product()])
            })?,
            Op::Reshape => {
                let target = next()?;
                let target = target.integers()?;
                self.reshape(first, |shape| {
                    let old = |i: usize| shape.get(i).copied().unwrap_or(1);
                    let known = |(i, &d): (usize, &i64)| {
                        if d == 0 { old(i) } else { usize::try_from(d).unwrap_or(1) }
                    };
                    let rest = shape.iter().product::<usize>()
                        / target.iter().enumerate().map(known).product::<usize>().max(1);
                    Ok(target.iter().enumerate().map(|(i, d)| if *d == -1 { rest } else { known((i, d)) }).collect())
                })?
            }
            _ => return Err(Error::Run(format!("{op:?} cannot run"))),
        };
        Ok(Value::Array(array))
    }

    pub(super) fn binary(&mut self, op: Binary, a: Arc<Value>, b: Arc<Value>) -> Result<Array, Error> {
        // Two images meet in the order convolutions use; one number fits any order.
        let images =
            |v: &Arc<Value>| v.array().map(|a| (a.layout == Layout::ChannelsLast, a.shape.len(), a.data.len()));
        let ((a_last, a_rank, a_len), (b_last, b_rank, b_len)) = (images(&a)?, images(&b)?);
        let (a, b, layout) = if a_rank == 4 && b_len == 1 || b_rank == 4 && a_len == 1 {
            let layout = if b_len == 1 { a.array()?.layout } else { b.array()?.layout };
            (a, b, layout)
        } else {
            let channels_last = (a_last || b_last) && a_rank == 4 && b_rank == 4;
            let layout = if channels_last { Layout::ChannelsLast } else { Layout::Plain };
            (self.pool.arrange(a, layout)?, self.pool.arrange(b, layout)?, layout)
        };
        let (left, right) = (a.array()?, b.array()?);
        let misfit = || Error::Run(format!("{:?} and {:?} do not broadcast", left.shape, right.shape));
        let shape = broadcast_shape(&left.shape, &right.shape).ok_or_else(misfit)?;
        let mut out = self.pool.array(shape, layout);
        let memory = out.memory_shape();
        op.apply((&left.data, &left.memory_shape()), (&right.data, &right.memory_shape()), (&mut out.data, &memory));
        self.pool.recycle(a);
        self.pool.recycle(b);
        Ok(out)
    }

    /// Product of stacks of matrices of the same leading dimensions.
    fn product(&mut self, a: Arc<Value>, b: Arc<Value>) -> Result<Array, Error> {
        let (a, b) = (self.pool.arrange(a, Layout::Plain)?, self.pool.arrange(b, Layout::Plain)?);
        let (left, right) = (a.array()?, b.array()?);
        let misfit = || Error::Run(format!("{:?} and {:?} cannot be multiplied", left.shape, right.shape));
        let ([lead @ .., rows, depth], [also @ .., depth2, columns]) = (left.shape.as_slice(), right.shape.as_slice())
        else {
            return Err(misfit());
        };
        if lead != also || depth != depth2 {
            return Err(misfit());
        }
        let mut out = self.pool.array([lead, &[*rows, *columns]].concat(), Layout::Plain);
        let frame = Frame { size: [1, *rows, *depth], pads: [0; 4] };
        let pairs =
            left.data.chunks_exact((rows * depth).max(1)).zip(right.data.chunks_exact((depth * columns).max(1)));
        for ((left, right), out) in pairs.zip(out.data.chunks_exact_mut((rows * columns).max(1))) {
            let at = |[_, _, i, o]: [usize; 4]| right.get(i * columns + o).copied().unwrap_or(0.0);
            let filter = Filter::new(crate::Precision::Float32, [1, 1, *depth, *columns], &[], at);
            filter.apply(left, frame, [1, 1], f32::NEG_INFINITY, None, &mut self.scratch, out, |_| ());
        }
        self.pool.recycle(a);
        self.pool.recycle(b);
        Ok(out)
    }

    fn concatenate(&mut self, axis: i64, parts: Vec<Arc<Value>>) -> Result<Value, Error> {
        if parts.iter().all(|p| matches!(**p, Value::Integers(_))) {
            let parts: Result<Vec<&[i64]>, Error> = parts.iter().map(|p| p.integers()).collect();
            return Ok(Value::Integers(parts?.concat()));
        }
        let last = parts.iter().any(|p| p.array().is_ok_and(|a| a.layout == Layout::ChannelsLast));
        let layout = if last { Layout::ChannelsLast } else { Layout::Plain };
        let parts = parts.into_iter().map(|p| self.pool.arrange(p, layout)).collect::<Result<Vec<_>, _>>()?;
        let arrays = parts.iter().map(|p| p.array()).collect::<Result<Vec<_>, _>>()?;
        let mut shape = arrays.first().map(|a| a.shape.clone()).unwrap_or_default();
        let axis = at(axis, shape.len())?;
        let fits = |a: &&Array| {
            a.shape.len() == shape.len() && (0..shape.len()).all(|i| i == axis || a.shape.get(i) == shape.get(i))
        };
        if !arrays.iter().all(fits) {
            return Err(Error::Run("the parts do not fit together".into()));
        }
        let total = arrays.iter().filter_map(|a| a.shape.get(axis)).sum();
        if let Some(length) = shape.get_mut(axis) {
            *length = total;
        }
        let mut out = self.pool.array(shape, layout);
        // The axis in memory order; everything from it on is one stretch.
        let axis = match (layout, axis) {
            (Layout::ChannelsLast, 1) => 3,
            (Layout::ChannelsLast, 2 | 3) => axis - 1,
            _ => axis,
        };
        let stretch = |a: &Array| a.memory_shape().iter().skip(axis).product();
        let stretches: Vec<(&[f32], usize)> = arrays.iter().map(|a| (a.data.as_slice(), stretch(a))).collect();
        gather::concatenate(&stretches, &mut out.data);
        parts.into_iter().for_each(|p| self.pool.recycle(p));
        Ok(Value::Array(out))
    }

    /// `x[starts..ends]` along axes, with step 1.
    fn slice(&mut self, x: Arc<Value>, bounds: Vec<Arc<Value>>) -> Result<Value, Error> {
        let bounds = bounds.iter().map(|b| b.integers()).collect::<Result<Vec<_>, _>>()?;
        let ([starts, ends, rest @ ..], rank) = (bounds.as_slice(), x.array().map_or(1, |a| a.shape.len())) else {
            return Err(Error::Run("bounds are missing".into()));
        };
        if rest.get(1).is_some_and(|steps| steps.iter().any(|&s| s != 1)) {
            return Err(Error::Run("slices with steps are not supported".into()));
        }
        let every: Vec<i64> = (0..starts.len() as i64).collect();
        let axes = rest.first().copied().unwrap_or(&every);
        let clamp = |i: i64, n: usize| (if i < 0 { i.saturating_add(n as i64) } else { i }).clamp(0, n as i64) as usize;
        if let Value::Integers(integers) = &*x {
            let (start, end) = (starts.first().copied().unwrap_or(0), ends.first().copied().unwrap_or(0));
            let (start, end) = (clamp(start, integers.len()), clamp(end, integers.len()));
            return Ok(Value::Integers(integers.get(start..end).unwrap_or(&[]).to_vec()));
        }
        let mut x = self.pool.arrange(x, Layout::Plain)?;
        for (axis, (&start, &end)) in axes.iter().zip(starts.iter().zip(ends.iter())) {
            let array = x.array()?;
            let axis = at(*axis, rank)?;
            let length = array.shape.get(axis).copied().unwrap_or(0);
            let (start, end) = (clamp(start, length), clamp(end, length));
            let mut shape = array.shape.clone();
            if let Some(length) = shape.get_mut(axis) {
                *length = end.saturating_sub(start);
            }
            let run: usize = shape.iter().skip(axis + 1).product();
            let mut out = self.pool.array(shape, Layout::Plain);
            let parts = array.data.chunks_exact((length * run).max(1)).filter_map(|c| c.get(start * run..end * run));
            out.data
                .chunks_exact_mut(((end.saturating_sub(start)) * run).max(1))
                .zip(parts)
                .for_each(|(to, p)| to.copy_from_slice(p));
            self.pool.recycle(std::mem::replace(&mut x, Arc::new(Value::Array(out))));
        }
        Ok(Value::Array(self.pool.own(x)?))
    }

    fn reshape(
        &mut self,
        x: Arc<Value>,
        shape: impl Fn(&[usize]) -> Result<Vec<usize>, Error>,
    ) -> Result<Array, Error> {
        let x = self.pool.arrange(x, Layout::Plain)?;
        let mut array = self.pool.own(x)?;
        let shape = shape(&array.shape)?;
        if shape.iter().product::<usize>() != array.data.len() {
            return Err(Error::Run(format!("{:?} cannot become {shape:?}", array.shape)));
        }
        array.shape = shape;
        Ok(array)
    }
}

/// An axis counted from the front.
fn at(axis: i64, rank: usize) -> Result<usize, Error> {
    let positive = if axis < 0 { axis + rank as i64 } else { axis };
    usize::try_from(positive).ok().filter(|a| *a < rank).ok_or_else(|| Error::Run(format!("axis {axis} of {rank}")))
}
