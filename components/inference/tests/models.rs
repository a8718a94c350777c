//! The models the engines use give what rten gives, at several widths. Needs the model files; see `MODELS`.

#![cfg(test)]

use inference::{Model, Precision, Tensor};
use rten_tensor::AsView;

/// Where the models are kept, from this crate's folder.
const MODELS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/models/ocr");

/// A smooth pattern with some edges, between -1 and 1, like text on a card.
fn picture(height: usize, width: usize) -> Tensor {
    let mut seed = 7u32;
    let mut noise = || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (seed >> 8) as f32 / (1 << 24) as f32
    };
    let mut data = Vec::new();
    for c in 0..3 {
        for (y, x) in (0..height).flat_map(|y| (0..width).map(move |x| (y, x))) {
            let stroke = (x / 5 + y / 7 + c).is_multiple_of(3) && (y / 16).is_multiple_of(2);
            let v = if stroke { -0.8 } else { 0.6 + 0.2 * (x as f32 / 37.0).sin() };
            data.push(v + 0.1 * (noise() - 0.5));
        }
    }
    Tensor::new(&[1, 3, height, width], data).unwrap()
}

fn rten(onnx: &[u8], input: &Tensor) -> Vec<f32> {
    let model = rten::Model::load(onnx.to_vec()).unwrap();
    let view = rten_tensor::TensorView::from_data(input.shape(), input.data());
    let out: rten_tensor::Tensor<f32> = model.run_one(view.into(), None).unwrap().try_into().unwrap();
    out.to_vec()
}

fn compare(file: &str, sizes: &[[usize; 2]]) {
    let Ok(onnx) = std::fs::read(format!("{MODELS}/{file}")) else {
        eprintln!("{file} is not in {MODELS}: not compared");
        return;
    };
    let (float, fixed) = (Model::load(&onnx).unwrap(), Model::load_with(&onnx, Precision::Fixed16).unwrap());
    for &[height, width] in sizes {
        let input = picture(height, width);
        let expected = rten(&onnx, &input);
        // Where a map or a character tips over, single numbers move more than the whole does.
        for (model, whole, single) in [(&float, 1e-4, 1e-3), (&fixed, 4e-3, 1e-1)] {
            let [out] = <[Tensor; 1]>::try_from(model.run(&input).unwrap()).unwrap();
            assert_eq!(out.data().len(), expected.len());
            let apart = out.data().iter().zip(&expected).map(|(a, b)| (a - b).abs());
            let (sum, worst) = apart.fold((0.0, 0.0), |(sum, worst), d| (sum + d * d, d.max(worst)));
            let mean = (sum / expected.len() as f32).sqrt();
            println!("{file} {height}x{width}: root mean square {mean:.1e}, worst {worst:.1e}");
            assert!(mean < whole && worst < single, "{file} {height}x{width}: {mean}, {worst} apart");
        }
    }
}

#[test]
fn detection() {
    compare("det.onnx", &[[64, 96], [160, 224]]);
}

#[test]
fn tiny_recognition() {
    compare("rec_tiny.onnx", &[[48, 160], [48, 101], [48, 17]]);
}

#[test]
fn small_recognition() {
    compare("rec_small.onnx", &[[48, 160], [48, 101], [48, 17]]);
}
