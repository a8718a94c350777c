//! Whether a recording shows a living person who did what was asked.
//!
//! Each frame becomes a [`Sighting`] ([`watch`]); the rules take sightings only: actions in their order against the
//! session's own baseline ([`actions`]), one face in all frames and none of them repeated ([`identity`]).

pub mod actions;
pub mod identity;
pub mod watch;

use crate::face::Embedding;
use picture::raster::Gray;

/// What a person is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Close the eyes and open them.
    Blink,
    /// Open the mouth.
    OpenMouth,
    /// Turn the head to the person's own left.
    TurnLeft,
    /// To the right.
    TurnRight,
}

/// Why a recording does not pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "as in the WIT")]
pub enum Finding {
    FrameCount,
    BadTimes,
    NoFace,
    SeveralFaces,
    TooClose,
    TooSmall,
    TooDark,
    Blurred,
    NoBaseline,
    ActionMissing,
    OtherPerson,
    Still,
    Spoof,
}

/// One face of one frame.
#[derive(Clone, Debug)]
pub struct Sighting {
    /// Degrees, positive to the person's own left.
    pub yaw: f32,
    /// Degrees, positive upwards.
    pub pitch: f32,
    /// Opening of the eyes, height over width.
    pub eyes: f32,
    /// Opening of the mouth.
    pub mouth: f32,
    /// 0 to 1.
    pub sharpness: f32,
    /// What is wrong with this frame alone.
    pub flaw: Option<Finding>,
    /// How likely a living person, 0 to 1; absent where the head is turned.
    pub silent: Option<f32>,
    /// Who it is.
    pub embedding: Embedding,
    /// The aligned face, to tell whether a frame is repeated.
    pub pixels: Gray,
}

/// A frame: its time, and its face or why there is none.
pub type Frame = (u32, Result<Sighting, Finding>);

/// What a recording shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Why it does not pass; empty when it does.
    pub findings: Vec<Finding>,
    /// Actions seen in the order asked for.
    pub seen: usize,
    /// Whether every frame shows one and the same person.
    pub same_person: bool,
    /// Median of the straight frames, 0 to 1.
    pub silent: f32,
    /// Index of the frame to compare with a portrait.
    pub best: Option<usize>,
}

/// Frames that are examined: enough to catch a blink, few enough to take seconds.
pub const FRAMES: std::ops::RangeInclusive<usize> = 8..=40;
/// No action takes less.
const SHORTEST_MS: u32 = 1_000;
/// In a longer gap anything can be swapped.
const GAP_MS: u32 = 1_500;
/// A flaw in more of the frames than this share counts.
const SHARE: f32 = 0.2;
/// The silent network's word below which a recording does not pass.
const LIVING: f32 = 0.5;
/// Degrees from straight for the best frame.
pub const STRAIGHT: f32 = 15.;

/// What must hold before any frame is looked at.
#[must_use]
pub fn precheck(times: &[u32], actions: &[Action], longest_ms: u32) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !FRAMES.contains(&times.len()) || actions.is_empty() {
        findings.push(Finding::FrameCount);
    }
    let steps = times.iter().zip(times.iter().skip(1)).map(|(a, b)| b.checked_sub(*a));
    let regular = steps.into_iter().all(|step| step.is_some_and(|step| (1..=GAP_MS).contains(&step)));
    let total = times.last().copied().unwrap_or(0).saturating_sub(times.first().copied().unwrap_or(0));
    if !regular || total > longest_ms || total < SHORTEST_MS {
        findings.push(Finding::BadTimes);
    }
    findings
}

/// Judges the frames of a recording that passed [`precheck`].
#[must_use]
pub fn judge(frames: &[Frame], actions: &[Action]) -> Verdict {
    let mut findings: Vec<Finding> = Vec::new();
    for flaw in frames.iter().filter_map(|(_, face)| face.as_ref().err()) {
        findings.push(*flaw);
    }
    let seen: Vec<(usize, u32, &Sighting)> =
        frames.iter().enumerate().filter_map(|(i, (time, face))| Some((i, *time, face.as_ref().ok()?))).collect();
    for flaw in [Finding::TooClose, Finding::TooSmall, Finding::TooDark, Finding::Blurred] {
        let with = seen.iter().filter(|(_, _, s)| s.flaw == Some(flaw)).count();
        if with as f32 > seen.len() as f32 * SHARE {
            findings.push(flaw);
        }
    }
    let sightings: Vec<&Sighting> = seen.iter().map(|(_, _, s)| *s).collect();
    let baseline = actions::Baseline::of(&sightings);
    let performed = baseline.as_ref().map_or(0, |base| actions::performed(base, &sightings, actions));
    match &baseline {
        None => findings.push(Finding::NoBaseline),
        Some(_) if performed < actions.len() => findings.push(Finding::ActionMissing),
        Some(_) => {}
    }
    let best = baseline.as_ref().and_then(|base| {
        let straight = seen.iter().filter(|(_, _, s)| base.is_at_rest(s) && s.flaw.is_none());
        straight.max_by(|(_, _, a), (_, _, b)| a.sharpness.total_cmp(&b.sharpness)).map(|(i, ..)| *i)
    });
    let reference = best.and_then(|i| frames.get(i)).and_then(|(_, face)| face.as_ref().ok());
    let same_person =
        seen.len() == frames.len() && reference.is_some_and(|reference| identity::is_one_person(reference, &sightings));
    if reference.is_some() && !same_person && seen.len() == frames.len() {
        findings.push(Finding::OtherPerson);
    }
    if identity::is_still(&sightings) {
        findings.push(Finding::Still);
    }
    let silent = median(sightings.iter().filter_map(|s| s.silent).collect());
    if silent < LIVING {
        findings.push(Finding::Spoof);
    }
    let mut distinct: Vec<Finding> = Vec::new();
    findings.into_iter().for_each(|f| {
        if !distinct.contains(&f) {
            distinct.push(f)
        }
    });
    Verdict { findings: distinct, seen: performed, same_person, silent, best }
}

/// 0 of nothing.
fn median(mut numbers: Vec<f32>) -> f32 {
    numbers.sort_by(f32::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(0.)
}
