//! A node's operator.

use std::collections::HashMap;

use rten_onnx::onnx::{AttributeProto, NodeProto};

use super::{Constant, Convolution, Op, Padding};
use crate::kernels::pointwise::{Activation, Binary};
use crate::kernels::spatial::Pooling;

/// A node's attributes, read with ONNX's defaults.
pub(super) struct Attributes<'a>(pub &'a NodeProto);

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

    /// The operator.
    pub fn op(&self, opset: i64, constants: &HashMap<String, Constant>) -> Result<Op, String> {
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
            "Gemm" => {
                let plain = self.float("alpha", 1.0) == 1.0 && self.float("beta", 1.0) == 1.0;
                require(plain && self.integer("transA", 0) == 0, "factors or a transposed input")?;
                Op::Gemm { transposed: self.integer("transB", 0) != 0 }
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
            "PRelu" => {
                let slopes = match self.0.input.get(1).and_then(|name| constants.get(name)) {
                    Some(Constant::Floats(t)) => t,
                    _ => return Err("PRelu without constant slopes is not supported".into()),
                };
                let one = slopes.data().len() == 1;
                require(one || matches!(slopes.shape(), [_, 1, 1] | [1, _, 1, 1]), "slopes that are not per channel")?;
                Op::Activation(Activation::Prelu(slopes.data().into()))
            }
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
            "Flatten" => Op::Flatten(self.integer("axis", 1)),
            "Gather" => {
                require(self.integer("axis", 0) == 0, "another axis than the first")?;
                Op::Gather
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
            // A dropout only drops while training.
            "Identity" | "Dropout" => Op::Identity,
            other => return Err(format!("operator {other} is not supported")),
        })
    }
}
