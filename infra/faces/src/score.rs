//! Accuracy of a list of scores.

use crate::pairs::Pair;

/// Scores of same and of other pairs; a refused pair has none.
pub struct Score {
    all: Vec<(bool, Option<f64>)>,
}

/// Folds that the pairs are dealt into.
const FOLDS: usize = 10;

impl Score {
    pub fn of(pairs: &[Pair], scores: &[Option<f64>]) -> Self {
        Self { all: pairs.iter().map(|pair| pair.same).zip(scores.iter().copied()).collect() }
    }

    /// Prints accuracy by the folds, and both rates at these thresholds.
    pub fn print(&self, unit: &str, thresholds: &[f64]) {
        let (mean, deviation) = self.folds();
        println!("10 folds: {:.2} % right, standard deviation {:.2}", mean * 100., deviation * 100.);
        println!("| {unit} | true accept | false match | right |\n| --- | --- | --- | --- |");
        for threshold in thresholds {
            let [accept, mistake] = [true, false].map(|same| self.share(same, *threshold));
            let right = right(self.all.iter(), *threshold);
            println!("| {threshold} | {:.2} % | {:.2} % | {:.2} % |", accept * 100., mistake * 100., right * 100.);
        }
    }

    fn share(&self, same: bool, threshold: f64) -> f64 {
        let of: Vec<_> = self.all.iter().filter(|(is, _)| *is == same).collect();
        let reached = of.iter().filter(|(_, score)| score.is_some_and(|score| score >= threshold)).count();
        reached as f64 / of.len().max(1) as f64
    }

    /// Mean and standard deviation over the folds. Pairs are dealt in turn within each kind, so that folds are balanced.
    fn folds(&self) -> (f64, f64) {
        let mut dealt = [0, 0];
        let numbered: Vec<(usize, &(bool, Option<f64>))> = self
            .all
            .iter()
            .map(|pair| {
                let [other, same] = &mut dealt;
                let count = if pair.0 { same } else { other };
                *count += 1;
                (*count % FOLDS, pair)
            })
            .collect();
        let shares: Vec<f64> = (0..FOLDS)
            .map(|fold| {
                let part = |inside: bool| numbered.iter().filter(move |(n, _)| (*n == fold) == inside).map(|(_, p)| *p);
                let mut scores: Vec<f64> = part(false).filter_map(|(_, score)| *score).collect();
                scores.sort_by(f64::total_cmp);
                // Between two scores: a threshold on a score sits on a pair of its own.
                let between = scores.windows(2).map(|pair| pair.iter().sum::<f64>() / 2.);
                let judged: Vec<(f64, f64)> = between.map(|t| (right(part(false), t), t)).collect();
                let most = judged.iter().fold(0., |most: f64, (share, _)| most.max(*share));
                // Of equally good ones the one in the middle.
                let best: Vec<f64> = judged.into_iter().filter(|(share, _)| *share == most).map(|(_, t)| t).collect();
                right(part(true), quantile(&best, 0.5))
            })
            .collect();
        let mean = shares.iter().sum::<f64>() / FOLDS as f64;
        let variance = shares.iter().map(|share| (share - mean).powi(2)).sum::<f64>() / (FOLDS - 1) as f64;
        (mean, variance.sqrt())
    }
}

/// Share of pairs told rightly; a refused one is not.
fn right<'a>(pairs: impl Iterator<Item = &'a (bool, Option<f64>)>, threshold: f64) -> f64 {
    let (mut right, mut all) = (0, 0);
    for (same, score) in pairs {
        all += 1;
        right += usize::from(score.is_some_and(|score| (score >= threshold) == *same));
    }
    right as f64 / f64::from(all.max(1))
}

/// Not a number of nothing.
pub fn quantile(numbers: &[f64], share: f64) -> f64 {
    let mut sorted = numbers.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().saturating_sub(1) as f64;
    sorted.get((last * share).round() as usize).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scores_that_part_the_kinds_are_all_right() {
        let all = (0..40).map(|i| (i % 2 == 0, Some(if i % 2 == 0 { 70. + f64::from(i) } else { f64::from(i) })));
        let score = Score { all: all.collect() };
        assert_eq!(score.folds(), (1., 0.));
        assert_eq!((score.share(true, 60.), score.share(false, 60.)), (1., 0.));
        let refused = Score { all: vec![(true, None), (false, None)] };
        assert_eq!(right(refused.all.iter(), 0.), 0.);
    }

    #[test]
    fn a_quantile_is_one_of_the_numbers() {
        assert_eq!((quantile(&[3., 1., 2.], 0.5), quantile(&[3., 1., 2.], 1.)), (2., 3.));
        assert!(quantile(&[], 0.5).is_nan());
    }
}
