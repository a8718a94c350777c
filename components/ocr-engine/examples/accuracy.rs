//! Reads every image that a `truth.json` names and counts the fields that are right.
//!
//! `cargo run --release -p ocr-engine --example accuracy -- FOLDER [MODELS]`

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use ocr_engine::fields::{Name, date::Date};
use ocr_engine::{card, decode, net::Nets};

fn main() {
    let mut args = std::env::args().skip(1);
    let folder = PathBuf::from(args.next().expect("a folder with truth.json"));
    let models = PathBuf::from(args.next().unwrap_or_else(|| "target/models/ocr".into()));
    let nets = Nets::load(&models).expect("models");
    let truth = std::fs::read(folder.join("truth.json")).expect("truth.json");
    let truth: Vec<serde_json::Value> = serde_json::from_slice(&truth).expect("a list");
    let request = card::Request { side: None, crops: false, warnings: Vec::new(), today: Date { year: 2026, month: 6, day: 1 } };
    let mut tally: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for entry in &truth {
        let file = entry["file"].as_str().unwrap();
        let bytes = std::fs::read(folder.join(file)).unwrap();
        let started = Instant::now();
        let result = decode::decode(&bytes).map_err(|e| format!("{e}")).and_then(|p| card::read(&p, &nets, &request).map_err(|e| format!("{e:?}")));
        let ms = started.elapsed().as_millis();
        println!("{file} {ms} ms");
        let fields = match result {
            Ok(card) => card.fields,
            Err(e) => {
                println!("  FAILED {e}");
                Vec::new()
            }
        };
        for (name, wanted) in wanted(entry) {
            let got = fields.iter().find(|f| f.name == name);
            let right = got.is_some_and(|f| f.text == wanted);
            let count = tally.entry(format!("{name:?}")).or_default();
            count.1 += 1;
            count.0 += usize::from(right);
            if let Some(f) = got && (!right || f.confidence < 0.8) {
                println!("  {} {name:?} {wanted} -> {} {:.2} {:?}", if right { "unsure" } else { "WRONG" }, f.text, f.confidence, f.findings);
            }
        }
    }
    println!("{tally:#?}");
}

fn wanted(entry: &serde_json::Value) -> Vec<(Name, String)> {
    let text = |key: &str| entry[key].as_str().unwrap_or_default().to_owned();
    let day = |t: &str| format!("{}-{}-{}", &t[..4], &t[4..6], &t[6..8]);
    if entry["side"] == "front" {
        return vec![
            (Name::Name, text("name")),
            (Name::Sex, text("sex")),
            (Name::Ethnicity, text("nation")),
            (Name::BirthDate, day(&text("birth"))),
            (Name::Address, text("address")),
            (Name::IdNumber, text("idnum")),
        ];
    }
    let valid = text("valid").replace('.', "");
    let (from, until) = valid.split_once('-').unwrap();
    let until = if until == "长期" { "long_term".to_owned() } else { day(until) };
    vec![(Name::IssuingAuthority, text("authority")), (Name::ValidFrom, day(from)), (Name::ValidUntil, until)]
}
