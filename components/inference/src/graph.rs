//! An ONNX file as a list of typed nodes.

use std::collections::HashMap;

use rten_onnx::onnx::{AttributeProto, DataType, ModelProto, NodeProto, TensorProto};

use crate::kernels::pointwise::{Activation, Binary};
use crate::kernels::spatial::Pooling;
use crate::{Error, Tensor};

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

#[derive(Clone, Copy, Debug, PartialEq)]
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
    Transpose(Vec<usize>),
    Slice,
    Squeeze(Vec<i64>),
    Unsqueeze(Vec<i64>),
    Shape,
    /// Over the last dimension.
    Softmax(i64),
    /// Only between reading and fusion.
    Identity,
    Erf,
    BatchNorm(f32),
}

/// Reads the file.
///
/// # Errors
/// [`Error::Load`] for anything but an ONNX file of supported operators and number types.
pub(crate) fn read(onnx: &[u8]) -> Result<Graph, Error> {
    let model = ModelProto::parse_buf(onnx).map_err(|e| Error::Load(e.to_string()))?;
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
        let op =
            Attributes(&node).op(opset.unwrap_or(0), &constants).map_err(|e| Error::Load(format!("{output}: {e}")))?;
        let takes = if matches!(op, Op::Enlarge(_) | Op::Squeeze(_) | Op::Unsqueeze(_)) { 1 } else { usize::MAX };
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

/// A node's attributes, read with ONNX's defaults.
struct Attributes<'a>(&'a NodeProto);

impl Attributes<'_> {
    fn find(&self, name: &str) -> Option<&AttributeProto> {
        self.0.attribute.iter().find(|a| a.name.as_deref() == Some(name))
    }

    fn integers(&self, name: &str) -> Option<&[i64]> {
        self.find(name).map(|a| a.ints.as_slice())
    }

    fn integer(&self, name: &str, default: i64) -> i64 {
        self.find(name).and_then(|a| a.i).unwrap_or(default)
    }

    fn float(&self, name: &str, default: f32) -> f32 {
        self.find(name).and_then(|a| a.f).unwrap_or(default)
    }

    fn text(&self, name: &str) -> &str {
        self.find(name).and_then(|a| a.s.as_deref()).unwrap_or("")
    }

    fn lengths<const N: usize>(&self, name: &str, default: usize) -> Result<[usize; N], String> {
        let Some(integers) = self.integers(name) else {
            return Ok([default; N]);
        };
        let lengths: Option<Vec<usize>> = integers.iter().map(|&i| usize::try_from(i).ok()).collect();
        lengths.and_then(|l| l.try_into().ok()).ok_or_else(|| format!("{name} {integers:?} is not supported"))
    }

    /// Axes from the attribute (up to opset 12) or from a constant input (from 13 on).
    fn axes(&self, constants: &HashMap<String, Constant>) -> Result<Vec<i64>, String> {
        let input = self.0.input.get(1).and_then(|name| constants.get(name));
        match (self.integers("axes"), input) {
            (Some(axes), _) => Ok(axes.to_vec()),
            (None, Some(Constant::Integers(axes))) => Ok(axes.clone()),
            _ => Err("axes are not given".into()),
        }
    }

    fn padding(&self) -> Result<Padding, String> {
        match self.text("auto_pad") {
            "" | "NOTSET" => Ok(Padding::Explicit(self.lengths("pads", 0)?)),
            "SAME_UPPER" => Ok(Padding::SameUpper),
            "VALID" => Ok(Padding::Explicit([0; 4])),
            other => Err(format!("padding {other} is not supported")),
        }
    }

    fn convolution(&self) -> Result<Convolution, String> {
        if self.lengths::<2>("dilations", 1)? != [1, 1] {
            return Err("dilated convolution is not supported".into());
        }
        Ok(Convolution {
            kernel: self.lengths("kernel_shape", 0)?,
            strides: self.lengths("strides", 1)?,
            padding: self.padding()?,
            groups: usize::try_from(self.integer("group", 1)).unwrap_or(0),
            activation: None,
        })
    }

    fn op(&self, opset: i64, constants: &HashMap<String, Constant>) -> Result<Op, String> {
        let kind = self.0.op_type.as_deref().unwrap_or("");
        let require = |holds: bool, what: &str| {
            if holds { Ok(()) } else { Err(format!("{kind} with {what} is not supported")) }
        };
        Ok(match kind {
            "Conv" => Op::Convolution(self.convolution()?),
            "ConvTranspose" => {
                let c = self.convolution()?;
                let plain = c.kernel == c.strides && c.groups == 1 && c.padding == Padding::Explicit([0; 4]);
                require(plain && self.find("output_padding").is_none(), "overlapping windows")?;
                Op::Transposed(c)
            }
            "MatMul" => Op::MatMul,
            "BatchNormalization" => Op::BatchNorm(self.float("epsilon", 1e-5)),
            "Relu" => Op::Activation(Activation::Relu),
            "Sigmoid" => Op::Activation(Activation::Sigmoid),
            "HardSigmoid" => Op::Activation(Activation::HardSigmoid {
                alpha: self.float("alpha", 0.2),
                beta: self.float("beta", 0.5),
            }),
            "HardSwish" => Op::Activation(Activation::HardSwish { alpha: 1.0 / 6.0, beta: 0.5 }),
            "Sqrt" => Op::Activation(Activation::Sqrt),
            "Erf" => Op::Erf,
            "Add" => Op::Binary(Binary::Add),
            "Sub" => Op::Binary(Binary::Subtract),
            "Mul" => Op::Binary(Binary::Multiply),
            "Div" => Op::Binary(Binary::Divide),
            "Pow" => Op::Binary(Binary::Power),
            "MaxPool" | "AveragePool" => {
                require(self.integer("ceil_mode", 0) == 0, "ceil_mode")?;
                require(self.lengths::<2>("dilations", 1)? == [1, 1], "dilations")?;
                let pooling = if kind == "MaxPool" { Pooling::Max } else { Pooling::Mean };
                let padding = self.padding()?;
                let counted = pooling == Pooling::Mean && self.integer("count_include_pad", 0) != 0;
                require(!counted || padding == Padding::Explicit([0; 4]), "count_include_pad")?;
                Op::Pool {
                    pooling,
                    kernel: self.lengths("kernel_shape", 0)?,
                    strides: self.lengths("strides", 1)?,
                    padding,
                }
            }
            "GlobalAveragePool" => Op::GlobalMean,
            "ReduceMean" => {
                let (axes, keep) = (self.axes(constants)?, self.integer("keepdims", 1) == 1);
                match axes.as_slice() {
                    [2, 3] | [-2, -1] if keep => Op::GlobalMean,
                    [-1] if keep => Op::LastMean,
                    _ => return Err(format!("ReduceMean over {axes:?} is not supported")),
                }
            }
            "Resize" => {
                let nearest = self.text("mode") == "nearest" && self.text("nearest_mode") == "floor";
                require(
                    nearest && self.text("coordinate_transformation_mode") == "asymmetric",
                    "another mode than nearest",
                )?;
                match self.0.input.get(2).and_then(|name| constants.get(name)) {
                    Some(Constant::Floats(t)) => match *t.data() {
                        [1.0, 1.0, h, w] if h >= 1.0 && w >= 1.0 && h.fract() == 0.0 && w.fract() == 0.0 => {
                            Op::Enlarge([h as usize, w as usize])
                        }
                        _ => return Err(format!("Resize by {:?} is not supported", t.data())),
                    },
                    _ => return Err("Resize without constant scales is not supported".into()),
                }
            }
            "Concat" => Op::Concatenate(self.integer("axis", 0)),
            "Reshape" => {
                require(self.integer("allowzero", 0) == 0, "allowzero")?;
                Op::Reshape
            }
            "Transpose" => {
                let axes = self.integers("perm").ok_or("Transpose without perm is not supported")?;
                Op::Transpose(axes.iter().map(|&a| usize::try_from(a).unwrap_or(usize::MAX)).collect())
            }
            "Slice" if opset >= 10 => Op::Slice,
            "Squeeze" => Op::Squeeze(self.axes(constants)?),
            "Unsqueeze" => Op::Unsqueeze(self.axes(constants)?),
            "Shape" => Op::Shape,
            "Softmax" => Op::Softmax(self.integer("axis", if opset < 13 { 1 } else { -1 })),
            "Identity" => Op::Identity,
            "Dropout" => Op::Identity,
            other => return Err(format!("operator {other} is not supported")),
        })
    }
}
