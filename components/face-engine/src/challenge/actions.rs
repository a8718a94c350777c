//! Actions told from a series of sightings, each against the session's own baseline.

use super::{Action, STRAIGHT, Sighting};

/// Frames at the beginning in which the person looks straight.
const FIRST: usize = 3;
/// Degrees; a camera is held somewhat aside, not more.
const ASIDE: f32 = 25.;
/// Degrees from the baseline that are a turn, and below which the head is straight again.
const TURN: [f32; 2] = [20., 10.];
/// Share of the open eye that is closed, and above which it is open again.
const EYES: [f32; 2] = [0.65, 0.8];
/// Opening beyond the baseline's that is an open mouth, and below which it is closed again.
const MOUTH: [f32; 2] = [0.15, 0.08];

/// The person at rest.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Baseline {
    yaw: f32,
    eyes: f32,
    mouth: f32,
}

impl Baseline {
    /// From the straight frames; `None` when the person does not begin by looking at the camera.
    #[must_use]
    pub fn of(sightings: &[&Sighting]) -> Option<Self> {
        let first = sightings.get(..FIRST)?;
        let yaw = super::median(first.iter().map(|s| s.yaw).collect());
        if yaw.abs() > ASIDE || first.iter().any(|s| (s.yaw - yaw).abs() > TURN[0]) {
            return None;
        }
        let straight = || sightings.iter().filter(|s| (s.yaw - yaw).abs() < STRAIGHT);
        // Eyes are open most of the time and the mouth is closed at the beginning.
        let eyes = super::median(straight().map(|s| s.eyes).collect());
        let mouth = super::median(first.iter().map(|s| s.mouth).collect());
        (eyes > 0.).then_some(Self { yaw, eyes, mouth })
    }

    /// Straight, eyes open, mouth closed.
    #[must_use]
    pub fn is_at_rest(&self, s: &Sighting) -> bool {
        self.is_straight(s) && s.eyes > EYES[1] * self.eyes && s.mouth < self.mouth + MOUTH[1]
    }

    fn is_straight(&self, s: &Sighting) -> bool {
        (s.yaw - self.yaw).abs() < STRAIGHT
    }

    /// Whether an action is under way (`Some(true)`), surely not (`Some(false)`) or between.
    fn state(&self, action: Action, s: &Sighting) -> Option<bool> {
        let between = |done: bool, rest: bool| if done { Some(true) } else { rest.then_some(false) };
        let [turned, straight] = TURN;
        match action {
            // The landmarks of a turned face tell little.
            Action::Blink | Action::OpenMouth if !self.is_straight(s) => None,
            Action::Blink => between(s.eyes < EYES[0] * self.eyes, s.eyes > EYES[1] * self.eyes),
            Action::OpenMouth => between(s.mouth > self.mouth + MOUTH[0], s.mouth < self.mouth + MOUTH[1]),
            Action::TurnLeft => between(s.yaw - self.yaw > turned, s.yaw - self.yaw < straight),
            Action::TurnRight => between(self.yaw - s.yaw > turned, self.yaw - s.yaw < straight),
        }
    }

    /// Frames at which an action begins; a blink only when the eyes open again.
    fn beginnings(&self, action: Action, sightings: &[&Sighting]) -> Vec<usize> {
        let mut found = Vec::new();
        let mut before = false;
        for (i, s) in sightings.iter().enumerate() {
            match self.state(action, s) {
                Some(true) if !before => {
                    found.push(i);
                    before = true;
                }
                Some(false) => before = false,
                _ => {}
            }
        }
        if action == Action::Blink && before {
            found.pop();
        }
        found
    }
}

/// How many of the demanded actions were seen in their order.
///
/// People blink unasked, so blinks may come anywhere; any other action that nobody asked for, or an order of its own,
/// ends the count: a recording in which everything happens must not fit every demand.
#[must_use]
pub fn performed(base: &Baseline, sightings: &[&Sighting], demanded: &[Action]) -> usize {
    let blinks = base.beginnings(Action::Blink, sightings);
    let others = [Action::OpenMouth, Action::TurnLeft, Action::TurnRight];
    let mut events: Vec<(usize, Action)> = others
        .into_iter()
        .flat_map(|action| base.beginnings(action, sightings).into_iter().map(move |i| (i, action)))
        .collect();
    events.sort_by_key(|(i, _)| *i);
    events.dedup_by_key(|(_, action)| *action);
    let mut events = events.into_iter().peekable();
    let mut after = 0;
    for (count, action) in demanded.iter().enumerate() {
        let next = match action {
            Action::Blink => {
                let until = events.peek().map_or(usize::MAX, |(i, _)| *i);
                blinks.iter().copied().find(|i| *i >= after && *i < until)
            }
            action => events.next_if(|(_, event)| event == action).map(|(i, _)| i),
        };
        match next {
            Some(i) => after = i + 1,
            None => return count,
        }
    }
    // Something else followed.
    if events.next().is_some() { demanded.len().saturating_sub(1) } else { demanded.len() }
}
