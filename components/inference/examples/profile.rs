use inference::{Model, Precision, Tensor};
fn main() {
    let mut args = std::env::args().skip(1);
    let f = args.next().unwrap();
    let p = if args.next().unwrap() == "i16" {
        Precision::Fixed16
    } else {
        Precision::Float32
    };
    let dims: Vec<usize> = args.map(|s| s.parse().unwrap()).collect();
    let s = std::time::Instant::now();
    let m = Model::load_with(&std::fs::read(f).unwrap(), p).unwrap();
    eprintln!("load {:?}", s.elapsed());
    let (h, w, n) = (dims[0], dims[1], dims[2]);
    let t = Tensor::new(
        &[1, 3, h, w],
        (0..3 * h * w)
            .map(|i| ((i * 7919) % 1000) as f32 / 500. - 1.)
            .collect(),
    )
    .unwrap();
    for _ in 0..n {
        let s = std::time::Instant::now();
        let o = m.run(&t).unwrap();
        eprintln!(
            "{:?} {:?} {}",
            s.elapsed(),
            o[0].shape(),
            o[0].data().iter().sum::<f32>()
        );
    }
    let (_, mut times) = m.profile(&t).unwrap();
    times.sort_by_key(|t| std::cmp::Reverse(t.time));
    for t in times.iter().take(dims.get(3).copied().unwrap_or(12)) {
        eprintln!(
            "{:>9.3} ms {} {:?} {}",
            t.time.as_secs_f64() * 1e3,
            t.kind,
            t.shape,
            t.name
        );
    }
}
