//! One input through the whole engine, and what must hold whatever it was.

use ocr_engine::card::{self, Card, Failure, Reason, Request};
use ocr_engine::fields::date::Date;
use ocr_engine::layout::Side;
use ocr_engine::net::Nets;
use ocr_engine::rectify::{HEIGHT, WIDTH};
use ocr_engine::warnings::Kind;
use picture::decode::{self, DecodeError, Picture};

/// How it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// Not one of the formats.
    Unsupported,
    /// Damaged or over a limit.
    Invalid,
    /// A picture, but not a readable card.
    Refused(Reason),
    /// A card.
    Read(Side),
}

/// Decodes a file.
///
/// # Errors
/// How it ended, when it is no picture.
pub fn decoded(file: &[u8]) -> Result<Picture, Outcome> {
    match decode::decode(file, card::WORKING_SIDE) {
        Ok(picture) => {
            let rgb = &picture.rgb;
            assert!(rgb.width.min(rgb.height) > 0 && rgb.width.max(rgb.height) <= card::WORKING_SIDE);
            assert_eq!(rgb.data.len(), rgb.width * rgb.height * 3);
            assert!(picture.scale >= 1. && picture.scale.is_finite());
            Ok(picture)
        }
        Err(error) => {
            let why = error.to_string();
            assert!((10..300).contains(&why.len()) && why.chars().all(|c| !c.is_control()), "{why:?}");
            Err(match error {
                DecodeError::Unsupported(_) => Outcome::Unsupported,
                DecodeError::Invalid(_) => Outcome::Invalid,
            })
        }
    }
}

/// Reads a picture with everything switched on.
pub fn read(picture: &Picture, nets: &Nets) -> Outcome {
    const ALL: [Kind; 9] = [
        Kind::Border,
        Kind::Copy,
        Kind::Recapture,
        Kind::Temporary,
        Kind::Occlusion,
        Kind::Tampered,
        Kind::Reflection,
        Kind::MonochromeCopy,
        Kind::InvalidValidity,
    ];
    let today = Date { year: 2026, month: 11, day: 1 };
    match card::read(picture, nets, &Request { side: None, crops: true, warnings: ALL.into(), today }) {
        Ok(card) => {
            check(&card);
            Outcome::Read(card.side)
        }
        Err(Failure::Rejected(reason)) => Outcome::Refused(reason),
        Err(Failure::Net(error)) => panic!("the networks failed: {error}"),
    }
}

fn check(card: &Card) {
    let share = |v: f32| (0. ..=1.).contains(&v);
    let quality = card.quality;
    assert!([quality.sharpness, quality.glare, quality.completeness].into_iter().all(share), "{quality:?}");
    assert!(card.corners.iter().all(|p| p.x.is_finite() && p.y.is_finite()), "{:?}", card.corners);
    assert_eq!(card.fields.len(), if card.side == Side::Front { 6 } else { 3 });
    for field in &card.fields {
        assert!(share(field.confidence) && field.text.chars().count() < 200, "{field:?}");
        let area = field.area;
        assert!(area.x0 <= area.x1 && area.y0 <= area.y1 && area.x0 < WIDTH && area.y0 < HEIGHT, "{field:?}");
    }
    assert!(card.warnings.iter().all(|w| share(w.score) && !w.detail.is_empty()), "{:?}", card.warnings);
    let crops = card.crops.as_ref().expect("crops were asked for");
    assert!(decode::decode(&crops.card, card::WORKING_SIDE).is_ok());
    assert_eq!(crops.portrait.is_some(), card.side == Side::Front);
}
