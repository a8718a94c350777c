use ocr_engine::*;
fn main() {
    let dir = "/work/shared/idcards";
    let truth: serde_json::Value = serde_json::from_slice(&std::fs::read(format!("{dir}/truth.json")).unwrap()).unwrap();
    for t in truth.as_array().unwrap() {
        let f = t["file"].as_str().unwrap();
        let bytes = std::fs::read(format!("{dir}/{f}")).unwrap();
        let t0 = std::time::Instant::now();
        let pic = decode::decode(&bytes).unwrap();
        let t1 = std::time::Instant::now();
        let c = quad::candidates(&pic.rgb, 4);
        let t2 = std::time::Instant::now();
        let tq: Vec<(f32, f32)> = t["quad"].as_array().unwrap().iter().map(|p| (p[0].as_f64().unwrap() as f32, p[1].as_f64().unwrap() as f32)).collect();
        let err = |q: &geometry::Quad| (0..4).map(|r| { let q = geometry::rotate(q, r); q.iter().zip(&tq).map(|(a, b)| (a.x - b.0).hypot(a.y - b.1)).fold(0f32, f32::max) }).fold(1e9f32, f32::min);
        print!("{f} dec {:?} quad {:?}", t1 - t0, t2 - t1);
        for k in &c { 
            let t = std::time::Instant::now();
            let r = refine::refine(&pic.rgb, &k.quad, pic.rgb.width.max(pic.rgb.height) as f32 / 320. * 2.5);
            print!("  [{:.2} {:.1} -> {:.1} {:.0?}]", k.score, err(&k.quad), err(&r), t.elapsed()); }
        println!();
    }
}
