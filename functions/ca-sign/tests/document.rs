//! A document's way: every order of events that a pharmacy could wish for or fear.

#![cfg(test)]

use ca_sign::document::Event::{Begin, Change, SendBack, Signed, Stopped, Void};
use ca_sign::document::Refusal::{NotBegun, OutOfOrder, Over, Signed as HasSignature, UnderWay};
use ca_sign::document::Role::{Doctor, Hospital, Pharmacist};
use ca_sign::document::{Event, Kind, Refusal, State, Way};

const END: i64 = 1_000;

/// Applies events one after the other; the way, and what the first refused one was told.
fn go(kind: Kind, events: &[Event]) -> (Way, Option<Refusal>) {
    let mut way = Way::new(kind, END);
    for event in events {
        match way.after(*event, 0) {
            Ok(next) => way = next,
            Err(refusal) => return (way, Some(refusal)),
        }
    }
    (way, None)
}

#[test]
fn a_prescription_goes_by_these_ways_only() {
    const BOTH: [Event; 4] = [Begin(Doctor), Signed(Doctor), Begin(Pharmacist), Signed(Pharmacist)];
    let by_doctor = |rest: &[Event]| [&BOTH[..2], rest].concat();
    let complete = |rest: &[Event]| [&BOTH[..], rest].concat();
    let cases: [(&str, Vec<Event>, State, Option<Refusal>); 17] = [
        ("both", BOTH.to_vec(), State::Complete, None),
        ("the pharmacist first", vec![Begin(Pharmacist)], State::Open, Some(OutOfOrder)),
        ("the hospital", vec![Begin(Hospital)], State::Open, Some(OutOfOrder)),
        ("the doctor twice", by_doctor(&[Begin(Doctor)]), State::Open, Some(OutOfOrder)),
        ("twice at once", vec![Begin(Doctor), Begin(Doctor)], State::Open, Some(UnderWay)),
        ("a signature nobody began", vec![Signed(Doctor)], State::Open, Some(NotBegun)),
        ("another's signature", vec![Begin(Doctor), Signed(Pharmacist)], State::Open, Some(NotBegun)),
        ("a callback twice", by_doctor(&[Signed(Doctor)]), State::Open, Some(NotBegun)),
        (
            "refused, then signed",
            vec![Begin(Doctor), Stopped(Doctor), Begin(Doctor), Signed(Doctor)],
            State::Open,
            None,
        ),
        ("sent back", by_doctor(&[SendBack]), State::SentBack, None),
        ("sent back before the doctor signed", vec![SendBack], State::Open, Some(OutOfOrder)),
        ("sent back while approving", by_doctor(&[Begin(Pharmacist), SendBack]), State::Open, Some(UnderWay)),
        ("signed after it was sent back", by_doctor(&[SendBack, Begin(Pharmacist)]), State::SentBack, Some(Over)),
        ("changed, then signed", vec![Change, Begin(Doctor), Signed(Doctor)], State::Open, None),
        ("changed after the doctor", by_doctor(&[Change]), State::Open, Some(HasSignature)),
        ("taken back when complete", complete(&[Void]), State::Voided, None),
        ("taken back while signing, and signed", vec![Begin(Doctor), Void, Signed(Doctor)], State::Voided, Some(Over)),
    ];
    for (name, events, state, refusal) in cases {
        let (way, told) = go(Kind::Prescription, &events);
        assert_eq!((way.state(0), told), (state, refusal), "{name}");
    }
}

#[test]
fn what_is_not_complete_in_time_is_over_and_what_is_stays() {
    let (open, _) = go(Kind::Prescription, &[Begin(Doctor), Signed(Doctor), Begin(Pharmacist)]);
    assert_eq!((open.state(END - 1), open.next(END - 1)), (State::Open, Some(Pharmacist)));
    assert_eq!((open.state(END), open.next(END)), (State::Expired, None));
    assert_eq!(open.after(Signed(Pharmacist), END), Err(Over), "a signature that comes late counts for nothing");
    assert_eq!(open.after(Void, END), Err(Over));
    let complete = open.after(Signed(Pharmacist), END - 1).unwrap();
    assert_eq!(complete.state(END), State::Complete);
    assert_eq!(complete.after(Void, END).unwrap().state, State::Voided);
}

#[test]
fn each_kind_has_its_signers() {
    for (kind, role) in [(Kind::Report, Doctor), (Kind::ConsultRecord, Doctor), (Kind::Consent, Hospital)] {
        let (way, told) = go(kind, &[Begin(role), Signed(role)]);
        assert_eq!((way.state, told), (State::Complete, None));
        assert_eq!(go(kind, &[SendBack]).1, Some(OutOfOrder), "only prescriptions are sent back");
    }
}

#[test]
fn evidence_is_asked_for_the_same_signers() {
    for kind in [Kind::Prescription, Kind::Report, Kind::Consent, Kind::ConsultRecord] {
        let ours: Vec<_> = kind.signers().iter().map(|role| role.name()).collect();
        assert_eq!(pki::bundle::signers::of_kind(kind.name()), Some(&ours[..]), "{kind:?}");
    }
}
