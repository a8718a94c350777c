//! A graph made ready to run: weights packed, values numbered, each freed after its last use.

use std::collections::HashMap;
use std::sync::Arc;

use crate::Error;
use crate::graph::{Constant, Convolution, Graph, Node, Op};
use crate::kernels::depthwise::Filters;
use crate::kernels::pack::{Filter, Precision};
use crate::kernels::pointwise::Activation;
use crate::value::{Array, Value};

pub(crate) struct Plan {
    pub steps: Vec<Step>,
    /// Every value by number; constants are there from the start.
    pub values: Vec<Option<Arc<Value>>>,
    pub input: usize,
    pub outputs: Vec<usize>,
}

pub(crate) struct Step {
    pub layer: Layer,
    /// Value numbers, and whether this is the last use.
    pub inputs: Vec<(usize, bool)>,
    pub output: usize,
    pub name: String,
}

/// An operator with its weights.
pub(crate) enum Layer {
    Convolution(Convolution, Filter),
    Depthwise(Convolution, Filters),
    Transposed(Convolution, Filter),
    Linear(Option<Activation>, Filter),
    Other(Op),
}

impl Plan {
    /// Lays out a fused graph.
    ///
    /// # Errors
    /// [`Error::Load`] where it holds an operator this executor lacks.
    pub fn new(mut graph: Graph, precision: Precision) -> Result<Self, Error> {
        let mut numbers: HashMap<String, usize> = HashMap::new();
        let mut number = |name: &str| {
            let next = numbers.len();
            *numbers.entry(name.to_owned()).or_insert(next)
        };
        let [input] = graph.inputs.as_slice() else {
            return Err(Error::Load(format!("the model takes {} inputs, not one", graph.inputs.len())));
        };
        let input = number(input);
        let mut steps = Vec::new();
        let mut uses: HashMap<String, usize> = HashMap::new();
        for name in graph.nodes.iter().flat_map(|node| &node.inputs).chain(&graph.outputs) {
            *uses.entry(name.clone()).or_default() += 1;
        }
        for node in std::mem::take(&mut graph.nodes) {
            let unsupported =
                || Error::Load(format!("{:?} of these shapes is not supported ({})", node.op, node.output));
            let (layer, packed) = Layer::new(&node, &graph.constants, precision).ok_or_else(unsupported)?;
            let mut inputs = Vec::new();
            for (i, name) in node.inputs.iter().enumerate() {
                if !packed.contains(&i) {
                    inputs.push((number(name), false));
                } else if let Some(uses) = uses.get_mut(name) {
                    // Packed weights are not kept twice, not even while the rest is packed.
                    *uses -= 1;
                    if *uses == 0 {
                        graph.constants.remove(name);
                    }
                }
            }
            steps.push(Step { layer, inputs, output: number(&node.output), name: node.output });
        }
        let outputs: Vec<usize> = graph.outputs.iter().map(|name| number(name)).collect();
        let mut values = vec![None; numbers.len()];
        for (name, constant) in graph.constants {
            if let Some(value) = numbers.get(&name).and_then(|&n| values.get_mut(n)) {
                *value = Some(Arc::new(match constant {
                    Constant::Floats(tensor) => Value::Array(Array::from(tensor)),
                    Constant::Integers(integers) => Value::Integers(integers),
                }));
            }
        }
        let mut live: Vec<bool> = values.iter().map(Option::is_some).collect();
        for &n in &outputs {
            if let Some(live) = live.get_mut(n) {
                *live = true;
            }
        }
        for step in steps.iter_mut().rev() {
            for (n, last) in step.inputs.iter_mut().rev() {
                if let Some(live) = live.get_mut(*n) {
                    *last = !std::mem::replace(live, true);
                }
            }
        }
        Ok(Self { steps, values, input, outputs })
    }
}

impl Layer {
    /// The layer of a node, and the positions of its inputs that are packed into it.
    fn new(
        node: &Node,
        constants: &HashMap<String, Constant>,
        precision: Precision,
    ) -> Option<(Self, std::ops::Range<usize>)> {
        let tensor = |i: usize| match node.inputs.get(i).and_then(|name| constants.get(name)) {
            Some(Constant::Floats(tensor)) => Some(tensor),
            _ => None,
        };
        // A bias that is neither absent nor constant cannot be packed, nor can weights without numbers.
        if matches!(node.op, Op::Convolution(_) | Op::Transposed(_) | Op::Linear(_))
            && (node.inputs.get(2).is_some_and(|name| !name.is_empty() && tensor(2).is_none())
                || tensor(1).is_some_and(|weights| weights.data().is_empty()))
        {
            return None;
        }
        let bias = tensor(2).map_or(&[][..], |t| t.data());
        let layer = match &node.op {
            Op::Convolution(c) => {
                let weight = tensor(1)?;
                let [cout, cin, kh, kw] = *weight.shape() else {
                    return None;
                };
                let w = weight.data();
                if c.kernel != [kh, kw] && c.kernel != [0, 0] {
                    return None;
                }
                let c = Convolution { kernel: [kh, kw], ..c.clone() };
                if c.groups == cout && cin == 1 && cout > 1 {
                    Self::Depthwise(c, Filters::new(w, bias, [kh, kw]))
                } else if c.groups == 1 {
                    let at =
                        |[y, x, i, o]: [usize; 4]| w.get(((o * cin + i) * kh + y) * kw + x).copied().unwrap_or(0.0);
                    Self::Convolution(c, Filter::new(precision, [kh, kw, cin, cout], bias, at))
                } else {
                    return None;
                }
            }
            Op::Transposed(c) => {
                let weight = tensor(1)?;
                let [cin, cout, kh, kw] = *weight.shape() else {
                    return None;
                };
                let w = weight.data();
                // A product with a column for every output pixel of a window and channel.
                let at = |[_, _, i, n]: [usize; 4]| {
                    w.get((i * cout + n % cout) * kh * kw + n / cout).copied().unwrap_or(0.0)
                };
                let bias: Vec<f32> =
                    bias.iter().copied().cycle().take(if bias.is_empty() { 0 } else { kh * kw * cout }).collect();
                let c = Convolution { kernel: [kh, kw], ..c.clone() };
                Self::Transposed(c, Filter::new(precision, [1, 1, cin, kh * kw * cout], &bias, at))
            }
            Op::Linear(activation) => {
                let weight = tensor(1)?;
                let [depth, columns] = *weight.shape() else {
                    return None;
                };
                let at = |[_, _, i, o]: [usize; 4]| weight.data().get(i * columns + o).copied().unwrap_or(0.0);
                Self::Linear(activation.clone(), Filter::new(precision, [1, 1, depth, columns], bias, at))
            }
            Op::Erf | Op::BatchNorm(_) | Op::Gemm { .. } => return None,
            op => return Some((Self::Other(op.clone()), 0..0)),
        };
        Some((layer, 1..3))
    }
}

impl Layer {
    /// The operator in words.
    pub fn kind(&self) -> String {
        match self {
            Self::Convolution(c, f) => format!("Convolution {:?} {:?}", f.size, c.strides),
            Self::Depthwise(c, f) => format!("Depthwise {:?} {:?}", f.size, c.strides),
            Self::Transposed(_, f) => format!("Transposed {:?}", f.size),
            Self::Linear(_, f) => format!("Linear {:?}", f.size),
            Self::Other(op) => format!("{op:?}"),
        }
    }
}
