//! Reads every image that a `truth.json` names; lists what is wrong and counts fields, warnings and refusals.
//!
//! `cargo run --release -p ocr-engine --example accuracy -- FOLDER [MODELS]`

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use ocr_engine::fields::{Name, date::Date};
use ocr_engine::layout::Side;
use ocr_engine::net::Nets;
use ocr_engine::warnings::Kind;
use ocr_engine::{card, decode};
use serde_json::Value;

const KINDS: [(&str, Kind); 9] = [
    ("border", Kind::Border),
    ("copy", Kind::Copy),
    ("recapture", Kind::Recapture),
    ("temporary", Kind::Temporary),
    ("occlusion", Kind::Occlusion),
    ("tampered", Kind::Tampered),
    ("reflection", Kind::Reflection),
    ("monochrome_copy", Kind::MonochromeCopy),
    ("invalid_validity", Kind::InvalidValidity),
];

#[derive(Default)]
struct Tally {
    right: usize,
    unsure: usize,
    all: usize,
}

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().expect("a folder with truth.json"));
    let models = PathBuf::from(args.next().unwrap_or_else(|| "target/models/ocr".into()));
    let nets = Nets::load(&models).expect("models");
    let truth = std::fs::read(folder.join("truth.json")).expect("truth.json");
    let truth: Vec<Value> = serde_json::from_slice(&truth).expect("a list");
    let mut fields: BTreeMap<String, Tally> = BTreeMap::new();
    let mut alarms: BTreeMap<&str, [usize; 3]> = BTreeMap::new();
    let mut refusals = [0; 3];
    let mut times = Vec::new();
    for entry in &truth {
        let file = entry["file"].as_str().unwrap();
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let side = entry["ask"].as_str().map(|s| if s == "front" { Side::Front } else { Side::Back });
        let today = Date { year: 2026, month: 11, day: 1 };
        let request = card::Request { side, crops: false, warnings: KINDS.map(|k| k.1).into(), today };
        let started = Instant::now();
        let result = decode::decode(&bytes)
            .map_err(|e| e.to_string())
            .and_then(|p| card::read(&p, &nets, &request).map_err(|e| format!("{e:?}")));
        times.push(started.elapsed().as_millis());
        println!("{file} {} ms {:?}", times.last().unwrap(), result.as_ref().ok().map(|c| (c.side, c.quality)));
        let refused = entry["refused"].as_str().map(|r| r.replace('_', ""));
        let card = match (&refused, result) {
            (Some(why), Err(got)) => {
                refusals[0] += 1;
                let same = got.to_lowercase().contains(why);
                refusals[1] += usize::from(same);
                if !same {
                    println!("  REFUSED {got} instead of {why}");
                }
                continue;
            }
            (Some(why), Ok(card)) => {
                refusals[0] += 1;
                println!("  READ instead of {why}: {:?} {:?}", card.side, card.quality);
                continue;
            }
            (None, Err(got)) => {
                refusals[2] += 1;
                println!("  REFUSED {got}");
                None
            }
            (None, Ok(card)) => Some(card),
        };
        let list = |key: &str| -> Vec<&str> {
            entry[key].as_array().into_iter().flatten().filter_map(Value::as_str).collect()
        };
        for (name, wanted) in wanted(entry) {
            if list("hidden").contains(&name.0) {
                continue;
            }
            let got = card.as_ref().and_then(|c| c.fields.iter().find(|f| f.name == name.1));
            let right = got.is_some_and(|f| f.text == wanted);
            let unsure = got.is_none_or(|f| f.confidence < 0.8);
            let tally = fields.entry(format!("{:?}", name.1)).or_default();
            tally.all += 1;
            tally.right += usize::from(right);
            tally.unsure += usize::from(!right && unsure);
            if let Some(f) = got
                && (!right || unsure)
            {
                println!(
                    "  {} {:?} {wanted} -> {} {:.2} {:?}",
                    if right { "unsure" } else { "WRONG" },
                    name.1,
                    f.text,
                    f.confidence,
                    f.findings
                );
            }
        }
        let Some(card) = card else { continue };
        let (must, may) = (list("warnings"), list("tolerated"));
        for (label, kind) in KINDS {
            let raised = card.warnings.iter().find(|w| w.kind == kind);
            let count = alarms.entry(label).or_default();
            match (must.contains(&label), raised) {
                (true, Some(_)) => count[0] += 1,
                (true, None) => {
                    count[1] += 1;
                    println!("  MISSED {label}");
                }
                (false, Some(w)) if !may.contains(&label) => {
                    count[2] += 1;
                    println!("  FALSE {label} {:.2} {}", w.score, w.detail);
                }
                _ => {}
            }
        }
    }
    times.sort_unstable();
    println!("p50 {} ms, p95 {} ms", times[times.len() / 2], times[times.len() * 95 / 100]);
    for (name, t) in &fields {
        println!("{name:<17} {}/{} right, {} of {} wrong ones flagged", t.right, t.all, t.unsure, t.all - t.right);
    }
    let (right, all) = fields.values().fold((0, 0), |(r, a), t| (r + t.right, a + t.all));
    println!("all fields        {right}/{all} = {:.2} %", 100. * right as f64 / all.max(1) as f64);
    for (label, [hit, missed, wrong]) in &alarms {
        println!("{label:<17} {hit} found, {missed} missed, {wrong} false");
    }
    println!("refusals          {}/{} right, {} good ones refused", refusals[1], refusals[0], refusals[2]);
}

fn wanted(entry: &Value) -> Vec<((&'static str, Name), String)> {
    let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let day = |t: &str| format!("{}-{}-{}", &t[..4], &t[4..6], &t[6..8]);
    if entry["side"] == "front" {
        return vec![
            (("name", Name::Name), text("name")),
            (("sex", Name::Sex), text("sex")),
            (("nation", Name::Ethnicity), text("nation")),
            (("birth", Name::BirthDate), day(&text("birth"))),
            (("address", Name::Address), text("address")),
            (("idnum", Name::IdNumber), text("idnum")),
        ];
    }
    let valid = text("valid").replace('.', "");
    let (from, until) = valid.split_once('-').unwrap();
    let until = if until == "长期" { "long_term".to_owned() } else { day(until) };
    vec![
        (("authority", Name::IssuingAuthority), text("authority")),
        (("valid", Name::ValidFrom), day(from)),
        (("valid", Name::ValidUntil), until),
    ]
}
