use ocr_engine::warnings::*;
use ocr_engine::*;
fn main() {
    let folder = std::path::PathBuf::from(std::env::args().nth(1).unwrap());
    let nets = net::Nets::load(std::path::Path::new("target/models/ocr")).unwrap();
    let truth: Vec<serde_json::Value> =
        serde_json::from_slice(&std::fs::read(folder.join("truth.json")).unwrap()).unwrap();
    for t in &truth {
        let f = t["file"].as_str().unwrap();
        let Ok(picture) = decode::decode(&std::fs::read(folder.join(f)).unwrap()) else { continue };
        let Ok(found) = card::find(&picture, &nets) else {
            println!("{f} -");
            continue;
        };
        let side = found.hypothesis.side;
        let scene = Scene {
            picture: &picture,
            sheet: &found.sheet,
            side,
            quad: &found.hypothesis.quad,
            fields: &found.key,
            today: fields::date::Date { year: 2026, month: 11, day: 1 },
        };
        let (l, c) = moire::peaks(&picture.rgb, scene.quad);
        let p = chroma::print_signs(&scene);
        let patches = cover::patches(&found.sheet.rgb, side, 18., 3);
        let off = if side == layout::Side::Front {
            tamper::foreign(&tamper::digits(&found.sheet, found.key[0].area))
        } else {
            [0.; 5]
        };
        println!(
            "{f} col {:.1} moire {l:.2} {c:.2} sur {:.2} {:.0} vivid {:.2} sharp {:.2} off {:.1?} patch {:?}",
            chroma::colourfulness(&found.sheet.rgb),
            p.surround,
            p.surround_colour,
            p.vivid,
            quality::sharpness(&found.sheet, side),
            off,
            patches.iter().map(|p| (p.blocks.len(), p.difference as i32, p.touches_edge())).collect::<Vec<_>>()
        );
    }
}
