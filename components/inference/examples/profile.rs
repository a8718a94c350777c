//! Prints the fastest time of each layer over several runs:
//! `profile <model.onnx> f32|i16 <height> <width> <runs>`.

use inference::{Model, Precision, Tensor};
use std::time::{Duration, Instant};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, precision, height, width, runs] = arguments.as_slice() else {
        return Err("give a model, f32 or i16, height, width and a number of runs".into());
    };
    let precision = if precision == "i16" { Precision::Fixed16 } else { Precision::Float32 };
    let (height, width): (usize, usize) = (height.parse()?, width.parse()?);
    let start = Instant::now();
    let model = Model::load_with(&std::fs::read(file)?, precision)?;
    println!("load {:.1} ms", start.elapsed().as_secs_f64() * 1e3);
    let numbers = (0..3 * height * width).map(|i| ((i * 7919) % 1000) as f32 / 500.0 - 1.0).collect();
    let input = Tensor::new(&[1, 3, height, width], numbers)?;
    let (mut layers, mut whole) = (Vec::new(), Duration::MAX);
    for _ in 0..runs.parse()? {
        let start = Instant::now();
        let (_, times) = model.profile(&input)?;
        whole = whole.min(start.elapsed());
        if layers.is_empty() {
            layers = times;
        } else {
            layers.iter_mut().zip(times).for_each(|(best, now)| best.time = best.time.min(now.time));
        }
    }
    let sum: Duration = layers.iter().map(|l| l.time).sum();
    println!("whole {:.2} ms, sum of layers {:.2} ms", whole.as_secs_f64() * 1e3, sum.as_secs_f64() * 1e3);
    layers.sort_by_key(|l| std::cmp::Reverse(l.time));
    for layer in layers {
        println!("{:>9.3} ms  {} -> {:?}  {}", layer.time.as_secs_f64() * 1e3, layer.kind, layer.shape, layer.name);
    }
    Ok(())
}
