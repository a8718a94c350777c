//! The vendor's scores on the scales of the interface.

/// From this on the vendor advises to take a picture for one of a living person, of 100.
const RECOMMENDED: f32 = 40.;

/// The score of a comparison: the vendor's 40, 50 and 60 have the false match rates of the interface already.
#[must_use]
pub fn likeness(score: f32) -> f32 {
    score.clamp(0., 100.)
}

/// The score of liveness, 0 to 1: 0.5, from which callers take somebody for living, is where the vendor advises to;
/// straight lines lead from there to both ends.
#[must_use]
pub fn liveness(score: f32) -> f32 {
    let score = score.clamp(0., 100.);
    match score < RECOMMENDED {
        true => score / RECOMMENDED / 2.,
        false => 0.5 + (score - RECOMMENDED) / (100. - RECOMMENDED) / 2.,
    }
}
