//! Cosines and times over a folder with `pairs.tsv` and `images/`, natively: `pairs FOLDER [MODELS]`.
//!
//! For choosing thresholds and sizes; what is quoted comes from `cargo xtask bench face`, which asks the running application.

use std::collections::HashMap;
use std::path::Path;
use std::time::Instant;

use face_engine::face::Embedding;
use face_engine::nets::Nets;
use face_engine::verify::silent;
use face_engine::{detect, face};
use picture::decode::decode;

type Error = Box<dyn std::error::Error>;

fn main() -> Result<(), Error> {
    let mut arguments = std::env::args().skip(1);
    let folder = arguments.next().ok_or("name the folder with pairs.tsv")?;
    let models = arguments.next().unwrap_or_else(|| "target/models/face".into());
    let nets = Nets::load(Path::new(&models))?;
    let mut seen: HashMap<String, Option<Embedding>> = HashMap::new();
    let (mut same, mut other) = (Vec::new(), Vec::new());
    let mut times = [const { Vec::new() }; 4];
    for line in std::fs::read_to_string(format!("{folder}/pairs.tsv"))?.lines().skip(1) {
        let [a, b, is_same] = *line.split('\t').collect::<Vec<_>>() else { return Err(line.into()) };
        for name in [a, b] {
            if !seen.contains_key(name) {
                seen.insert(name.into(), embed(&nets, &format!("{folder}/images/{name}"), &mut times)?);
            }
        }
        if let (Some(Some(x)), Some(Some(y))) = (seen.get(a), seen.get(b)) {
            if is_same == "1" { &mut same } else { &mut other }.push(x.cosine(y));
        }
    }
    let without = seen.values().filter(|e| e.is_none()).count();
    println!("{} pictures, {without} without a face; pairs: {} same, {} other", seen.len(), same.len(), other.len());
    for threshold in [0.3, 0.331, 0.36, 0.394, 0.448] {
        let share = |all: &[f32]| all.iter().filter(|c| **c >= threshold).count() as f32 / all.len() as f32;
        let (accept, mistake) = (share(&same), share(&other));
        println!("{threshold}: accepts {accept:.4}, wrongly {mistake:.4}, right {:.4}", (accept + 1. - mistake) / 2.);
    }
    let mean = |all: &[f32]| all.iter().sum::<f32>() / all.len() as f32;
    println!("mean cosine {:.4} {:.4}", mean(&same), mean(&other));
    for (what, times) in ["decode", "detect", "align", "embed"].into_iter().zip(&mut times) {
        times.sort_by(f64::total_cmp);
        println!("{what}: median {:.1} ms", times.get(times.len() / 2).unwrap_or(&f64::NAN));
    }
    spoofs(&nets, &format!("{folder}/spoof"))
}

fn embed(nets: &Nets, path: &str, times: &mut [Vec<f64>; 4]) -> Result<Option<Embedding>, Error> {
    let [decoding, detecting, aligning, embedding] = times;
    let bytes = std::fs::read(path)?;
    let picture = timed(decoding, || decode(&bytes, 1280))?;
    let found = timed(detecting, || detect::detect(nets, &picture.rgb))?;
    let Some(found) = found.first() else { return Ok(None) };
    let Some(face) = timed(aligning, || face::Face::new(&picture.rgb, *found)) else { return Ok(None) };
    if std::env::var_os("QUALITY").is_some() {
        println!("{path}: {:?} {:?} {:.2}", face.quality, face.quality.flaw(), found.confidence);
    }
    Ok(Some(timed(embedding, || face.mirrored_embedding(nets))?))
}

fn timed<T>(times: &mut Vec<f64>, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let done = work();
    times.push(start.elapsed().as_secs_f64() * 1e3);
    done
}

fn spoofs(nets: &Nets, folder: &str) -> Result<(), Error> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let Ok(picture) = decode(&std::fs::read(&path)?, 1280) else { continue };
        for found in detect::detect(nets, &picture.rgb)?.iter().take(1) {
            println!("{}: silent {:.3} {:?}", path.display(), silent(nets, &picture.rgb, found)?, found.area);
        }
    }
    Ok(())
}
