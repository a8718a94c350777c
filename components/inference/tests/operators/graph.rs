//! Graphs under construction, and what rten and this crate make of them.

use inference::{Model, Precision, Tensor};
use rten_onnx::onnx::*;
use rten_tensor::AsView;

/// A reproducible sequence of numbers.
pub struct Random(u64);

impl Random {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }

    pub fn floats(&mut self, n: usize) -> Vec<f32> {
        (0..n).map(|_| self.below(2001) as f32 / 1000.0 - 1.0).collect()
    }
}

/// A graph under construction; the last node's output is the graph's.
pub struct Builder {
    pub graph: GraphProto,
    pub random: Random,
}

impl Builder {
    pub fn new(seed: u64) -> Self {
        let input = ValueInfoProto { name: Some("x".into()), ..Default::default() };
        Self { graph: GraphProto { input: vec![input], ..Default::default() }, random: Random(seed) }
    }

    pub fn tensor(&mut self, dims: &[usize], floats: Vec<f32>, integers: Vec<i64>) -> String {
        let name = format!("w{}", self.graph.initializer.len());
        self.graph.initializer.push(TensorProto {
            name: Some(name.clone()),
            dims: dims.iter().map(|&d| d as i64).collect(),
            data_type: Some(if integers.is_empty() { DataType::FLOAT } else { DataType::INT64 }),
            float_data: floats,
            int64_data: integers,
            ..Default::default()
        });
        name
    }

    pub fn weights(&mut self, dims: &[usize]) -> String {
        let floats = self.random.floats(dims.iter().product());
        self.tensor(dims, floats, vec![])
    }

    /// All between 0.5 and 1.5.
    pub fn positive(&mut self, dims: &[usize]) -> String {
        let floats = self.random.floats(dims.iter().product()).into_iter().map(|x| 1.0 + x / 2.0).collect();
        self.tensor(dims, floats, vec![])
    }

    pub fn number(&mut self, x: f32) -> String {
        self.tensor(&[], vec![x], vec![])
    }

    pub fn integers(&mut self, integers: &[i64]) -> String {
        self.tensor(&[integers.len()], vec![], integers.to_vec())
    }

    pub fn node(&mut self, op: &str, inputs: &[&str], attributes: Vec<AttributeProto>) -> String {
        let output = format!("v{}", self.graph.node.len());
        self.graph.node.push(NodeProto {
            name: Some(output.clone()),
            op_type: Some(op.into()),
            input: inputs.iter().map(|&i| i.into()).collect(),
            output: vec![output.clone()],
            attribute: attributes,
            ..Default::default()
        });
        output
    }

    /// Runs the graph both ways and compares, to `tolerance` in fixed point and much closer in floating point.
    pub fn check(mut self, what: &str, shape: &[usize], tolerance: f32) {
        let name = self.graph.node.last().unwrap().output[0].clone();
        self.graph.output = vec![ValueInfoProto { name: Some(name), ..Default::default() }];
        let opset = OperatorSetIdProto { domain: None, version: Some(11) };
        let model = ModelProto {
            ir_version: Some(7),
            graph: Some(self.graph),
            opset_import: vec![opset],
            ..Default::default()
        };
        let onnx = model.write_buf().unwrap();
        let input = Tensor::new(shape, self.random.floats(shape.iter().product())).unwrap();
        let view = rten_tensor::TensorView::from_data(input.shape(), input.data());
        let expected = rten::Model::load(onnx.clone()).unwrap().run_one(view.into(), None).unwrap();
        let expected: rten_tensor::Tensor<f32> = expected.try_into().unwrap();
        for (precision, tolerance) in
            [(Precision::Float32, (tolerance / 250.0).max(2e-5)), (Precision::Fixed16, tolerance)]
        {
            let model = Model::load_with(&onnx, precision).unwrap_or_else(|e| panic!("{what}: {e}"));
            let out = model.run(&input).unwrap_or_else(|e| panic!("{what}: {e}")).remove(0);
            assert_eq!(out.shape(), rten_tensor::Layout::shape(&expected), "{what}");
            for (i, (a, b)) in out.data().iter().zip(expected.to_vec()).enumerate() {
                assert!((a - b).abs() <= tolerance * b.abs().max(1.0), "{what} {precision:?} at {i}: {a}, not {b}");
            }
        }
    }
}

pub fn ints(name: &str, ints: &[usize]) -> AttributeProto {
    let ints = ints.iter().map(|&i| i as i64).collect();
    AttributeProto { name: Some(name.into()), ints, r#type: Some(AttributeType::INTS), ..Default::default() }
}

pub fn int(name: &str, i: i64) -> AttributeProto {
    AttributeProto { name: Some(name.into()), i: Some(i), r#type: Some(AttributeType::INT), ..Default::default() }
}

pub fn float(name: &str, f: f32) -> AttributeProto {
    AttributeProto { name: Some(name.into()), f: Some(f), r#type: Some(AttributeType::FLOAT), ..Default::default() }
}

pub fn text(name: &str, s: &str) -> AttributeProto {
    AttributeProto {
        name: Some(name.into()),
        s: Some(s.into()),
        r#type: Some(AttributeType::STRING),
        ..Default::default()
    }
}
