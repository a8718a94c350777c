//! One photograph from start to end: card, scene, camera.

use crate::attack;
use crate::camera;
use crate::chance::Chance;
use crate::condition::{Condition, hidden};
use crate::fonts::Fonts;
use crate::geometry::{Homography, Pose, corners, density, place, product, project, quad, shift};
use crate::layout::{self, Flat, NUMBER, Print, SCALE, SCRIPTS, SIZE};
use crate::lens::Lens;
use crate::objects::Thing;
use crate::person::{Issue, Person, issue, person};
use crate::plan::Plan;
use crate::scene::{self, Glare};
use crate::truth::Truth;
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const LEVELS: [&str; 3] = ["easy", "medium", "hard"];

/// What is printed on the card.
enum Content {
    Front(Person),
    Back(Issue),
}

impl Content {
    fn draw(&self, fonts: &Fonts, chance: &mut Chance, print: Print) -> Result<Flat> {
        match self {
            Self::Front(person) => layout::front(fonts, chance, person, print),
            Self::Back(issue) => layout::back(fonts, chance, issue, print),
        }
    }
}

/// Draws and photographs one card; gives the JPEG and its truth.
pub fn shoot(fonts: &Fonts, plan: Plan) -> Result<(Vec<u8>, Truth)> {
    let Plan { index, front, level, condition, .. } = plan;
    let chance = &mut Chance::new(plan.seed, index as u64);
    let print = Print {
        hei: chance.below(fonts.hei.len()),
        temporary: condition == Condition::Temporary,
        script: (front && chance.one_in(10)).then(|| chance.below(SCRIPTS.len())),
    };
    let mut content = if front {
        Content::Front(person(chance, index - index / 3, condition))
    } else {
        Content::Back(issue(chance, condition))
    };
    let art = chance.seed();
    let mut flat = content.draw(fonts, &mut Chance::new(art, 0), print)?;
    let mut donor = None;
    match condition {
        Condition::MonochromeCopy => attack::monochrome(&mut flat.canvas.picture, chance),
        Condition::ColourCopy => attack::colour(&mut flat.canvas.picture, chance, SCALE),
        Condition::TamperedFont | Condition::TamperedPatch => {
            if let Content::Front(person) = &mut content {
                let (first, digits) = altered(chance, &mut person.idnum);
                let at = [NUMBER.x + NUMBER.pitch * first as f32, NUMBER.base];
                if condition == Condition::TamperedFont {
                    attack::other_face(&mut flat.canvas, fonts, chance, &digits, at, NUMBER.pitch, NUMBER.size);
                } else {
                    let width = NUMBER.pitch * digits.len() as f32;
                    donor = Some((
                        content.draw(fonts, &mut Chance::new(art, 0), print)?,
                        [at[0] - 0.15, at[1] - 3.6, at[0] + width - 0.15, at[1] + 0.7],
                    ));
                }
            }
        }
        _ => {}
    }

    let (mut width, mut height) = chance.pick(&[(1280, 960), (1600, 1200), (1920, 1440), (1920, 1080)]);
    if plan.small {
        (width, height) = (1280, 960);
    } else if index % 40 == 21 {
        (width, height) = (3264, 2448);
    }
    let (mut map, pose) = stand(chance, level, condition, width, height);
    let density = density(&map);
    let (mut ground, mut picture) = scene::table(chance, width, height);
    let copy = matches!(condition, Condition::MonochromeCopy | Condition::ColourCopy);
    if copy {
        attack::sheet(&mut picture, chance);
        ground = "sheet";
    }
    if condition == Condition::TwoCards {
        let other = Content::Back(issue(chance, Condition::Plain)).draw(fonts, chance, print)?;
        scene::lay(&mut picture, &other.canvas.picture, &product(&shift(0.0, height as f32 / 2.0), &map), 0.3);
    }
    let mut spliced = None;
    if condition == Condition::NoCard {
        if chance.one_in(2) {
            scene::lay(&mut picture, &layout::other_card(fonts, chance).picture, &map, 0.3);
        }
    } else {
        if let Some((donor, _)) = &donor {
            let mut other = picture.clone();
            scene::lay(&mut other, &donor.canvas.picture, &map, 0.3);
            spliced = Some(other);
        }
        scene::lay(&mut picture, &flat.canvas.picture, &map, if copy { 0.0 } else { 0.3 });
    }
    let (thing, glare) = over(chance, level, condition, &flat);
    if let Some(glare) = glare {
        glare.shine(&mut picture, &map);
    }
    if let Some(thing) = thing {
        thing.lay(&mut picture, &map);
    }
    // What a screen shows has been a good photograph.
    let lens = Lens::new(chance, if condition == Condition::Recapture { 0 } else { level }, density, condition);
    lens.expose(&mut picture, chance);
    if let (Some(mut other), Some((_, rect))) = (spliced, &donor) {
        Lens::new(chance, level, density, condition).expose(&mut other, chance);
        attack::splice(&mut picture, &other, &corners(*rect, &map));
    }
    if condition == Condition::Recapture {
        let (seen, onto) = attack::screen(&picture, chance);
        picture = seen;
        map = product(&onto, &map);
        let again = Lens { blur: 0.0, motion: [0.0; 3], ..Lens::new(chance, level, density, condition) };
        again.expose(&mut picture, chance);
    }

    // The camera may have been held sideways; then EXIF says so, or nobody does.
    let held = if level > 0 && chance.one_in(3) { chance.range(1, 3) as usize } else { 0 };
    let (w, h) = (picture.width as f32, picture.height as f32);
    let quarter: Homography = match held {
        0 => shift(0.0, 0.0),
        1 => [0.0, -1.0, h, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0],
        2 => [-1.0, 0.0, w, 0.0, -1.0, h, 0.0, 0.0, 1.0],
        _ => [0.0, 1.0, 0.0, -1.0, 0.0, w, 0.0, 0.0, 1.0],
    };
    map = product(&quarter, &map);
    let picture = camera::turned(&picture, held);
    let (orientation, stored) = if chance.one_in(5) { chance.pick(&[(6, 3), (3, 2), (8, 1)]) } else { (1, 0) };
    let quality = chance.range([86, 65, 40][level], [96, 88, 72][level]) as u8;
    let quality = if plan.small { 72 } else { quality };
    let edited = condition == Condition::EditorMetadata || (condition == Condition::TamperedPatch && chance.one_in(3));
    let software =
        if edited { chance.pick(&["Adobe Photoshop 25.0 (Windows)", "GIMP 2.10.36", "Meitu 10.2"]) } else { "camera" };
    let bytes = camera::jpeg(&camera::turned(&picture, stored), quality, orientation, software)?;

    let side = if front { "front" } else { "back" };
    let other_side = if front { "back" } else { "front" };
    let covered = |x: f32, y: f32| {
        let [px, py] = project(&map, x, y);
        let outside = px < 0.0 || py < 0.0 || px > picture.width as f32 || py > picture.height as f32;
        outside || thing.is_some_and(|t| t.covers(x, y)) || glare.is_some_and(|g| g.add(x, y) > 185.0)
    };
    let mut tolerated = condition.tolerated().to_vec();
    if glare.is_some() && condition != Condition::Reflection {
        tolerated.push("reflection");
    }
    let mut degrade: BTreeMap<&'static str, Value> = BTreeMap::from([
        ("bg", json!(ground)),
        ("angle", json!(pose.roll.to_degrees())),
        ("pitch", json!(pose.pitch.to_degrees())),
        ("yaw", json!(pose.yaw.to_degrees())),
        ("size", json!([picture.width, picture.height])),
        ("held", json!(held * 90)),
        ("exif", json!(orientation)),
        ("font", json!(fonts.hei.get(print.hei).map(|f| &f.file))),
        ("bilingual", json!(print.script.is_some())),
        ("pixels_per_mm", json!(density)),
        ("blur", json!(lens.blur)),
        ("gain", json!(lens.gain)),
        ("gamma", json!(lens.gamma)),
        ("noise", json!(lens.grain)),
        ("jpegq", json!(quality)),
    ]);
    if let Some(glare) = glare {
        degrade.insert("glare", json!(glare.power));
    }
    let truth = Truth {
        side,
        hidden: hidden(&flat, covered),
        boxes: flat.fields.iter().map(|(name, rect)| (*name, corners(*rect, &map))).collect(),
        person: if let Content::Front(person) = &content { Some(person.clone()) } else { None },
        issue: if let Content::Back(issue) = &content { Some(issue.clone()) } else { None },
        file: format!("{index:04}_{side}_{}_{}.jpg", LEVELS[level], condition.name()),
        level: level as u8,
        condition: condition.name(),
        warnings: condition.warnings(front).to_vec(),
        tolerated,
        refused: condition.refused(),
        ask: (condition == Condition::WrongSide).then_some(other_side),
        degrade,
        quad: corners([0.0, 0.0, SIZE[0], SIZE[1]], &map),
    };
    Ok((bytes, truth))
}

/// Where the card lies before the lens.
fn stand(chance: &mut Chance, level: usize, condition: Condition, width: usize, height: usize) -> (Homography, Pose) {
    let mut turn = |degrees: [f32; 3]| chance.uniform(-degrees[level], degrees[level]).to_radians();
    let (roll, pitch, yaw) = (turn([3.0, 12.0, 45.0]), turn([4.0, 12.0, 28.0]), turn([4.0, 12.0, 28.0]));
    let fill = match condition {
        Condition::TooSmall => chance.uniform(0.1, 0.16),
        Condition::BorderCut => 0.96,
        _ => chance.uniform([0.78, 0.7, 0.66][level], 0.95),
    };
    let pose = Pose { roll, pitch, yaw, fill, shift: [chance.uniform(-0.7, 0.7), chance.uniform(-0.7, 0.7)] };
    let map = place(pose, width, if condition == Condition::TwoCards { height / 2 } else { height });
    if condition != Condition::BorderCut {
        return (map, pose);
    }
    // Push the card out over one edge until 4 to 12 mm of it are gone.
    let quad = quad(&map);
    let low = |axis: usize| quad.iter().map(|c| c[axis]).fold(f32::MAX, f32::min);
    let high = |axis: usize| quad.iter().map(|c| c[axis]).fold(f32::MIN, f32::max);
    let cut = chance.uniform(4.0, 12.0) * density(&map);
    let by = match chance.below(4) {
        0 => [-low(0) - cut, 0.0],
        1 => [width as f32 - high(0) + cut, 0.0],
        2 => [0.0, -low(1) - cut],
        _ => [0.0, height as f32 - high(1) + cut],
    };
    (product(&shift(by[0], by[1]), &map), pose)
}

/// What lies or shines over the card.
fn over(chance: &mut Chance, level: usize, condition: Condition, flat: &Flat) -> (Option<Thing>, Option<Glare>) {
    let (_, rect) = flat.fields[chance.below(flat.fields.len())];
    let middle = [chance.uniform(rect[0], rect[2]), (rect[1] + rect[3]) / 2.0];
    match condition {
        Condition::FingerOnEdge => {
            // Low on the left edge there is nothing printed on either side.
            let (at, depth) = (chance.uniform(33.0, 38.0), chance.uniform(4.5, 7.5));
            (Some(Thing::finger(chance, [0.5, at], depth)), None)
        }
        Condition::FingerOnField => {
            let gaps = [middle[0], SIZE[0] - middle[0], middle[1], SIZE[1] - middle[1]];
            let depth = gaps.into_iter().fold(f32::MAX, f32::min) + chance.uniform(1.0, 4.0);
            (Some(Thing::finger(chance, middle, depth)), None)
        }
        Condition::ObjectOnField => (Some(Thing::slip(chance, rect)), None),
        Condition::Reflection => {
            let size = [chance.uniform(6.0, 11.0), chance.uniform(3.5, 6.5)];
            (None, Some(Glare { at: middle, size, power: chance.uniform(260.0, 420.0) }))
        }
        Condition::Plain | Condition::Expired if level > 0 && chance.one_in(2) => {
            let at = [chance.uniform(8.0, 78.0), chance.uniform(6.0, 48.0)];
            let size = [chance.uniform(6.0, 16.0), chance.uniform(5.0, 10.0)];
            (None, Some(Glare { at, size, power: chance.uniform(40.0, [0.0, 90.0, 130.0][level]) }))
        }
        _ => (None, None),
    }
}

/// Changes one to four digits of the number from its seventh on; gives where, and the new digits.
fn altered(chance: &mut Chance, number: &mut String) -> (usize, String) {
    let (first, count) = (chance.range(6, 13) as usize, chance.range(1, 4) as usize);
    let digits: String = number
        .chars()
        .skip(first)
        .take(count)
        .map(|c| char::from(b'0' + ((c.to_digit(10).unwrap_or(0) as i32 + chance.range(1, 9)) % 10) as u8))
        .collect();
    number.replace_range(first..first + count, &digits);
    (first, digits)
}
