//! Measures the card reader through the running application, and RapidOCR beside it:
//! `cargo run --release -p cards --bin bench-ocr`.
#![expect(
    clippy::indexing_slicing,
    reason = "a measuring tool on files of its own making: JSON values by key, cost tables by computed index"
)]

mod answer;
mod cards;
mod peer;
mod report;
mod score;
mod server;

use ::cards::fonts::Fonts;
use ::cards::plan::Plan;
use answer::{Answer, Client};
use anyhow::{Context as _, Result};
use cards::Card;
use clap::Parser;
use report::Column;
use score::Score;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// Accuracy, alarms and time of the identity card reader.
#[derive(Parser)]
struct Options {
    /// An application that runs already; without it one is started.
    #[arg(long, requires = "api_key")]
    url: Option<String>,
    /// Its system API key.
    #[arg(long, env = "YUNZHEN_API_KEY", hide_env_values = true)]
    api_key: Option<String>,
    /// The host to start.
    #[arg(long, default_value = "target/release/host")]
    host: PathBuf,
    /// Its manifest.
    #[arg(long, default_value = "spin.toml")]
    manifest: PathBuf,
    /// Seed of the generated cards; the default one is kept for measuring, never for development.
    #[arg(long, default_value_t = 20_261)]
    seed: u64,
    /// Ordinary cards to generate.
    #[arg(long, default_value_t = 120)]
    plain: usize,
    /// Faulty cards to generate.
    #[arg(long, default_value_t = 192)]
    faulty: usize,
    /// Cards that came from elsewhere, with truth.json; measured when the folder is there.
    #[arg(long, env = "YUNZHEN_IDCARDS", default_value = "../shared/idcards")]
    shared: PathBuf,
    /// Measure this folder (with truth.json) and nothing else.
    #[arg(long)]
    cards: Option<PathBuf>,
    /// Score these answers (JSON lines: file, fields, confidence, findings, warnings, refused) for --cards; ask nobody.
    #[arg(long, requires = "cards")]
    answers: Option<PathBuf>,
    /// Leave RapidOCR out.
    #[arg(long)]
    no_peer: bool,
    /// Measure RapidOCR only.
    #[arg(long, conflicts_with = "no_peer")]
    peer_only: bool,
    /// Typefaces for the generator.
    #[arg(long, default_value = "target/models/fonts")]
    fonts: PathBuf,
}

/// A set of cards under a title.
struct Set {
    title: String,
    cards: Vec<Card>,
    /// Whether faults are among them: then alarms are what is asked, and RapidOCR, which has none, stays out.
    faulty: bool,
}

fn main() -> Result<()> {
    let options = Options::parse();
    std::fs::create_dir_all("target/bench")?;
    let sets = sets(&options)?;
    if let Some(file) = &options.answers {
        let answers = answer::load(file)?;
        for set in &sets {
            print(set, Score::of(&set.cards, &answers), None, Vec::new());
        }
        return Ok(());
    }
    let python = if options.no_peer { None } else { environment() };
    let started = Instant::now();
    let server = match options.url {
        None if !options.peer_only => Some(server::Server::start(&options.host, &options.manifest)?),
        _ => None,
    };
    let client = match (&server, &options.url, &options.api_key) {
        (Some(server), ..) => Some(Client::new(&server.url, &server.key)),
        (None, Some(url), Some(key)) => Some(Client::new(url, key)),
        _ => None,
    };
    if let Some(client) = &client {
        first(client, &sets, server.is_some().then_some(started))?;
    }
    for set in &sets {
        let score = match &client {
            Some(client) => Some(Score::of(&set.cards, &ask(client, set)?)),
            None => None,
        };
        let peak = server.as_ref().and_then(server::Server::peak_mib);
        let peers = python.as_deref().filter(|_| !set.faulty).map(|python| peers(python, &set.cards)).transpose()?;
        let peers = peers.unwrap_or_default();
        match score {
            Some(score) => print(set, score, peak, peers),
            None => {
                report::accuracy(&set.title, &peers);
                peers.iter().for_each(|column| report::mistakes(&column.score));
            }
        }
    }
    match &client {
        Some(client) => pairs(client, &sets),
        None => Ok(()),
    }
}

fn sets(options: &Options) -> Result<Vec<Set>> {
    if let Some(folder) = &options.cards {
        let cards = cards::load(folder)?;
        let faulty = cards.iter().any(|card| card.condition != "plain" && card.condition != "expired");
        return Ok(vec![Set { title: folder.display().to_string(), cards, faulty }]);
    }
    let mut sets = Vec::new();
    if options.shared.join("truth.json").exists() {
        let title = "Cards of another generator".to_owned();
        sets.push(Set { title, cards: cards::load(&options.shared)?, faulty: false });
    }
    let generated =
        [("plain", "Generated cards", options.plain), ("faulty", "Generated cards with faults", options.faulty)];
    for (kind, title, count) in generated {
        let folder = PathBuf::from(format!("target/bench/{kind}-{}-{count}", options.seed));
        if !folder.join("truth.json").exists() {
            let plan = if kind == "plain" { Plan::plain } else { Plan::faulty };
            let plans: Vec<Plan> = (0..count).map(|index| plan(options.seed, index)).collect();
            ::cards::write(&Fonts::open(&options.fonts)?, &plans, &folder)?;
        }
        let title = format!("{title}: seed {}, {count} pictures", options.seed);
        sets.push(Set { title, cards: cards::load(&folder)?, faulty: kind == "faulty" });
    }
    Ok(sets)
}

fn environment() -> Option<PathBuf> {
    peer::environment().inspect_err(|error| eprintln!("RapidOCR is left out: {error:#}")).ok()
}

/// The first request after a start pays for compiling and loading the models.
fn first(client: &Client, sets: &[Set], started: Option<Instant>) -> Result<()> {
    server::reachable(&format!("{}/v1/ocr-idcard/healthz", client.url))?;
    let listening = started.map(|start| start.elapsed().as_millis());
    let card = sets.iter().flat_map(|set| &set.cards).find(|card| card.refused.is_none()).context("no cards")?;
    let answer = client.read(&card.path, None)?;
    if let Some(ms) = listening {
        println!("listening {ms} ms after the start");
    }
    println!("first request {:.0} ms", answer.wall_ms);
    Ok(())
}

fn ask(client: &Client, set: &Set) -> Result<Vec<Answer>> {
    let mut answers = Vec::with_capacity(set.cards.len());
    let name = if set.faulty { "faulty" } else { "plain" };
    let mut file = std::fs::File::create(format!("target/bench/answers-{name}.jsonl"))?;
    for card in &set.cards {
        let answer = client.read(&card.path, card.ask.as_deref())?;
        writeln!(file, "{}", serde_json::to_string(&answer)?)?;
        answers.push(answer);
    }
    Ok(answers)
}

fn peers(python: &Path, cards: &[Card]) -> Result<Vec<Column>> {
    ["best", "default"]
        .into_iter()
        .map(|setup| {
            let peer = peer::read(python, setup, cards)?;
            let score = Score::of(cards, &peer.answers);
            Ok(Column { name: format!("RapidOCR 3.10, {setup}"), score, peak_mib: Some(peer.peak_mib) })
        })
        .collect()
}

fn print(set: &Set, score: Score, peak_mib: Option<f64>, peers: Vec<Column>) {
    let mut columns = vec![Column { name: "Yunzhen".to_owned(), score, peak_mib }];
    columns.extend(peers);
    report::accuracy(&set.title, &columns);
    let score = &columns[0].score;
    report::alarms(score);
    report::mistakes(score);
}

/// Two at once: on two cores that should take hardly longer than one.
fn pairs(client: &Client, sets: &[Set]) -> Result<()> {
    let readable =
        sets.iter().flat_map(|set| &set.cards).filter(|card| card.refused.is_none() && card.condition == "plain");
    let cards: Vec<&Card> = readable.take(8).collect();
    let mut alone: Vec<f64> =
        cards.iter().map(|c| client.read(&c.path, None).map(|a| a.wall_ms)).collect::<Result<_>>()?;
    let mut paired = Vec::new();
    for card in &cards {
        let both = std::thread::scope(|scope| {
            let send = || scope.spawn(|| client.read(&card.path, None).map(|a| a.wall_ms));
            let (one, two) = (send(), send());
            [one, two].map(|handle| handle.join().unwrap_or_else(|_| Err(anyhow::anyhow!("the request broke off"))))
        });
        for result in both {
            paired.push(result?);
        }
    }
    alone.sort_by(f64::total_cmp);
    paired.sort_by(f64::total_cmp);
    println!("\ntwo at once: p50 {:.0} ms each, alone {:.0} ms", paired[paired.len() / 2], alone[alone.len() / 2]);
    Ok(())
}
