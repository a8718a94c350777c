//! Compares this crate with rten on the models of the card reader: `speed <folder with the models> [rten|f32|i16] [runs]`.
//!
//! Engines take turns, and the median of each is printed in milliseconds, so that other work on the machine hits all
//! alike. With one engine named, only that one is loaded, and in wasm the memory it needed is printed.

use std::time::Instant;

use inference::{Model, Precision, Tensor};

const SHAPES: [(&str, usize, usize); 10] = [
    ("det", 320, 320),
    ("det", 320, 480),
    ("det", 384, 512),
    ("det", 640, 640),
    ("rec_tiny", 48, 160),
    ("rec_tiny", 48, 320),
    ("rec_small", 48, 96),
    ("rec_small", 48, 160),
    ("rec_small", 48, 320),
    ("rec_small", 48, 480),
];

type Error = Box<dyn std::error::Error>;
type Run = Box<dyn Fn(&Tensor) -> Result<(), Error>>;

fn load(engine: &str, onnx: &[u8]) -> Result<Run, Error> {
    if engine == "rten" {
        let model = rten::Model::load(onnx.to_vec())?;
        return Ok(Box::new(move |input| {
            let view = rten_tensor::TensorView::from_data(input.shape(), input.data());
            model.run_one(view.into(), None)?;
            Ok(())
        }));
    }
    let model = Model::load_with(onnx, if engine == "i16" { Precision::Fixed16 } else { Precision::Float32 })?;
    Ok(Box::new(move |input| {
        model.run(input)?;
        Ok(())
    }))
}

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("name the folder with the models")?;
    let engines = match arguments.next() {
        Some(engine) if engine != "all" => vec![engine],
        _ => vec!["rten".to_owned(), "f32".into(), "i16".into()],
    };
    let runs: usize = arguments.next().map_or(Ok(15), |runs| runs.parse())?;
    println!("{:>22} {}", "median ms:", engines.iter().map(|e| format!("{e:>9}")).collect::<String>());
    let mut loaded: Vec<(&str, Vec<Run>)> = Vec::new();
    for (model, height, width) in SHAPES {
        if loaded.last().is_none_or(|(last, _)| *last != model) {
            let onnx = std::fs::read(format!("{folder}/{model}.onnx"))?;
            loaded.clear();
            let start = Instant::now();
            let engines = engines.iter().map(|engine| {
                let run = load(engine, &onnx)?;
                print!("{engine} loads {model} in {:.0} ms; ", start.elapsed().as_secs_f64() * 1e3);
                Ok::<_, Error>(run)
            });
            loaded.push((model, engines.collect::<Result<_, _>>()?));
            println!();
        }
        let numbers = (0..3 * height * width).map(|i| ((i * 7919) % 1000) as f32 / 500.0 - 1.0).collect();
        let input = Tensor::new(&[1, 3, height, width], numbers)?;
        let mut times = vec![Vec::new(); engines.len()];
        for _ in 0..runs {
            for (run, times) in loaded.iter().flat_map(|(_, runs)| runs).zip(&mut times) {
                let start = Instant::now();
                run(&input)?;
                times.push(start.elapsed());
            }
        }
        let medians = times.iter_mut().map(|times| {
            times.sort();
            times.get(runs / 2).map_or(f64::NAN, |t| t.as_secs_f64() * 1e3)
        });
        println!(
            "{:>22} {}",
            format!("{model} {height}x{width}"),
            medians.map(|m| format!("{m:>9.1}")).collect::<String>()
        );
    }
    #[cfg(target_family = "wasm")]
    println!("memory: {} MB", core::arch::wasm32::memory_size::<0>() / 16);
    Ok(())
}
