//! The rules of a challenge on invented sightings, each by what breaks it.

#![cfg(test)]

use face_engine::challenge::{Action, Finding, Frame, Sighting, Verdict, judge, precheck};
use face_engine::face::Embedding;
use picture::raster::Gray;

use Action::{Blink, OpenMouth, TurnLeft, TurnRight};

/// What a person does in one frame: at rest, or `(yaw, eyes, mouth)`.
const REST: (f32, f32, f32) = (2., 0.3, 0.03);
const CLOSED: (f32, f32, f32) = (2., 0.1, 0.03);
const MOUTH: (f32, f32, f32) = (2., 0.3, 0.6);
const LEFT: (f32, f32, f32) = (32., 0.2, 0.1);
const RIGHT: (f32, f32, f32) = (-30., 0.2, 0.1);

/// Frames 200 ms apart; every picture differs as a living face's do.
fn play(poses: &[(f32, f32, f32)]) -> Vec<Frame> {
    let frame = |(i, &(yaw, eyes, mouth)): (usize, &(f32, f32, f32))| {
        let data = (0..64).map(|p| (100 + (p * 7 + i * 13) % 23) as u8).collect();
        let sighting = Sighting {
            yaw,
            pitch: 0.,
            eyes,
            mouth,
            sharpness: 0.5 + i as f32 / 100.,
            flaw: None,
            silent: (yaw.abs() < 15.).then_some(0.9),
            embedding: Embedding::new([1., i as f32 / 100.]),
            pixels: Gray { width: 8, height: 8, data },
        };
        (i as u32 * 200, Ok(sighting))
    };
    poses.iter().enumerate().map(frame).collect()
}

/// At rest, each pose for two frames, at rest again between.
fn poses(acts: &[(f32, f32, f32)]) -> Vec<(f32, f32, f32)> {
    let acted = acts.iter().flat_map(|act| [*act, *act, REST, REST]);
    [REST; 4].into_iter().chain(acted).collect()
}

fn verdict(acts: &[(f32, f32, f32)], demanded: &[Action]) -> Verdict {
    judge(&play(&poses(acts)), demanded)
}

fn sighting(frame: &mut Frame) -> &mut Sighting {
    frame.1.as_mut().unwrap()
}

/// A passing recording after `change`.
fn changed(change: impl FnOnce(&mut Vec<Frame>)) -> Verdict {
    let mut frames = play(&poses(&[CLOSED, LEFT, MOUTH]));
    change(&mut frames);
    judge(&frames, &[Blink, TurnLeft, OpenMouth])
}

#[test]
fn whoever_does_what_was_asked_passes() {
    let cases: [(&[_], &[_]); 5] = [
        (&[CLOSED, LEFT, MOUTH], &[Blink, TurnLeft, OpenMouth]),
        (&[RIGHT, LEFT], &[TurnRight, TurnLeft]),
        (&[MOUTH, CLOSED], &[OpenMouth, Blink]),
        // Blinking unasked is human.
        (&[CLOSED, MOUTH, CLOSED, LEFT, CLOSED], &[OpenMouth, TurnLeft]),
        (&[CLOSED, CLOSED, LEFT], &[Blink, TurnLeft]),
    ];
    for (acts, demanded) in cases {
        let verdict = verdict(acts, demanded);
        assert_eq!((&verdict.findings[..], verdict.seen), (&[][..], demanded.len()), "{demanded:?}");
        assert!(verdict.same_person && verdict.silent == 0.9);
        let (_, best) = &play(&poses(acts))[verdict.best.unwrap()];
        assert!(best.as_ref().unwrap().yaw == REST.0 && best.as_ref().unwrap().eyes == REST.1);
    }
}

#[test]
fn other_orders_and_everything_at_once_fail() {
    let cases: [(&[_], &[_], usize); 7] = [
        (&[LEFT, CLOSED], &[Blink, TurnLeft], 0),
        (&[LEFT, MOUTH], &[OpenMouth, TurnLeft], 0),
        (&[CLOSED], &[Blink, TurnLeft], 1),
        (&[], &[Blink, TurnLeft], 0),
        (&[RIGHT], &[TurnLeft], 0),
        // A film in which all actions follow each other fits no demand.
        (&[CLOSED, MOUTH, LEFT, RIGHT, CLOSED, MOUTH], &[Blink, MOUTH_THEN_RIGHT[0], MOUTH_THEN_RIGHT[1]], 2),
        (&[CLOSED, LEFT, RIGHT], &[Blink, TurnLeft], 1),
    ];
    for (acts, demanded, seen) in cases {
        let verdict = verdict(acts, demanded);
        assert_eq!(verdict.findings, [Finding::ActionMissing], "{demanded:?}");
        assert_eq!(verdict.seen, seen, "{demanded:?}");
    }
}

const MOUTH_THEN_RIGHT: [Action; 2] = [OpenMouth, TurnRight];

#[test]
fn eyes_that_stay_closed_are_no_blink() {
    let frames = play(&[[REST; 8].as_slice(), &[CLOSED; 4]].concat());
    assert_eq!(judge(&frames, &[Blink]).findings, [Finding::ActionMissing]);
}

#[test]
fn the_baseline_is_the_persons_own() {
    // Narrow eyes, a camera held aside, lips apart.
    let own = |(yaw, eyes, mouth): (f32, f32, f32)| (yaw + 12., eyes * 0.55, mouth + 0.1);
    let frames = play(&poses(&[CLOSED, LEFT, MOUTH]).into_iter().map(own).collect::<Vec<_>>());
    assert_eq!(judge(&frames, &[Blink, TurnLeft, OpenMouth]).findings, []);
    let frames = play(&[[LEFT; 4].as_slice(), &poses(&[CLOSED])].concat());
    assert!(judge(&frames, &[Blink]).findings.contains(&Finding::NoBaseline));
}

#[test]
fn another_person_in_one_frame_fails() {
    let other = changed(|frames| sighting(&mut frames[9]).embedding = Embedding::new([-1., 0.1]));
    assert_eq!((other.findings, other.same_person), (vec![Finding::OtherPerson], false));
}

#[test]
fn repeated_frames_fail() {
    let still = changed(|frames| {
        let first = sighting(&mut frames[0]).pixels.clone();
        frames.iter_mut().step_by(2).for_each(|frame| sighting(frame).pixels = first.clone());
    });
    assert_eq!(still.findings, [Finding::Still]);
    let one = changed(|frames| {
        let first = sighting(&mut frames[0]).pixels.clone();
        sighting(&mut frames[1]).pixels = first;
    });
    assert_eq!(one.findings, [], "a single one may be a camera's hiccup");
}

#[test]
fn frames_without_one_face_fail() {
    for finding in [Finding::NoFace, Finding::SeveralFaces] {
        let verdict = changed(|frames| frames[10].1 = Err(finding));
        assert_eq!(verdict.findings, [finding]);
        assert!(!verdict.same_person);
    }
}

#[test]
fn flaws_count_when_they_are_frequent() {
    for flaw in [Finding::TooClose, Finding::TooSmall, Finding::TooDark, Finding::Blurred] {
        let often = changed(|frames| frames.iter_mut().step_by(3).for_each(|f| sighting(f).flaw = Some(flaw)));
        assert_eq!(often.findings, [flaw]);
        let once = changed(|frames| sighting(&mut frames[3]).flaw = Some(flaw));
        assert_eq!(once.findings, []);
    }
}

#[test]
fn what_looks_like_a_print_fails() {
    let print = changed(|frames| frames.iter_mut().for_each(|f| sighting(f).silent = Some(0.1)));
    assert_eq!(print.findings, [Finding::Spoof]);
}

#[test]
fn times_and_counts_are_checked_first() {
    let steady = |n: u32, step: u32| (0..n).map(|i| i * step).collect::<Vec<_>>();
    let cases: [(Vec<u32>, &[Action], &[Finding]); 9] = [
        (steady(20, 200), &[Blink], &[]),
        (steady(7, 200), &[Blink], &[Finding::FrameCount]),
        (steady(41, 200), &[Blink], &[Finding::FrameCount]),
        (steady(20, 200), &[], &[Finding::FrameCount]),
        (steady(20, 600), &[Blink], &[Finding::BadTimes]),
        (steady(20, 10), &[Blink], &[Finding::BadTimes]),
        (steady(8, 1600), &[Blink], &[Finding::BadTimes]),
        (steady(20, 200).into_iter().rev().collect(), &[Blink], &[Finding::BadTimes]),
        (vec![], &[Blink], &[Finding::FrameCount, Finding::BadTimes]),
    ];
    for (times, actions, findings) in cases {
        assert_eq!(precheck(&times, actions, 10_000), findings, "{times:?}");
    }
}
