//! The tables.

use crate::score::{Score, Share};

/// A reader's name, its score and its peak memory in MiB.
pub struct Column {
    pub name: String,
    pub score: Score,
    pub peak_mib: Option<f64>,
}

/// Fields, levels, numbers and time, one column a reader.
pub fn accuracy(title: &str, columns: &[Column]) {
    println!("\n## {title}\n");
    row("", columns, |c| c.name.clone());
    row("---", columns, |_| "---".to_owned());
    for field in columns.iter().flat_map(|c| c.score.fields.keys()).collect::<std::collections::BTreeSet<_>>() {
        row(field, columns, |c| share(c.score.fields.get(field).copied().unwrap_or_default()));
    }
    row("all fields", columns, |c| share(c.score.all));
    for (level, name) in ["easy", "medium", "hard"].iter().enumerate() {
        row(&format!("all fields, {name}"), columns, |c| share(c.score.levels.get(level).copied().unwrap_or_default()));
    }
    row("cards without a mistake", columns, |c| share(c.score.cards));
    row("numbers right or flagged", columns, |c| {
        share(Share { right: c.score.numbers.right + c.score.numbers_flagged, ..c.score.numbers })
    });
    row("fields wrong and not flagged", columns, |c| c.score.wrong.iter().filter(|w| !w.flagged).count().to_string());
    row("good pictures refused", columns, |c| c.score.refused_wrongly.len().to_string());
    row("ms per card, p50", columns, |c| format!("{:.0}", c.score.percentile(0.5)));
    row("ms per card, p95", columns, |c| format!("{:.0}", c.score.percentile(0.95)));
    row("peak memory, MiB", columns, |c| c.peak_mib.map_or_else(|| "-".to_owned(), |m| format!("{m:.0}")));
}

/// Warnings as precision and recall, refusals as shares.
pub fn alarms(score: &Score) {
    println!(
        "\n| warning | raised rightly | missed | raised wrongly | precision | recall |\n| --- | --- | --- | --- | --- | --- |"
    );
    for (name, a) in &score.alarms {
        let precision = percent(a.hit, a.hit + a.false_alarm);
        let recall = percent(a.hit, a.hit + a.missed);
        println!("| {name} | {} | {} | {} | {precision} | {recall} |", a.hit, a.missed, a.false_alarm);
    }
    println!("\n| refusal | right |\n| --- | --- |");
    for (code, s) in &score.refusals {
        println!("| {code} | {} |", share(*s));
    }
    for (file, code) in &score.refused_wrongly {
        println!("refused although readable: {file} ({code})");
    }
}

/// The readings that are wrong, and which characters were taken for which.
pub fn mistakes(score: &Score) {
    let mut pairs: Vec<_> = score.confusions.iter().collect();
    pairs.sort_by_key(|(pair, count)| (std::cmp::Reverse(**count), **pair));
    let list: Vec<String> = pairs.iter().take(40).map(|((a, b), n)| format!("{a}→{b} {n}")).collect();
    println!("\nconfusions: {}", if list.is_empty() { "none".to_owned() } else { list.join(", ") });
    for w in &score.wrong {
        let note = if w.flagged { "flagged" } else { "NOT flagged" };
        println!("wrong: {} {}: {} read as {:?} ({note})", w.file, w.field, w.truth, w.read);
    }
}

fn row(name: &str, columns: &[Column], cell: impl Fn(&Column) -> String) {
    let cells: Vec<String> = columns.iter().map(cell).collect();
    println!("| {name} | {} |", cells.join(" | "));
}

fn share(s: Share) -> String {
    format!("{}/{} {}", s.right, s.total, percent(s.right, s.total))
}

fn percent(part: usize, whole: usize) -> String {
    if whole == 0 { "-".to_owned() } else { format!("{:.1} %", 100.0 * part as f64 / whole as f64) }
}
