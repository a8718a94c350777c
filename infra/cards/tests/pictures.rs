//! Whole pictures. The typefaces lie in `target/models/fonts`: `cargo xtask test` fetches them.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test's helpers: a panic is a verdict")]

use cards::condition::Condition;
use cards::fonts::Fonts;
use cards::plan::Plan;
use cards::shot::shoot;
use cards::truth::Truth;
use std::path::Path;

fn fonts() -> Fonts {
    Fonts::open(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/models/fonts")).unwrap()
}

fn small(plan: Plan) -> Plan {
    Plan { small: true, ..plan }
}

fn faulty(condition: Condition, front: bool, index: usize) -> Plan {
    Plan { seed: 5, index, front, level: index % 2, condition, small: true }
}

/// Width and height as seen, after the rotation EXIF asks for.
fn seen(truth: &Truth) -> [f32; 2] {
    let size: [f32; 2] = serde_json::from_value(truth.degrade["size"].clone()).unwrap();
    size
}

fn within(truth: &Truth, [x, y]: [f32; 2]) -> bool {
    let [w, h] = seen(truth);
    (0.0..=w).contains(&x) && (0.0..=h).contains(&y)
}

#[test]
fn the_same_plan_gives_the_same_bytes_and_another_index_others() {
    let fonts = fonts();
    for plan in
        [small(Plan::plain(3, 7)), faulty(Condition::Recapture, true, 2), faulty(Condition::TamperedPatch, true, 3)]
    {
        let (bytes, truth) = shoot(&fonts, plan).unwrap();
        let (again, twin) = shoot(&fonts, plan).unwrap();
        assert!(bytes == again, "{plan:?}");
        assert_eq!(serde_json::to_string(&truth).unwrap(), serde_json::to_string(&twin).unwrap());
        let (other, _) = shoot(&fonts, Plan { index: plan.index + 30, ..plan }).unwrap();
        assert!(bytes != other, "{plan:?}");
    }
}

#[test]
fn quads_and_fields_lie_within_the_picture_at_every_level() {
    let fonts = fonts();
    for index in 0..9 {
        let (bytes, truth) = shoot(&fonts, small(Plan::plain(11, index))).unwrap();
        assert!(truth.quad.iter().all(|&corner| within(&truth, corner)), "{}: {:?}", truth.file, truth.quad);
        assert!(!truth.boxes.is_empty());
        for (name, quad) in &truth.boxes {
            assert!(quad.iter().all(|&corner| within(&truth, corner)), "{}: {name} {quad:?}", truth.file);
        }
        // Clockwise from the top left, as the card is read: the cross product of its first two edges is positive.
        let [a, b, c, _] = truth.quad;
        assert!((b[0] - a[0]) * (c[1] - b[1]) - (b[1] - a[1]) * (c[0] - b[0]) > 0.0, "{}", truth.file);
        let stored = image::load_from_memory(&bytes).unwrap();
        let lies = matches!(truth.degrade["exif"].as_u64(), Some(6 | 8));
        let [w, h] = seen(&truth).map(|v| v as u32);
        assert_eq!((stored.width(), stored.height()), if lies { (h, w) } else { (w, h) }, "{}", truth.file);
    }
}

#[test]
fn faults_show_in_the_truth() {
    let fonts = fonts();
    let truth = |condition, front| shoot(&fonts, faulty(condition, front, 4)).unwrap().1;

    let cut = truth(Condition::BorderCut, true);
    assert!(cut.quad.iter().any(|&corner| !within(&cut, corner)));
    assert_eq!(cut.warnings, ["border"]);

    let edge = truth(Condition::FingerOnEdge, false);
    assert!(edge.hidden.is_empty(), "{:?}", edge.hidden);
    for condition in [Condition::FingerOnField, Condition::ObjectOnField, Condition::Reflection] {
        let covered = truth(condition, true);
        assert!(!covered.hidden.is_empty(), "{condition:?}");
    }

    let copy = shoot(&fonts, faulty(Condition::MonochromeCopy, true, 0)).unwrap().0;
    let chroma = image::load_from_memory(&copy)
        .unwrap()
        .to_rgb8()
        .pixels()
        .map(|p| p.0.iter().max().unwrap() - p.0.iter().min().unwrap())
        .map(u64::from)
        .sum::<u64>()
        / (1280 * 960);
    assert!(chroma < 12, "{chroma}");

    let editor = shoot(&fonts, faulty(Condition::EditorMetadata, true, 0)).unwrap().0;
    assert!([&b"Photoshop"[..], b"GIMP", b"Meitu"].iter().any(|name| editor.windows(name.len()).any(|w| w == *name)));
    assert_eq!(truth(Condition::NoCard, true).refused, Some("no_card"));
}
