//! One photograph from start to end: card, scene, camera.

use crate::camera;
use crate::chance::Chance;
use crate::fonts::Fonts;
use crate::layout::{self, Print, SIZE};
use crate::person::{Wanted, issue, person};
use crate::scene::{self, Homography, Pose, project};
use crate::truth::Truth;
use anyhow::Result;
use serde_json::json;
use std::collections::BTreeMap;

const LEVELS: [&str; 3] = ["easy", "medium", "hard"];

/// Draws and photographs card `index` of the set of `seed`; gives the JPEG and its truth.
pub fn plain(fonts: &Fonts, seed: u64, index: usize) -> Result<(Vec<u8>, Truth)> {
    let chance = &mut Chance::new(seed, index as u64);
    let front = index % 3 != 2;
    let level = index / 3 % 3;
    let wanted = Wanted { expired: !front && chance.one_in(5), ..Wanted::default() };
    let serial = index - index / 3;
    let print = Print { hei: chance.below(fonts.hei.len()), temporary: false, script: (front && chance.one_in(10)).then(|| chance.below(layout::SCRIPTS.len())) };
    let (mut owner, mut office) = (None, None);
    let flat = if front {
        let owner = owner.insert(person(chance, serial, wanted));
        layout::front(fonts, chance, owner, print)?
    } else {
        let office = office.insert(issue(chance, wanted));
        layout::back(fonts, chance, office, print)?
    };
    let mut degrade = BTreeMap::new();
    let (mut width, mut height) = chance.pick(&[(1280, 960), (1600, 1200), (1920, 1440), (1920, 1080)]);
    if index % 40 == 21 {
        (width, height) = (3264, 2448);
    }
    let turn = |chance: &mut Chance, degrees: [f32; 3]| degrees.get(level).map_or(0.0, |d| chance.uniform(-d, *d)).to_radians();
    let pose = Pose {
        roll: turn(chance, [3.0, 12.0, 45.0]),
        pitch: turn(chance, [4.0, 12.0, 28.0]),
        yaw: turn(chance, [4.0, 12.0, 28.0]),
        fill: chance.uniform([0.78, 0.7, 0.66][level], 0.95),
        shift: [chance.uniform(-0.7, 0.7), chance.uniform(-0.7, 0.7)],
    };
    let map = scene::place(pose, width, height);
    let (ground, mut picture) = scene::table(chance, width, height);
    scene::lay(&mut picture, &flat.canvas.picture, &map);
    let pixels_per_mm = density(&map);
    let strength = chance.uniform([0.02, 0.1, 0.2][level], [0.12, 0.3, 0.5][level]);
    let warmth = chance.uniform(-0.05, 0.05) * (level as f32 + 0.5);
    scene::light(&mut picture, chance.uniform(0.0, 6.28), strength, [1.0 + warmth, 1.0, 1.0 - warmth]);
    if level > 0 && chance.one_in(2) {
        let power = chance.uniform(40.0, [0.0, 90.0, 130.0][level]);
        let at = [chance.uniform(8.0, 78.0), chance.uniform(6.0, 48.0)];
        let size = [chance.uniform(6.0, 16.0), chance.uniform(5.0, 10.0)];
        scene::glare(&mut picture, &map, at, size, power);
        degrade.insert("glare", json!(power));
    }
    let sigma = pixels_per_mm * chance.uniform([0.0, 0.02, 0.05][level], [0.04, 0.08, 0.13][level]);
    camera::blur(&mut picture, sigma);
    let gain = chance.uniform([0.92, 0.8, 0.65][level], 1.06);
    let gamma = chance.uniform([0.92, 0.8, 0.65][level], [1.1, 1.3, 1.6][level]);
    camera::tone(&mut picture, gain, gamma);
    let grain = chance.uniform([0.5, 2.0, 4.0][level], [2.0, 5.0, 9.0][level]);
    camera::noise(&mut picture, chance, grain);
    let quality = chance.range([86, 65, 40][level], [96, 88, 72][level]) as u8;

    // The camera may have been held sideways; then EXIF says so, or nobody does.
    let held = if level > 0 && chance.one_in(3) { chance.range(1, 3) as usize } else { 0 };
    let seen = camera::turned(&picture, held);
    let to_seen = |[x, y]: [f32; 2]| {
        let (w, h) = (width as f32, height as f32);
        let (x, y) = match held {
            0 => (x, y),
            1 => (h - y, x),
            2 => (w - x, h - y),
            _ => (y, w - x),
        };
        [(x * 10.0).round() / 10.0, (y * 10.0).round() / 10.0]
    };
    let (orientation, stored) = if chance.one_in(5) { chance.pick(&[(6, 3), (3, 2), (8, 1)]) } else { (1, 0) };
    let file = format!("{index:04}_{}_{}.jpg", if front { "front" } else { "back" }, LEVELS[level]);
    let bytes = camera::jpeg(&camera::turned(&seen, stored), quality, orientation, "camera")?;
    for (key, value) in [
        ("bg", json!(ground)),
        ("angle", json!(pose.roll.to_degrees())),
        ("pitch", json!(pose.pitch.to_degrees())),
        ("yaw", json!(pose.yaw.to_degrees())),
        ("size", json!([seen.width, seen.height])),
        ("held", json!(held * 90)),
        ("exif", json!(orientation)),
        ("font", json!(fonts.hei.get(print.hei).map(|f| &f.file))),
        ("bilingual", json!(print.script.is_some())),
        ("pixels_per_mm", json!(pixels_per_mm)),
        ("blur", json!(sigma)),
        ("gain", json!(gain)),
        ("gamma", json!(gamma)),
        ("noise", json!(grain)),
        ("jpegq", json!(quality)),
    ] {
        degrade.insert(key, value);
    }
    let corners = |[x0, y0, x1, y1]: [f32; 4]| [[x0, y0], [x1, y0], [x1, y1], [x0, y1]].map(|[x, y]| to_seen(project(&map, x, y)));
    let truth = Truth {
        side: if front { "front" } else { "back" },
        person: owner,
        issue: office,
        file,
        level: level as u8,
        conditions: if wanted.expired { vec!["expired"] } else { vec![] },
        warnings: if wanted.expired { vec!["invalid_validity"] } else { vec![] },
        hidden: vec![],
        refused: None,
        degrade,
        quad: corners([0.0, 0.0, SIZE[0], SIZE[1]]),
        boxes: flat.fields.iter().map(|(name, rect)| (*name, corners(*rect))).collect(),
    };
    Ok((bytes, truth))
}

/// Mean pixels per millimetre along the card's long edges.
fn density(map: &Homography) -> f32 {
    let [a, b, c, d] = scene::quad(map);
    ((b[0] - a[0]).hypot(b[1] - a[1]) + (c[0] - d[0]).hypot(c[1] - d[1])) / (2.0 * SIZE[0])
}
