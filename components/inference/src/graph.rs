//! An ONNX file as a list of typed nodes.

use std::collections::HashMap;
use std::fs::File;

use rten_onnx::onnx::{DataType, ModelProto, TensorProto};

use crate::kernels::pointwise::{Activation, Binary};
use crate::kernels::spatial::Pooling;
use crate::{Error, Tensor};

mod node;

/// Nodes in an order in which every input is computed before it is used.
pub(crate) struct Graph {
    pub nodes: Vec<Node>,
    pub constants: HashMap<String, Constant>,
    pub inputs: Vec<String>,
    pub outputs: Vec<String>,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub op: Op,
    /// Names of values; an absent optional input is empty.
    pub inputs: Vec<String>,
    pub output: String,
}

#[derive(Clone, Debug)]
pub(crate) enum Constant {
    Floats(Tensor),
    Integers(Vec<i64>),
}

/// Zeros around an image.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Padding {
    /// Top, left, bottom, right.
    Explicit([usize; 4]),
    /// As much as makes the output `input / stride` long, the odd one below and right.
    SameUpper,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Convolution {
    pub kernel: [usize; 2],
    pub strides: [usize; 2],
    pub padding: Padding,
    pub groups: usize,
    pub activation: Option<Activation>,
}

/// Operators as ONNX defines them, or several of them as one.
#[derive(Clone, Debug)]
pub(crate) enum Op {
    /// Inputs: image, weights, bias (may be empty), and after fusion a residual.
    Convolution(Convolution),
    /// The same with stride and kernel equal, so that windows do not overlap.
    Transposed(Convolution),
    /// Inputs: rows, weights `[depth, columns]`, bias (may be empty), and after fusion a residual.
    Linear(Option<Activation>),
    MatMul,
    /// A matrix product and a bias, the weights `[columns, depth]` where `transposed`; only between reading and fusion.
    Gemm {
        transposed: bool,
    },
    /// Inputs: x, scale and shift per channel.
    Affine,
    Activation(Activation),
    Binary(Binary),
    Pool {
        pooling: Pooling,
        kernel: [usize; 2],
        strides: [usize; 2],
        padding: Padding,
    },
    /// Mean over height and width, which stay as 1.
    GlobalMean,
    /// Mean over the last dimension, which stays as 1.
    LastMean,
    /// Nearest-neighbour enlargement by whole numbers.
    Enlarge([usize; 2]),
    Concatenate(i64),
    Reshape,
    /// To two dimensions, the second beginning at the axis.
    Flatten(i64),
    Transpose(Vec<usize>),
    Slice,
    Squeeze(Vec<i64>),
    Unsqueeze(Vec<i64>),
    Shape,
    /// One of some integers.
    Gather,
    /// Over the last dimension.
    Softmax(i64),
    /// Only between reading and fusion.
    Identity,
    Erf,
    BatchNorm(f32),
}

/// Reads a file's bytes.
///
/// # Errors
/// [`Error::Load`] for anything but an ONNX file of supported operators and number types.
pub(crate) fn read(onnx: &[u8]) -> Result<Graph, Error> {
    graph(ModelProto::parse_buf(onnx).map_err(|e| Error::Load(e.to_string()))?)
}

/// Reads a file as it comes, without having all its bytes in memory beside the weights.
///
/// # Errors
/// As [`read`].
pub(crate) fn read_file(onnx: File) -> Result<Graph, Error> {
    graph(ModelProto::parse_file(onnx).map_err(|e| Error::Load(e.to_string()))?)
}

fn graph(model: ModelProto) -> Result<Graph, Error> {
    let opset =
        model.opset_import.iter().filter(|o| o.domain.as_deref().unwrap_or("").is_empty()).find_map(|o| o.version);
    let proto = model.graph.ok_or_else(|| Error::Load("the file holds no graph".into()))?;
    let mut constants = HashMap::new();
    for tensor in proto.initializer {
        let name = tensor.name.clone().unwrap_or_default();
        constants.insert(name, constant(tensor)?);
    }
    let mut nodes = Vec::new();
    for mut node in proto.node {
        let output = node.output.first().cloned().unwrap_or_default();
        if node.op_type.as_deref() == Some("Constant") {
            let value = node.attribute.iter_mut().find_map(|a| a.t.take());
            let value = value.ok_or_else(|| Error::Load(format!("constant {output} is no tensor")))?;
            constants.insert(output, constant(value)?);
            continue;
        }
        let op = node::Attributes(&node)
            .op(opset.unwrap_or(0), &constants)
            .map_err(|e| Error::Load(format!("{output}: {e}")))?;
        // What these take besides is in the operator already.
        let one = matches!(op, Op::Enlarge(_) | Op::Squeeze(_) | Op::Unsqueeze(_) | Op::Activation(_));
        let takes = if one { 1 } else { usize::MAX };
        nodes.push(Node { op, inputs: node.input.into_iter().take(takes).collect(), output });
    }
    let names = |infos: Vec<rten_onnx::onnx::ValueInfoProto>| infos.into_iter().filter_map(|i| i.name);
    let inputs = names(proto.input).filter(|name| !constants.contains_key(name)).collect();
    Ok(Graph { nodes, inputs, outputs: names(proto.output).collect(), constants })
}

fn constant(tensor: TensorProto) -> Result<Constant, Error> {
    let shape: Vec<usize> = tensor.dims.iter().map(|&d| usize::try_from(d).unwrap_or(usize::MAX)).collect();
    let raw = tensor.raw_data.map(|r| r.into_inner()).unwrap_or_default();
    match tensor.data_type {
        Some(DataType::FLOAT) => {
            let floats = raw.as_chunks().0.iter().map(|b| f32::from_le_bytes(*b));
            Tensor::new(&shape, if raw.is_empty() { tensor.float_data } else { floats.collect() }).map(Constant::Floats)
        }
        Some(DataType::INT64) => {
            let integers = raw.as_chunks().0.iter().map(|b| i64::from_le_bytes(*b));
            Ok(Constant::Integers(if raw.is_empty() { tensor.int64_data } else { integers.collect() }))
        }
        other => Err(Error::Load(format!("numbers of type {other:?} are not supported"))),
    }
}
