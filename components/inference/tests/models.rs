//! The models the engines use give what rten gives, at several widths. Needs the model files; see `MODELS`.

#![cfg(test)]

use inference::{Model, Precision, Tensor};
use rten_tensor::AsView;

/// Where the models are kept, from this crate's folder.
const MODELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/models");

/// A smooth pattern with some edges, between -1 and 1, like text on a card.
fn picture(channels: usize, height: usize, width: usize) -> Tensor {
    let mut seed = 7u32;
    let mut noise = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as f32 / (1 << 24) as f32
    };
    let mut data = Vec::new();
    for c in 0..channels {
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
            let stroke = (x / 5 + y / 7 + c).is_multiple_of(3) && (y / 16).is_multiple_of(2);
            let v = if stroke { -0.8 } else { 0.6 + 0.2 * (x as f32 / 37.0).sin() };
            data.push(v + 0.1 * (noise() - 0.5));
        }
    }
    Tensor::new(&[1, channels, height, width], data).unwrap()
}

/// Every output.
fn rten(onnx: &[u8], input: &Tensor) -> Vec<f32> {
    let model = rten::Model::load(onnx.to_vec()).unwrap();
    let view = rten_tensor::TensorView::from_data(input.shape(), input.data());
    let outputs = model.run(vec![(model.input_ids()[0], view.into())], model.output_ids(), None).unwrap();
    let floats = outputs.into_iter().map(|out| rten_tensor::Tensor::<f32>::try_from(out).unwrap().to_vec());
    floats.flatten().collect()
}

/// Runs `file` on a picture of each size, its numbers turned by `scale`: `-1..=1` becomes `scale[0]..=scale[1]`.
fn compare(file: &str, channels: usize, scale: [f32; 2], sizes: &[[usize; 2]]) {
    let Ok(onnx) = std::fs::read(format!("{MODELS}/{file}")) else {
        eprintln!("{file} is not in {MODELS}: not compared");
        return;
    };
    let (float, fixed) = (Model::load(&onnx).unwrap(), Model::load_with(&onnx, Precision::Fixed16).unwrap());
    for &[height, width] in sizes {
        let input = picture(channels, height, width);
        let scaled = input.data().iter().map(|x| (x + 1.0) / 2.0 * (scale[1] - scale[0]) + scale[0]).collect();
        let input = Tensor::new(input.shape(), scaled).unwrap();
        let expected = rten(&onnx, &input);
        let unit = expected.iter().fold(1f32, |unit, x| unit.max(x.abs()));
        // Where a map or a character tips over, single numbers move more than the whole does.
        for (model, whole, single) in [(&float, 1e-4, 1e-3), (&fixed, 4e-3, 1e-1)] {
            let out: Vec<f32> = model.run(&input).unwrap().into_iter().flat_map(Tensor::into_data).collect();
            assert_eq!(out.len(), expected.len());
            let apart = out.iter().zip(&expected).map(|(a, b)| (a - b).abs() / unit);
            let (sum, worst) = apart.fold((0.0, 0.0), |(sum, worst), d| (sum + d * d, d.max(worst)));
            let mean = (sum / expected.len() as f32).sqrt();
            println!("{file} {height}x{width}: root mean square {mean:.1e}, worst {worst:.1e}");
            assert!(mean < whole && worst < single, "{file} {height}x{width}: {mean}, {worst} apart");
        }
    }
}

#[test]
fn detection() {
    compare("ocr/det.onnx", 3, [-1.0, 1.0], &[[64, 96], [160, 224]]);
}

#[test]
fn tiny_recognition() {
    compare("ocr/rec_tiny.onnx", 3, [-1.0, 1.0], &[[48, 160], [48, 101], [48, 17]]);
}

#[test]
fn small_recognition() {
    compare("ocr/rec_small.onnx", 3, [-1.0, 1.0], &[[48, 160], [48, 101], [48, 17]]);
}

#[test]
fn face_detection() {
    compare("face/yunet.onnx", 3, [0.0, 255.0], &[[640, 640]]);
}

#[test]
fn face_recognition() {
    compare("face/sface.onnx", 3, [0.0, 255.0], &[[112, 112]]);
}

#[test]
fn silent_liveness() {
    compare("face/fr_liveness.onnx", 3, [0.0, 255.0], &[[128, 128]]);
}

#[test]
fn landmarks() {
    compare("face/fr_landmark.onnx", 1, [0.0, 1.0], &[[64, 64]]);
}
