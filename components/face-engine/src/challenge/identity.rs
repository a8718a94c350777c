//! One person in all frames, and no frame twice.

use super::{STRAIGHT, Sighting};
use crate::score::SAME_PERSON;

/// The same for a turned head, of which less is seen.
const SAME_TURNED: f32 = 0.2;
/// Mean difference of two aligned faces, in levels of 256, below which it is one picture: a camera's noise and the
/// smallest movement make more, coding the same picture again makes less.
const TWIN: f32 = 1.2;
/// More frames with a twin are no accident.
const TWINS: f32 = 1. / 3.;

/// Whether every sighting is the person of `reference`.
#[must_use]
pub fn is_one_person(reference: &Sighting, sightings: &[&Sighting]) -> bool {
    sightings.iter().all(|s| {
        let least = if (s.yaw - reference.yaw).abs() < STRAIGHT { SAME_PERSON } else { SAME_TURNED };
        reference.embedding.cosine(&s.embedding) >= least
    })
}

/// Whether frames are repetitions of others.
#[must_use]
pub fn is_still(sightings: &[&Sighting]) -> bool {
    let is_twin = |(i, s): &(usize, &&Sighting)| sightings.iter().take(*i).any(|earlier| difference(earlier, s) < TWIN);
    let twins = sightings.iter().enumerate().filter(is_twin).count();
    twins as f32 > sightings.len() as f32 * TWINS
}

fn difference(a: &Sighting, b: &Sighting) -> f32 {
    let pairs = a.pixels.data.iter().zip(&b.pixels.data);
    let sum: u32 = pairs.map(|(a, b)| u32::from(a.abs_diff(*b))).sum();
    sum as f32 / a.pixels.data.len().max(1) as f32
}
