//! Answers against truths.

use crate::answer::Answer;
use crate::cards::Card;
use std::collections::BTreeMap;

/// A field's reading that is wrong.
#[derive(Debug)]
pub struct Wrong {
    pub file: String,
    pub field: &'static str,
    pub truth: String,
    pub read: String,
    /// Low confidence or a finding says so.
    pub flagged: bool,
}

/// Right ones of a total.
#[derive(Clone, Copy, Debug, Default)]
pub struct Share {
    pub right: usize,
    pub total: usize,
}

impl Share {
    fn add(&mut self, right: bool) {
        self.right += usize::from(right);
        self.total += 1;
    }
}

/// How often a warning was raised, against how often it had to be.
#[derive(Clone, Copy, Debug, Default)]
pub struct Alarm {
    pub hit: usize,
    pub missed: usize,
    pub false_alarm: usize,
}

/// Everything counted over one reader's answers.
#[derive(Debug, Default)]
pub struct Score {
    pub fields: BTreeMap<&'static str, Share>,
    pub levels: [Share; 3],
    pub all: Share,
    /// Cards with every field right.
    pub cards: Share,
    pub numbers: Share,
    /// Numbers wrong but flagged.
    pub numbers_flagged: usize,
    pub wrong: Vec<Wrong>,
    pub alarms: BTreeMap<String, Alarm>,
    /// Per refusal code, how many pictures were refused with it.
    pub refusals: BTreeMap<String, Share>,
    /// Good pictures that were refused, with the code.
    pub refused_wrongly: Vec<(String, String)>,
    pub confusions: BTreeMap<(char, char), usize>,
    pub wall_ms: Vec<f64>,
}

/// Below this confidence a person is asked to check the field.
const SURE: f32 = 0.8;

impl Score {
    /// Compares; cards without an answer count as unread.
    pub fn of(cards: &[Card], answers: &[Answer]) -> Self {
        let by_file: BTreeMap<&str, &Answer> = answers.iter().map(|a| (a.file.as_str(), a)).collect();
        let mut score = Self::default();
        let none = Answer::default();
        for card in cards {
            score.count(card, by_file.get(card.file.as_str()).copied().unwrap_or(&none));
        }
        score.wall_ms = answers.iter().map(|a| a.wall_ms).collect();
        score.wall_ms.sort_by(f64::total_cmp);
        score
    }

    fn count(&mut self, card: &Card, answer: &Answer) {
        if let Some(reason) = &card.refused {
            let code = if reason == "too_small" { "card_too_small" } else { reason };
            self.refusals.entry(code.to_owned()).or_default().add(answer.refused.as_deref() == Some(code));
            return;
        }
        if let Some(code) = &answer.refused {
            self.refused_wrongly.push((card.file.clone(), code.clone()));
        }
        self.alarms(card, answer);
        let mut whole = true;
        for (&field, truth) in &card.fields {
            if card.hidden.contains(&field) {
                continue;
            }
            let read = answer.fields.get(field).map_or("", String::as_str);
            let right = plain(read) == plain(truth);
            let flagged = read.is_empty()
                || answer.confidence.get(field).is_some_and(|c| *c < SURE)
                || answer.findings.get(field).is_some_and(|f| !f.is_empty());
            whole &= right;
            self.all.add(right);
            self.fields.entry(field).or_default().add(right);
            if let Some(level) = self.levels.get_mut(card.level) {
                level.add(right);
            }
            if field == "id_number" {
                self.numbers.add(right);
                self.numbers_flagged += usize::from(!right && flagged);
            }
            if !right {
                if !read.is_empty() {
                    for pair in substitutions(&plain(truth), &plain(read)) {
                        *self.confusions.entry(pair).or_default() += 1;
                    }
                }
                let (file, truth, read) = (card.file.clone(), truth.clone(), read.to_owned());
                self.wrong.push(Wrong { file, field, truth, read, flagged });
            }
        }
        self.cards.add(whole);
    }

    fn alarms(&mut self, card: &Card, answer: &Answer) {
        for name in &card.warnings {
            let alarm = self.alarms.entry(name.clone()).or_default();
            if answer.warnings.contains(name) { alarm.hit += 1 } else { alarm.missed += 1 }
        }
        for name in answer.warnings.iter().filter(|n| !card.warnings.contains(n) && !card.tolerated.contains(n)) {
            self.alarms.entry(name.clone()).or_default().false_alarm += 1;
        }
    }

    /// The wall time below which `share` of the answers lie.
    pub fn percentile(&self, share: f64) -> f64 {
        let last = self.wall_ms.len().saturating_sub(1);
        self.wall_ms.get((last as f64 * share).round() as usize).copied().unwrap_or(f64::NAN)
    }
}

/// Without spaces, and with one kind of middle dot: those differences are nobody's mistake.
fn plain(text: &str) -> Vec<char> {
    let one_dot = |c| if "•‧・∙●".contains(c) { '·' } else { c };
    text.chars().filter(|c| !c.is_whitespace()).map(one_dot).collect()
}

/// Characters put in place of others on a shortest edit path (Levenshtein); `∅` stands for none.
fn substitutions(truth: &[char], read: &[char]) -> Vec<(char, char)> {
    let width = read.len() + 1;
    let mut cost: Vec<usize> = (0..width).collect();
    for (i, a) in truth.iter().enumerate() {
        cost.push(i + 1);
        for (j, b) in read.iter().enumerate() {
            let above = i * width + j;
            let options = [cost[above] + usize::from(a != b), cost[above + 1] + 1, cost[above + width] + 1];
            cost.push(options.into_iter().min().unwrap_or(0));
        }
    }
    let (mut i, mut j, mut pairs) = (truth.len(), read.len(), Vec::new());
    while i > 0 || j > 0 {
        let here = cost[i * width + j];
        if i > 0 && j > 0 && here == cost[(i - 1) * width + j - 1] + usize::from(truth[i - 1] != read[j - 1]) {
            (i, j) = (i - 1, j - 1);
            if truth[i] != read[j] {
                pairs.push((truth[i], read[j]));
            }
        } else if i > 0 && here == cost[(i - 1) * width + j] + 1 {
            i -= 1;
            pairs.push((truth[i], '∅'));
        } else {
            j -= 1;
            pairs.push(('∅', read[j]));
        }
    }
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::slice;

    #[test]
    fn substitutions_follow_the_shortest_path() {
        let pairs = |a: &str, b: &str| substitutions(&plain(a), &plain(b));
        assert_eq!(pairs("鄠邑区", "鄂邑区"), [('鄠', '鄂')]);
        assert_eq!(pairs("张翀", "张 冲"), [('翀', '冲')]);
        assert_eq!(pairs("一段76号", "一段6号"), [('7', '∅')]);
        assert_eq!(pairs("古丽·努尔", "古丽・努尔"), []);
    }

    #[test]
    fn a_wrong_number_counts_as_flagged_only_when_the_answer_says_so() {
        let card = Card {
            path: "a.jpg".into(),
            file: "a.jpg".into(),
            level: 1,
            condition: "plain".into(),
            fields: BTreeMap::from([("id_number", "99131019620903126X".to_owned()), ("name", "张翀".to_owned())]),
            hidden: vec!["name"],
            warnings: vec!["recapture".into()],
            tolerated: vec!["reflection".into()],
            refused: None,
            ask: None,
        };
        let mut answer = Answer {
            file: "a.jpg".into(),
            fields: BTreeMap::from([("id_number".into(), "991310196209031264".into())]),
            confidence: BTreeMap::from([("id_number".into(), 0.95)]),
            warnings: vec!["reflection".into(), "copy".into()],
            ..Answer::default()
        };
        let score = Score::of(slice::from_ref(&card), slice::from_ref(&answer));
        assert_eq!((score.numbers.right, score.numbers.total, score.numbers_flagged), (0, 1, 0));
        assert_eq!((score.all.total, score.levels[1].total, score.confusions[&('X', '4')]), (1, 1, 1));
        assert_eq!((score.alarms["recapture"].missed, score.alarms["copy"].false_alarm), (1, 1));
        assert!(!score.alarms.contains_key("reflection"));
        answer.findings.insert("id_number".into(), vec!["check digit".into()]);
        assert_eq!(Score::of(&[card], &[answer]).numbers_flagged, 1);
    }
}
