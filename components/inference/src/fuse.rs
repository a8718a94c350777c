//! Rewrites that leave the result and save passes over memory.

use std::collections::{HashMap, HashSet};

use crate::Tensor;
use crate::graph::{Constant, Graph, Node, Op};
use crate::kernels::pointwise::{Activation, Binary};

impl Graph {
    /// Applies every rewrite.
    pub fn fuse(&mut self) {
        self.drop_identities();
        self.constant_matrices();
        self.rewrite(Self::compose);
        self.rewrite(Self::absorb);
    }

    fn drop_identities(&mut self) {
        let mut alias: HashMap<String, String> = HashMap::new();
        let outputs = self.outputs.clone();
        self.nodes.retain_mut(|node| {
            for input in &mut node.inputs {
                if let Some(name) = alias.get(input) {
                    input.clone_from(name);
                }
            }
            let [input, ..] = node.inputs.as_slice() else {
                return true;
            };
            if matches!(node.op, Op::Identity) && !outputs.contains(&node.output) {
                alias.insert(node.output.clone(), input.clone());
                return false;
            }
            true
        });
    }

    fn constant_matrices(&mut self) {
        for node in &mut self.nodes {
            let Some(Constant::Floats(t)) = node.inputs.get(1).and_then(|n| self.constants.get(n)) else { continue };
            let [rows, columns] = *t.shape() else { continue };
            match node.op {
                Op::Gemm { transposed: true } => {
                    let at = |i: usize| t.data().get(i % rows * columns + i / rows).copied().unwrap_or(0.0);
                    let turned = Tensor::new(&[columns, rows], (0..rows * columns).map(at).collect());
                    let (Ok(turned), Some(name)) = (turned, node.inputs.get_mut(1)) else { continue };
                    *name = format!("{}#turned", node.output);
                    self.constants.insert(name.clone(), Constant::Floats(turned));
                }
                Op::MatMul | Op::Gemm { .. } => {}
                _ => continue,
            }
            node.op = Op::Linear(None);
        }
    }

    /// Rebuilds the node list, giving each node to `rule`, which may replace it using [`Past::producer`] of its inputs; then drops
    /// what nothing uses any more.
    fn rewrite(&mut self, rule: impl Fn(&mut HashMap<String, Constant>, &Past, &Node) -> Option<Node>) {
        let mut past = Past { nodes: Vec::new(), at: HashMap::new(), uses: HashMap::new() };
        for name in self.nodes.iter().flat_map(|n| &n.inputs).chain(&self.outputs) {
            *past.uses.entry(name.clone()).or_default() += 1;
        }
        for mut node in std::mem::take(&mut self.nodes) {
            while let Some(better) = rule(&mut self.constants, &past, &node) {
                node = better;
            }
            past.at.insert(node.output.clone(), past.nodes.len());
            past.nodes.push(node);
        }
        let mut live: HashSet<String> = self.outputs.iter().cloned().collect();
        for node in past.nodes.into_iter().rev() {
            if live.contains(&node.output) {
                live.extend(node.inputs.iter().cloned());
                self.nodes.push(node);
            }
        }
        self.nodes.reverse();
        self.constants.retain(|name, _| live.contains(name));
    }

    /// `x + x y`, `x sigmoid(x)`, `x hard_sigmoid(x)` and `x (1 + erf(x / sqrt 2)) / 2` as one operator each.
    fn compose(constants: &mut HashMap<String, Constant>, past: &Past, node: &Node) -> Option<Node> {
        let [a, b] = node.inputs.as_slice() else { return None };
        if let Op::Binary(Binary::Add) = node.op {
            return [(a, b), (b, a)].into_iter().find_map(|(x, product)| {
                let product = past.producer(product).filter(|p| matches!(p.op, Op::Binary(Binary::Multiply)))?;
                let [c, d] = product.inputs.as_slice() else { return None };
                let gate = if c == x { d } else { Some(c).filter(|_| d == x)? };
                let inputs = vec![x.clone(), gate.clone()];
                Some(Node { op: Op::Binary(Binary::Gate), inputs, output: node.output.clone() })
            });
        }
        let Op::Binary(Binary::Multiply) = node.op else { return None };
        let whole = |activation, x: &String| {
            Some(Node { op: Op::Activation(activation), inputs: vec![x.clone()], output: node.output.clone() })
        };
        for (x, gate) in [(a, b), (b, a)] {
            match past.producer(gate).map(|g| (&g.op, g.inputs.as_slice())) {
                Some((Op::Activation(Activation::Sigmoid), [of])) if of == x => {
                    return whole(Activation::Swish, x);
                }
                Some((Op::Activation(Activation::HardSigmoid { alpha, beta }), [of])) if of == x => {
                    return whole(Activation::HardSwish { alpha: *alpha, beta: *beta }, x);
                }
                _ => {}
            }
        }
        let number = |name: &String| match constants.get(name) {
            Some(Constant::Floats(t)) => match *t.data() {
                [x] => Some(x),
                _ => None,
            },
            _ => None,
        };
        // Peels `op(inner, constant)` or, for a symmetric operator, `op(constant, inner)`.
        let peel = |name: &String, op: Binary, constant: f32| -> Option<&String> {
            let node = past.producer(name)?;
            let [a, b] = node.inputs.as_slice() else {
                return None;
            };
            let close = |name: &String| number(name).is_some_and(|x| (x - constant).abs() < 1e-6);
            match &node.op {
                Op::Binary(found) if *found == op && close(b) => Some(a),
                Op::Binary(found) if *found == op && op != Binary::Divide && close(a) => Some(b),
                _ => None,
            }
        };
        let half = |name: &String| number(name) == Some(0.5);
        let product = past.producer(if half(b) {
            a
        } else if half(a) {
            b
        } else {
            return None;
        })?;
        let (Op::Binary(Binary::Multiply), [a, b]) = (&product.op, product.inputs.as_slice()) else {
            return None;
        };
        [(a, b), (b, a)].into_iter().find_map(|(x, gate)| {
            let erf = past.producer(peel(gate, Binary::Add, 1.0)?)?;
            let (Op::Erf, [of]) = (&erf.op, erf.inputs.as_slice()) else {
                return None;
            };
            (peel(of, Binary::Divide, std::f32::consts::SQRT_2)? == x).then(|| whole(Activation::Gelu, x))?
        })
    }

    /// Moves what follows a convolution or a matrix product into it: batch normalization, bias, activation, residual.
    fn absorb(constants: &mut HashMap<String, Constant>, past: &Past, node: &Node) -> Option<Node> {
        let fusable = |name: &String| {
            let producer = past.producer(name).filter(|_| past.uses.get(name) == Some(&1))?;
            match producer.op {
                Op::Convolution(ref c) | Op::Transposed(ref c) => Some((producer, c.activation.as_ref())),
                Op::Linear(ref activation) => Some((producer, activation.as_ref())),
                _ => None,
            }
        };
        let renamed = |producer: &Node| Node { output: node.output.clone(), ..producer.clone() };
        match (&node.op, node.inputs.as_slice()) {
            (Op::BatchNorm(epsilon), [x, parameters @ ..]) => {
                let (scale, shift) = normalization(constants, parameters, *epsilon)?;
                let folded = fusable(x).filter(|(p, activation)| activation.is_none() && p.inputs.len() < 4);
                let Some((producer, _)) = folded.filter(|(p, _)| matches!(p.op, Op::Convolution(_))) else {
                    let name = |part: &str| format!("{}#{part}", node.output);
                    let inputs = vec![x.clone(), name("scale"), name("shift")];
                    for (name, data) in inputs.iter().skip(1).zip([scale, shift]) {
                        constants.insert(name.clone(), Constant::Floats(Tensor::new(&[data.len()], data).ok()?));
                    }
                    return Some(Node { op: Op::Affine, inputs, output: node.output.clone() });
                };
                let weight = floats(constants, producer.inputs.get(1)?)?;
                let taps = weight.data().len() / scale.len().max(1);
                let scaled =
                    weight.data().chunks_exact(taps.max(1)).zip(&scale).flat_map(|(w, s)| w.iter().map(move |w| w * s));
                let weight = Tensor::new(weight.shape(), scaled.collect()).ok()?;
                let old = producer.inputs.get(2).and_then(|name| floats(constants, name)).map(|t| t.data().to_vec());
                let old = old.unwrap_or_else(|| vec![0.0; scale.len()]);
                let bias: Vec<f32> =
                    old.iter().zip(scale.iter().zip(&shift)).map(|(b, (scale, shift))| b * scale + shift).collect();
                Some(with_constants(constants, renamed(producer), Some(weight), bias))
            }
            (Op::Binary(Binary::Add), [a, b]) => [(a, b), (b, a)].into_iter().find_map(|(x, other)| {
                let (producer, activation) = fusable(x)?;
                if activation.is_some() || producer.inputs.len() > 3 {
                    return None;
                }
                let mut node = renamed(producer);
                let Some(bias) = floats(constants, other) else {
                    node.inputs.resize(3, String::new());
                    node.inputs.push(other.clone());
                    return (!matches!(producer.op, Op::Transposed(_))).then_some(node);
                };
                let outputs = outputs(&node.op, floats(constants, node.inputs.get(1)?)?)?;
                let channels = match &node.op {
                    Op::Linear(_) => bias.shape() == [outputs],
                    _ => matches!(*bias.shape(), [1, c, 1, 1] | [c, 1, 1] if c == outputs),
                };
                let old = node.inputs.get(2).and_then(|name| floats(constants, name)).map(|t| t.data().to_vec());
                let sum = bias
                    .data()
                    .iter()
                    .enumerate()
                    .map(|(i, b)| b + old.as_ref().and_then(|o| o.get(i)).unwrap_or(&0.0));
                let sum = sum.collect();
                channels.then(|| with_constants(constants, node, None, sum))
            }),
            (Op::Activation(activation), [x]) => {
                let (producer, none) = fusable(x)?;
                if none.is_some() || producer.inputs.len() > 3 {
                    return None;
                }
                let mut node = renamed(producer);
                match &mut node.op {
                    Op::Convolution(c) | Op::Transposed(c) => c.activation = Some(activation.clone()),
                    Op::Linear(slot) => *slot = Some(activation.clone()),
                    _ => return None,
                }
                Some(node)
            }
            _ => None,
        }
    }
}

/// The nodes already rebuilt.
struct Past {
    nodes: Vec<Node>,
    at: HashMap<String, usize>,
    uses: HashMap<String, usize>,
}

impl Past {
    fn producer(&self, name: &str) -> Option<&Node> {
        self.nodes.get(*self.at.get(name)?)
    }
}

fn floats<'a>(constants: &'a HashMap<String, Constant>, name: &String) -> Option<&'a Tensor> {
    match constants.get(name) {
        Some(Constant::Floats(tensor)) => Some(tensor),
        _ => None,
    }
}

/// Output channels of a convolution or matrix product with this weight.
fn outputs(op: &Op, weight: &Tensor) -> Option<usize> {
    weight.shape().get(usize::from(!matches!(op, Op::Convolution(_)))).copied()
}

/// Batch normalization as `x * scale + shift`.
fn normalization(
    constants: &HashMap<String, Constant>,
    parameters: &[String],
    epsilon: f32,
) -> Option<(Vec<f32>, Vec<f32>)> {
    let [gamma, beta, mean, variance] = parameters else {
        return None;
    };
    let data = |name| floats(constants, name).map(Tensor::data);
    let scale: Vec<f32> = data(gamma)?.iter().zip(data(variance)?).map(|(g, v)| g / (v + epsilon).sqrt()).collect();
    let shift = data(beta)?.iter().zip(data(mean)?.iter().zip(&scale)).map(|(b, (m, s))| b - m * s).collect();
    Some((scale, shift))
}

/// `node` with other weights and another bias.
fn with_constants(
    constants: &mut HashMap<String, Constant>,
    mut node: Node,
    weight: Option<Tensor>,
    bias: Vec<f32>,
) -> Node {
    node.inputs.resize(node.inputs.len().max(3), String::new());
    let bias = Tensor::new(&[bias.len()], bias).ok();
    for (i, tensor) in [(1, weight), (2, bias)] {
        if let (Some(tensor), Some(input)) = (tensor, node.inputs.get_mut(i)) {
            *input = format!("{}#{i}", node.output);
            constants.insert(input.clone(), Constant::Floats(tensor));
        }
    }
    node
}
