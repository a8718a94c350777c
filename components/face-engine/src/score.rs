//! The scale of 0 to 100 on which likeness is told.

/// Cosine of SFace embeddings and the score it gets. Between 40, 50 and 60 lie false match rates of 1e-3, 1e-4 and
/// 1e-5, measured over 6.1 million pairs of different persons in Labeled Faces in the Wild.
const SCALE: [(f32, f32); 7] = [(-1., 0.), (0., 5.), (0.331, 40.), (0.394, 50.), (0.448, 60.), (0.7, 90.), (1., 100.)];

/// The score of a cosine: piecewise linear, increasing.
#[must_use]
pub fn score(cosine: f32) -> f32 {
    let pairs = SCALE.iter().zip(SCALE.iter().skip(1));
    let between = pairs.into_iter().find(|(_, (high, _))| cosine <= *high);
    between.map_or(100., |((c0, s0), (c1, s1))| s0 + (cosine.max(-1.) - c0) / (c1 - c0) * (s1 - s0))
}

/// The cosine below which two faces are taken for two persons once in a thousand comparisons.
pub const SAME_PERSON: f32 = 0.331;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_meets_its_thresholds_and_never_falls() {
        for (cosine, expected) in [(-2., 0.), (0.331, 40.), (0.394, 50.), (0.448, 60.), (1., 100.), (1.1, 100.)] {
            assert!((score(cosine) - expected).abs() < 1e-3, "{cosine}");
        }
        let scores: Vec<f32> = (-100..=100).map(|c| score(c as f32 / 100.)).collect();
        assert!(scores.is_sorted());
    }
}
