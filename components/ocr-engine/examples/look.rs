use ocr_engine::*;
fn main() {
    let f = std::env::args().nth(1).unwrap();
    let nets = net::Nets::load(std::path::Path::new("target/models/ocr")).unwrap();
    let pic = decode::decode(&std::fs::read(&f).unwrap()).unwrap();
    let t = std::time::Instant::now();
    let cands = quad::candidates(&pic.rgb, 6);
    println!("candidates {:?}", t.elapsed());
    for c in cands {
        println!("score {:.2} sides {:.2?} quad {:.0?}", c.score, c.sides, c.quad);
        let r = refine::refine(&pic.rgb, &c.quad, pic.rgb.width.max(pic.rgb.height) as f32 / 320. * 2.5);
        for h in layout::hypotheses(&pic.rgb, &r) {
            println!("   {:?} {:.2} {:.0?}", h.side, h.fit, h.quad);
        }
    }
    let t = std::time::Instant::now();
    for q in text::candidates(&pic.rgb, &nets, 4).unwrap() {
        println!("text {q:.0?}");
        for h in layout::hypotheses(&pic.rgb, &q) {
            println!("   {:?} {:.2}", h.side, h.fit);
        }
    }
    println!("text {:?}", t.elapsed());
    let g = pic.rgb.gray();
    println!(
        "text p98 {} p50 {}",
        g.quantile(raster::Rect { x0: 0, y0: 0, x1: g.width, y1: g.height }, 0.98),
        g.quantile(raster::Rect { x0: 0, y0: 0, x1: g.width, y1: g.height }, 0.5)
    );
    let b = quad::candidates(&pic.rgb, 1);
    println!("text blurred {:?}", b.first().map(|c| quality::is_blurred(&pic.rgb, &c.quad)));
    let c = &quad::candidates(&pic.rgb, 1)[0];
    let r = refine::refine(&pic.rgb, &c.quad, pic.rgb.width.max(pic.rgb.height) as f32 / 320. * 2.5);
    let h = layout::hypotheses(&pic.rgb, &r)[0];
    let sheet = read::Sheet::new(rectify::warp(&pic.rgb, &h.quad, 1012, 638).unwrap());
    let mut out = sheet.rgb.clone();
    let zones: &[layout::Zone] = if h.side == layout::Side::Front {
        &[layout::NAME, layout::SEX, layout::ETHNICITY, layout::BIRTH, layout::ADDRESS, layout::NUMBER]
    } else {
        &[layout::AUTHORITY, layout::VALIDITY]
    };
    for z in zones {
        for l in sheet.lines(*z, 29) {
            println!("line {l:?}");
            for net in [&nets.tiny, &nets.small] {
                let x = sheet.read(net, l, read::Cut { glyph: 29, squeeze: 1. }, |_, _| 1.).unwrap();
                println!(
                    "   {:?}",
                    x.0.iter().map(|g| format!("{}{:.2}@{:.2}", g.text, g.p, g.at)).collect::<Vec<_>>().join(" ")
                );
            }
            for x in l.x0..l.x1.min(1012) {
                for y in [l.y0, l.y1 - 1] {
                    let i = (y * 1012 + x) * 3;
                    out.data[i] = 255;
                    out.data[i + 1] = 0;
                }
            }
        }
    }
    let b = crops::crops(&out, layout::Side::Back).unwrap().card;
    std::fs::write("/tmp/v/look.jpg", b).unwrap();
    let ink = raster::Rgb {
        width: 1012,
        height: 638,
        data: sheet.ink.data.iter().flat_map(|v| [v.saturating_mul(2); 3]).collect(),
    };
    std::fs::write("/tmp/v/ink.jpg", crops::crops(&ink, layout::Side::Back).unwrap().card).unwrap();
}
