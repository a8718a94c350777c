//! Small graphs of every supported operator and fusion, of seeded random shapes, give what rten gives.

#![cfg(test)]

mod graph;

use graph::*;
use inference::{Model, Tensor};
use rten_onnx::onnx::*;

/// How far rounding to 16 bits moves a sum of a few hundred products of numbers in -1..=1.
const FIXED: f32 = 1e-2;

#[test]
fn convolutions_of_any_shape() {
    for seed in 0..120 {
        let mut b = Builder::new(seed);
        let r = |b: &mut Builder, choices: &[usize]| choices[b.random.below(choices.len())];
        let depthwise = seed % 3 == 0;
        let cin = if depthwise { r(&mut b, &[2, 4, 8, 10, 20, 32]) } else { r(&mut b, &[1, 2, 3, 5, 8, 16, 19]) };
        let cout = if depthwise { cin } else { r(&mut b, &[1, 4, 7, 8, 9, 16, 17, 33]) };
        let kernel = [r(&mut b, &[1, 2, 3, 5]), r(&mut b, &[1, 2, 3, 5, 7])];
        let strides = [r(&mut b, &[1, 2, 3]), r(&mut b, &[1, 2])];
        let shape = [1 + b.random.below(2), cin, 7 + b.random.below(9), 7 + b.random.below(17)];
        let weight = b.weights(&[cout, if depthwise { 1 } else { cin }, kernel[0], kernel[1]]);
        let bias = b.weights(&[cout]);
        let mut attributes = vec![
            ints("kernel_shape", &kernel),
            ints("strides", &strides),
            int("group", if depthwise { cin } else { 1 } as i64),
        ];
        attributes.push(match b.random.below(3) {
            0 => text("auto_pad", "SAME_UPPER"),
            1 => ints("pads", &[0, 0, 0, 0]),
            _ => ints("pads", &[kernel[0] / 2, kernel[1] / 2, 0, 1]),
        });
        let inputs = &["x", &weight, &bias][..2 + b.random.below(2)];
        let y = b.node("Conv", inputs, attributes);
        if b.random.below(2) == 0 {
            b.node("Relu", &[&y], vec![]);
        }
        b.check(&format!("convolution {seed}: {shape:?} {kernel:?} {strides:?} -> {cout}"), &shape, FIXED);
    }
}

#[test]
fn transposed_convolutions() {
    for (seed, (cin, cout, k)) in [(16, 16, 2), (3, 1, 2), (5, 24, 3)].into_iter().enumerate() {
        let mut b = Builder::new(seed as u64);
        let weight = b.weights(&[cin, cout, k, k]);
        let bias = b.weights(&[1, cout, 1, 1]);
        let y = b.node("ConvTranspose", &["x", &weight], vec![ints("kernel_shape", &[k, k]), ints("strides", &[k, k])]);
        let y = b.node("Add", &[&y, &bias], vec![]);
        b.node("Sigmoid", &[&y], vec![]);
        b.check("transposed convolution", &[2, cin, 5, 6], FIXED);
    }
}

/// Convolution, normalization, Gelu; squeeze and excitation; residual; each kind of gate.
#[test]
fn fusions() {
    for gate in ["HardSigmoid", "Sigmoid"] {
        let mut b = Builder::new(11);
        let (w1, w2, w3) = (b.weights(&[24, 6, 3, 3]), b.weights(&[24, 24, 1, 1]), b.weights(&[24, 1, 3, 3]));
        let normalization = [b.positive(&[24]), b.weights(&[24]), b.weights(&[24]), b.positive(&[24])];
        let [n0, n1, n2, n3] = normalization.each_ref().map(String::as_str);
        let y = b.node("Conv", &["x", &w1], vec![ints("kernel_shape", &[3, 3]), ints("strides", &[2, 2])]);
        let y = b.node("BatchNormalization", &[&y, n0, n1, n2, n3], vec![float("epsilon", 1e-3)]);
        let (root, one, half) = (b.number(std::f32::consts::SQRT_2), b.number(1.0), b.number(0.5));
        let scaled = b.node("Div", &[&y, &root], vec![]);
        let erf = b.node("Erf", &[&scaled], vec![]);
        let sum = b.node("Add", &[&erf, &one], vec![]);
        let product = b.node("Mul", &[&y, &sum], vec![]);
        let gelu = b.node("Mul", &[&product, &half], vec![]);
        let mean = b.node("GlobalAveragePool", &[&gelu], vec![]);
        let squeezed = b.node("Conv", &[&mean, &w2], vec![ints("kernel_shape", &[1, 1])]);
        let excited = b.node(gate, &[&squeezed], vec![]);
        let gated = b.node("Mul", &[&gelu, &excited], vec![]);
        let whole = b.node("Add", &[&gelu, &gated], vec![]);
        let wide = b.node("Conv", &[&whole, &w2], vec![ints("kernel_shape", &[1, 1])]);
        let residual = b.node("Add", &[&whole, &wide], vec![]);
        let deep = b.node(
            "Conv",
            &[&residual, &w3],
            vec![ints("kernel_shape", &[3, 3]), ints("pads", &[1, 1, 1, 1]), int("group", 24)],
        );
        let residual = b.node("Add", &[&deep, &residual], vec![]);
        let swish = b.node(gate, &[&residual], vec![]);
        b.node("Mul", &[&swish, &residual], vec![]);
        b.check(gate, &[2, 6, 11, 18], 3e-2);
    }
}

/// A residual that is only a channel's number, and one with a Gelu far outside the polynomial's range.
#[test]
fn residuals_that_broadcast() {
    let mut b = Builder::new(3);
    let w = b.weights(&[8, 8, 1, 1]);
    let mean = b.node("ReduceMean", &["x"], vec![ints("axes", &[2, 3]), int("keepdims", 1)]);
    let y = b.node("Conv", &["x", &w], vec![ints("kernel_shape", &[1, 1])]);
    b.node("Add", &[&y, &mean], vec![]);
    b.check("broadcast residual", &[1, 8, 4, 5], FIXED);
}

#[test]
fn pooling_enlarging_and_joining() {
    let mut b = Builder::new(5);
    let empty = b.tensor(&[0], vec![], vec![]);
    let scales = b.tensor(&[4], vec![1.0, 1.0, 2.0, 3.0], vec![]);
    let same = [ints("kernel_shape", &[2, 2]), ints("strides", &[1, 1]), text("auto_pad", "SAME_UPPER")];
    let max = b.node("MaxPool", &["x"], same.to_vec());
    let mean = b.node("AveragePool", &["x"], vec![ints("kernel_shape", &[3, 2]), ints("strides", &[3, 2])]);
    let nearest =
        [text("mode", "nearest"), text("coordinate_transformation_mode", "asymmetric"), text("nearest_mode", "floor")];
    let large = b.node("Resize", &["x", &empty, &scales], nearest.to_vec());
    let small = b.node("MaxPool", &[&large], vec![ints("kernel_shape", &[2, 3]), ints("strides", &[2, 3])]);
    let joined = b.node("Concat", &[&max, &small, "x"], vec![int("axis", 1)]);
    let again = b.node("Concat", &[&joined, &joined], vec![int("axis", 3)]);
    let _ = (mean, again);
    b.check("pooling", &[2, 5, 6, 8], 2e-5);

    let mut b = Builder::new(6);
    b.node("AveragePool", &["x"], vec![ints("kernel_shape", &[3, 2]), ints("strides", &[3, 2])]);
    b.check("mean pooling", &[2, 5, 7, 9], 2e-5);
}

/// Attention as exporters write it: computed shapes, five dimensions, normalization spelt out.
#[test]
fn attention() {
    let (heads, width) = (2, 5);
    let channels = heads * width;
    let mut b = Builder::new(9);
    let w = b.weights(&[channels, 3, 1, 1]);
    let image = b.node("Conv", &["x", &w], vec![ints("kernel_shape", &[1, 1])]);
    let shape = b.node("Shape", &[&image], vec![]);
    let [i0, i1, i2, i3, i4] = [0, 1, 2, 3, 4].map(|i| b.integers(&[i]));
    let columns = b.node("Slice", &[&shape, &i3, &i4, &i0, &i1], vec![]);
    let lead = b.node("Slice", &[&shape, &i0, &i2, &i0], vec![]);
    let rest = b.integers(&[-1]);
    let flat = b.node("Concat", &[&lead, &rest], vec![int("axis", 0)]);
    let flat = b.node("Reshape", &[&image, &flat], vec![]);
    let rows = b.node("Transpose", &[&flat], vec![ints("perm", &[0, 2, 1])]);
    let last = AttributeProto { ints: vec![-1], ..ints("axes", &[]) };
    let mean = b.node("ReduceMean", &[&rows], vec![last.clone()]);
    let centred = b.node("Sub", &[&rows, &mean], vec![]);
    let (two, epsilon, scale, shift) = (b.number(2.0), b.number(1e-5), b.positive(&[channels]), b.weights(&[channels]));
    let square = b.node("Pow", &[&centred, &two], vec![]);
    let variance = b.node("ReduceMean", &[&square], vec![last]);
    let variance = b.node("Add", &[&variance, &epsilon], vec![]);
    let deviation = b.node("Sqrt", &[&variance], vec![]);
    let normal = b.node("Div", &[&centred, &deviation], vec![]);
    let normal = b.node("Mul", &[&normal, &scale], vec![]);
    let normal = b.node("Add", &[&normal, &shift], vec![]);
    let (w, bias) = (b.weights(&[channels, 3 * channels]), b.weights(&[3 * channels]));
    let qkv = b.node("MatMul", &[&normal, &w], vec![]);
    let qkv = b.node("Add", &[&qkv, &bias], vec![]);
    let five = b.integers(&[0, -1, 3, heads as i64, width as i64]);
    let qkv = b.node("Reshape", &[&qkv, &five], vec![]);
    let qkv = b.node("Transpose", &[&qkv], vec![ints("perm", &[2, 0, 3, 1, 4])]);
    let [q, k, v] = [(&i0, &i1), (&i1, &i2), (&i2, &i3)].map(|(start, end)| {
        let part = b.node("Slice", &[&qkv, start, end, &i0, &i1], vec![]);
        b.node("Squeeze", &[&part], vec![ints("axes", &[0])])
    });
    let k = b.node("Transpose", &[&k], vec![ints("perm", &[0, 1, 3, 2])]);
    let scores = b.node("MatMul", &[&q, &k], vec![]);
    let scores = b.node("Softmax", &[&scores], vec![int("axis", 3)]);
    let mixed = b.node("MatMul", &[&scores, &v], vec![]);
    let mixed = b.node("Transpose", &[&mixed], vec![ints("perm", &[0, 2, 1, 3])]);
    let three = b.integers(&[0, -1, channels as i64]);
    let mixed = b.node("Reshape", &[&mixed, &three], vec![]);
    let mixed = b.node("Add", &[&rows, &mixed], vec![]);
    let one = b.node("Squeeze", &[&columns], vec![ints("axes", &[0])]);
    let one = b.node("Unsqueeze", &[&one], vec![ints("axes", &[0])]);
    let (first, all) = (b.integers(&[2, 1]), b.integers(&[channels as i64]));
    let shape = b.node("Concat", &[&first, &one, &all], vec![int("axis", 0)]);
    let image2 = b.node("Reshape", &[&mixed, &shape], vec![]);
    let image2 = b.node("Transpose", &[&image2], vec![ints("perm", &[0, 3, 1, 2])]);
    b.node("Add", &[&image2, &image], vec![]);
    b.check("attention", &[2, 3, 1, 13], 5e-3);
}

#[test]
fn normalization_after_squeezing() {
    let mut b = Builder::new(13);
    let w = b.weights(&[12, 4, 1, 3]);
    let normalization = [b.positive(&[12]), b.weights(&[12]), b.weights(&[12]), b.positive(&[12])];
    let [n0, n1, n2, n3] = normalization.each_ref().map(String::as_str);
    let y = b.node("Conv", &["x", &w], vec![ints("kernel_shape", &[1, 3])]);
    let y = b.node("Squeeze", &[&y], vec![ints("axes", &[2])]);
    let y = b.node("BatchNormalization", &[&y, n0, n1, n2, n3], vec![]);
    let gate = b.node("HardSigmoid", &[&y], vec![float("alpha", 1.0 / 6.0)]);
    let y = b.node("Mul", &[&gate, &y], vec![]);
    b.node("Unsqueeze", &[&y], vec![ints("axes", &[2])]);
    b.check("normalization", &[2, 4, 1, 9], FIXED);
}

/// Slopes per channel and for all, fused and alone; matrices as `Gemm` and flattened by a computed shape.
#[test]
fn face_embedding() {
    for channels in [8, 10] {
        let mut b = Builder::new(17);
        let (w, slopes, slope) = (b.weights(&[channels, 3, 3, 3]), b.weights(&[channels, 1, 1]), b.weights(&[1]));
        let y = b.node("Conv", &["x", &w], vec![ints("kernel_shape", &[3, 3])]);
        let y = b.node("PRelu", &[&y, &slopes], vec![]);
        let pooled = b.node("MaxPool", &[&y], vec![ints("kernel_shape", &[2, 2]), ints("strides", &[2, 2])]);
        let y = b.node("PRelu", &[&pooled, &slopes], vec![]);
        let y = b.node("PRelu", &[&y, &slope], vec![]);
        let y = b.node("Dropout", &[&y], vec![]);
        let shape = b.node("Shape", &[&y], vec![]);
        let (zero, rest) = (b.tensor(&[], vec![], vec![0]), b.integers(&[-1]));
        let count = b.node("Gather", &[&shape, &zero], vec![int("axis", 0)]);
        let count = b.node("Unsqueeze", &[&count], vec![ints("axes", &[0])]);
        let shape = b.node("Concat", &[&count, &rest], vec![int("axis", 0)]);
        let flat = b.node("Reshape", &[&y, &shape], vec![]);
        let (w, bias) = (b.weights(&[7, channels * 12]), b.weights(&[7]));
        let one = b.node("Gemm", &[&flat, &w, &bias], vec![int("transB", 1)]);
        let flat = b.node("Flatten", &[&pooled], vec![int("axis", 1)]);
        let w = b.weights(&[channels * 12, 7]);
        let two = b.node("Gemm", &[&flat, &w, &bias], vec![]);
        b.node("Add", &[&one, &two], vec![]);
        b.check("embedding", &[2, 3, 8, 10], 3e-2);
    }
}

#[test]
fn what_is_not_supported_is_said() {
    assert!(Model::load(b"not a model").is_err());
    let mut b = Builder::new(1);
    let name = b.node("Foo", &["x"], vec![]);
    b.graph.output = vec![ValueInfoProto { name: Some(name), ..Default::default() }];
    let onnx = ModelProto { graph: Some(b.graph), ..Default::default() }.write_buf().unwrap();
    let error = Model::load(&onnx).err().unwrap().to_string();
    assert!(error.contains("Foo"), "{error}");
}

#[test]
fn an_input_of_the_wrong_shape_is_an_error() {
    let mut b = Builder::new(2);
    let w = b.weights(&[8, 3, 3, 3]);
    let name = b.node("Conv", &["x", &w], vec![ints("kernel_shape", &[3, 3])]);
    b.graph.output = vec![ValueInfoProto { name: Some(name), ..Default::default() }];
    let onnx = ModelProto { graph: Some(b.graph), ..Default::default() }.write_buf().unwrap();
    let model = Model::load(&onnx).unwrap();
    for shape in [vec![1, 4, 8, 8], vec![1, 3, 2, 8], vec![1, 3, 0, 8], vec![3, 8, 8], vec![1]] {
        let input = Tensor::new(&shape, vec![0.0; shape.iter().product()]).unwrap();
        assert!(model.run(&input).is_err(), "{shape:?}");
    }
}

/// An operator only rten has: refused, or with `fallback` computed.
#[test]
fn what_is_left_to_rten() {
    let mut b = Builder::new(4);
    let name = b.node("Tanh", &["x"], vec![]);
    b.graph.output = vec![ValueInfoProto { name: Some(name), ..Default::default() }];
    let opset = OperatorSetIdProto { domain: None, version: Some(11) };
    let model =
        ModelProto { ir_version: Some(7), graph: Some(b.graph), opset_import: vec![opset], ..Default::default() };
    let model = Model::load(&model.write_buf().unwrap());
    if cfg!(feature = "fallback") {
        let out = model.unwrap().run(&Tensor::new(&[1, 2], vec![0.0, 1.0]).unwrap()).unwrap().remove(0);
        assert!(out.data()[0] == 0.0 && (out.data()[1] - 1f32.tanh()).abs() < 1e-5);
    } else {
        assert!(model.err().unwrap().to_string().contains("Tanh"));
    }
}
